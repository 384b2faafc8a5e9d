"""Mail Manager's import jobs, as they are read."""

from typing import Any

import pytest

from import_watch.jobs import Counts, Outcome
from tests.builders import MINUTE, NOW
from tests.unit.answering import TARGETS, answering

TARGET = TARGETS["mailmanager"]
LISTED = {
    "JobId": "job-1",
    "Name": "spring",
    "AddressListId": "al-123",
    "ImportDataFormat": {"ImportDataType": "CSV"},
    "CreatedTimestamp": 1779624000,
    "PreSignedUrl": "https://b/k?X-Amz-Signature=5ec2e7",
}
ENDED = {"CompletedTimestamp": 1779624060}


def items(imported: int, failed: int) -> dict[str, int]:
    return {"ImportedItemsCount": imported, "FailedItemsCount": failed}


@pytest.mark.parametrize(
    ("facts", "outcome", "counts"),
    [
        ({"Status": "CREATED"}, None, Counts()),
        ({"Status": "PROCESSING", **items(1, 1)}, None, Counts(processed=2, failed=1)),
        ({"Status": "COMPLETED", **ENDED, **items(5, 0)}, Outcome.COMPLETED, Counts(processed=5, failed=0)),
        (
            {"Status": "COMPLETED", **ENDED, **items(5, 1)},
            Outcome.COMPLETED_WITH_FAILURES,
            Counts(processed=6, failed=1),
        ),
        ({"Status": "FAILED", **ENDED}, Outcome.FAILED, Counts()),
        ({"Status": "STOPPED", **ENDED}, Outcome.CANCELLED, Counts()),
    ],
)
def test_a_job_is_read_as_it_is_listed(facts: dict[str, Any], outcome: Outcome | None, counts: Counts) -> None:
    """One that was created only waits for somebody to start it."""
    job = answering("mailmanager", {"ImportJobs": [{**LISTED, **facts}]}).job(TARGET)
    details = job.details()
    assert (job.outcome, job.partial, details.counts) == (outcome, False, counts)
    assert (job.created_at, job.completed_at) == (NOW, NOW + MINUTE if "CompletedTimestamp" in facts else None)
    assert details.never_started is (facts["Status"] == "CREATED")
    assert (details.application_id, details.name, details.status_reason) == ("al-123", "spring", None)


def test_all_is_told_but_what_is_withheld() -> None:
    """With the URL, whoever has it gives the job its file."""
    facts = {"Status": "FAILED", "Error": "no such column", **items(0, 2)}
    job = answering("mailmanager", {"ImportJobs": [{**LISTED, **ENDED, **facts}]}).job(TARGET)
    details = job.details()
    assert details.status_reason == "no such column"
    assert details.as_listed == {
        **{name: value for name, value in LISTED.items() if name != "PreSignedUrl"},
        **facts,
        "CreatedTimestamp": "2026-05-24T12:00:00.000Z",
        "CompletedTimestamp": "2026-05-24T12:01:00.000Z",
    }
