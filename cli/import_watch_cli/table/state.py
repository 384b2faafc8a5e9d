"""Reading the state table: consistently, by keys and partitions, and never by going through all of it.

Nothing here writes. Errors of the client pass through.
"""

import zlib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final, Self, TypeVar

from import_watch.adapters.items import LEDGER, MAX_KEYS, PENDING_INDEX, PENDING_SHARD, batch_get, from_item, to_item
from import_watch.adapters.ledgers import ATTRIBUTES as OF_LEDGER
from import_watch.adapters.ledgers import read_ledger
from import_watch.adapters.muted import ATTRIBUTES as OF_MUTE
from import_watch.adapters.muted import MUTE, read_mute
from import_watch.jobs import Milestone, parse_timestamp
from import_watch.ledger import Ledger
from import_watch.mutes import Mute
from import_watch_cli.speech.answers import say
from import_watch_cli.stack.threads import Threads
from import_watch_cli.table.items import ATTRIBUTES, PACKED, is_record, read_record
from import_watch_cli.table.records import Record

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

    from import_watch_cli.stack.deployment import Deployment

THREADS: Final = 16  # requests to the table at once
FLAWS: Final = (ArithmeticError, AttributeError, LookupError, TypeError, ValueError, zlib.error)
"""What reading an item raises that is not as it should be."""

Given = TypeVar("Given")
Got = TypeVar("Got")


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """What is pending, as the index shows it, at most about a second late."""

    pk: str
    sk: str
    recorded_at: datetime | None
    """None, as the other, where an edit by hand left none."""
    due: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class State:
    """The state table of a deployment. What can't be read, as after an edit by hand, is told, and hides no other."""

    client: "DynamoDBClient"
    table: str
    unread: dict[str, str] = field(default_factory=dict)
    """By partition and sort key, what is no announcement, mute or ledger though it stands where one does, and why."""

    @classmethod
    def of(cls, deployment: "Deployment") -> Self:
        """Give that of a deployed stack."""
        return cls(client=deployment.connection.client("dynamodb"), table=deployment.table)

    def ledgers(self, pks: Sequence[str]) -> dict[str, Ledger]:
        """Read the ledgers that exist, by partition."""
        found: dict[str, Ledger] = {}
        for item in self._items([(pk, LEDGER) for pk in pks], OF_LEDGER):
            try:
                found |= {item["pk"]: read_ledger(item)} if "firstSeenAt" in item else {}
            except FLAWS as error:
                self._tell(item, error)
        return found

    def mutes(self, pks: Iterable[str]) -> dict[str, Mute]:
        """Read the mutes that exist, over or not, by partition: a watch's name, or `<watch>#<target>`.

        What is none is left out, as ticks leave it.
        """
        found: dict[str, Mute] = {}
        for item in self._items([(pk, MUTE) for pk in pks], OF_MUTE):
            try:
                found[item["pk"]] = read_mute(item)
            except FLAWS as error:
                self._tell(item, error)
        return found

    def records(self, keys: Iterable[tuple[str, str]], *, messages: bool = True) -> list[Record]:
        """Read the announcements that exist, with their messages or without, by partition and sort key."""
        return self.read(self._items(list(keys), (*ATTRIBUTES, *[PACKED] * messages)))

    def read(self, items: Iterable[Mapping[str, Any]]) -> list[Record]:
        """Read announcements' items."""
        records = []
        for item in items:
            try:
                records.append(read_record(item))
            except FLAWS as error:
                self._tell(item, error)
        return records

    def of_job(self, pks: Iterable[str], job_id: str) -> list[Record]:
        """Read every announcement of a job in these partitions."""
        return self.records((pk, f"{job_id}#{milestone}") for pk in pks for milestone in Milestone)

    def of_target(self, pk: str, *, beginning: str = "", messages: bool = True) -> list[Record]:
        """Read every announcement of a partition whose sort key begins so, with its message or without."""
        names = {f"#{number}": name for number, name in enumerate(("pk", "sk", *ATTRIBUTES, *[PACKED] * messages))}
        pages = self.client.get_paginator("query").paginate(
            TableName=self.table,
            KeyConditionExpression="pk = :pk" + (" AND begins_with(sk, :beginning)" if beginning else ""),
            ExpressionAttributeValues=to_item({":pk": pk} | ({":beginning": beginning} if beginning else {})),
            ProjectionExpression=",".join(names),
            ExpressionAttributeNames=names,
            ConsistentRead=True,
        )
        items = (from_item(item) for page in pages for item in page["Items"])
        return self.read(item for item in items if is_record(item))

    def of_targets(self, pks: Sequence[str], *, beginning: str = "", messages: bool = True) -> dict[str, list[Record]]:
        """Read every announcement of many partitions."""

        def of_one(pk: str) -> list[Record]:
            return self.of_target(pk, beginning=beginning, messages=messages)

        return dict(zip(pks, self._at_once(of_one, pks), strict=True))

    def waiting(self) -> list[Waiting]:
        """Read what is pending in the whole stack, longest due first."""
        pages = self.client.get_paginator("query").paginate(
            TableName=self.table,
            IndexName=PENDING_INDEX,
            KeyConditionExpression="pendingShard = :shard",
            ExpressionAttributeValues=to_item({":shard": PENDING_SHARD}),
        )
        return [
            Waiting(
                pk=item["pk"],
                sk=item["sk"],
                recorded_at=_moment(item.get("recordedAt")),
                due=_moment(item["pendingDue"]),
            )
            for page in pages
            for item in map(from_item, page["Items"])
        ]

    def _tell(self, item: Mapping[str, Any], error: Exception) -> None:
        key, flaw = f"{item['pk']} {item['sk']}", f"it lacks {error}" if isinstance(error, KeyError) else repr(error)
        if key not in self.unread:
            self.unread[key] = flaw
            say(f"import-watch: the table's item {key} can't be read, and is left out: {flaw}", err=True)

    def _items(self, keys: Sequence[tuple[str, str]], attributes: Sequence[str]) -> list[Mapping[str, Any]]:
        def read(part: Sequence[tuple[str, str]]) -> list[Mapping[str, Any]]:
            return list(batch_get(self.client, self.table, part, attributes))

        return [item for part in self._at_once(read, _cut(keys)) for item in part]

    def _at_once(self, read: Callable[[Given], Got], parts: Iterable[Given]) -> list[Got]:
        with Threads(THREADS) as pool:
            return list(pool.map(read, parts))


def _moment(text: object) -> datetime | None:
    try:
        return parse_timestamp(str(text))
    except ValueError:
        return None


def _cut(keys: Sequence[Given]) -> Iterator[Sequence[Given]]:
    for at in range(0, len(keys), MAX_KEYS):
        yield keys[at : at + MAX_KEYS]
