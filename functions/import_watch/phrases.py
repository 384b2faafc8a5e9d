"""A message's facts as people say them: what it is about, how many, when and for how long."""

import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Final

from import_watch.jobs import Json, Trouble, parse_timestamp

_MISLEADING: Final = re.compile("[\x00-\x1f\x7f-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")
"""Controls, such as may begin a terminal's commands, and what turns the direction of the text that follows."""
_UNITS: Final = (("day", 86400), ("hour", 3600), ("minute", 60), ("second", 1))


def about(facts: Mapping[str, Json]) -> str:
    """Name what a message is about, on one line: the segment, or what there is; nothing if it is about its watch."""
    names = () if "test" in facts else ("segmentName", "segmentId", "jobName", "jobId", "target")
    return line(next((facts[name] for name in names if name in facts), ""))


def place(facts: Mapping[str, Json]) -> str:
    """Name the list that a message is about, in words."""
    if "segmentId" in facts:
        return f"segment {facts['segmentId']} of application {facts['applicationId']}"
    return line(facts["target"]) if "applicationId" in facts else "this account"


def line(text: Json) -> str:
    """Write a text from outside on one line, and without characters that nobody sees, but which do things."""
    return _MISLEADING.sub("\ufffd", " ".join(str(text).split()))


def never_started(facts: Mapping[str, Json]) -> bool:
    """Tell whether it is about a job that waits for somebody to start it."""
    return "neverStarted" in facts


def trouble_of(facts: Mapping[str, Json]) -> Trouble | None:
    """Tell what is wrong with the target that it is about, if anything is."""
    return Trouble(str(facts["reason"])) if "reason" in facts else None


def rows(facts: Mapping[str, Json]) -> str:
    """Say how many rows there were; nothing where that isn't known."""
    processed = _count(facts, "processed")
    return "" if processed is None else counted(processed, "row")


def failed(facts: Mapping[str, Json]) -> str:
    """Say how many rows failed or, where none is known to have, how many pieces of the file."""
    for few, all_of_them, what in (("failed", "processed", "row"), ("failedPieces", "totalPieces", "piece")):
        number, total = _count(facts, few), _count(facts, all_of_them)
        if number and number > 0:
            known = total is not None and total >= number
            return f"{number:,} of {counted(total or 0, what)} failed" if known else f"{counted(number, what)} failed"
    return ""


def file(facts: Mapping[str, Json]) -> str:
    """Tell where the imported file is; nothing where the message doesn't say."""
    job = facts.get("job")
    parts = job.values() if isinstance(job, dict) else ()
    return next((line(part["S3Url"]) for part in parts if isinstance(part, dict) and part.get("S3Url")), "")


def moment(facts: Mapping[str, Json], name: str) -> str:
    """Write a moment as people read it, to the second; nothing where it isn't known."""
    return when(parse_timestamp(str(facts[name]))) if name in facts else ""


def between(facts: Mapping[str, Json], first: str, last: str) -> str:
    """Write how long it was from one moment to another; nothing where one isn't known, or they don't fit."""
    if not (first in facts and last in facts):
        return ""
    time = parse_timestamp(str(facts[last])) - parse_timestamp(str(facts[first]))
    return span(time) if time >= timedelta(0) else ""


def span(time: timedelta) -> str:
    """Write how long something took by its two largest units."""
    left, parts = int(time.total_seconds()), []
    for unit, seconds in _UNITS:
        count, left = divmod(left, seconds)
        if count:
            parts.append(counted(count, unit))
    return " ".join(parts[:2]) or "less than a second"


def when(at: datetime) -> str:
    """Write a moment as people read it, to the second."""
    return f"{at.astimezone(UTC):%Y-%m-%d %H:%M:%S} UTC"


def counted(number: int, what: str) -> str:
    """Write a number of things."""
    ending = "" if number == 1 else "es" if what.endswith("ch") else "s"
    return f"{number:,} {what}{ending}"


def _count(facts: Mapping[str, Json], name: str) -> int | None:
    counts = facts.get("counts")
    number = counts.get(name) if isinstance(counts, dict) else None
    return number if isinstance(number, int) else None
