"""Reading many items, when the table gives only some of them."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import boto3
import pytest
from botocore.stub import Stubber

from import_watch.adapters.items import FIRST_PAUSE, MAX_FRUITLESS, batch_get

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient


def key(number: int) -> dict[str, Any]:
    return {"pk": {"S": "pk"}, "sk": {"S": str(number)}}


@pytest.fixture
def client() -> "DynamoDBClient":
    return boto3.client("dynamodb", region_name="us-east-1", aws_access_key_id="x", aws_secret_access_key="x")  # noqa: S106 # nobody's


@pytest.fixture
def table(client: "DynamoDBClient") -> Iterator[Stubber]:
    with Stubber(client) as stubber:
        yield stubber
        stubber.assert_no_pending_responses()


def answer(table: Stubber, *, asked: list[int], unread: list[int]) -> None:
    """Answer one request for these keys with all but the unread."""
    request = {
        "RequestItems": {
            "table": {
                "Keys": [key(number) for number in asked],
                "ConsistentRead": True,
                "ProjectionExpression": "#0,#1,#2",
                "ExpressionAttributeNames": {"#0": "pk", "#1": "sk", "#2": "kind"},
            }
        }
    }
    unprocessed = {"table": {"Keys": [key(number) for number in unread]}} if unread else {}
    found = [key(number) for number in asked if number not in unread]
    table.add_response("batch_get_item", {"Responses": {"table": found}, "UnprocessedKeys": unprocessed}, request)


def read(client: "DynamoDBClient", count: int, pauses: list[float]) -> list[int]:
    keys = [("pk", str(number)) for number in range(count)]
    return [int(item["sk"]) for item in batch_get(client, "table", keys, ["kind"], pauses.append)]


def test_what_was_not_read_is_asked_for_again(client: "DynamoDBClient", table: Stubber) -> None:
    """With the next hundred, and without a pause while there is progress."""
    pauses: list[float] = []
    answer(table, asked=[*range(100)], unread=[3, 7])
    answer(table, asked=[3, 7, *range(100, 120)], unread=[110])
    answer(table, asked=[110], unread=[])
    assert sorted(read(client, 120, pauses)) == [*range(120)]
    assert pauses == []


def test_without_progress_it_waits_longer_and_longer_then_says_so(client: "DynamoDBClient", table: Stubber) -> None:
    """A throttled table is no empty table."""
    pauses: list[float] = []
    for _ in range(MAX_FRUITLESS):
        answer(table, asked=[0, 1], unread=[0, 1])
    with pytest.raises(TimeoutError, match="gave none of 2 items"):
        read(client, 2, pauses)
    assert pauses == [FIRST_PAUSE * 2**number for number in range(MAX_FRUITLESS - 1)]
