"""The jobs of a listing that still matter, the milestones that they have reached, and a fingerprint of it all."""

import hashlib
import json
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from datetime import datetime
from functools import lru_cache

from import_watch.jobs import ImportJob, Kind, Milestone
from import_watch.policy import Policy


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
    if Kind.STARTED in policy.notify and not job.details().never_started:
        yield Due(job=job, milestone=Milestone.STARTED, kind=Kind.STARTED)
    if job.created_at is not None and now - job.created_at >= policy.overdue_after:
        yield Due(job=job, milestone=Milestone.OVERDUE, kind=Kind.OVERDUE)


@lru_cache(16)  # it is asked for by every target of a watch
def _rules(policy: Policy) -> str:
    rules = {**asdict(policy), "notify": sorted(policy.notify)}
    return json.dumps(rules, sort_keys=True, default=str)
