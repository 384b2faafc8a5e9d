"""Items of the state table: Python values to DynamoDB's and back, keys, and reads that finish what they began."""

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final, cast

from boto3.dynamodb.types import TypeDeserializer, TypeSerializer
from botocore.exceptions import ClientError

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

Item = Mapping[str, Any]  # what the deserializer gives; read by the adapters into the core's types

LEDGER: Final = "#ledger"
PENDING_INDEX: Final = "pending"
PENDING_SHARD: Final = "pending"  # the only one: every watch's leftovers are found by one query
MAX_KEYS: Final = 100  # BatchGetItem: keys a request (DynamoDB API reference)
MAX_FRUITLESS: Final = 5  # rounds of BatchGetItem that return nothing of what is left
FIRST_PAUSE: Final = 0.05  # seconds, doubled with every fruitless round

_serializer, _deserializer = TypeSerializer(), TypeDeserializer()


def to_item(values: Mapping[str, object]) -> dict[str, Any]:
    """Write values as DynamoDB attributes. Empty sets can't be written."""
    return {name: _serializer.serialize(value) for name, value in values.items()}


def from_item(item: Mapping[str, Any]) -> Item:
    """Read values from DynamoDB attributes."""
    return {name: _deserializer.deserialize(value) for name, value in item.items()}


def conditionally(write: Callable[[], Mapping[str, object]]) -> tuple[bool, Item]:
    """Make a conditional write. Tell whether it was made, and give the item as the write returns it or as it stands.

    The item is empty where there is none or where the write doesn't ask for it; other errors pass through.
    """
    try:
        response = write()
    except ClientError as error:
        if error.response["Error"]["Code"] != "ConditionalCheckFailedException":
            raise
        return False, _attributes(error.response, "Item")
    return True, _attributes(response, "Attributes")


def _attributes(response: Mapping[str, object], name: str) -> Item:
    return from_item(cast("Mapping[str, Any]", response.get(name, {})))


def batch_get(
    client: "DynamoDBClient",
    table: str,
    keys: Sequence[tuple[str, str]],
    attributes: Sequence[str],
    sleep: Callable[[float], None] = time.sleep,
) -> Iterator[Item]:
    """Yield those of the items that exist, consistently read, whatever number of requests it takes.

    TimeoutError where the table goes on giving nothing of what is asked: it is throttled.
    """
    names = {f"#{number}": name for number, name in enumerate(("pk", "sk", *attributes))}
    waiting = [to_item({"pk": pk, "sk": sk}) for pk, sk in keys]
    fruitless = 0
    while waiting:
        response = client.batch_get_item(
            RequestItems={
                table: {
                    "Keys": waiting[:MAX_KEYS],
                    "ConsistentRead": True,
                    "ProjectionExpression": ",".join(names),
                    "ExpressionAttributeNames": names,
                }
            }
        )
        yield from map(from_item, response["Responses"].get(table, []))
        unread = list(response["UnprocessedKeys"].get(table, {"Keys": []})["Keys"])
        fruitless = fruitless + 1 if len(unread) == len(waiting[:MAX_KEYS]) else 0
        if fruitless:
            if fruitless == MAX_FRUITLESS:
                raise TimeoutError(f"BatchGetItem of {table} gave none of {len(unread)} items in {fruitless} requests")
            sleep(FIRST_PAUSE * 2 ** (fruitless - 1))
        waiting = unread + waiting[MAX_KEYS:]
