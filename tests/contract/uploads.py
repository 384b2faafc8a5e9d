"""Samples of messages about upload jobs: what their keys hold where there is no segment."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime

from import_watch.jobs import Kind, Milestone, Target
from import_watch.live import Due
from import_watch.messages import Message, job_message
from import_watch.policy import Watch
from import_watch.sources.customer_profiles import UploadJobs
from local.stand_in import upload_job
from tests.builders import EVER

TARGET = Target("customer-profiles", "example-domain")
CREATED = datetime(2026, 5, 24, 15, 26, 33, 995_000, UTC)
COMPLETED = datetime(2026, 5, 24, 21, 26, 47, 120_000, UTC)
SUMMARY = {"UpdatedRecords": 4000, "CreatedRecords": 988, "FailedRecords": 12}
JOBS = (
    upload_job(
        str(TARGET),
        f"{1:032x}",
        "SUCCEEDED",
        created=COMPLETED.replace(second=33, microsecond=995_000),
        completed=COMPLETED,
        DisplayName="Spring newsletter",
        ResultsSummary=SUMMARY,
    ),
    upload_job(str(TARGET), f"{2:032x}", "CREATED", created=CREATED, DisplayName="Summer newsletter"),
)


def messages(watch: Watch, observed_at: datetime) -> Mapping[str, Message]:
    """Give them by the names of their files: a job of which records failed, and one that nobody has started."""
    failed, unstarted = UploadJobs.members.page(JOBS, TARGET, EVER).jobs
    dues = {
        "upload-completed-with-failures.json": Due(
            job=failed, milestone=Milestone.FINISHED, kind=Kind.COMPLETED_WITH_FAILURES
        ),
        "upload-never-started.json": Due(job=unstarted, milestone=Milestone.OVERDUE, kind=Kind.OVERDUE),
    }
    its = replace(watch, targets=(TARGET,))
    return {name: job_message(due, watch=its, target=TARGET, observed_at=observed_at) for name, due in dues.items()}
