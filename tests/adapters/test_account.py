"""A watch of the whole account in this process: real clients, over HTTP, against emulator and stand-in."""

from collections import Counter
from datetime import UTC, datetime
from types import ModuleType
from typing import TYPE_CHECKING, Any

import pytest

from import_watch.adapters.items import from_item, to_item
from local.inbox import Inbox, catch_events
from local.stand_in import ApiError, StandIn, import_job
from tests.adapters.function import Context

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

    from local.emulator import Emulator

EVENT = {"watch": {"name": "all", "targets": ["pinpoint:*"]}}


@pytest.fixture
def account(poll: ModuleType, pinpoint: StandIn) -> ModuleType:
    """Start the function where there are two applications, both empty and seen."""
    pinpoint.jobs.reset()
    for target in ("pinpoint:one", "pinpoint:two"):
        pinpoint.jobs.put(target)
    tick(poll)
    return poll


def tick(poll: ModuleType) -> dict[str, Any]:
    result: dict[str, Any] = poll.handler(EVENT, Context())
    return result


def finish(pinpoint: StandIn, target: str, job_id: str) -> None:
    now = datetime.now(UTC)
    pinpoint.jobs.put(target, import_job(target, job_id, "COMPLETED", created=now, completed=now))


def known(dynamodb: "DynamoDBClient", table: str) -> set[str]:
    key = to_item({"pk": "all#pinpoint:*", "sk": "#ledger"})
    applications: set[str] = from_item(dynamodb.get_item(TableName=table, Key=key)["Item"]).get("applications", set())
    return applications


def got(inbox: Inbox, at_least: int) -> Counter[str]:
    mails = [mail.message for mail in inbox.receive(at_least=at_least)]
    return Counter(f"{one['target']} {one.get('jobId', one['kind'])}" for one in mails)


def test_applications_come_are_announced_of_go_and_come_back(
    account: ModuleType, pinpoint: StandIn, dynamodb: "DynamoDBClient", table: str, inbox: Inbox
) -> None:
    """From the account's list to the subscriber."""
    finish(pinpoint, "pinpoint:new/segment", "history")
    first = tick(account)
    assert (first["targets"], first["announced"], first["suppressed"], first["failing"]) == (3, 0, 1, [])
    finish(pinpoint, "pinpoint:new/segment", "news")
    assert tick(account)["announced"] == 1
    pinpoint.jobs.remove("pinpoint:two")
    results = [tick(account) for _ in range(4)]
    assert [result["failing"] for result in results] == [["pinpoint:two"]] * 2 + [[]] * 2
    assert [result["targets"] for result in results] == [3, 3, 2, 2]
    assert known(dynamodb, table) == {"one", "new"}
    finish(pinpoint, "pinpoint:two", "meanwhile")
    assert tick(account)["announced"] == 2
    assert got(inbox, 4) == Counter(
        [
            "pinpoint:new news",
            *(f"pinpoint:two {what}" for what in ("target_unavailable", "target_recovered", "meanwhile")),
        ]
    )


@pytest.mark.parametrize("code", ["ForbiddenException", "NotFoundException"])
def test_an_account_that_can_t_be_listed_says_so_and_its_applications_go_on(  # fixtures, which pytest names
    account: ModuleType, pinpoint: StandIn, emulator: "Emulator", inbox: Inbox, code: str
) -> None:
    """Once on each channel, and once that it can again."""
    events = catch_events(emulator)
    pinpoint.faults.add("pinpoint:*", ApiError(code), times=None)
    finish(pinpoint, "pinpoint:one", "job")
    results = [tick(account) for _ in range(3)]
    assert [(result["targets"], result["failing"]) for result in results] == [(2, ["pinpoint:*"])] * 3
    pinpoint.faults.clear("pinpoint:*")
    assert [tick(account)["failing"] for _ in range(2)] == [[], []]
    expected = Counter(["pinpoint:one job", "pinpoint:* target_unavailable", "pinpoint:* target_recovered"])
    assert got(inbox, 3) == expected
    resources = Counter(event.envelope["resources"][0] for event in events.receive(at_least=3))
    prefix = "arn:aws:mobiletargeting:us-east-1:000000000000"
    assert resources == {f"{prefix}:apps/*": 2, f"{prefix}:apps/one": 1}


def test_an_empty_account_is_a_tick_that_succeeds(poll: ModuleType, pinpoint: StandIn) -> None:
    """There is nothing to poll."""
    pinpoint.jobs.reset()
    for _ in range(2):
        result = tick(poll)
        assert (result["targets"], result["failing"]) == (0, [])


def test_hundreds_of_applications_on_many_pages_are_all_polled(
    poll: ModuleType, pinpoint: StandIn, dynamodb: "DynamoDBClient", table: str
) -> None:
    """In the very first tick."""
    pinpoint.jobs.reset()
    names = {f"app-{number:03}" for number in range(250)}
    for name in names:
        pinpoint.jobs.put(f"pinpoint:{name}")
    assert tick(poll)["targets"] == 250
    assert known(dynamodb, table) == names
    assert [call.operation for call in pinpoint.calls].count("GetApps") == 3
