from collections.abc import Iterator
from typing import TYPE_CHECKING
from uuid import uuid4

import pytest

from import_watch.adapters.items import PENDING_INDEX
from local.emulator import Emulator

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient


@pytest.fixture(scope="session")
def dynamodb(emulator: Emulator) -> "DynamoDBClient":
    return emulator.session.client("dynamodb")


@pytest.fixture
def table(dynamodb: "DynamoDBClient") -> Iterator[str]:
    """Make a state table as the stack does (a contract test holds the two together)."""
    name = f"state-{uuid4()}"
    dynamodb.create_table(
        TableName=name,
        BillingMode="PAY_PER_REQUEST",
        AttributeDefinitions=[
            {"AttributeName": attribute, "AttributeType": "S"}
            for attribute in ("pk", "sk", "pendingShard", "pendingDue")
        ],
        KeySchema=[{"AttributeName": "pk", "KeyType": "HASH"}, {"AttributeName": "sk", "KeyType": "RANGE"}],
        GlobalSecondaryIndexes=[
            {
                "IndexName": PENDING_INDEX,
                "KeySchema": [
                    {"AttributeName": "pendingShard", "KeyType": "HASH"},
                    {"AttributeName": "pendingDue", "KeyType": "RANGE"},
                ],
                "Projection": {"ProjectionType": "INCLUDE", "NonKeyAttributes": ["recordedAt"]},
            }
        ],
    )
    yield name
    dynamodb.delete_table(TableName=name)
