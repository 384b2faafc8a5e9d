"""Values as tests want them: whole by default, one fact changed at a time."""

from datetime import UTC, datetime, timedelta
from typing import Any

from import_watch.jobs import Counts, ImportJob, Outcome, Target
from import_watch.policy import Policy, Watch

NOW = datetime(2026, 5, 24, 12, 0, tzinfo=UTC)
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
TARGET = Target("pinpoint", "app", "seg")
OTHER = Target("pinpoint", "app", "other")
PK = f"newsletter#{TARGET}"
TOPIC = "arn:aws:sns:us-east-1:123456789012:topic"


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
    return ImportJob(
        **{
            "id": job_id,
            "status": status,
            "outcome": outcome,
            "application_id": target.application_id,
            "segment_id": target.segment_id,
            "created_at": created,
            "completed_at": completed,
            "counts": Counts(),
            "as_listed": {"Id": job_id, "JobStatus": status},
            **facts,
        }
    )


def a_watch(*targets: Target, name: str = "newsletter", **policy: Any) -> Watch:
    """Build a watch of one target, unless told otherwise."""
    return Watch(name=name, targets=targets or (TARGET,), policy=Policy(**policy))
