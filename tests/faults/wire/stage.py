"""Where stories are played: an emulator, the stand-in for job lists, and the stack several times over."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from import_watch.jobs import timestamp
from local.assembly import synthesize
from local.deployment import deploy
from local.emulator import Emulator
from local.stand_in import StandIn
from tests.faults.wire.lists import Calendar, Job, show
from tests.faults.wire.plan import Fault
from tests.faults.wire.proxy import Proxy
from tests.faults.wire.worker import Worker, WorkerError, environment, running_worker

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

# One thread, so that the requests of a tick come in the same order each time; small pages, so that a list has several.
CONTEXT: Final[Mapping[str, Any]] = {
    "import-watch": {
        "watches": [
            {
                "name": "faults",
                "every": "1 day",
                "targets": ["pinpoint:app/segment", "customer-profiles:domain"],
                "email": ["team@example.com"],
            }
        ],
        "threads": 1,
        "pageSize": 5,
    }
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Lane:
    """A stack of its own. One story at a time: a tick sends what any earlier one of its table left."""

    number: int
    worker: Worker
    stand_in: StandIn
    table: str
    topic: str
    dynamodb: "DynamoDBClient"
    stories: Iterator[int]

    def warm_up(self) -> None:
        """Run the worker's first tick, a cold start in which it speaks with every service."""
        now = datetime.now(UTC)
        targets = [f"pinpoint:warm-up-{self.number}/segment", f"customer-profiles:warm-up-{self.number}"]
        for target, status in zip(targets, ("PROCESSING", "IN_PROGRESS"), strict=True):
            show(self.stand_in, target, [Job(id="a" * 32, status=status, created=-7 * 60)], _since(now))
        outcome = self.worker.start({"name": "warm-up", "targets": targets}, now, Fault()).outcome()
        if outcome.result is None:
            raise WorkerError(f"the function can't do without trouble, either: {outcome.error}")

    def mute(self, watch: str, since: datetime, until: datetime) -> None:
        """Have somebody mute a watch, with hold."""
        item = {"pk": watch, "sk": "#mute", "by": "ann", "reason": "a migration"}
        moments = {"since": timestamp(since), "until": timestamp(until)}
        texts = {name: {"S": text} for name, text in {**item, **moments}.items()}
        self.dynamodb.put_item(TableName=self.table, Item={**texts, "hold": {"BOOL": True}})

    def pending(self, watch: str) -> list[str]:
        """Name what still waits to be sent of a watch's."""
        found = self.dynamodb.query(
            TableName=self.table,
            IndexName="pending",
            KeyConditionExpression="pendingShard = :shard",
            ExpressionAttributeValues={":shard": {"S": "pending"}},
        )["Items"]
        keys = [f"{item['pk']['S']} {item['sk']['S']}" for item in found]
        return [key for key in keys if key.startswith(f"{watch}#")]


@contextmanager
def running_lanes(
    emulator: Emulator, stand_in: StandIn, proxy: Proxy, scratch: Path, number: int
) -> Iterator[Sequence[Lane]]:
    """Deploy the stack so many times, and start the function of each."""
    assembly = synthesize(CONTEXT, scratch / "cdk.out")
    (bundle,) = [asset.source for asset in assembly.assets if (asset.source / "import_watch").is_dir()]
    with ExitStack() as workers:
        lanes = []
        for each in range(number):
            outputs = deploy(emulator, replace(assembly, stack=f"Lane{each}"))
            own = scratch / f"lane-{each}"
            own.mkdir()
            worker = running_worker(environment(emulator, proxy, outputs["PollFunctionName"]), proxy, bundle, own)
            lane = Lane(
                number=each,
                worker=workers.enter_context(worker),
                stand_in=stand_in,
                table=outputs["StateTableName"],
                topic=outputs["NotificationsTopicArn"],
                dynamodb=emulator.session.client("dynamodb"),
                stories=count(),
            )
            lane.warm_up()
            lanes.append(lane)
        yield lanes


def _since(begins: datetime) -> Calendar:
    return lambda minute: begins + timedelta(minutes=minute)
