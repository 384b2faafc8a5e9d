"""What subscribers get, whatever the job holds."""

import json
from datetime import datetime
from hashlib import sha256
from typing import Any

import pytest

from import_watch import emails
from import_watch.advice import ADVICE, STEPS
from import_watch.jobs import Counts, ImportJob, Kind, Milestone, Target, Trouble, parse_timestamp
from import_watch.live import Due
from import_watch.messages import DETAIL_TYPES, MAX_JSON, SEVERITIES, Message, job_message, target_message
from import_watch.wording import CAUSES, HEADLINES, SENTENCES
from tests.builders import NOW, TARGET, a_job, a_watch


def a_message(job: ImportJob | None = None, kind: Kind = Kind.COMPLETED, **policy: Any) -> Message:
    due = Due(job=job or a_job(completed=NOW), milestone=Milestone.FINISHED, kind=kind)
    return job_message(due, watch=a_watch(**policy), target=TARGET, observed_at=NOW)


def test_a_message_has_all_that_is_known() -> None:
    """The contract, key by key."""
    job = a_job(
        completed=NOW,
        segment_name="Spring",
        counts=Counts(processed=5000, failed=0, total_pieces=10, completed_pieces=10, failed_pieces=0),
    )
    assert json.loads(a_message(job).json()) == {
        "version": "1",
        "id": sha256(b"pinpoint|app|job-1|finished").hexdigest(),
        "kind": "completed",
        "watch": "newsletter",
        "source": "pinpoint",
        "target": "pinpoint:app/seg",
        "applicationId": "app",
        "segmentId": "seg",
        "segmentName": "Spring",
        "jobId": "job-1",
        "status": "COMPLETED",
        "counts": {"processed": 5000, "failed": 0, "totalPieces": 10, "completedPieces": 10, "failedPieces": 0},
        "createdAt": "2026-05-24T11:00:00.000Z",
        "completedAt": "2026-05-24T12:00:00.000Z",
        "observedAt": "2026-05-24T12:00:00.000Z",
        "job": {"Id": "job-1", "JobStatus": "COMPLETED"},
    }


def test_a_message_has_what_only_some_sources_tell() -> None:
    """The job's own name, and why it has its status."""
    job = a_job(completed=NOW, name="Spring", status_reason="VALIDATION_FAILURE", never_started=True, segment_id=None)
    facts = a_message(job).facts
    assert (facts["jobName"], facts["statusReason"]) == ("Spring", "VALIDATION_FAILURE")
    assert "neverStarted" not in facts, "it finished, so it was started, whatever its status says"


def test_absent_facts_are_absent_keys() -> None:
    """No nulls, no empty objects."""
    job = a_job(created=None, segment_id=None)
    assert not {"segmentId", "segmentName", "counts", "createdAt", "completedAt", "failures"} & set(
        a_message(job).facts
    )


def test_failures_are_sent_only_when_asked_for() -> None:
    """They may hold personal data: the first ten, cut to 256 characters."""
    job = a_job(failures=("x" * 1_000_000,) * 100)
    assert "failures" not in a_message(job).facts
    assert a_message(job, include_failures=True).facts["failures"] == ["x" * 256] * 10


@pytest.mark.parametrize(
    "name",
    ["line\nbreak", "control\x07", "emoji \U0001f680", "x" * 300, "lone \ud800", "non\uffffcharacter", "ünïcode"],
)
def test_any_name_makes_a_message_that_channels_take(name: str) -> None:
    """Subjects are printable ASCII of at most 99 characters; texts hold nothing that SNS or SQS refuse."""
    message = a_message(a_job(segment_name=name, as_listed={"Definition": {"SegmentName": name}}))
    subject = emails.subject(message)
    assert 0 < len(subject) <= 99
    assert subject.isascii()
    assert subject.isprintable()
    for text in (message.json(), emails.text(message)):
        text.encode()
        assert not {"\x07", "\ud800", "\uffff"} & set(text)
    assert json.loads(message.json())["segmentName"][:3] == name[:3]
    assert emails.text(message).count("\n\n") == emails.text(a_message(a_job(segment_name="plain"))).count("\n\n")


def test_a_huge_job_is_sent_without_its_own_description() -> None:
    """The message must fit, with its email beside it."""
    message = a_message(a_job(as_listed={"Definition": {"S3Url": "s3://" + "x" * MAX_JSON}}, segment_name="y" * 5000))
    assert "job" not in message.facts
    assert len(message.json()) <= MAX_JSON


def test_attributes_are_for_filter_policies() -> None:
    """All of them texts, absent where the fact is."""
    assert a_message().attributes() == {
        "id": a_message().id,
        "kind": "completed",
        "watch": "newsletter",
        "source": "pinpoint",
        "applicationId": "app",
        "segmentId": "seg",
        "severity": "info",
    }
    assert "segmentId" not in a_message(a_job(segment_id=None)).attributes()


@pytest.mark.parametrize("trouble", list(Trouble))
def test_a_target_message_says_why_and_since_when(trouble: Trouble) -> None:
    """And carries no job's facts."""
    message = target_message(
        Kind.TARGET_UNAVAILABLE, watch=a_watch(), target=TARGET, reason=trouble, failing_since=NOW, observed_at=NOW
    )
    assert message.id == sha256(f"{TARGET}|target_unavailable|2026-05-24T12:00:00.000Z".encode()).hexdigest()
    assert message.facts["reason"] == trouble
    assert message.facts["failingSince"] == "2026-05-24T12:00:00.000Z"
    assert not {"jobId", "status", "job", "counts"} & set(message.facts)


def test_an_account_s_message_names_no_application() -> None:
    """Neither for machines nor for people."""
    account = Target("pinpoint", "*")
    message = target_message(
        Kind.TARGET_UNAVAILABLE,
        watch=a_watch(account),
        target=account,
        reason=Trouble.DENIED,
        failing_since=NOW,
        observed_at=NOW,
    )
    assert message.facts["target"] == "pinpoint:*"
    assert not {"applicationId", "segmentId"} & (message.facts.keys() | message.attributes().keys())
    assert emails.subject(message) == "[newsletter] Import jobs can't be read: pinpoint:* (denied)"
    assert emails.text(message).startswith(
        "Reading the import jobs of this account has failed since 2026-05-24 12:00:00"
    )
    assert "Application" not in emails.text(message)


def test_every_kind_has_its_words() -> None:
    """None is forgotten."""
    assert set(DETAIL_TYPES) == set(SEVERITIES) == set(HEADLINES) == set(SENTENCES) == set(STEPS) == set(Kind)
    assert set(ADVICE) == set(CAUSES) == set(Trouble)
    assert len(set(DETAIL_TYPES.values())) == len(Kind)


def test_a_message_survives_the_table() -> None:
    """What is recorded is what is sent."""
    assert Message(json.loads(a_message().json())) == a_message()


def test_one_id_whichever_target_found_the_job() -> None:
    """The application's list and the segment's list give the same job the same id."""
    due = Due(job=a_job(), milestone=Milestone.FINISHED, kind=Kind.COMPLETED)
    whole = job_message(due, watch=a_watch(name="other"), target=Target("pinpoint", "app"), observed_at=NOW)
    assert whole.id == a_message().id


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2018-05-24T21:26:45.308Z", "2018-05-24T21:26:45.308000+00:00"),
        ("2018-05-24T21:26:45", "2018-05-24T21:26:45+00:00"),
        ("2018-05-24T23:26:45+02:00", "2018-05-24T21:26:45+00:00"),
    ],
)
def test_moments_are_read_as_they_come(text: str, moment: str) -> None:
    """With and without fraction or zone."""
    assert parse_timestamp(text) == datetime.fromisoformat(moment)
