"""Reading jobs as botocore gives them, by the names that an API has for their members."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final, TypeAlias

from import_watch.confidential import cleaned, cleaned_members, redacted
from import_watch.jobs import Counts, Details, ImportJob, Json, Outcome, Target, parse_timestamp, timestamp
from import_watch.listing import Page

Raw: TypeAlias = Mapping[str, Any]
EVER: Final = datetime.min.replace(tzinfo=UTC)
"""Nothing is history yet."""
MAX_ID: Final = 256  # bytes; the table's sort key ends at 1,024


@dataclass(frozen=True, slots=True, kw_only=True)
class Members:
    """What an API calls the members of a job, and what its statuses mean."""

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
    counts: Callable[[Raw], Counts]
    """Reads the counters; what is no whole number counts as not told."""

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
        word = raw.get(self.status)
        outcome = self.finished.get(word) if isinstance(word, str) else None
        if outcome is None:
            if word not in self.running:
                flaws.append(f"unknown {self.status} {str(cleaned(word))[:64]!r}" if word else f"no {self.status}")
            return None
        failed = self.counts(raw).failed
        return Outcome.COMPLETED_WITH_FAILURES if outcome is Outcome.COMPLETED and failed else outcome

    def details(self, raw: Raw, target: Target) -> Details:
        """Read the rest of a job."""
        status = text(raw.get(self.status)) or ""
        return Details(
            status=status,
            status_reason=self.reason and text(raw.get(self.reason)),
            never_started=status in self.unstarted,
            application_id=target.application_id,
            name=self.name and text(raw.get(self.name)),
            counts=self.counts(raw),
            as_listed=shown(raw, self.shown),
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


def moment(raw: Raw, name: str, flaws: list[str]) -> datetime | None:
    """Read a date; None, and a flaw, where it is none."""
    value = raw.get(name)
    if value is None:
        return None
    try:
        if isinstance(value, datetime):
            return value.astimezone(UTC)
        return parse_timestamp(str(cleaned(value)))
    except (OverflowError, ValueError):
        flaws.append(f"{name} is no date")
        return None


def count(raw: Raw, name: str) -> int | None:
    """Read a counter; None where it isn't told, or is no whole number."""
    value = raw.get(name)
    return value if isinstance(value, int) and not isinstance(value, bool) else None


def total(*counters: int | None) -> int | None:
    """Add up counters; None where none is told."""
    told = [counter for counter in counters if counter is not None]
    return sum(told) if told else None


def text(value: object) -> str | None:
    """Read a text that can be encoded, without what is confidential; None for an empty one or none."""
    return str(cleaned(value)).encode("utf-8", "replace").decode() or None if isinstance(value, str) else None


def shown(raw: Raw, names: Sequence[str]) -> dict[str, Json]:
    """Give members of these names as JSON has them, dates as AWS writes them; a null is none."""
    return cleaned_members({name: _written(raw[name]) for name in names if raw.get(name) is not None})


def _written(value: object) -> object:
    match value:
        case datetime():
            return timestamp(value)
        case Mapping():
            return {str(name): _written(each) for name, each in value.items()}
        case list():
            return [_written(each) for each in value]
        case _:
            return value
