"""People's channels: plain texts and chat notes, digests, and each announcement's receipt in spite of them."""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, cast

import boto3
import pytest
from botocore.exceptions import ClientError, ReadTimeoutError

from import_watch import digests, emails
from import_watch.adapters.late import LatePeople
from import_watch.adapters.people import PeopleTopic, as_chat, as_email
from import_watch.announcements import Announcement, Receipt
from import_watch.messages import Message
from local.emulator import Emulator
from local.inbox import subscribe_inbox
from tests.adapters.test_channels import announcements
from tests.builders import TOPIC

DELIVERED, REFUSED, FAILED, UNKNOWN = Receipt.DELIVERED, Receipt.REFUSED, Receipt.FAILED, Receipt.UNKNOWN
Entry = Mapping[str, Any]


@dataclass
class Sns:
    """SNS, which takes all but what it is told to refuse."""

    refuses: Callable[[Entry], bool] = lambda _: False
    fails: Exception | None = None
    taken: list[Entry] = field(default_factory=list)
    calls: int = 0

    def publish_batch(self, *, TopicArn: str, PublishBatchRequestEntries: Sequence[Entry]) -> Mapping[str, Any]:  # noqa: N803
        assert TopicArn == TOPIC
        self.calls += 1
        if self.fails:
            raise self.fails
        refused = [entry for entry in PublishBatchRequestEntries if self.refuses(entry)]
        taken = [entry for entry in PublishBatchRequestEntries if entry not in refused]
        self.taken += taken
        return {
            "Successful": [{"Id": entry["Id"]} for entry in taken],
            "Failed": [{"Id": entry["Id"], "Code": "InvalidParameter", "SenderFault": True} for entry in refused],
        }


def topic(sns: Sns, write: Any = as_email) -> PeopleTopic:
    return PeopleTopic(cast("Any", sns), write)


def named(sent: Sequence[Announcement]) -> list[str]:
    return [str(one.message.facts["jobId"]) for one in sent]


def said(entry: Entry) -> str:
    message: str = entry["Message"]
    return str(json.loads(message)["content"]["description"]) if message.startswith("{") else message


def test_a_topic_s_subscriber_gets_text(emulator: Emulator) -> None:
    """With its subject and attributes; of a digest, those that all have in common."""
    sns = emulator.session.client("sns")
    address = sns.create_topic(Name="people")["TopicArn"]
    inbox = subscribe_inbox(emulator, address)
    sent = announcements(3, segment_name="Spring")
    assert PeopleTopic(sns, as_email).publish(address, sent[:1]).receipts == [DELIVERED]
    assert PeopleTopic(sns, as_email).digest(address, sent[1:]).receipts == [DELIVERED] * 2
    messages = [one.message for one in sent]
    received = {mail.envelope["Subject"]: mail for mail in inbox.receive(at_least=2)}
    single, digest = received[emails.subject(messages[0])], received[digests.subject(messages[1:])]
    assert (single.envelope["Message"], single.attributes) == (emails.text(messages[0]), messages[0].attributes())
    assert digest.envelope["Message"] == digests.text(messages[1:])
    assert digest.attributes == digests.attributes(messages[1:])


def test_a_channel_that_is_loaded_late_is_the_same() -> None:
    """Each of them, for each by itself and for many together."""
    sent = announcements(3, segment_name="Spring")

    def taken(channel: Callable[[Any], PeopleTopic | LatePeople]) -> list[Entry]:
        sns = Sns()
        people = channel(sns)
        assert people.publish(TOPIC, sent[:1]).receipts == [DELIVERED]
        assert people.digest(TOPIC, sent[1:]).receipts == [DELIVERED] * 2
        return sns.taken

    assert taken(lambda sns: LatePeople(sns, "email")) == taken(lambda sns: PeopleTopic(sns, as_email))
    assert taken(lambda sns: LatePeople(sns, "chat")) == taken(lambda sns: PeopleTopic(sns, as_chat))


@pytest.mark.parametrize("write", [as_email, as_chat])
def test_each_by_itself_is_an_entry(write: Any) -> None:
    """Ten a request."""
    sns, sent = Sns(), announcements(12)
    assert topic(sns, write).publish(TOPIC, sent).receipts == [DELIVERED] * 12
    assert (sns.calls, len(sns.taken)) == (2, 12)


@pytest.mark.parametrize(("write", "most"), [(as_email, 1), (as_chat, 8)])
def test_a_digest_names_every_one(write: Any, most: int) -> None:
    """In one message or, if that could not be shown whole, in as few as can; in order."""
    sns, sent = Sns(), announcements(200, segment_name="Spring newsletter")
    assert topic(sns, write).digest(TOPIC, sent).receipts == [DELIVERED] * 200
    assert 1 <= len(sns.taken) <= most
    lines = [line for entry in sns.taken for line in said(entry).splitlines() if ", job " in line]
    assert sorted(line.rpartition(" ")[2] for line in lines) == sorted(named(sent))


def test_one_that_is_refused_does_not_take_the_others_along() -> None:
    """They are sent without it; and it alone is at fault."""
    sns, sent = Sns(refuses=lambda entry: "job-13" in entry["Message"]), announcements(30)
    published = topic(sns).digest(TOPIC, sent)
    assert published.receipts == [REFUSED if name == "job-13" else DELIVERED for name in named(sent)]
    assert len(sns.taken) <= 6


def test_one_that_can_t_be_written_does_not_take_the_others_along() -> None:
    """Such as a kind of message that only a later version knows."""
    sns, sent = Sns(), announcements(5)
    sent[3] = replace(sent[3], message=Message({**sent[3].message.facts, "kind": "from the future"}))
    published = topic(sns).digest(TOPIC, sent)
    assert published.receipts == [DELIVERED, DELIVERED, DELIVERED, FAILED, DELIVERED]
    assert ["from the future" in flaw for flaw in published.unwritable] == [True]


@pytest.mark.parametrize(
    ("error", "receipt"),
    [
        (ReadTimeoutError(endpoint_url="x"), UNKNOWN),
        (ClientError({"Error": {"Code": "AuthorizationError", "Message": ""}}, "PublishBatch"), FAILED),
    ],
)
def test_all_that_a_message_names_have_its_receipt(error: Exception, receipt: Receipt) -> None:
    """Whatever it is."""
    sns = Sns(fails=error)
    published = topic(sns).digest(TOPIC, announcements(30))
    assert (published.receipts, published.down is None, sns.calls) == ([receipt] * 30, False, 1)


def test_a_topic_that_goes_down_while_halves_are_sent_is_down() -> None:
    """What was sent before is sent."""
    sns = Sns(refuses=lambda entry: "2 announcements" in entry.get("Subject", ""))

    def publish_batch(**call: Any) -> Mapping[str, Any]:
        if sns.calls == 1:
            sns.fails = ClientError({"Error": {"Code": "InternalError", "Message": ""}}, "PublishBatch")
        return Sns.publish_batch(sns, **call)

    client = type("Client", (), {"publish_batch": staticmethod(publish_batch)})()
    published = PeopleTopic(client, as_email).digest(TOPIC, announcements(2))
    assert (published.receipts, "InternalError" in str(published.down)) == ([FAILED, FAILED], True)


def test_a_note_is_in_the_schema_of_its_reader() -> None:
    """Anything else would be dropped without a word; nor is there a subject."""
    sns, (sent,) = Sns(), announcements(1, segment_name="Spring")
    topic(sns, as_chat).publish(TOPIC, [sent])
    (entry,) = sns.taken
    note = json.loads(entry["Message"])
    assert (note["version"], note["source"], note["id"]) == ("1.0", "custom", sent.message.id)
    assert note["content"]["title"] == "[newsletter] Import completed: Spring"
    assert note["metadata"]["relatedResources"] == ["arn:resource"]
    assert "Subject" not in entry
    assert "MessageStructure" not in entry
    assert {name: value["StringValue"] for name, value in entry["MessageAttributes"].items()} == (
        sent.message.attributes()
    )


def test_a_real_client_takes_what_is_written() -> None:
    """By botocore's model of SNS."""
    client = boto3.Session("nobody's", "nobody's", region_name="us-east-1").client("sns")
    validate = client.meta.service_model.operation_model("PublishBatch").input_shape
    assert validate is not None
    from botocore.validate import ParamValidator  # noqa: PLC0415

    sns, sent = Sns(), announcements(3)
    for write in (as_email, as_chat):
        topic(sns, write).publish(TOPIC, sent[:1])
        topic(sns, write).digest(TOPIC, sent)
    call = {"TopicArn": TOPIC, "PublishBatchRequestEntries": sns.taken}
    assert not ParamValidator().validate(call, validate).has_errors()
