"""Values as tests want them: whole by default, one fact changed at a time."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from import_watch.jobs import Details, ImportJob, Outcome, Target
from import_watch.policy import Policy, Watch
from import_watch.sources.pinpoint_job import read_page

NOW = datetime(2026, 5, 24, 12, 0, tzinfo=UTC)
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
TARGET = Target("pinpoint", "app", "seg")
OTHER = Target("pinpoint", "app", "other")
PK = f"newsletter#{TARGET}"
EVER = datetime.min.replace(tzinfo=UTC)
"""Nothing is history yet."""
TOPIC = "arn:aws:sns:us-east-1:123456789012:topic"
EMAILS = "arn:aws:sns:us-east-1:123456789012:emails"
CHATS = "arn:aws:sns:us-east-1:123456789012:chats"


@dataclass(frozen=True)
class Known:
    """What is told of a job, read already."""

    read: Details

    def details(self, _number: int, /) -> Details:
        return self.read


def a_job(
    job_id: str = "job-1",
    outcome: Outcome | None = Outcome.COMPLETED,
    *,
    created: datetime | None = NOW - HOUR,
    completed: datetime | None = None,
    target: Target = TARGET,
    **facts: Any,
) -> ImportJob:
    """Build a job; a finished one finished just now, unless told otherwise."""
    status = {None: "PROCESSING", Outcome.FAILED: "FAILED", Outcome.CANCELLED: "CANCELLED"}.get(outcome, "COMPLETED")
    details = Details(
        **{
            "status": status,
            "application_id": target.application_id,
            "segment_id": target.segment_id,
            "as_listed": {"Id": job_id, "JobStatus": status},
            **facts,
        }
    )
    return ImportJob(job_id, outcome, created, completed, Known(details), 0)


def read_job(raw: object, target: Target = TARGET) -> tuple[ImportJob | None, Sequence[str]]:
    """Read a job as the source does, from a page of its own, and what is wrong with it."""
    page = read_page({"Item": [raw]}, target, EVER)
    job = page.jobs[0] if page.jobs else None
    return job, [*page.flaws, *(job.details().flaws if job else ())]


def a_watch(*targets: Target, name: str = "newsletter", **policy: Any) -> Watch:
    """Build a watch of one target, unless told otherwise."""
    return Watch(name=name, targets=targets or (TARGET,), policy=Policy(**policy))
