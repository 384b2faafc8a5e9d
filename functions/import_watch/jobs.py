"""Import jobs, the targets that list them, and the words for how they go and end."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from typing import Protocol, Self

Json = None | bool | int | float | str | list["Json"] | dict[str, "Json"]


class Outcome(StrEnum):
    """How a job finished."""

    COMPLETED = "completed"
    COMPLETED_WITH_FAILURES = "completed_with_failures"
    FAILED = "failed"
    CANCELLED = "cancelled"


class Milestone(StrEnum):
    """What can be announced about a job, at most once each."""

    STARTED = "started"
    OVERDUE = "overdue"
    FINISHED = "finished"


class Kind(StrEnum):
    """The word in messages: a job's outcome or milestone, or what became of a target."""

    COMPLETED = "completed"
    COMPLETED_WITH_FAILURES = "completed_with_failures"
    FAILED = "failed"
    CANCELLED = "cancelled"
    OVERDUE = "overdue"
    STARTED = "started"
    TARGET_UNAVAILABLE = "target_unavailable"
    TARGET_RECOVERED = "target_recovered"
    TEST = "test"
    """Nothing: somebody tries whether messages arrive."""


JOB_KINDS = frozenset(Kind) - {Kind.TARGET_UNAVAILABLE, Kind.TARGET_RECOVERED, Kind.TEST}


class Trouble(StrEnum):
    """Why a target could not be listed to its end."""

    DENIED = "denied"
    GONE = "gone"
    ENDLESS = "endless"
    THROTTLED = "throttled"
    BROKEN = "broken"


@dataclass(frozen=True, slots=True, order=True)
class Target:
    """One job list to poll, written `source:path`; or all that an account has, whose applications are polled each."""

    source: str
    application_id: str
    """The application; of other sources, the domain, pool or list in its place."""
    segment_id: str | None = None

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read `source:id`, `source:id/id` or `source:*`, whatever source that is; ValueError where it is none."""
        match = _TARGET.fullmatch(text)
        if not match:
            raise ValueError(f"{text!r} is no target; allowed: a source, a colon, and what names the list")
        return cls(match["source"], match["application_id"], match["segment_id"])

    @property
    def is_account(self) -> bool:
        """Whether it stands for every application there is, and lists no jobs itself."""
        return self.application_id == EVERY

    def __str__(self) -> str:
        path = self.application_id if self.segment_id is None else f"{self.application_id}/{self.segment_id}"
        return f"{self.source}:{path}"


EVERY = "*"
"""What stands for an application's id where every application is meant."""
_ID = "[A-Za-z0-9_-]{1,255}"
_TARGET = re.compile(rf"(?P<source>[a-z][a-z-]{{0,31}}):(?P<application_id>{_ID}|\*(?!/))(?:/(?P<segment_id>{_ID}))?")


@dataclass(frozen=True, slots=True, kw_only=True)
class Counts:
    """A job's counters, rows and pieces; None where the source doesn't tell."""

    processed: int | None = None
    failed: int | None = None
    total_pieces: int | None = None
    completed_pieces: int | None = None
    failed_pieces: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Details:
    """The rest of an import job: what a message tells, and no decision needs."""

    status: str
    """The source's own word; empty where it gave none."""
    status_reason: str | None = None
    """Why it has that status, in the source's own word."""
    never_started: bool = False
    """Whether it waits for somebody to start it."""
    application_id: str
    """The application; of other sources, the domain, pool or list in its place."""
    segment_id: str | None = None
    segment_name: str | None = None
    name: str | None = None
    """The job's own."""
    counts: Counts = Counts()
    failures: tuple[str, ...] = ()
    """What the source says of the first rows that failed. May hold personal data."""
    as_listed: Mapping[str, Json]
    """The source's own description, less what is confidential."""
    flaws: Sequence[str] = ()
    """What is wrong with it."""


class Unread(Protocol):
    """What else a page tells of its jobs."""

    def details(self, number: int, /) -> Details:
        """Read it of one of them."""
        ...


@dataclass(slots=True)
class ImportJob:
    """An import job as one listing showed it. Nobody changes it; frozen, it would take thrice as long to make."""

    id: str
    outcome: Outcome | None
    """None while the job is still running."""
    created_at: datetime | None
    completed_at: datetime | None
    unread: Unread
    number: int
    """Which of its page's jobs it is."""
    partial: bool = False
    """Whether its list doesn't tell all of it that a message tells, or that its outcome depends on."""

    def details(self) -> Details:
        """Read the rest."""
        return self.unread.details(self.number)


def timestamp(moment: datetime) -> str:
    """Write a moment as AWS does, in UTC to the millisecond; such texts sort as the moments do."""
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def parse_timestamp(text: str) -> datetime:
    """Read an ISO 8601 date and time, UTC where it names no zone; ValueError where it is none or out of range."""
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is UTC:
        return moment  # nearly every one
    try:
        return moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)
    except OverflowError as error:
        raise ValueError(text) from error
