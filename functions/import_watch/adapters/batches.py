"""Sending in batches as SNS, EventBridge and SQS take them, and telling what an error means for the entries."""

import re
from collections.abc import Callable, Iterator, Sequence
from typing import Final, Protocol, TypeVar

from botocore.exceptions import (
    BotoCoreError,
    ClientError,
    ConnectTimeoutError,
    EndpointConnectionError,
    NoCredentialsError,
)
from botocore.parsers import ResponseParserError

from import_watch.announcements import Key, Receipt
from import_watch.channels import Published

MAX_ENTRIES: Final = 10  # PublishBatch, PutEvents, SendMessageBatch: entries a request (their API references)
MAX_BYTES: Final = 256 * 1024  # the same: bytes a request, of which SQS takes more by now
# Errors that one entry's content brings on a whole request (SNS, EventBridge: common errors of their API references).
CONTENT_CODES: Final = frozenset(
    {
        "BatchRequestTooLong",
        "InvalidParameter",
        "InvalidParameterException",
        "InvalidParameterValue",
        "ParameterValueInvalid",
        "RequestEntityTooLarge",
        "SerializationException",
        "ValidationError",
        "ValidationException",
    }
)
# With the same codes, but at the destination: each entry alone would be refused like that, and none is at fault.
_DESTINATION: Final = re.compile(r"parameter: TopicArn\b|at 'entries\.\d+\.member\.eventBusName'")
_NEVER_SENT: Final = (ConnectTimeoutError, EndpointConnectionError, NoCredentialsError)

Entry = TypeVar("Entry")


class Parcel(Protocol):
    """What becomes an entry: an announcement, or several as one."""

    @property
    def key(self) -> Key:
        """Name it."""
        ...


Sent = TypeVar("Sent", bound=Parcel)


def publish(
    parcels: Sequence[Sent],
    entry: Callable[[int, Sent], Entry],
    size: Callable[[Entry], int],
    send: Callable[[Sequence[Entry]], Sequence[Receipt]],
) -> Published:
    """Send parcels as entries, batch by batch, until the destination fails as a whole; a receipt each, in order.

    One that can't be written as an entry fails by itself; the others go out.
    """
    entries: dict[int, Entry] = {}
    unwritable: list[str] = []
    for number, parcel in enumerate(parcels):
        try:
            entries[number] = entry(number, parcel)
        except Exception as error:  # noqa: BLE001 # such as a kind of message that only a later version knows
            unwritable.append(f"{parcel.key}: {error!r}")
    published = _publish(list(entries.values()), size, send)
    receipts = dict(zip(entries, published.receipts, strict=True))
    return Published(
        [receipts.get(number, Receipt.FAILED) for number in range(len(parcels))],
        down=published.down,
        unwritable=unwritable,
    )


def _publish(
    entries: Sequence[Entry], size: Callable[[Entry], int], send: Callable[[Sequence[Entry]], Sequence[Receipt]]
) -> Published:
    receipts: list[Receipt] = []
    for batch in batches(entries, size):
        published = _send(batch, send)
        receipts += published.receipts
        if published.down is not None:
            receipts += [Receipt.FAILED] * (len(entries) - len(receipts))
            return Published(receipts, down=published.down)
    return Published(receipts)


def batches(entries: Sequence[Entry], size: Callable[[Entry], int]) -> Iterator[list[Entry]]:
    """Cut entries into requests of at most ten and 256 KiB; one that is larger by itself goes alone."""
    batch: list[Entry] = []
    total = 0
    for entry in entries:
        entry_size = size(entry)
        if batch and (len(batch) == MAX_ENTRIES or total + entry_size > MAX_BYTES):
            yield batch
            batch, total = [], 0
        batch.append(entry)
        total += entry_size
    if batch:
        yield batch


def _send(batch: Sequence[Entry], send: Callable[[Sequence[Entry]], Sequence[Receipt]]) -> Published:
    try:
        return Published(send(batch))
    except ClientError as error:
        if error.response["Error"]["Code"] not in CONTENT_CODES or _DESTINATION.search(str(error)):
            return Published([Receipt.FAILED] * len(batch), down=str(error))
        if len(batch) == 1:
            return Published([Receipt.REFUSED])
        return _publish(batch, lambda _: MAX_BYTES, send)  # one by one, to find the entry that is at fault
    except _NEVER_SENT as error:
        return Published([Receipt.FAILED] * len(batch), down=str(error))
    except (BotoCoreError, ResponseParserError) as error:  # a time-out, a connection cut, a reply that doesn't parse
        return Published([Receipt.UNKNOWN] * len(batch), down=str(error))
