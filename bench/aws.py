"""The clients' side of AWS in memory: answers what the adapters ask as if all went well, and counts it."""

import json
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from import_watch.adapters.items import LEDGER


@dataclass
class Aws:
    """All clients in one. A target whose ledger was never written has the first one, as their lists are alike."""

    requests: Counter[str] = field(default_factory=Counter)
    ledgers: dict[str, dict[str, Any]] = field(default_factory=dict)
    messages: list[str] = field(default_factory=list)
    """Bodies of those that wait in the queue."""

    def get_paginator(self, _operation: str) -> "Aws":
        return self

    def paginate(self, **_: object) -> Iterator[Mapping[str, Any]]:
        self.requests["Query"] += 1
        yield {"Items": []}

    def batch_get_item(self, *, RequestItems: Mapping[str, Any]) -> Mapping[str, Any]:
        self.requests["BatchGetItem"] += 1
        ((table, asked),) = RequestItems.items()
        keys = [key for key in asked["Keys"] if self.ledgers and key["sk"] == {"S": LEDGER}]
        found = [self._ledger(key["pk"]["S"]) | key for key in keys]
        return {"Responses": {table: found}, "UnprocessedKeys": {}}

    def put_item(self, **_: object) -> Mapping[str, Any]:
        self.requests["PutItem"] += 1
        return {}

    def update_item(self, **asked: Any) -> Mapping[str, Any]:
        self.requests["UpdateItem"] += 1
        if asked["Key"]["sk"] == {"S": LEDGER}:
            values = asked["ExpressionAttributeValues"]
            assigned = re.findall(r"(\w+) = (:\w+)", asked["UpdateExpression"])
            pk = asked["Key"]["pk"]["S"]
            self.ledgers[pk] = self._ledger(pk) | {name: values[value] for name, value in assigned}
        return {}

    def publish_batch(self, **asked: Any) -> Mapping[str, Any]:
        self.requests["PublishBatch"] += 1
        return {"Successful": [{"Id": entry["Id"]} for entry in asked["PublishBatchRequestEntries"]]}

    def put_events(self, **asked: Any) -> Mapping[str, Any]:
        self.requests["PutEvents"] += 1
        return {"Entries": [{"EventId": "event"} for _ in asked["Entries"]]}

    def send_message_batch(self, **asked: Any) -> Mapping[str, Any]:
        self.requests["SendMessageBatch"] += 1
        self.messages += [entry["MessageBody"] for entry in asked["Entries"]]
        return {"Successful": [{"Id": entry["Id"]} for entry in asked["Entries"]]}

    def _ledger(self, pk: str) -> dict[str, Any]:
        return self.ledgers.get(pk) or next(iter(self.ledgers.values()), {})

    def received(self) -> Sequence[Any]:
        """Take all messages off the queue."""
        taken, self.messages = self.messages, []
        return [json.loads(body) for body in taken]
