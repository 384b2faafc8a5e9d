"""What is confidential stays out of everything that the function says, in whatever way it comes in."""

import json
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from io import StringIO
from types import ModuleType
from typing import TYPE_CHECKING
from unittest.mock import patch

import pytest
from botocore.exceptions import ClientError

from import_watch.adapters.packed import inflated
from import_watch.handlers.wiring import TickFailedError
from local.emulator import Emulator
from local.inbox import Inbox, catch_events
from local.stand_in import ApiError, StandIn, import_job
from tests.adapters.function import Context

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

TARGET = "pinpoint:app/seg"
EVENT = {"watch": {"name": "newsletter", "targets": [TARGET]}}
SECRET = "5ec4e7"  # noqa: S105 # what the tests look for
URL = f"https://b.s3.amazonaws.com/k.csv?X-Amz-Signature={SECRET}"
ROLE = f"arn:aws:iam::123456789012:role/{SECRET}"


@pytest.fixture
def events(emulator: Emulator) -> Inbox:
    return catch_events(emulator)


@pytest.fixture
def kept(dynamodb: "DynamoDBClient", table: str) -> Callable[[], str]:
    def texts() -> Iterator[str]:
        for item in dynamodb.scan(TableName=table)["Items"]:
            packed = item.pop("packed", None)
            yield json.dumps(item)
            if packed:
                yield inflated(packed["B"])

    return lambda: "\n".join(texts())


def test_a_job_s_secrets_reach_nobody(  # noqa: PLR0917 # fixtures, which pytest names
    poll: ModuleType, pinpoint: StandIn, inbox: Inbox, events: Inbox, kept: Callable[[], str], log: StringIO
) -> None:
    """Neither subscribers nor rules, neither the table nor the log."""
    poll.handler(EVENT, Context())
    now = datetime.now(UTC)
    facts = {"ExternalId": SECRET, "RoleArn": ROLE, "S3Url": URL, "SegmentName": f"from {URL}, by {ROLE}"}
    job = import_job(TARGET, "job-1", f"ODD {ROLE}", created=now - timedelta(days=1), Definition=facts)
    pinpoint.jobs.put(TARGET, {**job, "Failures": [SECRET] * 3})
    assert poll.handler(EVENT, Context())["announced"] == 1
    told = [json.dumps(got.envelope) for got in (*inbox.receive(at_least=1), *events.receive(at_least=1))]
    assert "from https://b.s3.amazonaws.com/k.csv?[removed]" in kept()
    assert "unknown JobStatus" in log.getvalue()
    assert all(SECRET not in text for text in (*told, kept(), log.getvalue()))


def test_an_error_s_text_is_no_way_out(poll: ModuleType, pinpoint: StandIn, log: StringIO) -> None:
    """A service may quote what it was asked about; logs and the invocation's own error are cleaned."""
    pinpoint.faults.add(TARGET, ApiError("BadRequestException", f"{ROLE} may not read {URL}"))
    quoting = ClientError({"Error": {"Code": "AccessDenied", "Message": f"{ROLE} {URL}"}}, "Query")
    failing = patch.object(poll.wiring.clients.dynamodb, "get_paginator", side_effect=quoting)
    with failing, pytest.raises(TickFailedError, match="AccessDenied") as failure:
        poll.handler(EVENT, Context())
    assert "BadRequestException" in log.getvalue()
    assert "Traceback" in log.getvalue()
    assert all(SECRET not in text for text in (str(failure.value), log.getvalue()))


def test_an_error_s_text_is_not_logged_without_end(poll: ModuleType, pinpoint: StandIn, log: StringIO) -> None:
    """Where a body is no JSON, botocore takes all of it for the error's message."""
    pinpoint.faults.add(TARGET, ApiError("InternalServerErrorException", "x" * 1_000_000), times=3)
    with pytest.raises(TickFailedError):
        poll.handler(EVENT, Context())
    (line,) = [line for line in log.getvalue().splitlines() if "target failing" in line]
    assert len(line) < 2_000
