"""The state table's keys as the adapters need them. A contract test holds the stack to the same."""

from typing import Any

from import_watch.adapters.items import PENDING_INDEX

SCHEMA: dict[str, Any] = {
    "BillingMode": "PAY_PER_REQUEST",
    "AttributeDefinitions": [
        {"AttributeName": attribute, "AttributeType": "S"} for attribute in ("pk", "sk", "pendingShard", "pendingDue")
    ],
    "KeySchema": [{"AttributeName": "pk", "KeyType": "HASH"}, {"AttributeName": "sk", "KeyType": "RANGE"}],
    "GlobalSecondaryIndexes": [
        {
            "IndexName": PENDING_INDEX,
            "KeySchema": [
                {"AttributeName": "pendingShard", "KeyType": "HASH"},
                {"AttributeName": "pendingDue", "KeyType": "RANGE"},
            ],
            "Projection": {"ProjectionType": "INCLUDE", "NonKeyAttributes": ["recordedAt"]},
        }
    ],
}
