"""What the handlers have in common: all that is made once per cold start, and a tick that is made of it."""

import json
import secrets
import time
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from importlib import import_module
from typing import TYPE_CHECKING, Final, Self, cast

from aws_lambda_powertools import Logger

from import_watch.adapters.bus import Bus
from import_watch.adapters.chunks import ChunkQueue
from import_watch.adapters.late import LatePeople
from import_watch.adapters.ledgers import TableLedgers
from import_watch.adapters.outbox import TableOutbox
from import_watch.adapters.topic import Topic
from import_watch.announce import Sender
from import_watch.channels import Destinations
from import_watch.confidential import cleaned, redacted
from import_watch.handlers.clients import Clients, Connection
from import_watch.handlers.connected import connected
from import_watch.handlers.curfew import Curfew
from import_watch.handlers.meter import Meter
from import_watch.handlers.rate import Bucket
from import_watch.later import Later
from import_watch.policy import Watch
from import_watch.poll import Poll
from import_watch.settings import Settings
from import_watch.sources.made import Sources
from import_watch.tick import Tick

if TYPE_CHECKING:
    from aws_lambda_powertools.utilities.typing import LambdaContext

    from import_watch.jobs import Json
    from import_watch.report import Log, Report

TOKEN: Final = 12  # random bytes of a tick's claim: no two ticks get the same, and each item holds it
RESERVE: Final = timedelta(seconds=20)
"""Kept back from the function's time: enough for a call begun at the deadline to time out in all its attempts."""


class TickFailedError(RuntimeError):
    """The table or a channel is down, or every target is; what could be done was done, and nothing is lost."""


def now() -> datetime:
    """Tell the time."""
    return datetime.now(UTC)


def _line(facts: Mapping[str, object]) -> str:
    """Write a line of the log: one line whatever it holds, and nothing confidential, even where an exception has it."""
    return json.dumps(cleaned(facts))


@dataclass(frozen=True, slots=True, kw_only=True)
class Wiring:
    """A function's own, shared by all its ticks."""

    settings: Settings
    logger: Logger
    curfew: Curfew
    bucket: Bucket
    clients: Clients
    sources: Sources

    @classmethod
    def from_environment(cls, environment: Mapping[str, str]) -> Self:
        """Make everything from what the stack tells the function; InvalidSettingError where that makes no sense."""
        settings, curfew = Settings.from_environment(environment), Curfew(now)
        bucket = Bucket(settings.requests_per_second, time.monotonic, time.sleep)
        if settings.email_topic_arn or settings.chat_topic_arn:
            import_module("import_watch.adapters.people")  # while the function starts, not in a tick
        connection = Connection.made(settings.threads, curfew, bucket)
        return cls(
            settings=settings,
            logger=Logger(service="import-watch", json_serializer=_line),
            curfew=curfew,
            bucket=bucket,
            clients=connection.clients(sqs=settings.chunks_queue_url is not None),
            sources=connected(settings, connection),
        )

    def tick(self, watch: Watch, context: "LambdaContext", run: Callable[[Tick], "Report"]) -> dict[str, "Json"]:
        """Run a tick of the watch, or a part of one; TickFailedError where the invocation should count as failed."""
        self.logger.append_keys(watch=watch.name)
        meter = Meter(self.settings.poll_function or context.function_name)
        began = now()
        self.curfew.end = began + timedelta(milliseconds=context.get_remaining_time_in_millis())
        with ThreadPoolExecutor(self.settings.threads) as pool:
            report = run(Tick(poll=self._poll(watch, meter), each=self.bucket.in_order(pool.map), queue=self._queue))
        summary = report.summary(watch.name)
        self.logger.info("tick", extra=summary)
        duration = {"TickDuration": (now() - began) / timedelta(milliseconds=1)}
        meter.tick(watch.name, report.measures() | duration, report.concerns())
        if report.faults:
            raise TickFailedError(redacted("; ".join(report.faults)))
        return summary

    @property
    def _queue(self) -> ChunkQueue | None:
        url = self.settings.chunks_queue_url
        return ChunkQueue(self.clients.sqs, url) if self.clients.sqs and url else None

    def _poll(self, watch: Watch, meter: Meter) -> Poll:
        clients, settings, log = self.clients, self.settings, cast("Log", self.logger)
        bus = watch.policy.event_bus
        return Poll(
            watch=watch,
            sources=self.sources,
            ledgers=TableLedgers(client=clients.dynamodb, table=settings.table),
            sender=Sender(
                outbox=TableOutbox(client=clients.dynamodb, table=settings.table),
                destinations=Destinations(
                    channels={"sns": Topic(clients.sns), "eventbridge": Bus(clients.events)},
                    people={"email": LatePeople(clients.sns, "email"), "chat": LatePeople(clients.sns, "chat")},
                    own={
                        "sns": settings.topic_arn,
                        **({"eventbridge": bus} if bus else {}),
                        **settings.people(watch.policy),
                    },
                    log=log,
                ),
                clock=now,
                token=secrets.token_urlsafe(TOKEN),
                lease=settings.lease,
                log=log,
                quarantining=meter.quarantined,
                later=Later(above={watch.name: watch.policy.digest_above}),
            ),
            clock=now,
            began=now(),
            deadline=self.curfew.end - RESERVE,
            held_up=self.bucket.held_up,
            log=log,
        )
