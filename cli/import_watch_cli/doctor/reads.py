"""What the caller may read, by trying it."""

from collections.abc import Callable, Iterator, Mapping

from botocore.exceptions import ClientError

from import_watch.adapters.items import LEDGER, PENDING_INDEX, PENDING_SHARD, to_item
from import_watch_cli.doctor.examined import Examined
from import_watch_cli.doctor.findings import Found, finding, unless_found
from import_watch_cli.doctor.permissions import is_denied, said
from import_watch_cli.speech.errors import RefusedError

Read = Callable[[], object]


def caller_may(examined: Examined) -> list[Found]:
    """Try the reads of table and log that commands make, and nothing that writes, sends or invokes."""
    reads = _reads(examined)
    tried = (
        f"your credentials were denied none of {', '.join(sorted(reads))}; what writes, sends or invokes was not tried"
    )
    return unless_found(_refused(reads), tried)


def _refused(reads: Mapping[str, Read]) -> Iterator[Found]:
    for action, read in reads.items():
        try:
            read()
        except ClientError as error:
            if is_denied(error):
                yield finding(f"your credentials may not {action}: {said(error)}", f"allow them {action}")
        except RefusedError as error:
            yield finding(f"could not try {action}: {error}", "mend what it names, and look again")


def _reads(examined: Examined) -> Mapping[str, Read]:
    """List what is tried, each as cheap as it gets; what else goes wrong with one is for the check that needs it."""
    deployment, connection = examined.deployment, examined.deployment.connection
    key = to_item({"pk": "none", "sk": LEDGER})
    table = connection.client("dynamodb")
    pending = {":shard": PENDING_SHARD, ":pk": "none"}
    return {
        "dynamodb:BatchGetItem": lambda: table.batch_get_item(RequestItems={deployment.table: {"Keys": [key]}}),
        "dynamodb:GetItem": lambda: table.get_item(TableName=deployment.table, Key=key),
        "dynamodb:Query": lambda: table.query(
            TableName=deployment.table,
            Limit=1,
            KeyConditionExpression="pk = :pk",
            ExpressionAttributeValues=to_item({":pk": pending[":pk"]}),
        ),
        "dynamodb:Query on the index pending": lambda: table.query(
            TableName=deployment.table,
            IndexName=PENDING_INDEX,
            Limit=1,
            KeyConditionExpression="pendingShard = :shard",
            ExpressionAttributeValues=to_item({":shard": pending[":shard"]}),
        ),
        "dynamodb:Scan": lambda: table.scan(TableName=deployment.table, Limit=1),
        "logs:FilterLogEvents": lambda: connection.client("logs").filter_log_events(
            logGroupName=deployment.log_group, startTime=int(examined.now.timestamp() * 1000), limit=1
        ),
    }
