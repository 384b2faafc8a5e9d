"""What has come about in a deployed stack before an operator acts, and what is in its table then."""

from typing import Any

from import_watch.adapters.items import from_item, to_item
from tests.cli.conftest import Operated
from tests.cli.terminal import Terminal
from tests.e2e.stack import finished

SEGMENT, APPLICATION = "pinpoint:app/segment", "pinpoint:crm"
"""The targets of the watches `newsletter` and `customers`."""


def empty_lists(operated: Operated) -> None:
    """Have the lists that these watches poll."""
    for target in (SEGMENT, APPLICATION):
        operated.pinpoint.jobs.put(target)


def announced(operated: Operated, job_id: str, target: str = SEGMENT, watch: str = "newsletter") -> None:
    """Let a job finish, and a tick announce it, after one that has seen the target before."""
    asked: dict[str, Any] = {"name": watch, "targets": [target]}
    operated.tick(asked)
    operated.pinpoint.jobs.put(target, finished(job_id, target=target))
    assert operated.tick(asked)["announced"] == 1


def quarantined(operated: Operated, job_id: str, watch: str = "newsletter") -> None:
    """Let one be announced, and leave it as five refusals by SNS do."""
    announced(operated, job_id, watch=watch)
    operated.emulator.session.client("dynamodb").update_item(
        TableName=operated.outputs["StateTableName"],
        Key=to_item({"pk": f"{watch}#{SEGMENT}", "sk": f"{job_id}#finished"}),
        UpdateExpression="SET quarantined = :sns, refusals = :five REMOVE deliveredAt.sns",
        ExpressionAttributeValues=to_item({":sns": {"sns"}, ":five": {"sns": 5}}),
    )


def item(operated: Operated, pk: str, sk: str) -> dict[str, Any] | None:
    """Read an item of the table, if it is there."""
    table, key = operated.emulator.session.client("dynamodb"), to_item({"pk": pk, "sk": sk})
    reply = table.get_item(TableName=operated.outputs["StateTableName"], Key=key, ConsistentRead=True)
    return dict(from_item(reply["Item"])) if "Item" in reply else None


def asked(operated: Operated, *arguments: str) -> Terminal:
    """Have somebody run a command who can be asked."""
    return Terminal(arguments, operated.command.whole({"COLUMNS": "200"}))
