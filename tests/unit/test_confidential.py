"""What must not leave with a job doesn't, wherever its listing has it and whatever it is called there."""

import json
from collections.abc import Callable
from typing import Any
from urllib.parse import quote

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from import_watch import emails
from import_watch.confidential import MAX_DEPTH, REMOVED, cleaned, redacted
from import_watch.jobs import ImportJob, Kind, Milestone
from import_watch.live import Due
from import_watch.messages import Message, job_message
from tests.builders import NOW, TARGET, a_watch, read_job

SECRET = "5ec4e75ec4e7"  # noqa: S105 # what the tests look for
SIGNED = [
    f"https://b.s3.amazonaws.com/k.csv?X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Signature={SECRET}",
    f"https://b.s3.amazonaws.com/k?X-Amz-Credential={SECRET}%2F20260524%2Fus-east-1&X-Amz-Signature=0",
    f"https://b.s3.amazonaws.com/k?x-amz-security-token={SECRET}",
    f"https://b.s3.amazonaws.com/k?AWSAccessKeyId=AKIDEXAMPLE&Expires=1&Signature={SECRET}%3D",
    f"b.s3.amazonaws.com/k?versionId=1&amp;X-Amz-Signature={SECRET}",
    f"X-Amz-Signature={SECRET}",
]
ROLES = [
    f"arn:aws:iam::123456789012:role/{SECRET}",
    f"arn:aws-us-gov:iam::123456789012:role/service-role/{SECRET}",
    f"arn:aws:sts::123456789012:assumed-role/{SECRET}/session",
    f"arn:aws:iam::123456789012:role\\/{SECRET}",
    f"arn:aws:iam::123456789012:role\\u002f{SECRET}",
]

plain = st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=8))
names = st.sampled_from(["Failures", "failures", "FAILURES", "ExternalId", "external_id", "RoleArn", "roleARN"])
telling = st.sampled_from(SIGNED + ROLES).flatmap(
    lambda text: st.sampled_from(
        [text, quote(text, safe=""), text.upper(), f"see {text}, please", f'{{"url":"{text}"}}']
    )
)


def around(inner: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    """Hide something in a list or an object, beside what is harmless."""
    return st.one_of(
        st.tuples(plain, inner).map(list), st.builds(lambda name, value: {name: value}, st.text(max_size=5), inner)
    )


withheld = st.builds(lambda name, value: {name: value}, names, st.recursive(st.just(SECRET), around, max_leaves=3))
hidden = st.recursive(st.one_of(withheld, telling), around, max_leaves=4)
members = st.dictionaries(
    st.sampled_from(["Definition", "JobStatus", "SegmentName", "Type", "TotalProcessed", "CompletionDate", "New"]),
    st.one_of(plain, hidden),
)


def told(job: ImportJob, **policy: Any) -> Message:
    due = Due(job=job, milestone=Milestone.FINISHED, kind=Kind.COMPLETED)
    return job_message(due, watch=a_watch(**policy), target=TARGET, observed_at=NOW)


@given(job=members, name=st.one_of(withheld, telling), include_failures=st.booleans())
def test_nothing_confidential_is_told(job: dict[str, Any], name: object, *, include_failures: bool) -> None:
    """Neither in a message's JSON, its email or attributes, nor in what is logged about the job."""
    raw = {"Id": "job-1", **job, "Definition": {"SegmentName": name, "New": job.get("New")}}
    read, flaws = read_job(raw, TARGET)
    assert read is not None
    message = told(read, include_failures=include_failures)
    for text in (message.json(), emails.text(message), emails.subject(message), *message.attributes().values(), *flaws):
        assert SECRET.lower() not in text.lower()


@given(st.one_of(plain, hidden))
def test_what_is_left_is_json_for_everybody(value: object) -> None:
    """NaN and infinities, which Python's parser takes, are none."""
    json.dumps(cleaned(value), allow_nan=False)


def test_failed_rows_are_told_where_they_are_asked_for() -> None:
    """And nothing else that is confidential with them."""
    rows = ["somebody@example.com: no channel", f"see {SIGNED[0]}", {"row": 7, "RoleArn": ROLES[0]}]
    read, _ = read_job({"Id": "job-1", "JobStatus": "COMPLETED", "Failures": rows}, TARGET)
    assert read is not None
    assert "failures" not in told(read).facts
    assert told(read, include_failures=True).facts["failures"] == [
        rows[0],
        f"see https://b.s3.amazonaws.com/k.csv?{REMOVED}",
        "{'row': 7}",
    ]


@pytest.mark.parametrize("text", SIGNED + ROLES)
def test_a_job_whose_very_id_is_confidential_has_no_usable_one(text: str) -> None:
    """Under another id it would be another job."""
    assert read_job({"Id": text, "JobStatus": "COMPLETED"}, TARGET) == (None, ["no usable Id"])


@given(st.text())
@example("s3://bucket/signature.csv")
@example("https://example.com/?q=arn")
@example("arn:aws:iam::123456789012:user/somebody")
def test_other_texts_stay_as_they_are(text: str) -> None:
    """A word alone is nothing confidential."""
    assert redacted(text) == text


@pytest.mark.parametrize(
    ("nest", "bracket"), [(lambda inner: [inner], "["), (lambda inner: {"x": inner}, '{"x"')], ids=["lists", "objects"]
)
def test_what_is_nested_without_end_is_cut(nest: Callable[[object], object], bracket: str) -> None:
    """No job can exhaust the stack, and with it keep its target from being read."""
    deep: object = SECRET
    for _ in range(100_000):
        deep = nest(deep)
    read, _ = read_job({"Id": "job-1", "JobStatus": "COMPLETED", "Type": deep, "Failures": deep}, TARGET)
    assert read is not None
    assert json.dumps(read.details().as_listed["Type"]).replace(REMOVED, "").count(bracket) == MAX_DEPTH - 1
