"""The stage: the service's stand-in, the emulator with the deployed stack, and the inboxes."""

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
from local.demo.story import Story
from local.demo.verdict import Arrival
from local.deployment import deploy
from local.emulator import Emulator, running_emulator
from local.inbox import Inbox, catch_events, subscribe_inbox
from local.invocation import Invocation, invoke
from local.stand_in import ApiError, StandIn
from local.stand_in.registry import api_of

TOOK = timedelta(seconds=12)


@dataclass(slots=True, kw_only=True)
class Stage:
    """Where the story is played."""

    story: Story
    stand_in: StandIn
    emulator: Emulator
    stack: str
    function: str
    table: str
    schedule_input: str
    inboxes: Mapping[str, Inbox]
    _there: dict[str, bool] = field(default_factory=dict)
    """Jobs that are listed, and whether they have finished."""
    _own_calls: int = 0

    def change(self, scene: Scene) -> None:
        """Let happen at the service what the scene says."""
        for job in (*scene.past, *scene.jobs):
            self._show(job, datetime.now(UTC) - job.age)
        for target, status in scene.answers.items():
            self.stand_in.jobs.put(target)
            self.stand_in.faults.clear(target)
            if status is HTTPStatus.NOT_FOUND:
                self.stand_in.faults.add(target, ApiError(api_of(target).gone), times=None)

    def tick(self, times: int = 1) -> list[Invocation]:
        """Invoke the function with what its schedule hands it, so many times at once."""
        before = len(self.stand_in.calls)
        with ThreadPoolExecutor(times) as pool:
            runs = [pool.submit(invoke, self.emulator, self.function, self.schedule_input) for _ in range(times)]
        self._own_calls += len(self.stand_in.calls) - before
        return [run.result() for run in runs]

    def arrivals(self) -> Iterator[Arrival]:
        """Take what has arrived since the last time."""
        for channel, inbox in self.inboxes.items():
            for received in inbox.receive():
                yield Arrival(channel, received.message)

    @property
    def schedule_fired(self) -> bool:
        """Whether anyone but ourselves had the service asked."""
        return len(self.stand_in.calls) > self._own_calls

    def listed(self) -> Mapping[str, bool]:
        """Give every job at the service, by its name, and whether it has finished."""
        return self._there

    def items(self) -> list[Mapping[str, Any]]:
        """Read all of the state table."""
        pages = self.emulator.session.client("dynamodb").get_paginator("scan").paginate(TableName=self.table)
        read = TypeDeserializer().deserialize
        return [{name: read(value) for name, value in item.items()} for page in pages for item in page["Items"]]

    def _show(self, job: Job, moment: datetime) -> None:
        story, jobs = self.story, self.stand_in.jobs
        finished = job.status in story.finished
        if job.id not in self._there:
            jobs.put(job.target, dict(story.created(job, moment - TOOK if finished else moment)))
        self._there[job.id] = finished
        jobs.change(job.target, story.id(job.id), **story.changed(job, moment if finished else None))


@contextmanager
def open_stage(story: Story, audience: Audience) -> Iterator[Stage]:
    """Set everything up; nothing of it outlives the block."""
    with ExitStack() as closing:
        audience.setting_up("Starting an emulator of AWS, on this machine alone")
        stand_in = closing.enter_context(StandIn())
        emulator = closing.enter_context(running_emulator(services_url=stand_in.url))
        audience.setting_up("Synthesizing the stack, as `make deploy` does")
        out = closing.enter_context(tempfile.TemporaryDirectory(prefix="import-watch-"))
        assembly = synthesize(story.context, Path(out))
        audience.setting_up("Deploying it, and subscribing your inbox to its topic and to the event bus")
        outputs = deploy(emulator, assembly)
        inboxes = {
            "SNS": subscribe_inbox(emulator, outputs["NotificationsTopicArn"]),
            "EventBridge": catch_events(emulator),
        }
        yield Stage(
            story=story,
            stand_in=stand_in,
            emulator=emulator,
            stack=assembly.stack,
            function=outputs["PollFunctionName"],
            table=outputs["StateTableName"],
            schedule_input=assembly.schedule_inputs[story.name],
            inboxes=inboxes,
        )
