"""Cognito's user import jobs, as they are read."""

from typing import Any

import pytest

from import_watch.jobs import Counts, Outcome
from tests.builders import MINUTE, NOW
from tests.unit.answering import TARGETS, answering

TARGET = TARGETS["cognito"]
POOL = TARGET.application_id
WITHHELD = {
    "PreSignedUrl": "https://b/k?X-Amz-Signature=5ec2e7",
    "CloudWatchLogsRoleArn": "arn:aws:iam::123456789012:role/import",
}
LISTED = {"JobId": "import-1", "JobName": "spring", "UserPoolId": POOL, "CreationDate": 1779624000, **WITHHELD}
ENDED = {"CompletionDate": 1779624060}


def users(imported: int, skipped: int, failed: int) -> dict[str, int]:
    return {"ImportedUsers": imported, "SkippedUsers": skipped, "FailedUsers": failed}


@pytest.mark.parametrize(
    ("facts", "outcome", "counts"),
    [
        ({"Status": "Created"}, None, Counts()),
        ({"Status": "Pending", **users(0, 0, 0)}, None, Counts(processed=0, failed=0)),
        ({"Status": "InProgress", **users(1, 0, 1)}, None, Counts(processed=2, failed=1)),
        ({"Status": "Stopping"}, None, Counts()),
        ({"Status": "Succeeded", **ENDED, **users(5, 2, 0)}, Outcome.COMPLETED, Counts(processed=7, failed=0)),
        (
            {"Status": "Succeeded", **ENDED, **users(5, 2, 1)},
            Outcome.COMPLETED_WITH_FAILURES,
            Counts(processed=8, failed=1),
        ),
        ({"Status": "Failed", **ENDED, **users(0, 0, 3)}, Outcome.FAILED, Counts(processed=3, failed=3)),
        ({"Status": "Stopped", **ENDED}, Outcome.CANCELLED, Counts()),
        ({"Status": "Expired", **ENDED}, Outcome.CANCELLED, Counts()),
    ],
)
def test_a_job_is_read_as_it_is_listed(facts: dict[str, Any], outcome: Outcome | None, counts: Counts) -> None:
    """Users who were skipped have not failed; a job that expired was never started, and one that stopped was."""
    job = answering("cognito", {"UserImportJobs": [{**LISTED, **facts}]}).job(TARGET)
    details = job.details()
    assert (job.outcome, job.partial, details.counts) == (outcome, False, counts)
    assert (job.created_at, job.completed_at) == (NOW, NOW + MINUTE if "CompletionDate" in facts else None)
    assert details.never_started is (facts["Status"] == "Created")
    assert (details.application_id, details.name, details.status_reason) == (POOL, "spring", None)


def test_all_is_told_but_what_is_withheld() -> None:
    """With the URL, whoever has it gives the job its file."""
    dates = {"StartDate": 1779624001.5, **ENDED}
    facts = {"Status": "Failed", "CompletionMessage": "Too_many_errors", "PasswordHashingAlgorithm": "BCRYPT"}
    job = answering("cognito", {"UserImportJobs": [{**LISTED, **dates, **facts, **users(1, 2, 3)}]}).job(TARGET)
    details = job.details()
    assert details.status_reason == "Too_many_errors"
    assert details.as_listed == {
        "JobId": "import-1",
        "JobName": "spring",
        "UserPoolId": POOL,
        **facts,
        "CreationDate": "2026-05-24T12:00:00.000Z",
        "StartDate": "2026-05-24T12:00:01.500Z",
        "CompletionDate": "2026-05-24T12:01:00.000Z",
        **users(1, 2, 3),
    }
