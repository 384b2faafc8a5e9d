"""Reading the rest of a Pinpoint import job, which only what is announced needs: most jobs are never asked for it."""

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final, TypeAlias

from import_watch.confidential import cleaned, cleaned_members
from import_watch.jobs import Counts, Details, Target
from import_watch.messages import MAX_FAILURE, MAX_FAILURES
from import_watch.sources.values import count, text

MEMBERS: Final = (
    "ApplicationId",
    "CompletedPieces",
    "CompletionDate",
    "CreationDate",
    "Definition",
    "FailedPieces",
    "Id",
    "JobStatus",
    "TotalFailures",
    "TotalPieces",
    "TotalProcessed",
    "Type",
)
"""What is told of a job: the model's members. What the service may add one day is not: nobody knows what that holds."""
DEFINITION: Final = ("DefineSegment", "Format", "RegisterEndpoints", "S3Url", "SegmentId", "SegmentName")
"""The same of its definition."""
COUNTERS: Final = {
    "processed": "TotalProcessed",
    "failed": "TotalFailures",
    "total_pieces": "TotalPieces",
    "completed_pieces": "CompletedPieces",
    "failed_pieces": "FailedPieces",
}
FAILURES: Final = "Failures"
MAX_BODY: Final = 2048  # bytes a live job; the API reference's sample has 700
Raw: TypeAlias = dict[str, Any]
ID: Final = "[A-Za-z0-9_-]{1,64}"
"""An application's or segment's."""
_ID: Final = re.compile(ID)


class Unread:
    """A page's live jobs, as they were listed. Not for several threads.

    A listing may have tens of thousands, and the page's own JSON takes least room, so that is kept until the first one
    is asked for. A page that is large for its live jobs isn't: there may be megabytes of failed rows or history in it.
    """

    __slots__ = ("_kept", "_target")

    def __init__(self, target: Target) -> None:
        self._target = target
        self._kept: bytes | Mapping[int, Raw] = b""

    def keep(self, items: Sequence[Any], live: Sequence[int], body: bytes) -> None:
        """Take in a page and the numbers of its live jobs; it may come without its JSON."""
        fits = 0 < len(body) <= MAX_BODY * len(live)
        self._kept = body if fits else {number: _cut(items[number]) for number in live}

    def details(self, number: int) -> Details:
        """Read one of them, and tell what is wrong with it that was not told before."""
        if isinstance(self._kept, bytes):
            self._kept = dict(enumerate(json.loads(self._kept)["Item"]))
        raw = self._kept[number]
        flaws: list[str] = []
        listed = _known(raw, MEMBERS)
        definition = listed.get("Definition")
        if isinstance(definition, dict):
            definition = listed["Definition"] = _known(definition, DEFINITION)
        else:
            definition = {}
        return Details(
            status=text(listed.get("JobStatus")) or "",
            application_id=read_id(listed, "ApplicationId", flaws) or self._target.application_id,
            segment_id=self._target.segment_id or read_id(definition, "SegmentId", flaws),
            segment_name=text(definition.get("SegmentName")),
            counts=read_counts(listed, flaws),
            failures=tuple(failed_rows(raw.get(FAILURES))),
            as_listed=cleaned_members(listed),
            flaws=flaws,
        )


def _cut(raw: Raw) -> Raw:
    """Leave of failed rows as many as a message can carry."""
    return {**raw, FAILURES: failed_rows(raw[FAILURES])} if FAILURES in raw else raw


def _known(members: Mapping[str, object], names: Iterable[str]) -> dict[str, object]:
    """Give members of these names; a null is none, as to botocore."""
    return {name: members[name] for name in names if members.get(name) is not None}


def failed_rows(rows: object) -> list[str]:
    """Read the first failed rows; what was read so already stays as it is."""
    return [str(cleaned(row))[:MAX_FAILURE] for row in rows[:MAX_FAILURES]] if isinstance(rows, list) else []


def read_id(members: object, name: str, flaws: list[str]) -> str | None:
    """Read an application's or segment's id."""
    value = members.get(name) if isinstance(members, dict) else None
    if isinstance(value, str) and _ID.fullmatch(value):
        return value
    if value not in (None, ""):
        flaws.append(f"{name} is no id")
    return None


def read_counts(members: Mapping[str, object], flaws: list[str]) -> Counts:
    """Read the counters, where they are whole numbers."""
    return Counts(**{counter: count(members.get(name), name, flaws) for counter, name in COUNTERS.items()})
