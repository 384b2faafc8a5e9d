"""The function as it is deployed, started cold in this process: real clients over HTTP, every request counted."""

import importlib
import os
import sys
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, fields
from http import HTTPStatus
from types import ModuleType
from typing import Any, Final
from unittest.mock import patch

from botocore.awsrequest import AWSResponse
from botocore.compat import HTTPHeaders

from import_watch.adapters.items import LEDGER, MAX_KEYS
from tests.adapters.function import Context

HANDLER: Final = "import_watch.handlers.poll"
WATCH: Final = "bench"
WRITES: Final = ("PutItem", "UpdateItem", "DeleteItem", "BatchWriteItem", "TransactWriteItems")
PUBLISHES: Final = ("Publish", "PublishBatch", "PutEvents")
LISTINGS: Final = ("GetSegmentImportJobs", "GetImportJobs")


@dataclass(frozen=True)
class Function:
    """A handler whose requests are counted as they go out, further attempts among them."""

    module: ModuleType
    requests: Counter[str] = field(default_factory=Counter)

    def __post_init__(self) -> None:
        clients = self.module.wiring.clients
        of_jobs = [self.module.wiring.sources[name].client for name in self.module.wiring.settings.sources]
        for client in filter(None, (*(getattr(clients, service.name) for service in fields(clients)), *of_jobs)):
            client.meta.events.register("before-send", self._count)

    def tick(self, targets: Sequence[str]) -> Mapping[str, Any]:
        """Run one tick over these targets; its result."""
        self.requests.clear()
        result: Mapping[str, Any] = self.module.handler({"watch": {"name": WATCH, "targets": [*targets]}}, Context())
        return result

    def quiet(self, targets: Sequence[str]) -> Mapping[str, Any]:
        """Run a tick in which nothing happens; a RuntimeError if anything did."""
        result = self.tick(targets)
        if self.asked(WRITES + PUBLISHES) or result["failing"] or result["targets"] != len(targets):
            raise RuntimeError(f"not a quiet tick: {result}, {self.requests}")
        return result

    def asked(self, operations: Iterable[str]) -> int:
        """Count the last tick's requests for any of these operations."""
        return sum(self.requests[name] for name in operations)

    def know(self, targets: Sequence[str]) -> None:
        """Let all targets have been seen, where they list the same jobs: by a tick over one, whose ledger they get.

        No announcement of that tick is kept, as a quiet one doesn't look at any.
        """
        dynamodb, table = self.module.wiring.clients.dynamodb, self.module.wiring.settings.table
        dynamodb.meta.events.register("before-call.dynamodb.PutItem", _taken)
        self.tick(targets[:1])
        dynamodb.meta.events.unregister("before-call.dynamodb.PutItem", _taken)
        key = {"pk": {"S": f"{WATCH}#{targets[0]}"}, "sk": {"S": LEDGER}}
        ledger = dynamodb.get_item(TableName=table, Key=key, ConsistentRead=True)["Item"]
        for target in targets[1:]:
            dynamodb.put_item(TableName=table, Item={**ledger, "pk": {"S": f"{WATCH}#{target}"}})

    def _count(self, event_name: str, **_: object) -> None:
        self.requests[event_name.rpartition(".")[2]] += 1


@contextmanager
def cold_started(environment: Mapping[str, str]) -> Iterator[Function]:
    """Start the function in the environment that the stack would give it."""
    with patch.dict(os.environ, environment):
        module = sys.modules.get(HANDLER)
        yield Function(importlib.reload(module) if module else importlib.import_module(HANDLER))


def batches(targets: int) -> int:
    """How many BatchGetItem it takes to read the ledgers of so many targets."""
    return -(-targets // MAX_KEYS)


def segments(application: str, count: int) -> list[str]:
    """Name so many targets of one application."""
    return [f"pinpoint:{application}/segment-{number}" for number in range(count)]


def _taken(**_: object) -> tuple[AWSResponse, Mapping[str, Any]]:
    """Answer a write as if it had been made."""
    return AWSResponse("", HTTPStatus.OK, HTTPHeaders(), None), {}
