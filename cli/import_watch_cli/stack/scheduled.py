"""A watch as its schedule runs it, read from what Scheduler tells of that."""

import json
import re
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Final

from import_watch.inputs import InvalidWatchError, ReadFile, parse_watch
from import_watch.policy import Watch
from import_watch.sources import registry
from import_watch_cli.speech.errors import RefusedError

if TYPE_CHECKING:
    from mypy_boto3_scheduler.type_defs import GetScheduleOutputTypeDef

_UNITS: Final = {"minute": timedelta(minutes=1), "hour": timedelta(hours=1), "day": timedelta(days=1)}
_RATE: Final = re.compile(r"rate\((\d+) (minute|hour|day)s?\)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Scheduled:
    """A watch as its schedule runs it."""

    watch: Watch
    schedule: str
    """The schedule's name."""
    every: timedelta
    enabled: bool
    input: str
    """What the schedule hands to the function."""


def read_scheduled(schedule: "GetScheduleOutputTypeDef", read_file: ReadFile) -> Scheduled:
    """Read a schedule, and the file of targets that it may name; RefusedError where it holds no watch."""
    name, given = schedule["Name"], schedule["Target"].get("Input", "")
    rate = _RATE.fullmatch(schedule["ScheduleExpression"])
    try:
        watch = parse_watch(json.loads(given), read_file, registry.parse)
    except (ValueError, InvalidWatchError) as error:
        raise RefusedError(f"the schedule {name!r} doesn't hold a watch: {error}") from None
    return Scheduled(
        watch=watch,
        schedule=name,
        every=int(rate[1]) * _UNITS[rate[2]] if rate else timedelta(days=1),
        enabled=schedule["State"] == "ENABLED",
        input=given,
    )
