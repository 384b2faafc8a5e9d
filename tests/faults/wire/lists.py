"""What a story's lists hold: jobs, as each service lists them, and as they tell of themselves where that differs."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final, TypeAlias

from local.stand_in import Page, StandIn, import_job, upload_job

PINPOINT, CUSTOMER_PROFILES = "pinpoint", "customer-profiles"

Calendar: TypeAlias = Callable[[float], datetime]
"""The time at a minute of a story."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """An import job as it is listed; times in minutes of the story."""

    id: str
    status: str = "PROCESSING"
    created: float = -10
    completed: float | None = None
    failures: int = 0
    itself: str | None = None
    """Its status as it tells of itself, where its list says another; its failures, a list of uploads never tells."""
    gone: bool = False
    """Whether it can't be asked for any more, though it is listed."""

    def times(self, moment: Calendar) -> tuple[datetime, datetime | None]:
        """Tell when it was created, and when it was completed."""
        return moment(self.created), None if self.completed is None else moment(self.completed)


def show(stand_in: StandIn, target: str, jobs: Sequence[Job] | None, moment: Calendar) -> None:
    """Let a target list these jobs from now on; None: it is gone."""
    stand_in.jobs.remove(target)
    stand_in.jobs.script(target, ())
    if jobs is not None:
        _SHOWN[target.partition(":")[0]](stand_in, target, jobs, moment)


def _imports(stand_in: StandIn, target: str, jobs: Sequence[Job], moment: Calendar) -> None:
    listed = []
    for job in jobs:
        created, completed = job.times(moment)
        one = import_job(target, job.id, job.status, created=created, completed=completed, TotalFailures=job.failures)
        listed.append(one)
    stand_in.jobs.put(target, *listed)


def _uploads(stand_in: StandIn, target: str, jobs: Sequence[Job], moment: Calendar) -> None:
    listed = []
    for job in jobs:
        created, completed = job.times(moment)
        listed.append(upload_job(target, job.id, job.status, created=created, completed=completed))
        if not job.gone:
            summary = {"FailedRecords": job.failures}
            status = job.itself or job.status
            itself = upload_job(target, job.id, status, created=created, completed=completed, ResultsSummary=summary)
            stand_in.jobs.put(target, itself)
    stand_in.jobs.put(target)
    stand_in.jobs.script(target, [Page(listed)])


_Shown: TypeAlias = Callable[[StandIn, str, Sequence[Job], Calendar], None]
_SHOWN: Final[Mapping[str, _Shown]] = {PINPOINT: _imports, CUSTOMER_PROFILES: _uploads}
