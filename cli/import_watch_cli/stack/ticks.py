"""When a watch last had a tick, and whether it failed: as the function's log tells, or else CloudWatch's metric.

Each tick, and each worker's part of one, writes its metrics as a line of the log, whatever is logged besides: a quiet
one writes nothing else anywhere.
"""

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from math import ceil
from typing import TYPE_CHECKING, Final

from botocore.exceptions import ClientError

from import_watch.jobs import Json, timestamp
from import_watch.turns import PUNCTUALITY
from import_watch_cli.stack.threads import Threads

if TYPE_CHECKING:
    from import_watch_cli.stack.deployment import Deployment
    from import_watch_cli.stack.scheduled import Scheduled

THREADS: Final = 8  # watches asked for at once
PERIODS: Final = 3  # of a watch's rate that are looked back
AT_LEAST: Final = timedelta(minutes=15)
"""How far back is looked for a fast watch."""
RUNNING: Final = timedelta(minutes=1)
"""How long a tick may run before it writes its line: 50 seconds, and some to spare."""
MAX_POINTS: Final = 1440  # GetMetricStatistics: data points a request (CloudWatch API reference)
BY_MINUTES: Final = timedelta(days=15)
"""How far back a metric is kept by the minute (the same)."""
NAMESPACE: Final = "ImportWatch"  # as the function has it, and its alarms


@dataclass(frozen=True, slots=True, kw_only=True)
class Beat:
    """A line of metrics."""

    at: datetime
    failed: bool | None
    """None where targets were handed over: whoever polls them tells."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LastTick:
    """How a watch's last tick went."""

    at: datetime
    """When it ended."""
    failed: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Heard:
    """What was heard of a watch's ticks."""

    last: LastTick | None
    since: datetime
    """How far back was looked."""
    refused: str = ""
    """Why nothing can be known, if so."""

    def is_late(self, every: timedelta, now: datetime) -> bool:
        """Tell whether another tick should have ended by now, or none was heard of."""
        if self.refused:
            return False
        return self.last is None or now - self.last.at > every + PUNCTUALITY + RUNNING

    def json(self, every: timedelta, now: datetime) -> dict[str, Json]:
        """Give it as commands answer in JSON."""
        last = self.last
        given: dict[str, Json] = {
            "at": timestamp(last.at) if last else None,
            "failed": last.failed if last else None,
            "late": self.is_late(every, now),
            "lookedBackTo": timestamp(self.since),
            "unknownBecause": self.refused or None,
        }
        return {name: value for name, value in given.items() if value is not None}


def hear(deployment: "Deployment", watches: Sequence["Scheduled"], now: datetime) -> dict[str, Heard]:
    """Ask for the last ticks of watches, by their names."""
    with Threads(THREADS) as pool:
        heard = pool.map(lambda one: _Ear(deployment, one, now).heard(), watches)
        return {one.watch.name: each for one, each in zip(watches, heard, strict=True)}


def read_beat(line: str, watch: str) -> Beat | None:
    """Read a line of the log; None where it is no line of this watch's metrics."""
    try:
        facts = json.loads(line)
    except ValueError:
        return None
    if not isinstance(facts, dict) or facts.get("watch") != watch or "TickDuration" not in facts:
        return None
    beat = facts.get("Heartbeat")
    return Beat(
        at=datetime.fromtimestamp(facts["_aws"]["Timestamp"] / 1000, UTC),
        failed=None if beat is None else not min(beat if isinstance(beat, list) else [beat]),
    )


def last_tick(beats: Iterable[Beat]) -> LastTick | None:
    """Tell how the last tick went; one that workers took part in has failed where a part of it did."""
    parts = sorted(beats, key=lambda one: one.at)
    if not parts:
        return None
    handed_over = [number for number, part in enumerate(parts) if part.failed is None]
    # Workers tell after that; while none has, what they told of the tick before counts.
    told = (
        parts[number:] for number in reversed(handed_over) if any(each.failed is not None for each in parts[number:])
    )
    latest = next(told, parts[-1:])
    return LastTick(at=parts[-1].at, failed=any(part.failed for part in latest))


@dataclass(frozen=True, slots=True)
class _Ear:
    deployment: "Deployment"
    scheduled: "Scheduled"
    now: datetime

    @property
    def since(self) -> datetime:
        return self.now - max(PERIODS * self.scheduled.every, AT_LEAST)

    def heard(self) -> Heard:
        """Ask the log, or, where that is not allowed, for the metric that CloudWatch makes of it."""
        refused = ""
        for beats in (self._logged, self._measured):
            try:
                return Heard(last=last_tick(beats()), since=self.since)
            except ClientError as error:
                if "AccessDenied" not in error.response["Error"]["Code"]:
                    raise
                refused = str(error)
        return Heard(last=None, since=self.since, refused=refused)

    def _logged(self) -> Iterator[Beat]:
        name = self.scheduled.watch.name
        pages = self.deployment.connection.client("logs").get_paginator("filter_log_events")
        asked = pages.paginate(
            logGroupName=self.deployment.log_group,
            startTime=int(self.since.timestamp() * 1000),
            filterPattern=f'"TickDuration" "{name}"',
        )
        for page in asked:
            for event in page["events"]:
                if beat := read_beat(event["message"], name):
                    yield beat

    def _measured(self) -> Iterator[Beat]:
        found = self.deployment.connection.client("cloudwatch").get_metric_statistics(
            Namespace=NAMESPACE,
            MetricName="Heartbeat",
            Dimensions=[
                {"Name": "function", "Value": self.deployment.function},
                {"Name": "watch", "Value": self.scheduled.watch.name},
            ],
            StartTime=self.since,
            EndTime=self.now,
            Period=_period(self.now - self.since),
            Statistics=["Minimum"],
        )
        for point in found["Datapoints"]:
            yield Beat(at=point["Timestamp"].astimezone(UTC), failed=not point["Minimum"])


def _period(back: timedelta) -> int:
    """Give a metric's period in seconds: what is older is kept by the hour (GetMetricStatistics API reference)."""
    unit = timedelta(minutes=1) if back < BY_MINUTES else timedelta(hours=1)
    return int(unit.total_seconds()) * ceil(back / unit / MAX_POINTS)
