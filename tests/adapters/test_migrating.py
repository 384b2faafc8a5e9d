"""Pinpoint and Customer Profiles in one watch: what docs/migrating-from-pinpoint.md says, over real HTTP."""

from datetime import UTC, datetime, timedelta
from hashlib import sha256
from types import ModuleType
from typing import TYPE_CHECKING, Any

import pytest

from import_watch.adapters.items import PENDING_SHARD
from infra.permissions import policies
from local.inbox import Inbox
from local.stand_in import ApiError, StandIn, import_job, upload_job
from tests.adapters.function import Context

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

SEGMENT, DOMAIN = "pinpoint:app/seg", "customer-profiles:crm"
BOTH = (SEGMENT, DOMAIN)
ONE, TWO = f"{1:032x}", f"{2:032x}"


def tick(poll: ModuleType, *targets: str, **policy: Any) -> dict[str, Any]:
    """Run a tick; what it came to."""
    event = {"watch": {"name": "newsletter", "targets": list(targets or BOTH), "policy": policy}}
    result: dict[str, Any] = poll.handler(event, Context())
    return result


def an_import(job_id: str = "job-1", status: str = "COMPLETED", **facts: Any) -> dict[str, Any]:
    now = datetime.now(UTC)
    end = now if status == "COMPLETED" else None
    return import_job(SEGMENT, job_id, status, created=now - timedelta(minutes=1), completed=end, **facts)


def an_upload(
    job_id: str = ONE, status: str = "SUCCEEDED", age: timedelta = timedelta(0), **facts: Any
) -> dict[str, Any]:
    moment = datetime.now(UTC) - age
    end = None if status in {"CREATED", "IN_PROGRESS"} else moment
    return upload_job(DOMAIN, job_id, status, created=moment - timedelta(minutes=1), completed=end, **facts)


@pytest.fixture
def both(poll: ModuleType, services: StandIn) -> ModuleType:
    """Watch both, which had no jobs so far."""
    services.jobs.put(DOMAIN)
    tick(poll)
    return poll


def test_an_upload_job_is_told_by_the_keys_that_consumers_know(
    both: ModuleType, services: StandIn, inbox: Inbox
) -> None:
    """Kind, counts, dates, id; and nothing of what the job's file looks like."""
    summary = {"UpdatedRecords": 30, "CreatedRecords": 8, "FailedRecords": 2}
    services.jobs.put(DOMAIN, an_upload(DisplayName="Spring newsletter", ResultsSummary=summary))
    tick(both)
    (mail,) = inbox.receive(at_least=1)
    told = mail.message
    assert told["kind"] == "completed_with_failures"
    assert told["counts"] == {"processed": 40, "failed": 2}
    assert told["id"] == sha256(f"customer-profiles|crm|{ONE}|finished".encode()).hexdigest()
    assert (told["source"], told["target"], told["applicationId"]) == ("customer-profiles", DOMAIN, "crm")
    assert (told["jobId"], told["jobName"], told["status"]) == (ONE, "Spring newsletter", "SUCCEEDED")
    assert told["createdAt"] < told["completedAt"]
    assert {"Fields", "UniqueKey"}.isdisjoint(told["job"])
    assert {call.operation for call in services.calls if call.target == DOMAIN} == {"ListUploadJobs", "GetUploadJob"}


def test_what_pinpoint_alone_tells_is_absent(both: ModuleType, services: StandIn, inbox: Inbox) -> None:
    """Segments, pieces, and which rows failed."""
    services.jobs.put(SEGMENT, an_import(TotalFailures=1, TotalPieces=1, Failures=["row 1"]))
    services.jobs.put(DOMAIN, an_upload(status="FAILED", StatusReason="VALIDATION_FAILURE"))
    tick(both, includeFailures=True)
    mails = {mail.message["source"]: mail.message for mail in inbox.receive(at_least=2)}
    of_pinpoint, of_profiles = mails["pinpoint"], mails["customer-profiles"]
    assert of_pinpoint.keys() - of_profiles.keys() == {"segmentId", "segmentName", "failures", "counts"}
    assert of_profiles.keys() - of_pinpoint.keys() == {"jobName", "statusReason"}
    assert of_profiles["statusReason"] == "VALIDATION_FAILURE"


def test_an_upload_that_nobody_starts_is_overdue_and_says_so(both: ModuleType, services: StandIn, inbox: Inbox) -> None:
    """One that runs for too long is overdue, and no more."""
    services.jobs.put(DOMAIN, an_upload(ONE, "CREATED", timedelta(hours=7)))
    services.jobs.put(DOMAIN, an_upload(TWO, "IN_PROGRESS", timedelta(hours=7)))
    tick(both, overdueAfter="6 hours")
    told = {mail.message["jobId"]: mail.message for mail in inbox.receive(at_least=2)}
    assert [told[job]["kind"] for job in (ONE, TWO)] == ["overdue", "overdue"]
    assert [told[job].get("neverStarted") for job in (ONE, TWO)] == [True, None]


def test_a_domain_added_to_a_watch_is_silent_about_its_past(poll: ModuleType, services: StandIn, inbox: Inbox) -> None:
    """And Pinpoint's target is not seen first again."""
    services.jobs.put(DOMAIN, an_upload(ONE, age=timedelta(minutes=5)))
    tick(poll, SEGMENT)
    services.jobs.put(SEGMENT, an_import())
    assert tick(poll)["suppressed"] == 1
    assert [mail.message["source"] for mail in inbox.receive(at_least=1)] == ["pinpoint"]
    services.jobs.put(DOMAIN, an_upload(TWO))
    tick(poll)
    assert [mail.message["jobId"] for mail in inbox.receive(at_least=1)] == [TWO]


def test_a_job_is_asked_for_by_itself_once(both: ModuleType, services: StandIn) -> None:
    """When it is about to be announced; ticks that have nothing to say only list."""
    services.jobs.put(DOMAIN, an_upload(ONE, "IN_PROGRESS"))
    tick(both)
    services.jobs.put(DOMAIN, an_upload(ONE))
    for _ in range(3):
        tick(both)
    asked = [call.operation for call in services.calls if call.target == DOMAIN]
    assert (asked.count("ListUploadJobs"), asked.count("GetUploadJob")) == (5, 1)


@pytest.mark.parametrize("error", ["ForbiddenException", "NotFoundException"])
def test_when_pinpoint_goes_it_is_said_once_and_the_domain_goes_on(
    both: ModuleType, services: StandIn, inbox: Inbox, error: str
) -> None:
    """With what a reader should know of Pinpoint; a running import is not called failed."""
    services.jobs.put(SEGMENT, an_import(status="PROCESSING"))
    tick(both)
    services.faults.add(SEGMENT, ApiError(error), times=None)
    services.jobs.put(DOMAIN, an_upload())
    for _ in range(4):
        assert tick(both)["failing"] == [SEGMENT]
    told = {mail.message["kind"]: mail.message for mail in inbox.receive(at_least=2)}
    assert told.keys() == {"completed", "target_unavailable"}
    assert told["completed"]["target"] == DOMAIN
    assert told["target_unavailable"]["target"] == SEGMENT
    assert "2026-10-30" in told["target_unavailable"]["notice"]
    assert inbox.receive() == []


def test_what_is_pending_of_a_target_that_was_taken_out_is_sent(
    both: ModuleType, services: StandIn, inbox: Inbox, dynamodb: "DynamoDBClient", table: str
) -> None:
    """By the next tick of the watch, which no longer names it."""
    services.jobs.put(SEGMENT, an_import())
    tick(both)
    (mail,) = inbox.receive(at_least=1)
    make_due(dynamodb, table, SEGMENT)
    tick(both, DOMAIN)
    assert [again.message["id"] for again in inbox.receive(at_least=1)] == [mail.message["id"]]


def make_due(dynamodb: "DynamoDBClient", table: str, target: str) -> None:
    """Put an announcement back to where a tick that died before its publish left it, and its claim lapsed."""
    dynamodb.update_item(
        TableName=table,
        Key={"pk": {"S": f"newsletter#{target}"}, "sk": {"S": "job-1#finished"}},
        UpdateExpression="SET pendingShard = :shard, pendingDue = :past, pending = :channels",
        ExpressionAttributeValues={
            ":shard": {"S": PENDING_SHARD},
            ":past": {"S": "2026-01-01T00:00:00.000Z"},
            ":channels": {"SS": ["sns"]},
        },
    )


def test_the_role_may_read_what_its_targets_need() -> None:
    """Segments and domains by name, and nothing of Pinpoint once that is taken out."""

    def granted(*targets: str) -> set[tuple[str, str]]:
        return {(one.action, one.resource) for policy in policies(targets, ()) for one in policy}

    of_pinpoint = {("mobiletargeting:GetSegmentImportJobs", "apps/app/segments/seg")}
    of_profiles = {("profile:ListUploadJobs", "domains/crm"), ("profile:GetUploadJob", "domains/crm")}
    assert granted(*BOTH) == of_pinpoint | of_profiles
    assert granted(DOMAIN) == of_profiles
