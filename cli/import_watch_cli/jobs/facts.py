"""What a person wants to know of a job, read as the function reads it."""

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final

from import_watch.jobs import Counts, Outcome

if TYPE_CHECKING:
    from import_watch_cli.jobs.listing import Asked

NO_ID: Final = "-"


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """A job as one listing showed it."""

    id: str
    status: str
    """The service's own word, or `-`."""
    outcome: Outcome | None
    """None while it is running."""
    created_at: datetime | None
    completed_at: datetime | None
    counts: Counts
    name: str | None
    """Its segment's name or else id, or its own."""

    @property
    def is_fine(self) -> bool:
        """Whether it finished, and nothing failed."""
        return self.outcome is Outcome.COMPLETED

    def happened_since(self, moment: datetime) -> bool:
        """Tell whether it was created or finished since then; one whose dates can't be read may have been."""
        dates = [date for date in (self.created_at, self.completed_at) if date]
        return not dates or max(dates) >= moment


def read(raw: dict[str, Any], asked: "Asked") -> Facts:
    """Read what can be read; one without an id that the function would take still shows its status."""
    source, target = asked.manifest.source, asked.target
    usable = source.read([raw], target).jobs or source.read([{**raw, asked.asking.id: NO_ID}], target).jobs
    job = usable[0]
    details = job.details()
    return Facts(
        id=job.id,
        status=details.status or "-",
        outcome=job.outcome,
        created_at=job.created_at,
        completed_at=job.completed_at,
        counts=details.counts,
        name=details.segment_name or details.segment_id or details.name,
    )
