"""The SNS channel."""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from import_watch import emails
from import_watch.adapters.batches import publish
from import_watch.announcements import Announcement, Receipt
from import_watch.channels import Published

if TYPE_CHECKING:
    from mypy_boto3_sns import SNSClient
    from mypy_boto3_sns.type_defs import (
        BatchResultErrorEntryTypeDef,
        MessageAttributeValueTypeDef,
        PublishBatchRequestEntryTypeDef,
    )

_NOT_ITS_FAULT = ("Throttl", "KMS", "AuthorizationError", "AccessDenied", "Internal", "NotFound", "ServiceUnavailable")


@dataclass(frozen=True, slots=True)
class Topic:
    """Publishes announcements to a topic: JSON for machines, text for people."""

    client: "SNSClient"

    def publish(self, address: str, announcements: Sequence[Announcement], /) -> Published:
        """Send to the topic with this ARN."""
        return publish(announcements, _entry, size_of, publish_batch(self.client, address))


def publish_batch(
    client: "SNSClient", address: str
) -> Callable[[Sequence["PublishBatchRequestEntryTypeDef"]], list[Receipt]]:
    """Make what sends a batch of entries to a topic, and tells each one's receipt."""

    def send(entries: Sequence["PublishBatchRequestEntryTypeDef"]) -> list[Receipt]:
        response = client.publish_batch(TopicArn=address, PublishBatchRequestEntries=list(entries))
        receipts = {success["Id"]: Receipt.DELIVERED for success in response.get("Successful", [])}
        receipts |= {failure["Id"]: _receipt(failure) for failure in response.get("Failed", [])}
        return [receipts.get(entry["Id"], Receipt.UNKNOWN) for entry in entries]

    return send


def _receipt(failure: "BatchResultErrorEntryTypeDef") -> Receipt:
    at_fault = failure["SenderFault"] and not failure["Code"].startswith(_NOT_ITS_FAULT)
    return Receipt.REFUSED if at_fault else Receipt.FAILED


def _entry(number: int, announcement: Announcement) -> "PublishBatchRequestEntryTypeDef":
    message = announcement.message
    return {
        "Id": str(number),
        "Message": json.dumps({"default": message.json(), "email": emails.text(message)}, ensure_ascii=False),
        "MessageStructure": "json",
        "Subject": emails.subject(message),
        "MessageAttributes": attributes_of(message.attributes()),
    }


def attributes_of(given: Mapping[str, str]) -> "dict[str, MessageAttributeValueTypeDef]":
    """Write attributes as SNS takes them."""
    return {name: {"DataType": "String", "StringValue": value} for name, value in given.items()}


def size_of(entry: "PublishBatchRequestEntryTypeDef") -> int:
    """Count the bytes of an entry, at most."""
    return len(json.dumps(entry, ensure_ascii=False).encode())
