"""Queues that catch what the stack sends, as a subscriber would."""

import json
import math
import time
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from local.emulator import Emulator

if TYPE_CHECKING:
    from mypy_boto3_sqs import SQSClient

LONGEST_POLL = 20  # seconds (SQS ReceiveMessage)
LARGEST_BATCH = 10  # messages (SQS ReceiveMessage)


@dataclass(frozen=True, slots=True, kw_only=True)
class Received:
    """A message, what it travelled in, and what a subscription filters or a rule matches on."""

    message: dict[str, Any]
    """Empty where it is text, for people: that stands in the envelope."""
    attributes: dict[str, str]
    envelope: dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Inbox:
    """A queue of one's own."""

    sqs: "SQSClient"
    url: str
    arn: str

    def receive(self, *, at_least: int = 0, within: float = 10.0) -> list[Received]:
        """Take everything that is there; wait so many seconds for as many messages to have come."""
        received: list[Received] = []
        deadline = time.monotonic() + within
        while True:
            missing = len(received) < at_least
            patience = max(0.0, deadline - time.monotonic()) if missing else 0.0
            batch = self._batch(min(LONGEST_POLL, math.ceil(patience)))
            received += batch
            if not batch and (not missing or not patience):
                return received

    def _batch(self, seconds: int) -> list[Received]:
        messages = self.sqs.receive_message(
            QueueUrl=self.url, MaxNumberOfMessages=LARGEST_BATCH, WaitTimeSeconds=seconds
        ).get("Messages", [])
        for message in messages:
            self.sqs.delete_message(QueueUrl=self.url, ReceiptHandle=message["ReceiptHandle"])
        return [_opened(json.loads(message["Body"])) for message in messages]


def subscribe_inbox(
    emulator: Emulator, topic_arn: str, *, filter_policy: Mapping[str, Sequence[str]] | None = None
) -> Inbox:
    """Subscribe a new queue to the topic."""
    inbox = _new_queue(emulator, "sns.amazonaws.com")
    emulator.session.client("sns").subscribe(
        TopicArn=topic_arn,
        Protocol="sqs",
        Endpoint=inbox.arn,
        Attributes={"FilterPolicy": json.dumps(filter_policy)} if filter_policy else {},
    )
    return inbox


def catch_events(emulator: Emulator, *, source: str = "import-watch", bus: str = "default") -> Inbox:
    """Route all events of that source on the bus to a new queue."""
    inbox = _new_queue(emulator, "events.amazonaws.com")
    events, rule = emulator.session.client("events"), f"caught-{uuid.uuid4()}"
    events.put_rule(Name=rule, EventBusName=bus, EventPattern=json.dumps({"source": [source]}))
    events.put_targets(Rule=rule, EventBusName=bus, Targets=[{"Id": "inbox", "Arn": inbox.arn}])
    return inbox


def _new_queue(emulator: Emulator, sender: str) -> Inbox:
    sqs = emulator.session.client("sqs")
    url = sqs.create_queue(QueueName=f"inbox-{uuid.uuid4()}")["QueueUrl"]
    arn = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    allow = {"Effect": "Allow", "Principal": {"Service": sender}, "Action": "sqs:SendMessage", "Resource": arn}
    policy = json.dumps({"Version": "2012-10-17", "Statement": [allow]})
    sqs.set_queue_attributes(QueueUrl=url, Attributes={"Policy": policy})
    return Inbox(sqs=sqs, url=url, arn=arn)


def _opened(envelope: dict[str, Any]) -> Received:
    if "detail" in envelope:
        attributes = {name: envelope[name] for name in ("source", "detail-type")}
        return Received(message=envelope["detail"], attributes=attributes, envelope=envelope)
    text = envelope["Message"]
    return Received(
        message=json.loads(text) if text.startswith("{") else {},
        attributes={name: each["Value"] for name, each in envelope.get("MessageAttributes", {}).items()},
        envelope=envelope,
    )
