"""What an announcement costs in the table, counted by DynamoDB's rules over what the function really writes."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from types import ModuleType
from typing import TYPE_CHECKING, Any
from unittest.mock import patch

import pytest

from bench.units import Write, index_units, metered, size, table_units
from import_watch.adapters.items import LEDGER, to_item
from local.inbox import Inbox
from local.stand_in import StandIn, import_job
from tests.adapters.function import Context

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

APPLICATION, SEGMENT, JOB = (sha256(name).hexdigest()[:32] for name in (b"application", b"segment", b"job"))
TARGET = f"pinpoint:{APPLICATION}/{SEGMENT}"
NOW = datetime.now(UTC)
EVENT = {"watch": {"name": "newsletter", "targets": [TARGET]}}
SAMPLE: dict[str, Any] = {
    "TotalProcessed": 5000,
    "TotalFailures": 12,
    "TotalPieces": 10,
    "CompletedPieces": 10,
    "FailedPieces": 0,
    "Definition": {"SegmentName": "Spring newsletter", "S3Url": "s3://example-bucket/imports/2.csv"},
}


def announced(
    poll: ModuleType, pinpoint: StandIn, dynamodb: "DynamoDBClient", event: Any = EVENT, **facts: Any
) -> list[Write]:
    """Have a job announced on all channels; the writes of the tick that does it."""
    pinpoint.jobs.put(TARGET)
    poll.handler(event, Context())
    created = NOW - timedelta(seconds=12)
    pinpoint.jobs.put(TARGET, import_job(TARGET, JOB, "COMPLETED", created=created, completed=NOW, **facts))
    with metered(poll.wiring.clients.dynamodb, dynamodb) as writes:
        assert poll.handler(event, Context())["announced"] == 1
    return writes


def test_the_sample_s_announcement_takes_four_units(
    poll: ModuleType, pinpoint: StandIn, dynamodb: "DynamoDBClient"
) -> None:
    """Its record, its settling, and what these change in the index, staying below 1 KiB; the ledger's is a fifth."""
    *own, ledger = announced(poll, pinpoint, dynamodb, **SAMPLE)
    assert [(write.operation, write.table, write.index) for write in own] == [("PutItem", 1, 1), ("UpdateItem", 1, 1)]
    assert max(write.size for write in own) <= 1000
    assert (ledger.sk, ledger.table, ledger.index) == (LEDGER, 1, 0)


def test_telling_people_takes_one_unit_more(
    cold_start: Callable[..., ModuleType], pinpoint: StandIn, dynamodb: "DynamoDBClient", topic: str
) -> None:
    """For settling it twice, the first time without a change in the index, and last, when its ledger is settled."""
    poll = cold_start("poll", EMAIL_TOPIC_ARN=topic, CHAT_TOPIC_ARN=topic)
    told = {"watch": {**EVENT["watch"], "policy": {"email": True, "chat": True}}}
    *first, ledger, last = announced(poll, pinpoint, dynamodb, told, **SAMPLE)
    own = [*first, last]
    assert [(write.operation, write.table, write.index) for write in own] == [
        ("PutItem", 1, 1),
        ("UpdateItem", 1, 0),
        ("UpdateItem", 1, 1),
    ]
    assert max(write.size for write in own) < 1024
    assert (ledger.sk, ledger.table, ledger.index) == (LEDGER, 1, 0)


def test_what_is_sent_late_costs_its_claim_on_top(
    poll: ModuleType, pinpoint: StandIn, dynamodb: "DynamoDBClient", inbox: Inbox
) -> None:
    """A claim moves the item in the index, which is two entries; so is a retry at once."""
    failed = {"Failed": [{"Id": "0", "Code": "InternalError", "SenderFault": False}]}
    pinpoint.jobs.put(TARGET)
    poll.handler(EVENT, Context())
    pinpoint.jobs.put(TARGET, import_job(TARGET, JOB, "COMPLETED", created=NOW, completed=NOW, **SAMPLE))
    with metered(poll.wiring.clients.dynamodb, dynamodb) as writes:
        with patch.object(poll.wiring.clients.sns, "publish_batch", return_value=failed):
            poll.handler(EVENT, Context())
        poll.handler(EVENT, Context())
    assert len(inbox.receive(at_least=1)) == 1
    assert [(write.operation, write.index) for write in writes if write.sk != LEDGER] == [
        ("PutItem", 1),
        ("UpdateItem", 2),
        ("UpdateItem", 2),
        ("UpdateItem", 1),
    ]
    assert max(write.size for write in writes) < 1024


@pytest.mark.parametrize(
    ("value", "bytes_"),
    [
        ("caf\u00e9", 5),
        (0, 1),
        (7, 2),
        (-1250, 4),
        (b"\x00\x01", 2),
        (True, 1),
        (None, 1),
        ({"sns", "eventbridge"}, 14),
        ([], 3),
        ({"sns": 5}, 3 + 1 + 3 + 2),
    ],
)
def test_sizes_are_dynamodb_s(value: object, bytes_: int) -> None:
    """As its developer guide has them, with the attribute's name."""
    assert size(to_item({"name": value})) == len("name") + bytes_


def test_a_write_costs_by_the_larger_item_and_by_what_it_moves_in_the_index() -> None:
    """A condition that fails costs as well; an entry's new key is one that goes and one that comes."""
    small, large = to_item({"pk": "a"}), to_item({"pk": "a" * 1024})
    assert [table_units({}, {}), table_units({}, small), table_units(large, small)] == [1, 1, 2]
    due, later = (to_item({"pk": "a", "pendingShard": "pending", "pendingDue": at}) for at in ("1", "2"))
    assert [index_units({}, due), index_units(due, due), index_units(due, later), index_units(due, small)] == [
        1,
        0,
        2,
        1,
    ]
    assert index_units(due, {**due, **to_item({"recordedAt": "now"})}) == 1
