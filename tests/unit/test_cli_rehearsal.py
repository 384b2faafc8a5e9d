"""The state table as a rehearsed poll has it: it answers as the real one does, and is never written."""

from copy import deepcopy
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, cast

import pytest

from import_watch.adapters.items import to_item
from import_watch.announcements import Announcement, Claim, Key, Leftover, Suppressed
from import_watch.changes import Reason
from import_watch.jobs import Kind
from import_watch.ledger import first_ledger
from import_watch.messages import Message
from import_watch.policy import Policy
from import_watch_cli.rehearsal.state import RehearsedLedgers, RehearsedOutbox
from tests.fakes import MemoryLedgers, MemoryOutbox, Row

if TYPE_CHECKING:
    from import_watch.adapters.outbox import TableOutbox

NOW = datetime(2026, 5, 24, 21, 26, 45, tzinfo=UTC)
CLAIM, ANOTHER = (Claim(token=who, made=NOW, until=NOW + timedelta(hours=1)) for who in ("rehearsal", "tick"))
PK = "newsletter#pinpoint:app"
KEY = Key(pk=PK, sk="job#finished")
STANDING = {
    "nothing": None,
    "announced": Row(Kind.COMPLETED),
    "unwanted": Row(Kind.COMPLETED, Reason.UNWANTED),
    "late": Row(Kind.COMPLETED, Reason.LATE),
}


def announcement(kind: Kind = Kind.FAILED) -> Announcement:
    message = Message({"id": "id", "kind": kind.value})
    return Announcement(
        key=KEY, message=message, resource="arn", destinations={"sns": "arn"}, pending=frozenset({"sns"})
    )


def suppressed(instead_of: str | None) -> Suppressed:
    return Suppressed(key=KEY, id="id", kind=Kind.FAILED, reason=Reason.MUTED, instead_of=instead_of)


def real(standing: str) -> MemoryOutbox:
    row = STANDING[standing]
    return MemoryOutbox(rows={} if row is None else {KEY: deepcopy(row)})


def rehearsed(outbox: object) -> RehearsedOutbox:
    return RehearsedOutbox(real=cast("TableOutbox", outbox), is_of_target=lambda pk: pk == PK)


@pytest.mark.parametrize("standing", STANDING)
@pytest.mark.parametrize("instead_of", [None, "completed", "failed"])
def test_it_takes_and_refuses_as_the_table_does(standing: str, instead_of: str | None) -> None:
    """Whatever stands there; what it took is there from then on, and is taken no second time."""
    table = real(standing)
    as_is = real(standing)
    outbox = rehearsed(table)
    for _ in range(2):
        taken, known = outbox.record(announcement(), CLAIM, instead_of), outbox.known(PK, [KEY.sk])
        recorded = as_is.record(announcement(), ANOTHER, instead_of)
        as_is.rows[KEY].claim = "another"  # or a second try would be taken for the first, whose reply was lost
        assert (taken, known) == (recorded, as_is.known(PK, [KEY.sk]))
    assert len(outbox.recordings) <= 1
    assert table.rows == real(standing).rows


@pytest.mark.parametrize("standing", STANDING)
@pytest.mark.parametrize("instead_of", [None, "completed", "failed"])
def test_it_suppresses_as_the_table_does(standing: str, instead_of: str | None) -> None:
    """The same."""
    table = real(standing)
    as_is = real(standing)
    outbox = rehearsed(table)
    for _ in range(2):
        taken = outbox.suppress(suppressed(instead_of), NOW)
        assert taken == as_is.suppress(suppressed(instead_of), NOW)
        assert outbox.known(PK, [KEY.sk]) == as_is.known(PK, [KEY.sk])
    assert len(outbox.suppressions) <= 1
    assert table.rows == real(standing).rows


@dataclass
class FakeTable:
    """One item, to be read; and what is asked."""

    item: dict[str, Any]
    table: str = "table"
    asked: list[dict[str, Any]] = field(default_factory=list)

    @property
    def client(self) -> "FakeTable":
        return self

    def get_item(self, **asked: Any) -> dict[str, Any]:
        self.asked.append(asked)
        return {"Item": self.item} if self.item else {}


@pytest.mark.parametrize("item", [{}, to_item({"pendingDue": "later"}), to_item({"settledAt": "now"})])
def test_what_is_no_longer_due_is_not_claimed(item: dict[str, Any]) -> None:
    """A tick beside it may have sent it meanwhile."""
    table = FakeTable(item)
    outbox = rehearsed(table)
    assert outbox.claim(Leftover(key=KEY, due="then", recorded_at=NOW), CLAIM) is None
    assert outbox.leftover == []
    assert [asked["ConsistentRead"] for asked in table.asked] == [True]


def test_ledgers_are_read_and_not_begun() -> None:
    """One that stands is given; else the one that would be begun, which is said."""
    real_ledgers, fresh = MemoryLedgers(), first_ledger(Policy(), NOW)
    ledgers = RehearsedLedgers(real=cast("Any", real_ledgers))
    assert ledgers.begin(PK, fresh) == fresh
    assert ledgers.noted == ["pinpoint:app: first seen now: what finished before is history"]
    real_ledgers.rows[PK] = standing = first_ledger(Policy(), NOW - timedelta(days=1))
    assert ledgers.begin(PK, fresh) == standing
    assert len(ledgers.noted) == 1
    assert real_ledgers.rows == {PK: standing}
