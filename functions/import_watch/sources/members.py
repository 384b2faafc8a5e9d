"""Reading jobs as botocore gives them, by the names that an API has for their members."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final

from import_watch.confidential import redacted
from import_watch.jobs import Counts, Details, ImportJob, Outcome, Target
from import_watch.listing import Page
from import_watch.sources.values import Raw, count, is_sign, member, moment, shown, text

EVER: Final = datetime.min.replace(tzinfo=UTC)
"""Nothing is history yet."""
MAX_ID: Final = 256  # bytes; the table's sort key ends at 1,024


@dataclass(frozen=True, slots=True, kw_only=True)
class Members:
    """What an API calls the members of a job, and what its statuses mean; one within another is `Outer.Inner`."""

    shown: tuple[str, ...]
    """Those that a message's `job` has; what the service may add one day is not told: nobody knows what that holds."""
    id: str = "JobId"
    status: str
    running: frozenset[str]
    finished: Mapping[str, Outcome]
    unstarted: frozenset[str] = frozenset()
    """Of the running ones, those of a job that waits for somebody to start it."""
    created: str
    completed: str
    name: str | None = None
    reason: str | None = None
    processed: tuple[str, ...]
    """The counters that add up to the records dealt with."""
    failed: str
    """The counter of those that failed."""

    def page(
        self,
        items: Iterable[object],
        target: Target,
        history_before: datetime,
        *,
        more: bool = False,
        partial: bool = False,
    ) -> Page:
        """Read what can be read of a page's jobs, and tell what is wrong with those that are not history.

        If it is `partial`, what it tells of finished ones is not all.
        """
        unread = Unread(self, target)
        jobs: list[ImportJob] = []
        flaws: list[str] = []
        history = 0
        for raw in items:
            found: list[str] = []
            job = self._job(raw, unread, found, partial=partial)
            if job is None:
                flaws.append(found[-1])
            elif job.outcome is not None and job.completed_at is not None and job.completed_at <= history_before:
                history += 1
            else:
                unread.keep(raw)
                flaws += found
                jobs.append(job)
        return Page(jobs=jobs, listed=history + len(jobs), more=more, flaws=flaws)

    def _job(self, raw: object, unread: "Unread", flaws: list[str], *, partial: bool) -> ImportJob | None:
        if not isinstance(raw, Mapping):
            flaws.append("no job, but something else")
            return None
        if not _is_job_id(job_id := raw.get(self.id)):
            flaws.append(f"no usable {self.id}")
            return None
        outcome = self._outcome(raw, flaws)
        created_at, completed_at = moment(raw, self.created, flaws), moment(raw, self.completed, flaws)
        if created_at and completed_at and completed_at < created_at:
            # Taken at its word, it could make history of a job that has only just finished.
            flaws.append(f"{self.completed} before {self.created}")
            completed_at = None
        is_partial = partial and outcome is not None
        return ImportJob(str(job_id), outcome, created_at, completed_at, unread, unread.next, is_partial)

    def _outcome(self, raw: Raw, flaws: list[str]) -> Outcome | None:
        word = text(raw.get(self.status))
        outcome = self.finished.get(word) if word else None
        if outcome is None and word not in self.running:
            flaws.append(f"unknown {self.status} {word[:64]!r}" if word else f"no {self.status}")
        if outcome is Outcome.COMPLETED and is_sign(member(raw, self.failed)):
            return Outcome.COMPLETED_WITH_FAILURES
        return outcome

    def _counts(self, raw: Raw, flaws: list[str]) -> Counts:
        read = {name: count(member(raw, name), name, flaws) for name in dict.fromkeys((*self.processed, self.failed))}
        told = [counter for name in self.processed if (counter := read[name]) is not None]
        return Counts(processed=sum(told) if told else None, failed=read[self.failed])

    def details(self, raw: Raw, target: Target) -> Details:
        """Read the rest of a job."""
        status = text(raw.get(self.status)) or ""
        flaws: list[str] = []
        return Details(
            status=status,
            status_reason=self.reason and text(member(raw, self.reason)),
            never_started=status in self.unstarted,
            application_id=target.application_id,
            name=self.name and text(member(raw, self.name)),
            counts=self._counts(raw, flaws),
            as_listed=shown(raw, self.shown),
            flaws=flaws,
        )


class Unread:
    """A page's jobs, as they were listed."""

    __slots__ = ("_kept", "_members", "_target")

    def __init__(self, members: Members, target: Target) -> None:
        self._members = members
        self._target = target
        self._kept: list[Raw] = []

    @property
    def next(self) -> int:
        """The number of the job to be kept next."""
        return len(self._kept)

    def keep(self, raw: Any) -> None:  # noqa: ANN401 - what was found to be a job
        """Keep what a message tells of a job."""
        self._kept.append(raw)

    def details(self, number: int) -> Details:
        """Read one of them."""
        return self._members.details(self._kept[number], self._target)


def _is_job_id(value: object) -> bool:
    # Under another id it would be another job.
    return (
        isinstance(value, str)
        and value.isprintable()
        and 0 < len(value.encode("utf-8", "replace")) <= MAX_ID
        and redacted(value) == value
    )
