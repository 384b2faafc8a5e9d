import gc
import importlib
from collections.abc import Callable, Iterator
from io import StringIO
from types import ModuleType
from typing import TYPE_CHECKING
from uuid import uuid4

import pytest

from local.emulator import Emulator
from local.inbox import Inbox, subscribe_inbox
from local.stand_in import StandIn
from tests.adapters.function import environment
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


@pytest.fixture(scope="module")
def topic(emulator: Emulator) -> str:
    return emulator.session.client("sns").create_topic(Name=f"topic-{uuid4()}")["TopicArn"]


@pytest.fixture
def inbox(emulator: Emulator, topic: str) -> Inbox:
    return subscribe_inbox(emulator, topic)


@pytest.fixture
def cold_start(
    emulator: Emulator, pinpoint: StandIn, topic: str, table: str, monkeypatch: pytest.MonkeyPatch
) -> Callable[..., ModuleType]:
    """Start a handler cold, in its environment and what it has besides."""

    def start(name: str, **more: str) -> ModuleType:
        for key, value in {**environment(emulator, pinpoint, table=table, topic=topic), **more}.items():
            monkeypatch.setenv(key, value)
        for target in ("pinpoint:app/seg", "pinpoint:app/other"):
            pinpoint.jobs.put(target)
        handler = importlib.reload(importlib.import_module(f"import_watch.handlers.{name}"))
        gc.unfreeze()  # or what the last test's handler left would stay for ever
        return handler

    return start


@pytest.fixture
def poll(cold_start: Callable[..., ModuleType]) -> ModuleType:
    return cold_start("poll")


@pytest.fixture
def log(poll: ModuleType, monkeypatch: pytest.MonkeyPatch) -> StringIO:
    """Catch the function's log lines, whichever test started the logger."""
    lines = StringIO()
    monkeypatch.setattr(poll.wiring.logger.registered_handler, "stream", lines)
    return lines
