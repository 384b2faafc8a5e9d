"""The channels for people: emails and chat notes, by topics of their own; what is much at once as a digest."""

import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from import_watch import chats, digests, emails
from import_watch.adapters.batches import publish
from import_watch.adapters.topic import attributes_of, publish_batch, size_of
from import_watch.announcements import Announcement, Key, Receipt
from import_watch.channels import Published

if TYPE_CHECKING:
    from mypy_boto3_sns import SNSClient
    from mypy_boto3_sns.type_defs import PublishBatchRequestEntryTypeDef

    from import_watch.jobs import Json

VERSION: Final = "1.0"  # Amazon Q Developer in chat applications, administrator guide: custom notifications
SOURCE: Final = "custom"  # the same; anything else is dropped without a word


@dataclass(frozen=True, slots=True)
class Parcel:
    """Announcements that one message names."""

    announcements: Sequence[Announcement]

    @property
    def key(self) -> Key:
        """Name it by the first of them."""
        return self.announcements[0].key

    def halves(self) -> "list[Parcel]":
        """Cut it in two."""
        middle = len(self.announcements) // 2
        return [Parcel(self.announcements[:middle]), Parcel(self.announcements[middle:])]


Write = Callable[[Parcel], "PublishBatchRequestEntryTypeDef"]
"""Writes a parcel as an entry that has no id yet; raises where that can't be done, such as for being too much."""


@dataclass(frozen=True, slots=True)
class PeopleTopic:
    """Publishes to a topic of which only people are subscribers."""

    client: "SNSClient"
    write: Write

    def publish(self, address: str, announcements: Sequence[Announcement], /) -> Published:
        """Send each by itself to the topic with this ARN."""
        return self._publish(address, [Parcel([announcement]) for announcement in announcements])

    def digest(self, address: str, announcements: Sequence[Announcement], /) -> Published:
        """Send as few messages as name them all; each has the receipt of the message that names it."""
        return self._digest(address, Parcel(announcements))

    def _digest(self, address: str, parcel: Parcel) -> Published:
        parcels = list(self._cut(parcel))
        published = self._publish(address, parcels)
        receipts: list[Receipt] = []
        down, unwritable = published.down, list(published.unwritable)
        for each, receipt in zip(parcels, published.receipts, strict=True):
            # One may be at fault, and must not take the others along.
            halves = each.halves() if receipt is Receipt.REFUSED and len(each.announcements) > 1 else []
            for half in halves:
                sent = self._digest(address, half)
                receipts += sent.receipts
                down, unwritable = down or sent.down, [*unwritable, *sent.unwritable]
            receipts += [] if halves else [receipt] * len(each.announcements)
        return Published(receipts, down=down, unwritable=unwritable)

    def _cut(self, parcel: Parcel) -> Iterator[Parcel]:
        """Cut a parcel into ones that can be written, however small."""
        if len(parcel.announcements) > 1:
            try:
                self.write(parcel)
            except Exception:  # noqa: BLE001 # too much, or one of a kind that only a later version knows
                for half in parcel.halves():
                    yield from self._cut(half)
                return
        yield parcel

    def _publish(self, address: str, parcels: Sequence[Parcel]) -> Published:
        def entry(number: int, parcel: Parcel) -> "PublishBatchRequestEntryTypeDef":
            return {**self.write(parcel), "Id": str(number)}

        return publish(parcels, entry, size_of, publish_batch(self.client, address))


def as_email(parcel: Parcel) -> "PublishBatchRequestEntryTypeDef":
    """Write plain text with a subject."""
    messages = [announcement.message for announcement in parcel.announcements]
    first, *others = messages
    return {
        "Id": "",
        "Message": digests.text(messages) if others else emails.text(first),
        "Subject": digests.subject(messages) if others else emails.subject(first),
        "MessageAttributes": attributes_of(digests.attributes(messages) if others else first.attributes()),
    }


def as_chat(parcel: Parcel) -> "PublishBatchRequestEntryTypeDef":
    """Write a custom notification, in the one schema that Amazon Q Developer shows."""
    messages = [announcement.message for announcement in parcel.announcements]
    resources = [announcement.resource for announcement in parcel.announcements]
    first, *others = messages
    note = digests.chat(messages, resources) if others else chats.chat(first, *resources)
    return {
        "Id": "",
        "Message": json.dumps(notification(note), ensure_ascii=False),
        "MessageAttributes": attributes_of(digests.attributes(messages) if others else first.attributes()),
    }


def notification(note: chats.Chat) -> "dict[str, Json]":
    """Give a note as the schema has it."""
    return {
        "version": VERSION,
        "source": SOURCE,
        "id": note.id,
        "content": {
            "textType": "client-markdown",
            "title": note.title,
            "description": note.description,
            "nextSteps": [*note.next_steps],
            "keywords": [*note.keywords],
        },
        "metadata": {
            **({"threadId": note.thread} if note.thread else {}),
            "summary": note.summary,
            "eventType": note.event_type,
            "relatedResources": [*note.resources],
            "additionalContext": {**note.context},
        },
    }
