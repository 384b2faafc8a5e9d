"""The decision: what a listing means, given what is already recorded. Plain values in, frozen values out."""

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from functools import lru_cache

from import_watch.jobs import ImportJob, Kind, Milestone, Trouble, timestamp
from import_watch.policy import Policy

FIRST_SIGHT_WINDOW = timedelta(hours=1)
"""How far before a target's first sight a finish is still looked at, and recorded as suppressed."""
HISTORY_AFTER = timedelta(days=30)
"""A job that finished longer ago than this is history: it is neither read nor written again."""
PASSING = frozenset({Trouble.THROTTLED, Trouble.BROKEN})
"""Troubles that often pass by themselves."""
PATIENCE = timedelta(minutes=15)
"""How long a target may have them before that is announced."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ledger:
    """What a target's last complete listing looked like, and how the target fares."""

    first_seen_at: datetime
    """T0: what finished up to here, before the target's first complete listing, is not announced."""
    settled_before: datetime
    """A job that finished up to here is history."""
    sighted: bool = False
    """Whether a complete listing was ever decided on."""
    digest: str | None = None
    failing_since: datetime | None = None
    failing_reason: Trouble | None = None
    unavailable_recorded: bool = False
    recovering: bool = False
    """Whether the failure was seen to end, and that may not have been announced yet."""
    idle: bool = False
    """Whether the listing that was settled last had no running job; noted only where that makes a difference."""
    applications: frozenset[str] = frozenset()
    """Of a whole account, those that are known: their ids."""


def first_ledger(policy: Policy, now: datetime) -> Ledger:
    """Begin a target's ledger at its first sight."""
    first_seen_at = now - policy.announce_finished_within
    return Ledger(first_seen_at=first_seen_at, settled_before=first_seen_at - FIRST_SIGHT_WINDOW)


class Reason(StrEnum):
    """Why an announcement is recorded but not sent."""

    FIRST_SIGHT = "first_sight"
    LATE = "late"
    UNWANTED = "unwanted"
    RECOVERED = "recovered"
    """A target's failure was over before it was announced."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Due:
    """A milestone that a job has reached."""

    job: ImportJob
    milestone: Milestone
    kind: Kind

    @property
    def key(self) -> str:
        """What identifies it within its target."""
        return f"{self.job.id}#{self.milestone}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Recorded:
    """What the table holds of an announcement: its kind and, if it was not to be sent, why.

    In words that only a later version may know, which wrote them before it was rolled back.
    """

    kind: str
    suppressed: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """What to do about one milestone: announce it, or record why not."""

    due: Due
    suppressed: Reason | None
    instead_of: str | None = None
    """What was suppressed as unwanted, where this takes its place."""


class Live:
    """The live jobs of one listing, gathered page by page; history passes through and is forgotten.

    A job listed more than once counts as its most advanced entry, whatever the order.
    """

    def __init__(self, settled_before: datetime) -> None:
        self._settled_before = settled_before
        self._jobs: dict[str, ImportJob] = {}

    def add(self, jobs: Iterable[ImportJob]) -> None:
        """Take in one page."""
        by_id, settled_before = self._jobs, self._settled_before
        for job in jobs:
            if is_live(job, settled_before) and (known := by_id.setdefault(job.id, job)) is not job:
                by_id[job.id] = max(known, job, key=_progress)

    @property
    def idle(self) -> bool:
        """Whether no job is running."""
        return all(job.outcome is not None for job in self._jobs.values())

    def due(self, policy: Policy, now: datetime) -> list[Due]:
        """Every milestone that these jobs have reached, in a fixed order."""
        return [due for _, job in sorted(self._jobs.items()) for due in _milestones(job, policy, now)]

    def digest(self, policy: Policy, now: datetime, settled_before: datetime, *, idle: bool) -> str:
        """Fingerprint everything that a decision depends on: two equal ones need no second look."""
        facts = []
        for job in self._jobs.values():
            if job.outcome is None:
                facts += [f"{job.id}#{due.kind}" for due in _milestones(job, policy, now)]
            elif settled_before == self._settled_before or is_live(job, settled_before):
                facts.append(job.id + "#" + job.outcome)
        facts.sort()
        return hashlib.sha256("\n".join([_rules(policy), str(idle), *facts]).encode()).hexdigest()


def is_live(job: ImportJob, settled_before: datetime) -> bool:
    """Tell whether a job still matters: not finished, finished lately, or finished nobody knows when."""
    return job.outcome is None or job.completed_at is None or job.completed_at > settled_before


def _progress(job: ImportJob) -> tuple[bool, int, int, str]:
    details = job.details()
    counts = details.counts
    everything = json.dumps(details.as_listed, sort_keys=True)  # only to make the choice independent of the order
    return (job.outcome is not None, counts.processed or 0, counts.failed or 0, everything)


def _milestones(job: ImportJob, policy: Policy, now: datetime) -> Iterator[Due]:
    if job.outcome is not None:
        yield Due(job=job, milestone=Milestone.FINISHED, kind=Kind(job.outcome))
        return
    if Kind.STARTED in policy.notify:
        yield Due(job=job, milestone=Milestone.STARTED, kind=Kind.STARTED)
    if job.created_at is not None and now - job.created_at >= policy.overdue_after:
        yield Due(job=job, milestone=Milestone.OVERDUE, kind=Kind.OVERDUE)


def history_begins(ledger: Ledger, now: datetime) -> datetime:
    """Where history begins once this listing is settled; it never moves back."""
    return max(ledger.settled_before, now - HISTORY_AFTER)


@lru_cache(16)  # it is asked for by every target of a watch
def _rules(policy: Policy) -> str:
    rules = {**asdict(policy), "notify": sorted(policy.notify)}
    return json.dumps(rules, sort_keys=True, default=str)


def decide(
    dues: Iterable[Due], recorded: Mapping[str, Recorded], ledger: Ledger, policy: Policy, now: datetime
) -> Iterator[Change]:
    """Yield what is to be done about milestones that have no announcement yet, or one that no longer fits."""
    for due in dues:
        known = recorded.get(due.key)
        if known is None:
            yield Change(due=due, suppressed=_suppressed(due, ledger, policy, now))
        elif known.suppressed == Reason.UNWANTED and known.kind != due.kind and due.kind in policy.notify:
            yield Change(due=due, suppressed=None, instead_of=known.kind)


def _suppressed(due: Due, ledger: Ledger, policy: Policy, now: datetime) -> Reason | None:
    if due.milestone is Milestone.FINISHED:
        finished = due.job.completed_at
        if not ledger.sighted and _before_first_sight(due.job, ledger.first_seen_at):
            return Reason.FIRST_SIGHT
        if finished is not None and now - finished > policy.announce_not_older_than:
            return Reason.LATE
    return None if due.kind in policy.notify else Reason.UNWANTED


def _before_first_sight(job: ImportJob, first_seen_at: datetime) -> bool:
    moment = job.completed_at or job.created_at
    return moment is None or moment <= first_seen_at


def is_unavailable(trouble: Trouble, ledger: Ledger, now: datetime) -> bool:
    """Tell whether a target that fails again is to be announced as unavailable: once, and not at the first failure."""
    since = ledger.failing_since
    if since is None or since >= now or ledger.unavailable_recorded:
        return False
    in_a_row = not {trouble, ledger.failing_reason} & PASSING
    return in_a_row or now - since >= PATIENCE


def target_key(kind: Kind, failing_since: datetime) -> str:
    """Name a target's announcement among those of its target."""
    return f"#target#{kind}#{timestamp(failing_since)}"
