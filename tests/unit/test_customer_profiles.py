"""Customer Profiles' upload jobs, as they are read."""

from typing import Any

import pytest

from import_watch.jobs import Counts, Outcome
from tests.unit.answering import TARGETS, answering

TARGET = TARGETS["customer-profiles"]
LISTED = {"JobId": "0f", "DisplayName": "spring", "CreatedAt": 1779624000}
DONE = {**LISTED, "CompletedAt": 1779624060}
DATES = {"CreatedAt": "2026-05-24T12:00:00.000Z", "CompletedAt": "2026-05-24T12:01:00.000Z"}


@pytest.mark.parametrize(
    ("facts", "outcome", "reason", "never_started"),
    [
        ({"Status": "CREATED"}, None, None, True),
        ({"Status": "IN_PROGRESS"}, None, None, False),
        ({"Status": "SUCCEEDED"}, Outcome.COMPLETED, None, False),
        ({"Status": "PARTIALLY_SUCCEEDED"}, Outcome.COMPLETED_WITH_FAILURES, None, False),
        ({"Status": "FAILED", "StatusReason": "VALIDATION_FAILURE"}, Outcome.FAILED, "VALIDATION_FAILURE", False),
        ({"Status": "STOPPED"}, Outcome.CANCELLED, None, False),
    ],
)
def test_a_job_is_read_as_it_is_listed(
    facts: dict[str, Any], outcome: Outcome | None, reason: str | None, *, never_started: bool
) -> None:
    """Of one that finished, its list doesn't tell all."""
    job = answering("customer-profiles", {"Items": [{**LISTED, **facts}]}).job(TARGET)
    details = job.details()
    assert (job.outcome, job.partial) == (outcome, outcome is not None)
    assert (details.status_reason, details.never_started) == (reason, never_started)
    assert (details.application_id, details.name, details.counts) == ("shop", "spring", Counts())


def test_the_rest_has_counts_and_nothing_of_customers() -> None:
    """Its `Fields` and `UniqueKey` say what is known of them."""
    fields = {"secret": {"Source": "secret", "ContentType": "STRING"}}
    summary = {"UpdatedRecords": 5, "CreatedRecords": 2, "FailedRecords": 0}
    rest = {**DONE, "Status": "SUCCEEDED", "Fields": fields, "UniqueKey": "secret", "ResultsSummary": summary}
    jobs = answering("customer-profiles", {"Items": [{**DONE, "Status": "SUCCEEDED"}]}, rest)
    job = jobs.source.whole(TARGET, jobs.job(TARGET))
    details = job.details()
    assert (job.outcome, details.counts) == (Outcome.COMPLETED, Counts(processed=7, failed=0))
    assert details.as_listed == {
        "JobId": "0f",
        "DisplayName": "spring",
        "Status": "SUCCEEDED",
        **DATES,
        "ResultsSummary": summary,
    }
