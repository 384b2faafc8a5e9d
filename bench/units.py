"""What writes to the state table cost: DynamoDB's write request units, by the sizes of the items before and after.

The rules are those of the DynamoDB developer guide, "Item sizes and formats" and "Read and write operations". The
emulator's own figures aren't used: it charges each write one unit, whatever its size.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from botocore.model import OperationModel

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

UNIT: Final = 1024  # bytes a write request unit takes
NESTING: Final = 3  # bytes a list or map costs beside its elements
ELEMENT: Final = 1  # byte that each of these costs beside itself
INDEX_KEYS: Final = ("pendingShard", "pendingDue")
PROJECTED: Final = ("pk", "sk", *INDEX_KEYS, "recordedAt")

Stored = Mapping[str, Mapping[str, Any]]  # an item as the low-level client gives it


@dataclass(frozen=True, slots=True, kw_only=True)
class Write:
    """One write, and what it cost: of the table, and of its index."""

    operation: str
    pk: str
    sk: str
    size: int
    """Bytes of the larger of the item before and after."""
    table: int
    index: int

    @property
    def units(self) -> int:
        """What is paid for."""
        return self.table + self.index


def size(item: Stored) -> int:
    """Count an item's bytes."""
    return sum(len(name.encode()) + _size(value) for name, value in item.items())


def _size(typed: Mapping[str, Any]) -> int:
    ((kind, value),) = typed.items()
    match kind:
        case "S" | "B":
            bytes_ = len(value.encode() if kind == "S" else value)
        case "N":
            bytes_ = (len(value.strip("-0.").replace(".", "")) + 1) // 2 + 1 + value.startswith("-")
        case "SS" | "NS" | "BS":
            bytes_ = sum(_size({kind[0]: one}) for one in value)
        case "L":
            bytes_ = NESTING + sum(ELEMENT + _size(one) for one in value)
        case "M":
            bytes_ = NESTING + sum(ELEMENT + len(name.encode()) + _size(one) for name, one in value.items())
        case _:  # NULL, BOOL
            bytes_ = 1
    return bytes_


def table_units(before: Stored, after: Stored) -> int:
    """Give what a write costs: by the larger item, and one even where its condition failed and there is none."""
    return max(1, -(-max(size(before), size(after)) // UNIT))


def index_units(before: Stored, after: Stored) -> int:
    """Give what it costs in the sparse index: an entry that appears, goes or changes; a new key is a new entry."""
    was, became = _entry(before), _entry(after)
    if was == became:
        return 0
    if was and became and all(was[key] == became[key] for key in INDEX_KEYS):
        return _units(max(size(was), size(became)))
    return _units(size(was)) + _units(size(became))


def _entry(item: Stored) -> Stored:
    in_it = all(key in item for key in INDEX_KEYS)
    return {name: item[name] for name in PROJECTED if name in item} if in_it else {}


def _units(bytes_: int) -> int:
    return -(-bytes_ // UNIT)


@contextmanager
def metered(client: "DynamoDBClient", other: "DynamoDBClient") -> Iterator[list[Write]]:
    """Note each write that a client makes, by reading the item with another client before and after.

    Exact only where nobody else writes the same item meanwhile.
    """
    writes: list[Write] = []

    def stored(table: str, key: Mapping[str, Any]) -> Stored:
        return other.get_item(TableName=table, Key=key, ConsistentRead=True).get("Item", {})

    def before(params: Mapping[str, Any], context: dict[str, Any], **_: object) -> None:
        key = params.get("Key") or {name: params["Item"][name] for name in ("pk", "sk")}
        context["metered"] = (params["TableName"], key, stored(params["TableName"], key))

    def after(model: OperationModel, context: Mapping[str, Any], **_: object) -> None:
        table, key, was = context["metered"]
        became = stored(table, key)
        writes.append(
            Write(
                operation=model.name,
                pk=key["pk"]["S"],
                sk=key["sk"]["S"],
                size=max(size(was), size(became)),
                table=table_units(was, became),
                index=index_units(was, became),
            )
        )

    hooks = [
        (f"{event}.dynamodb.{name}", hook)
        for name in ("PutItem", "UpdateItem")
        for event, hook in (("provide-client-params", before), ("after-call", after))
    ]
    for event, hook in hooks:
        client.meta.events.register(event, hook)
    try:
        yield writes
    finally:
        for event, hook in hooks:
            client.meta.events.unregister(event, hook)
