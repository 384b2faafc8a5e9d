"""What channels have refused for its content: nothing points there, so that the whole table has to be read."""

from typing import TYPE_CHECKING

from import_watch.adapters.items import from_item
from import_watch_cli.table.items import ATTRIBUTES
from import_watch_cli.table.records import Record

if TYPE_CHECKING:
    from import_watch_cli.table.state import State


def quarantined(state: "State") -> list[Record]:
    """Find all quarantined announcements, without their messages."""
    names = {f"#{number}": name for number, name in enumerate(("pk", "sk", *ATTRIBUTES))}
    pages = state.client.get_paginator("scan").paginate(
        TableName=state.table,
        FilterExpression="attribute_exists(quarantined)",
        ProjectionExpression=",".join(names),
        ExpressionAttributeNames=names,
        ConsistentRead=True,
    )
    return state.read(from_item(item) for page in pages for item in page["Items"])
