"""The EventBridge channel."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from import_watch.adapters.batches import publish
from import_watch.announcements import Announcement, Receipt
from import_watch.channels import Published

if TYPE_CHECKING:
    from mypy_boto3_events import EventBridgeClient
    from mypy_boto3_events.type_defs import PutEventsRequestEntryTypeDef, PutEventsResultEntryTypeDef

EVENT_SOURCE: Final = "import-watch"
OVERHEAD: Final = 32  # bytes an entry costs beside its texts, rounded up (EventBridge user guide, PutEvents entry size)
# Errors that an entry's own content brings on it; anything else may pass (EventBridge API reference, PutEvents).
_ITS_FAULT: Final = ("InvalidArgument", "MalformedDetail", "InvalidParameter", "ValidationException")


@dataclass(frozen=True, slots=True)
class Bus:
    """Puts announcements on an event bus."""

    client: "EventBridgeClient"

    def publish(self, address: str, announcements: Sequence[Announcement], /) -> Published:
        """Send to the bus of this name."""

        def send(entries: Sequence["PutEventsRequestEntryTypeDef"]) -> list[Receipt]:
            results = self.client.put_events(Entries=list(entries)).get("Entries", [])
            receipts = [_receipt(result) for result in results[: len(entries)]]
            return receipts + [Receipt.UNKNOWN] * (len(entries) - len(receipts))

        return publish(announcements, lambda _, announcement: _entry(address, announcement), _size, send)


def _receipt(result: "PutEventsResultEntryTypeDef") -> Receipt:
    code = result.get("ErrorCode")
    if code is None:
        return Receipt.DELIVERED
    return Receipt.REFUSED if code in _ITS_FAULT else Receipt.FAILED


def _entry(bus: str, announcement: Announcement) -> "PutEventsRequestEntryTypeDef":
    message = announcement.message
    return {
        "EventBusName": bus,
        "Source": EVENT_SOURCE,
        "DetailType": message.detail_type,
        "Detail": message.json(),
        "Resources": [announcement.resource],
    }


def _size(entry: "PutEventsRequestEntryTypeDef") -> int:
    texts = (entry["EventBusName"], entry["Source"], entry["DetailType"], entry["Detail"], *entry["Resources"])
    return OVERHEAD + sum(len(text.encode()) for text in texts)
