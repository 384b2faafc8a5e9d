"""What somebody who got hold of one part of the stack can't make of it."""

import json
from typing import Any

import pytest

from import_watch.adapters.items import from_item, to_item
from import_watch.adapters.packed import pack
from import_watch.announcements import Announcement, Key
from import_watch.messages import Message
from local.assembly import Assembly
from local.emulator import Emulator
from local.inbox import subscribe_inbox
from local.stand_in import StandIn
from tests.contract.samples import ROOT
from tests.e2e.grants import guard_by
from tests.e2e.stack import OTHER, SEGMENT, Stack, deployed_apart, finished

pytestmark = pytest.mark.e2e

STRANGER = "pinpoint:stranger/segment"
FORGED: dict[str, Any] = {
    "pk": "newsletter#pinpoint:app/segment",
    "id": "forged",
    "kind": "completed",
    "pending": {"sns"},
    "pendingShard": "pending",
    "pendingDue": "2026-01-01T00:00:00.000Z",
    "recordedAt": "2026-01-01T00:00:00.000Z",
}


def packed(topic: str) -> bytes:
    """Write what the function would send to that topic."""
    announcement = Announcement(
        key=Key(pk=FORGED["pk"], sk="forged"),
        message=Message(json.loads((ROOT / "events" / "message-completed.json").read_text("utf-8"))),
        resource="arn:aws:mobiletargeting:us-east-1:000000000000:apps/app",
        destinations={"sns": topic},
        pending=frozenset(FORGED["pending"]),
    )
    return pack(announcement)


@pytest.fixture(scope="module")
def stack(emulator: Emulator, assembly: Assembly) -> Stack:
    return deployed_apart(emulator, assembly, "Abuse")


def test_an_input_by_hand_reaches_no_other_job_list(
    stack: Stack, pinpoint: StandIn, newsletter: dict[str, Any]
) -> None:
    """Whoever may invoke the function gets what its role may list, and is told that there was more."""
    pinpoint.guard = guard_by(stack)
    pinpoint.jobs.put(SEGMENT)
    pinpoint.jobs.put(STRANGER)
    invocation = stack.invoke({**newsletter, "targets": [SEGMENT, STRANGER]})
    assert (invocation.error, invocation.payload["failing"]) == (None, [STRANGER])
    assert "not authorized to perform: mobiletargeting:GetSegmentImportJobs" in invocation.log


def test_an_input_by_hand_reaches_no_other_bus(stack: Stack, pinpoint: StandIn, newsletter: dict[str, Any]) -> None:
    """Not even one that is there."""
    stack.emulator.session.client("events").create_event_bus(Name="strangers")
    for target in (SEGMENT, OTHER):
        pinpoint.jobs.put(target)
    stranger = {**newsletter, "policy": {**newsletter["policy"], "eventBus": "strangers"}}
    stack.tick(stranger)
    pinpoint.jobs.put(SEGMENT, finished("job"))
    assert "not authorized to perform: events:PutEvents" in str(stack.invoke(stranger).error)


def test_an_item_by_hand_reaches_no_other_topic(stack: Stack, pinpoint: StandIn, newsletter: dict[str, Any]) -> None:
    """Whoever may write the table can have the stack's own topic say anything; for another one it stays pending."""
    for target in (SEGMENT, OTHER):
        pinpoint.jobs.put(target)
    dynamodb = stack.emulator.session.client("dynamodb")
    table, topic = stack.outputs["StateTableName"], stack.outputs["NotificationsTopicArn"]
    strangers = stack.emulator.session.client("sns").create_topic(Name="strangers")["TopicArn"]
    theirs, ours = subscribe_inbox(stack.emulator, strangers), subscribe_inbox(stack.emulator, topic)
    for address in (strangers, topic):
        dynamodb.put_item(TableName=table, Item=to_item({**FORGED, "sk": address, "packed": packed(address)}))
    stack.invoke(newsletter)
    assert [mail.message["kind"] for mail in ours.receive(at_least=1)] == ["completed"]
    assert theirs.receive() == []
    refused = dynamodb.get_item(TableName=table, Key=to_item({"pk": FORGED["pk"], "sk": strangers}))["Item"]
    assert from_item(refused)["pending"] == {"sns"}
