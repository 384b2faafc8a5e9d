"""The state table as a whole, to show that what only reads changes nothing."""

import json
from typing import Any

from tests.e2e.stack import Stack


def table_of(stack: Stack) -> list[dict[str, Any]]:
    """Give every item of the stack's table, in an order of its own."""
    pages = stack.emulator.session.client("dynamodb").get_paginator("scan")
    items = [item for page in pages.paginate(TableName=stack.outputs["StateTableName"]) for item in page["Items"]]
    return sorted(items, key=lambda item: json.dumps([item["pk"], item["sk"]]))
