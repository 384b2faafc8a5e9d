"""What a person wants to know of a job, read as the function reads it."""

from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from types import ModuleType
from typing import Any, Final

from import_watch.jobs import Counts, Outcome, Target

NO_ID: Final = "-"
EVER: Final = datetime.min.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """A job as one listing showed it."""

    id: str
    status: str
    """Pinpoint's own word, or `-`."""
    outcome: Outcome | None
    """None while it is running."""
    created_at: datetime | None
    completed_at: datetime | None
    counts: Counts
    segment: str | None
    """Its name, else its id."""

    @property
    def is_fine(self) -> bool:
        """Whether it finished, and nothing failed."""
        return self.outcome is Outcome.COMPLETED

    def happened_since(self, moment: datetime) -> bool:
        """Tell whether it was created or finished since then; one whose dates can't be read may have been."""
        dates = [date for date in (self.created_at, self.completed_at) if date]
        return not dates or max(dates) >= moment


def read(raw: dict[str, Any], target: Target) -> Facts:
    """Read what can be read; one without an Id that the function would take still shows its status."""
    usable = _reading().read_page({"Item": [raw]}, target, EVER).jobs
    if not usable:
        usable = _reading().read_page({"Item": [{**raw, "Id": NO_ID}]}, target, EVER).jobs
    job = usable[0]
    details = job.details()
    return Facts(
        id=job.id,
        status=details.status or "-",
        outcome=job.outcome,
        created_at=job.created_at,
        completed_at=job.completed_at,
        counts=details.counts,
        segment=details.segment_name or details.segment_id,
    )


@cache
def _reading() -> ModuleType:
    from import_watch.sources import pinpoint_job  # noqa: PLC0415 - imports botocore

    return pinpoint_job
