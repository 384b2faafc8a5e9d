"""What mutes hold, and which of it goes when one is ended."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, cast

import pytest

from import_watch.mutes import Mute
from import_watch_cli.acting.holding import Held, release
from import_watch_cli.acting.muting import Mutable
from import_watch_cli.table.records import Record
from tests.builders import HOUR, TARGET

if TYPE_CHECKING:
    from import_watch_cli.table.amending import Amendments
    from import_watch_cli.table.state import State

NOW = datetime.now(UTC)  # `release` takes it from the clock
PK = f"newsletter#{TARGET}"
WATCH, ONE = Mutable(watch="newsletter"), Mutable(watch="newsletter", target=str(TARGET))
ENDED, NEWER = (Mute(by=by, reason="x", since=NOW, until=NOW + HOUR, hold=True) for by in ("ann", "bob"))


@dataclass
class Table:
    """Mutes and what they hold, as they stand."""

    mutes_by_pk: dict[str, Mute] = field(default_factory=dict)
    held: list[Record] = field(default_factory=list)
    released: list[str] = field(default_factory=list)

    def waiting(self) -> list[Record]:
        return self.held

    def records(self, keys: Iterable[tuple[str, str]], *, messages: bool) -> list[Record]:
        assert not messages
        return [one for one in self.held if (one.pk, one.sk) in keys]

    def mutes(self, pks: Iterable[str]) -> Mapping[str, Mute]:
        return {pk: mute for pk, mute in self.mutes_by_pk.items() if pk in pks}

    def release(self, record: Record, _: datetime) -> bool:
        self.held.remove(record)
        self.released.append(record.sk)
        return True


@pytest.fixture
def table() -> Table:
    return Table()


def held_by(mute: Mute, sk: str = "job#finished") -> Record:
    return Record(
        pk=PK,
        sk=sk,
        id="id",
        kind="completed",
        recorded_at=mute.until,
        due=mute.until,
        released=True,
        muted=mute,
        held_since=mute.since,
        pending=frozenset({"sns"}),
    )


def test_another_mute_s_messages_are_not_this_one_s(table: Table) -> None:
    """Nor those of the same one, prolonged; what no standing mute holds is nobody's."""
    table.held = [held_by(ENDED, "ended"), held_by(NEWER, "newer"), held_by(replace(NEWER, since=NOW - HOUR), "before")]
    table.mutes_by_pk = {"newsletter": ENDED, PK: NEWER}
    held = Held.found(cast("State", table), [WATCH, ONE], NOW)
    found = [[one.sk for one in held.by(*of)] for of in ((WATCH, ENDED), (ONE, NEWER), (WATCH, None), (ONE, None))]
    assert found == [["ended"], ["newer"], ["before"], ["before"]]


@pytest.mark.parametrize("ended", [{"newsletter": ENDED}, {}])
def test_a_mute_that_begins_while_another_is_ended_keeps_what_it_holds(table: Table, ended: dict[str, Mute]) -> None:
    """Between the two looks of an unmute, of which the second is for what a tick writes down late."""
    table.held = [held_by(ENDED, "early")]

    def meanwhile(_: float) -> None:
        if not table.mutes_by_pk:
            table.mutes_by_pk = {"newsletter": NEWER}
            table.held += [held_by(NEWER, "kept"), held_by(ENDED, "late")]

    released = release(cast("State", table), cast("Amendments", table), [WATCH], ended, meanwhile)
    assert list(released) == [(PK, "early"), (PK, "late")]
    assert [one.sk for one in table.held] == ["kept"]
