"""What a source of job lists gives: pages of jobs, or the reason why not."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from import_watch.jobs import ImportJob, Target, Trouble


class ListingFailedError(Exception):
    """A target could not be listed to its end; nothing is decided from what was read of it."""

    def __init__(self, trouble: Trouble, detail: str) -> None:
        super().__init__(f"{trouble}: {detail}")
        self.trouble = trouble
        self.detail = detail


class NotAskedError(ListingFailedError):
    """A page was not asked for, for want of time. The target may be left for a later tick."""

    def __init__(self, detail: str = "a page was not asked for: no turn for it in time") -> None:
        super().__init__(Trouble.BROKEN, detail)


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """One page of a listing: the jobs that could be read, and what was wrong with others."""

    jobs: Sequence[ImportJob]
    """Those that may matter."""
    listed: int
    """How many there were, history included."""
    more: bool = False
    """Whether another page follows."""
    flaws: Sequence[str] = ()
    """Jobs that could not be read, or not wholly, and statuses never heard of."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Applications:
    """One page of an account's applications: the ids of those that could be read, and what was wrong with others."""

    ids: Sequence[str]
    more: bool = False
    """Whether another page follows."""
    flaws: Sequence[str] = ()
    """Applications that could not be read."""


class Source(Protocol):
    """A kind of job list."""

    def applications(self) -> Iterator[Applications]:
        """Yield every page of the account's applications; ListingFailedError where that can't be done."""
        ...

    def pages(self, target: Target, history_before: datetime, /) -> Iterator[Page]:
        """Yield every page of a target's jobs; ListingFailedError where that can't be done.

        Jobs that finished up to that moment need not be read: it is enough to count them.
        """
        ...

    def whole(self, target: Target, job: ImportJob, /) -> ImportJob:
        """Ask for the rest of a partial job; ListingFailedError where that can't be done.

        One that is gone by now stays as it was listed.
        """
        ...

    def notice(self, trouble: Trouble, /) -> str:
        """Say what else there is to know where a target is in that trouble; mostly nothing."""
        ...

    def arn(self, application_id: str, segment_id: str | None, /) -> str:
        """Name what a job or a target belongs to; `*` is all applications."""
        ...
