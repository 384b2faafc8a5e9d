"""Reading jobs as Pinpoint gives them: what is there is used, what is not is no obstacle."""

from datetime import UTC, datetime
from typing import Any

import pytest

from import_watch.jobs import Counts, Outcome, Target
from import_watch.sources.pinpoint_job import RUNNING
from tests.builders import TARGET, read_job

WHOLE: dict[str, Any] = {
    "ApplicationId": "app",
    "CompletedPieces": 10,
    "CompletionDate": "2018-05-24T21:26:45.308Z",
    "CreationDate": "2018-05-24T21:26:33.995Z",
    "Definition": {
        "DefineSegment": True,
        "ExternalId": "external",
        "Format": "CSV",
        "RoleArn": "arn:aws:iam::123456789012:role/import",
        "S3Url": "s3://bucket/file.csv",
        "SegmentId": "from-definition",
        "SegmentName": "Spring",
    },
    "FailedPieces": 0,
    "Failures": ["somebody@example.com: bad row"],
    "Id": "job-1",
    "JobStatus": "COMPLETED",
    "TotalFailures": 1,
    "TotalPieces": 10,
    "TotalProcessed": 5000,
    "Type": "IMPORT",
}


def test_the_target_s_segment_wins() -> None:
    """It is what was asked for."""
    job, _ = read_job(WHOLE, TARGET)
    assert job is not None
    assert job.details().segment_id == "seg"


def test_a_whole_job_is_read_whole() -> None:
    """Every field of the API reference's sample."""
    job, flaws = read_job(WHOLE, Target("pinpoint", "app"))
    assert flaws == []
    assert job is not None
    assert (job.id, job.outcome) == ("job-1", Outcome.COMPLETED_WITH_FAILURES)
    assert job.created_at == datetime(2018, 5, 24, 21, 26, 33, 995000, tzinfo=UTC)
    assert job.completed_at == datetime(2018, 5, 24, 21, 26, 45, 308000, tzinfo=UTC)
    details = job.details()
    assert (details.status, details.application_id) == ("COMPLETED", "app")
    assert (details.segment_id, details.segment_name) == ("from-definition", "Spring")
    assert details.counts == Counts(processed=5000, failed=1, total_pieces=10, completed_pieces=10, failed_pieces=0)
    assert details.failures == ("somebody@example.com: bad row",)


def test_what_must_not_travel_is_left_out() -> None:
    """Failed rows, the role and the external id; the rest is the job as listed."""
    job, _ = read_job(WHOLE, TARGET)
    assert job is not None
    definition = {name: value for name, value in WHOLE["Definition"].items() if name not in ("ExternalId", "RoleArn")}
    assert job.details().as_listed == {**{n: v for n, v in WHOLE.items() if n != "Failures"}, "Definition": definition}


def test_a_job_of_an_id_and_a_status_is_enough() -> None:
    """The target tells the rest."""
    job, flaws = read_job({"Id": "job-1", "JobStatus": "COMPLETED"}, TARGET)
    assert flaws == []
    assert job is not None
    details = job.details()
    assert (job.outcome, details.application_id, details.segment_id) == (Outcome.COMPLETED, "app", "seg")
    assert (job.created_at, job.completed_at, details.counts) == (None, None, Counts())


@pytest.mark.parametrize(
    ("facts", "outcome"),
    [
        ({"JobStatus": "COMPLETED"}, Outcome.COMPLETED),
        ({"JobStatus": "COMPLETED", "TotalFailures": 0, "FailedPieces": 0, "Failures": []}, Outcome.COMPLETED),
        ({"JobStatus": "COMPLETED", "TotalFailures": -1}, Outcome.COMPLETED),
        ({"JobStatus": "COMPLETED", "TotalFailures": 1}, Outcome.COMPLETED_WITH_FAILURES),
        ({"JobStatus": "COMPLETED", "FailedPieces": 1}, Outcome.COMPLETED_WITH_FAILURES),
        ({"JobStatus": "COMPLETED", "Failures": ["row"]}, Outcome.COMPLETED_WITH_FAILURES),
        ({"JobStatus": "FAILED", "TotalFailures": 1}, Outcome.FAILED),
        ({"JobStatus": "CANCELLED"}, Outcome.CANCELLED),
        *(({"JobStatus": status}, None) for status in sorted(RUNNING)),
    ],
)
def test_outcomes(facts: dict[str, Any], outcome: Outcome | None) -> None:
    """Any sign of failed rows makes a completed job one with failures."""
    job, flaws = read_job({"Id": "job-1", **facts}, TARGET)
    assert job is not None
    assert (job.outcome, flaws) == (outcome, [])


MORE: list[Any] = ["3", " 3", "few", "nan", True, 0.5, 1e308, 10**400, [None], {"a": 1}]
NONE: list[Any] = [None, False, 0, 0.0, "", [], {}]
NOT_MORE: list[Any] = [*NONE, "0", "-3", -2.5]


@pytest.mark.parametrize(
    ("facts", "outcome"),
    [
        *(({"TotalFailures": more}, Outcome.COMPLETED_WITH_FAILURES) for more in MORE),
        *(({"FailedPieces": more}, Outcome.COMPLETED_WITH_FAILURES) for more in MORE),
        *(({"TotalFailures": less}, Outcome.COMPLETED) for less in NOT_MORE),
        *(({"Failures": rows}, Outcome.COMPLETED_WITH_FAILURES) for rows in MORE),
        *(({"Failures": none}, Outcome.COMPLETED) for none in NONE),
    ],
)
def test_a_sign_of_failed_rows_is_one_whatever_its_type(facts: dict[str, Any], outcome: Outcome) -> None:
    """Who is told of no failed rows must be able to trust it."""
    job, _ = read_job({"Id": "job-1", "JobStatus": "COMPLETED", **facts}, TARGET)
    assert job is not None
    assert job.outcome is outcome


@pytest.mark.parametrize(
    ("facts", "flaw"),
    [
        ({"JobStatus": "EXPLODED"}, "unknown JobStatus 'EXPLODED'"),
        ({"JobStatus": None}, "no JobStatus"),
        ({"JobStatus": ""}, "no JobStatus"),
        ({"CreationDate": "yesterday"}, "CreationDate is no date"),
        ({"CompletionDate": "2018-99-24"}, "CompletionDate is no date"),
        ({"CompletionDate": 5}, "CompletionDate is no date"),
        ({"CompletionDate": "9999-12-31T23:59:59-14:00"}, "CompletionDate is no date"),
        ({"CreationDate": "0001-01-01T00:00:00+14:00"}, "CreationDate is no date"),
        ({"ApplicationId": "x" * 65}, "ApplicationId is no id"),
        ({"TotalFailures": "12"}, "TotalFailures is no number"),
        ({"TotalProcessed": True}, "TotalProcessed is no number"),
    ],
)
def test_a_flaw_is_told_and_the_rest_is_used(facts: dict[str, Any], flaw: str) -> None:
    """One malformed field doesn't spoil its job."""
    job, flaws = read_job({"Id": "job-1", "JobStatus": "PROCESSING", **facts}, TARGET)
    assert flaws == [flaw]
    assert job is not None
    assert job.outcome is None


@pytest.mark.parametrize("job_id", [None, "", 7, "x" * 257, "\U0001f680" * 65, "line\nbreak", "\ud800"])
def test_a_job_without_a_usable_id_is_only_told(job_id: object) -> None:
    """There is nothing to tell it from others by."""
    assert read_job({"Id": job_id, "JobStatus": "COMPLETED"}, TARGET) == (None, ["no usable Id"])


def test_an_entry_that_is_no_job_is_only_told() -> None:
    """A null among the jobs, say."""
    assert read_job(None, TARGET) == (None, ["no job, but something else"])


def test_odd_shapes_are_no_obstacle() -> None:
    """A definition that is none, failures that are no list, texts that can't be encoded."""
    job, _ = read_job(
        {"Id": "j", "JobStatus": "FAILED", "Definition": None, "Failures": "no", "ApplicationId": ""}, TARGET
    )
    assert job is not None
    details = job.details()
    assert (details.failures, details.application_id) == ((), "app")
    job, _ = read_job({"Id": "j", "ApplicationId": "a\ud800", "JobStatus": "\ud800"}, TARGET)
    assert job is not None
    details = job.details()
    assert (details.application_id, details.status) == ("app", "?")
