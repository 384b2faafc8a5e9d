"""What tests of commands that read have in common: ticks, and items put into the table."""

import json
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from import_watch.adapters.items import from_item, to_item
from tests.cli.conftest import Operated

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient


def now() -> datetime:
    return datetime.now(UTC)


def dynamodb(operated: Operated) -> "DynamoDBClient":
    return operated.emulator.session.client("dynamodb")


def put(operated: Operated, *items: dict[str, Any]) -> None:
    for item in items:
        dynamodb(operated).put_item(TableName=operated.outputs["StateTableName"], Item=to_item(item))


def item(operated: Operated, pk: str, sk: str) -> dict[str, Any]:
    key = to_item({"pk": pk, "sk": sk})
    return dict(from_item(dynamodb(operated).get_item(TableName=operated.outputs["StateTableName"], Key=key)["Item"]))


def watch(operated: Operated, name: str, *targets: str) -> dict[str, Any]:
    """Take a watch as its schedule has it, or with fewer targets."""
    given: dict[str, Any] = json.loads(operated.assembly.schedule_inputs[name])["watch"]
    return {**given, "targets": list(targets)} if targets else given
