"""SNS and EventBridge: every entry's receipt is the truth, whatever the service or the network does."""

import json
from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import boto3
import botocore.exceptions
import botocore.parsers
import pytest
from botocore.config import Config
from botocore.stub import Stubber

from import_watch import emails
from import_watch.adapters.batches import MAX_BYTES, batches
from import_watch.adapters.bus import Bus
from import_watch.adapters.topic import Topic
from import_watch.announcements import Announcement, Key, Receipt
from import_watch.jobs import Kind, Milestone
from import_watch.live import Due
from import_watch.messages import Message, job_message
from local.emulator import Emulator
from local.inbox import catch_events, subscribe_inbox
from tests.builders import NOW, PK, TARGET, TOPIC, a_job, a_watch

if TYPE_CHECKING:
    from mypy_boto3_events import EventBridgeClient
    from mypy_boto3_sns import SNSClient

DELIVERED, REFUSED, FAILED, UNKNOWN = Receipt.DELIVERED, Receipt.REFUSED, Receipt.FAILED, Receipt.UNKNOWN
SESSION = boto3.Session("nobody's", "nobody's", region_name="us-east-1")
ONCE = Config(retries={"total_max_attempts": 1}, connect_timeout=1, read_timeout=1)


def announcements(count: int, **facts: Any) -> list[Announcement]:
    """Make announcements of jobs with these facts."""
    made = []
    for number in range(count):
        due = Due(job=a_job(f"job-{number}", **facts), milestone=Milestone.FINISHED, kind=Kind.COMPLETED)
        message = job_message(due, watch=a_watch(), target=TARGET, observed_at=NOW)
        key = Key(pk=PK, sk=due.key)
        made.append(
            Announcement(key=key, message=message, resource="arn:resource", destinations={}, pending=frozenset({"sns"}))
        )
    return made


class TestOverHttp:
    """Against the emulator."""

    def test_a_topic_s_subscriber_gets_the_message_and_its_attributes(self, emulator: Emulator) -> None:
        """More than one batch of them."""
        sns = emulator.session.client("sns")
        topic = sns.create_topic(Name="channel")["TopicArn"]
        inbox = subscribe_inbox(emulator, topic)
        sent = announcements(23, segment_name="emoji \U0001f680, line\nbreak")
        published = Topic(sns).publish(topic, sent)
        assert (published.receipts, published.down) == ([DELIVERED] * 23, None)
        received = {mail.message["id"]: mail for mail in inbox.receive(at_least=23)}
        assert len(received) == 23
        for announcement in sent:
            mail = received[announcement.message.id]
            assert mail.message == announcement.message.facts
            assert mail.attributes == announcement.message.attributes()
            assert mail.envelope["Subject"] == emails.subject(announcement.message)

    def test_a_bus_s_rule_gets_the_event(self, emulator: Emulator) -> None:
        """With its resource and detail-type."""
        inbox = catch_events(emulator)
        sent = announcements(12)
        assert Bus(emulator.session.client("events")).publish("default", sent).receipts == [DELIVERED] * 12
        received = inbox.receive(at_least=12)
        assert sorted(event.message["id"] for event in received) == sorted(a.message.id for a in sent)
        assert {event.attributes["detail-type"] for event in received} == {"Import Job Completed"}
        assert received[0].envelope["resources"] == ["arn:resource"]

    def test_a_topic_that_is_not_there_is_down(self, emulator: Emulator) -> None:
        """Known to have failed, all of it, in one call."""
        published = Topic(emulator.session.client("sns")).publish(f"{TOPIC}-missing", announcements(12))
        assert published.receipts == [FAILED] * 12
        assert "NotFound" in str(published.down)

    def test_nobody_there_is_known_to_have_failed(self) -> None:
        """A connection refused brings nothing across."""
        sns = SESSION.client("sns", endpoint_url="http://127.0.0.1:9", config=ONCE)
        published = Topic(sns).publish(TOPIC, announcements(2))
        assert (published.receipts, published.down is None) == ([FAILED] * 2, False)


@pytest.fixture
def sns() -> "SNSClient":
    return SESSION.client("sns", config=ONCE)


@pytest.fixture
def stub(sns: "SNSClient") -> Iterator[Stubber]:
    with Stubber(sns) as stubber:
        yield stubber
        stubber.assert_no_pending_responses()


@pytest.fixture
def events() -> "EventBridgeClient":
    return SESSION.client("events", config=ONCE)


@pytest.fixture
def bus_stub(events: "EventBridgeClient") -> Iterator[Stubber]:
    with Stubber(events) as stubber:
        yield stubber
        stubber.assert_no_pending_responses()


@pytest.mark.parametrize(
    ("code", "sender_fault", "receipt"),
    [
        ("InvalidParameter", True, REFUSED),
        ("InternalError", False, FAILED),
        ("Throttled", True, FAILED),
        ("KMSAccessDenied", True, FAILED),
        ("AuthorizationError", True, FAILED),
        ("NotFound", True, FAILED),
    ],
)
def test_an_entry_s_failure_inside_a_success(
    sns: "SNSClient", stub: Stubber, code: str, *, sender_fault: bool, receipt: Receipt
) -> None:
    """HTTP 200 can hide it; only its own fault counts against it, and an entry not mentioned is unknown."""
    stub.add_response(
        "publish_batch",
        {"Successful": [{"Id": "0"}], "Failed": [{"Id": "1", "Code": code, "SenderFault": sender_fault}]},
    )
    published = Topic(sns).publish(TOPIC, announcements(3))
    assert (published.receipts, published.down) == ([DELIVERED, receipt, UNKNOWN], None)


def test_one_that_can_t_be_written_fails_by_itself(sns: "SNSClient", stub: Stubber) -> None:
    """Such as a kind of message that a later version recorded before it was rolled back."""
    stub.add_response("publish_batch", {"Successful": [{"Id": "0"}, {"Id": "2"}]})
    three = announcements(3)
    three[1] = replace(three[1], message=Message({**three[1].message.facts, "kind": "from the future"}))
    published = Topic(sns).publish(TOPIC, three)
    assert (published.receipts, published.down) == ([DELIVERED, FAILED, DELIVERED], None)
    assert ["from the future" in error for error in published.unwritable] == [True]


def test_a_call_refused_for_content_is_tried_entry_by_entry(sns: "SNSClient", stub: Stubber) -> None:
    """One poisonous entry doesn't keep its batch from going out."""
    stub.add_client_error("publish_batch", "InvalidParameter")
    stub.add_response("publish_batch", {"Successful": [{"Id": "0"}]})
    stub.add_client_error("publish_batch", "InvalidParameter")
    stub.add_response("publish_batch", {"Successful": [{"Id": "2"}]})
    published = Topic(sns).publish(TOPIC, announcements(3))
    assert (published.receipts, published.down) == ([DELIVERED, REFUSED, DELIVERED], None)


@pytest.mark.parametrize("count", [1, 3])
def test_a_destination_refused_is_no_entry_s_fault(
    sns: "SNSClient", stub: Stubber, events: "EventBridgeClient", bus_stub: Stubber, count: int
) -> None:
    """Though its code is that of content refused: a topic of another Region, a name that no bus can have."""
    topic_error = "Invalid parameter: TopicArn Reason: no such topic here"
    bus_error = "1 validation error detected: Value 'b' at 'entries.1.member.eventBusName' failed to satisfy constraint"
    stub.add_client_error("publish_batch", "InvalidParameter", topic_error)
    bus_stub.add_client_error("put_events", "ValidationException", bus_error)
    for published in (Topic(sns).publish(TOPIC, announcements(count)), Bus(events).publish("b", announcements(count))):
        assert published.receipts == [FAILED] * count
        assert published.down is not None


def test_entries_that_are_all_at_fault_are_refused_each(sns: "SNSClient", stub: Stubber) -> None:
    """What poisons one job often poisons the next: a batch of nothing else says nothing about its destination."""
    for _ in range(3):
        stub.add_client_error("publish_batch", "InvalidParameter", "Invalid parameter: Message too long")
    published = Topic(sns).publish(TOPIC, announcements(2))
    assert (published.receipts, published.down) == ([REFUSED] * 2, None)


@pytest.mark.parametrize("code", ["Throttling", "InternalError", "AuthorizationError", "KMSDisabled"])
def test_a_call_refused_for_anything_else_is_the_channel_s_fault(sns: "SNSClient", stub: Stubber, code: str) -> None:
    """It is down, and nothing more is tried."""
    stub.add_response("publish_batch", {"Successful": [{"Id": str(number)} for number in range(10)]})
    stub.add_client_error("publish_batch", code)
    published = Topic(sns).publish(TOPIC, announcements(25))
    assert published.receipts == [DELIVERED] * 10 + [FAILED] * 15
    assert code in str(published.down)


@pytest.mark.parametrize(
    ("error", "receipt"),
    [
        (botocore.exceptions.ReadTimeoutError(endpoint_url="x"), UNKNOWN),
        (botocore.exceptions.ConnectionClosedError(endpoint_url="x"), UNKNOWN),
        (botocore.exceptions.ConnectTimeoutError(endpoint_url="x"), FAILED),
        (botocore.parsers.ResponseParserError("cut short"), UNKNOWN),
    ],
)
def test_what_the_network_does_is_known_or_not(
    sns: "SNSClient", monkeypatch: pytest.MonkeyPatch, error: Exception, receipt: Receipt
) -> None:
    """A request that may have arrived is not one that didn't; what comes after it was never sent."""

    def publish_batch(**_: object) -> None:
        raise error

    monkeypatch.setattr(sns, "publish_batch", publish_batch)
    published = Topic(sns).publish(TOPIC, announcements(11))
    assert published.receipts == [receipt] * 10 + [FAILED]
    assert published.down is not None


def test_a_bus_s_entries_fail_apart(events: "EventBridgeClient", bus_stub: Stubber) -> None:
    """HTTP 200 again: malformed is the entry's fault, the rest isn't, and one not mentioned is unknown."""
    bus_stub.add_response(
        "put_events",
        {
            "FailedEntryCount": 2,
            "Entries": [
                {"EventId": "1"},
                {"ErrorCode": "MalformedDetail"},
                {"ErrorCode": "InternalFailure"},
            ],
        },
    )
    assert Bus(events).publish("default", announcements(4)).receipts == [DELIVERED, REFUSED, FAILED, UNKNOWN]


def test_a_reply_cut_short_leaves_every_entry_unknown(events: "EventBridgeClient", bus_stub: Stubber) -> None:
    """Botocore's parser gives an empty answer for a JSON body that ends too soon."""
    bus_stub.add_response("put_events", {})
    assert Bus(events).publish("default", announcements(2)).receipts == [UNKNOWN, UNKNOWN]


def test_batches_are_of_ten_and_of_256_kib() -> None:
    """An entry that is too large by itself goes alone, to be refused alone."""
    sizes = [1] * 12 + [MAX_BYTES // 2] * 3 + [MAX_BYTES + 1] + [1]
    cut = list(batches(sizes, lambda size: size))
    assert [len(batch) for batch in cut] == [10, 3, 2, 1, 1]
    assert [size for batch in cut for size in batch] == sizes
    assert list(batches([], len)) == []


def test_large_messages_share_no_request_that_would_be_too_large(sns: "SNSClient", stub: Stubber) -> None:
    """Each of the two texts counts, escaped as it travels."""
    large = [
        replace(announcement, message=Message({**announcement.message.facts, "segmentName": '"' * 60_000}))
        for announcement in announcements(3)
    ]
    for number in range(3):
        stub.add_response("publish_batch", {"Successful": [{"Id": str(number)}]})
    assert Topic(sns).publish(TOPIC, large).receipts == [DELIVERED] * 3


def test_both_forms_of_a_message_travel(sns: "SNSClient", monkeypatch: pytest.MonkeyPatch) -> None:
    """JSON for machines, text for people."""
    calls: list[dict[str, Any]] = []

    def publish_batch(**call: Any) -> dict[str, Any]:
        calls.append(call)
        return {"Successful": [{"Id": "0"}]}

    monkeypatch.setattr(sns, "publish_batch", publish_batch)
    (announcement,) = announcements(1)
    Topic(sns).publish(TOPIC, [announcement])
    (entry,) = calls[0]["PublishBatchRequestEntries"]
    forms = json.loads(entry["Message"])
    assert entry["MessageStructure"] == "json"
    assert forms == {"default": announcement.message.json(), "email": emails.text(announcement.message)}
