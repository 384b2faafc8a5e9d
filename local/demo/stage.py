"""The stage: Pinpoint's stand-in, the emulator with the deployed stack, and the inboxes."""

import tempfile
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from http import HTTPStatus
from pathlib import Path
from typing import Any

from boto3.dynamodb.types import TypeDeserializer

from local.assembly import synthesize
from local.demo.audience import Audience
from local.demo.scene import Job, Scene
from local.demo.story import CONTEXT, NAME, TARGETS
from local.demo.verdict import Arrival
from local.deployment import deploy
from local.emulator import Emulator, running_emulator
from local.inbox import Inbox, catch_events, subscribe_inbox
from local.invocation import Invocation, invoke
from local.stand_in import ApiError, StandIn, import_job
from local.stand_in.pinpoint import api_date

FINISHED = {"COMPLETED", "FAILED", "CANCELLED"}
TOOK = timedelta(seconds=12)
ERRORS = {HTTPStatus.NOT_FOUND: "NotFoundException"}


@dataclass(slots=True, kw_only=True)
class Stage:
    """Where the story is played."""

    pinpoint: StandIn
    emulator: Emulator
    stack: str
    function: str
    table: str
    schedule_input: str
    inboxes: Mapping[str, Inbox]
    _there: set[str] = field(default_factory=set)
    _own_calls: int = 0

    def change(self, scene: Scene) -> None:
        """Let happen at Pinpoint what the scene says."""
        for job in (*scene.past, *scene.jobs):
            self._show(job, datetime.now(UTC) - job.age)
        for target, status in scene.answers.items():
            self.pinpoint.jobs.put(target)
            self.pinpoint.faults.clear(target)
            if status in ERRORS:
                self.pinpoint.faults.add(target, ApiError(ERRORS[status]), times=None)

    def tick(self, times: int = 1) -> list[Invocation]:
        """Invoke the function with what its schedule hands it, so many times at once."""
        before = len(self.pinpoint.calls)
        with ThreadPoolExecutor(times) as pool:
            runs = [pool.submit(invoke, self.emulator, self.function, self.schedule_input) for _ in range(times)]
        self._own_calls += len(self.pinpoint.calls) - before
        return [run.result() for run in runs]

    def arrivals(self) -> Iterator[Arrival]:
        """Take what has arrived since the last time."""
        for channel, inbox in self.inboxes.items():
            for received in inbox.receive():
                yield Arrival(channel, received.message)

    @property
    def schedule_fired(self) -> bool:
        """Whether anyone but ourselves had Pinpoint asked."""
        return len(self.pinpoint.calls) > self._own_calls

    def listed(self) -> list[Mapping[str, Any]]:
        """Give every job at Pinpoint."""
        return [job for target in TARGETS for job in self.pinpoint.jobs.page(target, size=1000, token=None).jobs]

    def items(self) -> list[Mapping[str, Any]]:
        """Read all of the state table."""
        pages = self.emulator.session.client("dynamodb").get_paginator("scan").paginate(TableName=self.table)
        read = TypeDeserializer().deserialize
        return [{name: read(value) for name, value in item.items()} for page in pages for item in page["Items"]]

    def _show(self, job: Job, moment: datetime) -> None:
        finished = {"CompletionDate": api_date(moment)} if job.status in FINISHED else {}
        if job.id not in self._there:
            self._there.add(job.id)
            created = moment - TOOK if finished else moment
            self.pinpoint.jobs.put(job.target, import_job(job.target, job.id, "CREATED", created=created))
        self.pinpoint.jobs.change(job.target, job.id, JobStatus=job.status, **finished, **job.facts)


@contextmanager
def open_stage(audience: Audience) -> Iterator[Stage]:
    """Set everything up; nothing of it outlives the block."""
    with ExitStack() as closing:
        audience.setting_up("Starting an emulator of AWS, on this machine alone")
        pinpoint = closing.enter_context(StandIn())
        emulator = closing.enter_context(running_emulator(services_url=pinpoint.url))
        audience.setting_up("Synthesizing the stack, as `make deploy` does")
        out = closing.enter_context(tempfile.TemporaryDirectory(prefix="import-watch-"))
        assembly = synthesize(CONTEXT, Path(out))
        audience.setting_up("Deploying it, and subscribing your inbox to its topic and to the event bus")
        outputs = deploy(emulator, assembly)
        inboxes = {
            "SNS": subscribe_inbox(emulator, outputs["NotificationsTopicArn"]),
            "EventBridge": catch_events(emulator),
        }
        yield Stage(
            pinpoint=pinpoint,
            emulator=emulator,
            stack=assembly.stack,
            function=outputs["PollFunctionName"],
            table=outputs["StateTableName"],
            schedule_input=assembly.schedule_inputs[NAME],
            inboxes=inboxes,
        )
