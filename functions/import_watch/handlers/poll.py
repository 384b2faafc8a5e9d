"""The Lambda function that a watch's schedule invokes: wiring, and one call."""

import json
import os
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import TYPE_CHECKING, Final, cast
from uuid import uuid4

from aws_lambda_powertools import Logger, Metrics, single_metric
from aws_lambda_powertools.metrics import MetricUnit

from import_watch.adapters.bus import Bus
from import_watch.adapters.ledgers import TableLedgers
from import_watch.adapters.outbox import TableOutbox
from import_watch.adapters.topic import Topic
from import_watch.announce import Sender
from import_watch.channels import Destinations
from import_watch.confidential import cleaned, redacted
from import_watch.handlers.clients import Clients
from import_watch.handlers.curfew import Curfew
from import_watch.policy import Watch, parse_watch
from import_watch.poll import Poll
from import_watch.settings import Settings
from import_watch.sources.pinpoint import SOURCE, PinpointImportJobs
from import_watch.tick import Tick

if TYPE_CHECKING:
    from aws_lambda_powertools.utilities.typing import LambdaContext

    from import_watch.channels import Channel
    from import_watch.jobs import Json
    from import_watch.report import Log

RESERVE: Final = timedelta(seconds=20)
"""Kept back from the function's time: enough for a call begun at the deadline to time out in all its attempts."""

UNITS: Final = {"TickDuration": MetricUnit.Milliseconds, "OldestPending": MetricUnit.Seconds}
"""Units of what is not a mere count."""


def now() -> datetime:
    """Tell the time."""
    return datetime.now(UTC)


def _line(facts: Mapping[str, object]) -> str:
    """Write a line of the log: one line whatever it holds, and nothing confidential, even where an exception has it."""
    return json.dumps(cleaned(facts))


settings: Final = Settings.from_environment(os.environ)
logger: Final = Logger(service="import-watch", json_serializer=_line)
metrics: Final = Metrics(namespace="ImportWatch", service="")  # no service as a dimension: it would tell nothing

curfew: Final = Curfew(now)
clients: Final = Clients.connected(settings.threads, curfew)
_ledgers = TableLedgers(client=clients.dynamodb, table=settings.table)
_outbox = TableOutbox(client=clients.dynamodb, table=settings.table)
_channels: Final[Mapping[str, "Channel"]] = {"sns": Topic(clients.sns), "eventbridge": Bus(clients.events)}
_sources = {
    SOURCE: PinpointImportJobs(
        client=clients.pinpoint,
        arn_prefix=settings.arn_prefix("mobiletargeting"),
        page_size=settings.page_size,
        max_pages=settings.max_pages,
    )
}


class TickFailedError(RuntimeError):
    """The table or a channel is down, or every target is; what could be done was done, and nothing is lost."""


@logger.inject_lambda_context(clear_state=True)
def handler(event: Mapping[str, object], context: "LambdaContext") -> dict[str, "Json"]:
    """Run one tick of the watch in the event; TickFailedError where the invocation should count as failed."""
    watch = parse_watch(event)
    logger.append_keys(watch=watch.name)
    began = now()
    curfew.end = began + timedelta(milliseconds=context.get_remaining_time_in_millis())
    with ThreadPoolExecutor(settings.threads) as pool:
        report = Tick(poll=_poll(watch, curfew.end - RESERVE, context.function_name), each=pool.map).run()
    summary = report.summary(watch.name)
    logger.info("tick", extra=summary)
    duration = {"TickDuration": (now() - began) / timedelta(milliseconds=1)}
    _measure(report.measures() | duration, function=context.function_name, watch=watch.name)
    # By the function alone, as an alarm can't add up what is counted by watches.
    _measure(report.concerns(), function=context.function_name)
    if report.faults:
        raise TickFailedError(redacted("; ".join(report.faults)))
    return summary


def _poll(watch: Watch, deadline: datetime, function: str) -> Poll:
    log = cast("Log", logger)
    bus = watch.policy.event_bus
    return Poll(
        watch=watch,
        sources=_sources,
        ledgers=_ledgers,
        sender=Sender(
            outbox=_outbox,
            destinations=Destinations(
                channels=_channels,
                own={"sns": settings.topic_arn} | ({"eventbridge": bus} if bus else {}),
                log=log,
            ),
            clock=now,
            token=str(uuid4()),
            lease=settings.lease,
            log=log,
            quarantining=partial(_say_quarantined, function),
        ),
        clock=now,
        deadline=deadline,
        log=log,
    )


def _say_quarantined(function: str) -> None:
    """Count it at once: the alarm must ring even if this process dies before its tick has ended."""
    with single_metric(
        name="Quarantined",
        unit=MetricUnit.Count,
        value=1,
        namespace="ImportWatch",
        default_dimensions={"function": function},
    ):
        pass


def _measure(measures: Mapping[str, float], **dimensions: str) -> None:
    for name, value in dimensions.items():
        metrics.add_dimension(name, value)
    for name, measure in measures.items():
        metrics.add_metric(name, UNITS.get(name, MetricUnit.Count), measure)
    metrics.flush_metrics()
