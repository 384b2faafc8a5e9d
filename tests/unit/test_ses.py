"""SES's import jobs, as they are read."""

from typing import Any

import pytest

from import_watch.jobs import Counts, ImportJob, Outcome, Target
from tests.builders import MINUTE, NOW
from tests.unit.answering import Answering, answering

SUPPRESSION, CONTACTS = Target("ses", "suppression-list"), Target("ses", "contact-list")
INTO = {"ContactListDestination": {"ContactListName": "news", "ContactListImportAction": "PUT"}}
LISTED = {"JobId": "0f", "ImportDestination": INTO, "CreatedTimestamp": 1779624000}
FAILED = {**LISTED, "JobStatus": "FAILED"}
SIGNED = "https://b.s3.amazonaws.com/rows.csv?X-Amz-Signature=5ec2e7"


def rest(listed: dict[str, Any], answer: Any) -> tuple[Answering, ImportJob]:
    """Ask for the rest of a job that is listed so."""
    jobs = answering("ses", {"ImportJobs": [listed], "NextToken": None}, answer)
    return jobs, jobs.source.whole(CONTACTS, jobs.job(CONTACTS))


@pytest.mark.parametrize(
    ("facts", "outcome", "counts"),
    [
        ({"JobStatus": "CREATED"}, None, Counts()),
        ({"JobStatus": "PROCESSING", "FailedRecordsCount": 1}, None, Counts(failed=1)),
        ({"JobStatus": "COMPLETED", "FailedRecordsCount": 0}, Outcome.COMPLETED, Counts(failed=0)),
        (
            {"JobStatus": "COMPLETED", "ProcessedRecordsCount": 9, "FailedRecordsCount": 2},
            Outcome.COMPLETED_WITH_FAILURES,
            Counts(processed=9, failed=2),
        ),
        ({"JobStatus": "FAILED", "FailedRecordsCount": 2}, Outcome.FAILED, Counts(failed=2)),
        ({"JobStatus": "CANCELLED"}, Outcome.CANCELLED, Counts()),
    ],
)
def test_a_job_is_read_as_it_is_listed(facts: dict[str, Any], outcome: Outcome | None, counts: Counts) -> None:
    """No date says when it finished, and none of them waits for somebody to start it."""
    job = answering("ses", {"ImportJobs": [{**LISTED, **facts}]}).job(CONTACTS)
    details = job.details()
    assert (job.outcome, job.partial) == (outcome, outcome is not None)
    assert (job.created_at, job.completed_at) == (NOW, None)
    assert (details.counts, details.never_started) == (counts, False)
    assert (details.application_id, details.name, details.status_reason) == ("contact-list", None, None)


@pytest.mark.parametrize(("target", "kind"), [(SUPPRESSION, "SUPPRESSION_LIST"), (CONTACTS, "CONTACT_LIST")])
def test_each_kind_of_list_has_jobs_of_its_own(target: Target, kind: str) -> None:
    """Page after page, all of that kind."""
    jobs = answering("ses", {"ImportJobs": [], "NextToken": "b"}, {"ImportJobs": [], "NextToken": None})
    jobs.pages(target)
    asked = {"url": "/v2/email/import-jobs/list", "ImportDestinationType": kind, "PageSize": 50}
    assert jobs.asked == [asked, {**asked, "NextToken": "b"}]


def test_the_rest_tells_when_and_why_a_job_finished() -> None:
    """And where its file is; not where its failed records are, for whoever has that URL may read them."""
    failure = {"ErrorMessage": f"see {SIGNED}", "FailedRecordsS3Url": SIGNED}
    source = {"S3Url": "s3://bucket/file.csv", "DataFormat": "CSV"}
    answer = {**FAILED, "CompletedTimestamp": 1779624060, "ImportDataSource": source, "FailureInfo": failure}
    jobs, job = rest(FAILED, answer)
    details = job.details()
    assert jobs.asked[1:] == [{"url": "/v2/email/import-jobs/0f"}]
    assert (job.outcome, job.completed_at, job.partial) == (Outcome.FAILED, NOW + MINUTE, False)
    cleaned = "see https://b.s3.amazonaws.com/rows.csv?[removed]"
    assert details.status_reason == cleaned
    assert details.as_listed == {
        **FAILED,
        "CreatedTimestamp": "2026-05-24T12:00:00.000Z",
        "CompletedTimestamp": "2026-05-24T12:01:00.000Z",
        "ImportDataSource": source,
        "FailureInfo": {"ErrorMessage": cleaned},
    }


def test_a_job_without_failure_has_no_reason() -> None:
    """Nor anything in its place."""
    done = {**LISTED, "JobStatus": "COMPLETED"}
    for failure in (None, {}, {"FailedRecordsS3Url": SIGNED}):
        _, job = rest(done, {**done, "FailureInfo": failure})
        assert (job.details().status_reason, "FailureInfo" in job.details().as_listed) == (None, False)
