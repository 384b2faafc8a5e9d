from collections.abc import Iterator
from typing import TYPE_CHECKING
from uuid import uuid4

import pytest

from local.emulator import Emulator
from tests.adapters.state_table import SCHEMA

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient


@pytest.fixture(scope="session")
def dynamodb(emulator: Emulator) -> "DynamoDBClient":
    return emulator.session.client("dynamodb")


@pytest.fixture
def table(dynamodb: "DynamoDBClient") -> Iterator[str]:
    """Make a state table as the stack does (a contract test holds the two together)."""
    name = f"state-{uuid4()}"
    dynamodb.create_table(TableName=name, **SCHEMA)
    yield name
    dynamodb.delete_table(TableName=name)
