"""The table in memory answers as the real one does, whatever it is asked in whatever order: simulations rest on it."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from itertools import count
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from import_watch.adapters.items import Item, from_item, to_item
from import_watch.adapters.ledgers import TableLedgers
from import_watch.adapters.outbox import TableOutbox
from import_watch.announce import Outbox
from import_watch.announcements import Announcement, Claim, Key, Receipt, Suppressed, settle
from import_watch.changes import Reason
from import_watch.jobs import Kind, Trouble, parse_timestamp, timestamp
from import_watch.ledger import Ledger
from import_watch.messages import Message
from import_watch.mutes import Mute
from import_watch_cli.table.amending import Amendments
from import_watch_cli.table.records import Record
from import_watch_cli.table.state import State
from tests.builders import HOUR, MINUTE, NOW, TOPIC
from tests.fakes import MemoryLedgers, MemoryOutbox, Row

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

    from import_watch.announcements import Leftover

SKS = ("a", "b")
CHANNELS = ("sns", "eventbridge")
partitions = count()
each_in_its_own_partition = settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])

moments = st.integers(0, 4).map(lambda minutes: NOW + minutes * MINUTE)
tokens = st.sampled_from(["one", "other"])
claims = st.builds(lambda token, made: Claim(token=token, made=made, until=made + 2 * MINUTE), tokens, moments)
mutes = moments.map(lambda until: Mute(by="ann", reason="", since=NOW, until=until, hold=True))
kinds = st.sampled_from([Kind.COMPLETED, Kind.FAILED])
sks = st.sampled_from(SKS)
digests = st.sampled_from(["digest", "another"])
applications = st.sets(st.sampled_from("abc"), min_size=1)

Call = tuple[Any, ...]
"""A method's name, and arguments."""


def calls(*choices: st.SearchStrategy[Call]) -> st.SearchStrategy[list[Call]]:
    return st.lists(st.one_of(*choices), min_size=1, max_size=12)


def call(name: str, *arguments: st.SearchStrategy[Any]) -> st.SearchStrategy[Call]:
    return st.tuples(st.just(name), *arguments)


@pytest.fixture
def tables(dynamodb: "DynamoDBClient", table: str) -> dict[str, Any]:
    return {"client": dynamodb, "table": table}


def an_announcement(pk: str, sk: str, kind: Kind) -> Announcement:
    return Announcement(
        key=Key(pk=pk, sk=sk),
        message=Message({"id": f"{pk} {sk}", "kind": kind.value}),
        resource="arn:resource",
        destinations={"sns": TOPIC, "eventbridge": "default"},
        pending=frozenset(CHANNELS),
    )


class Ticks:
    """What ticks do with an outbox, in any order that their code allows: each settles once what it holds."""

    def __init__(self, outbox: Outbox, pk: str) -> None:
        self.outbox, self.pk = outbox, pk
        self.held: dict[tuple[str, str], Announcement] = {}
        self.settled: set[tuple[str, str]] = set()
        self.seen: list[Leftover] = []

    def record(self, sk: str, kind: Kind, claim: Claim, instead_of: str | None, mute: Mute | None) -> object:
        if (claim.token, sk) in self.settled:
            return None
        announcement = replace(an_announcement(self.pk, sk, kind), mute=mute)
        recorded = self.outbox.record(announcement, claim, instead_of)
        if recorded and mute is None:
            self.held[claim.token, sk] = announcement
        return recorded

    def suppress(self, sk: str, kind: Kind, reason: Reason, now: datetime, instead_of: str | None) -> object:
        key = Key(pk=self.pk, sk=sk)
        suppressed = Suppressed(key=key, id=sk, kind=kind, reason=reason, instead_of=instead_of)
        return self.outbox.suppress(suppressed, now)

    def leftovers(self, before: datetime) -> object:
        found = [one for one in self.outbox.leftovers(before) if one.key.pk == self.pk]
        assert [one.due for one in found] == sorted(one.due for one in found)
        self.seen += found
        return {(one.key, one.due) for one in found}

    def claim(self, number: int, claim: Claim) -> object:
        if not self.seen:
            return None
        leftover = self.seen[number % len(self.seen)]
        if claim.made < parse_timestamp(leftover.due):  # a tick takes over what was due before it asked
            return None
        announcement = self.outbox.claim(leftover, claim)
        if announcement:
            self.held[claim.token, leftover.key.sk] = announcement
        return announcement

    def settle(self, sk: str, claim: Claim, receipts: Sequence[Receipt], hurry: bool) -> object:  # noqa: FBT001 # drawn by position
        held = self.held.pop((claim.token, sk), None)
        if held is None:
            return None
        self.settled.add((claim.token, sk))
        got = {name: receipt for name, receipt in zip(CHANNELS, receipts, strict=True) if name in held.pending}
        return self.outbox.settle(held.key, claim.token, settle(held, got, hurry=hurry), claim.made)

    def recorded(self) -> object:
        return self.outbox.known(self.pk, [*SKS, "never"]).recorded


@dataclass(frozen=True, slots=True, kw_only=True)
class Commands:
    """What the command line does to the announcements that ticks are at."""

    tables: Mapping[str, Any]
    by: Iterator[int] = field(default_factory=count)

    def replay(self, key: Key, now: datetime, channels: Collection[str]) -> None:
        for record in self._read(key):
            self._amendments.replay(record, channels, str(next(self.by)), now)

    def redrive(self, key: Key, now: datetime) -> None:
        for record in self._read(key):
            if record.quarantined:
                self._amendments.redrive(record, now)

    def release(self, key: Key, seen: str, now: datetime) -> None:
        for record in self._read(key):
            self._amendments.release(replace(record, due=parse_timestamp(seen)), now)

    @property
    def _amendments(self) -> Amendments:
        return Amendments(**self.tables)

    def _read(self, key: Key) -> Sequence[Record]:
        return State(**self.tables).records([(key.pk, key.sk)])


def told(item: Item) -> dict[str, object]:
    """Read what the table tells of an announcement."""
    counts = {name: int(item.get(name, 0)) for name in ("attempts", "lapsed", "replays")}
    channels = {name: frozenset(item.get(name, ())) for name in ("pending", "quarantined", "replay")}
    moments = {name: item.get(name) for name in ("recordedAt", "pendingDue", "claim")}
    return {**counts, **channels, **moments, "delivered": item.get("deliveredAt", {})}


def remembered(row: Row) -> dict[str, object]:
    """Give what the table in memory remembers of one."""
    announcement = row.announcement
    counts = {"attempts": row.attempts, "lapsed": row.lapsed, "replays": row.replays}
    channels = {
        "pending": announcement.pending if announcement else frozenset[str](),
        "quarantined": row.quarantined,
        "replay": announcement.replay if announcement else frozenset[str](),
    }
    moments = {"recordedAt": row.recorded_at, "pendingDue": row.due or None, "claim": row.claim or None}
    return {**counts, **channels, **moments, "delivered": row.delivered}


@each_in_its_own_partition
@given(
    calls(
        call("record", sks, kinds, claims, st.none() | kinds, st.none() | mutes),
        call("suppress", sks, kinds, st.sampled_from([Reason.UNWANTED, Reason.MUTED]), moments, st.none() | kinds),
        call("leftovers", moments),
        call("claim", st.integers(0, 3), claims),
        call("settle", sks, claims, st.tuples(*[st.sampled_from(Receipt)] * len(CHANNELS)), st.booleans()),
        call("recorded"),
        call("replay", sks, moments, st.sets(st.sampled_from(CHANNELS), min_size=1)),
        call("redrive", sks, moments),
        call("release", sks, moments.map(timestamp), moments),
    )
)
def test_announcements(tables: dict[str, Any], asked: list[Call]) -> None:
    """Recorded, suppressed, turned, taken over, settled, let go, asked for again: answered and told alike."""
    pk = f"partition-{next(partitions)}"
    memory, commands = MemoryOutbox(), Commands(tables=tables)
    real, fake = Ticks(TableOutbox(**tables), pk), Ticks(memory, pk)
    for name, *arguments in [*asked, ("recorded",), ("leftovers", NOW + HOUR)]:
        if name in ("replay", "redrive", "release"):
            key = Key(pk=pk, sk=arguments.pop(0))
            getattr(commands, name)(key, *arguments)
            if key in memory.rows:
                getattr(memory, name)(key, *arguments)
        else:
            assert getattr(real, name)(*arguments) == getattr(fake, name)(*arguments), name
    for key, row in memory.rows.items():
        found = tables["client"].get_item(TableName=tables["table"], Key=to_item({"pk": pk, "sk": key.sk}))["Item"]
        assert told(from_item(found)) == remembered(row), key


@each_in_its_own_partition
@given(
    calls(
        call("begin", st.builds(lambda moment: Ledger(first_seen_at=moment, settled_before=moment - HOUR), moments)),
        call("claim_first_sight", claims),
        call("settle", digests, moments, st.none() | digests, st.booleans()),
        call("wake"),
        call("failing", st.sampled_from(Trouble), moments),
        call("unavailable", moments),
        call("recovering", moments),
        call("recovered", moments),
        call("came", applications),
        call("went", applications),
    )
)
def test_ledgers(tables: dict[str, Any], asked: list[Call]) -> None:
    """Begun, claimed, settled, failing, recovered, come and gone: the same answer every time, and the same ledger."""
    pk = f"partition-{next(partitions)}"
    real, fake = TableLedgers(**tables), MemoryLedgers()
    begun = ("begin", Ledger(first_seen_at=NOW, settled_before=NOW - HOUR))  # no tick asks anything else before
    for name, *arguments in [begun, *asked]:
        named = {"idle": arguments.pop(), "instead_of": arguments.pop()} if name == "settle" else {}
        assert getattr(real, name)(pk, *arguments, **named) == getattr(fake, name)(pk, *arguments, **named), name
        assert real.read([pk]) == fake.read([pk]), name
