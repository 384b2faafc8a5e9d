"""The state table as a rehearsal has it: read as it is, and never written. What would be written is remembered."""

# ruff: noqa: ARG002 - what takes nothing up need not look at it

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, cast

from import_watch.adapters.items import to_item
from import_watch.adapters.ledgers import TableLedgers
from import_watch.adapters.outbox import TableOutbox
from import_watch.announcements import Announcement, Claim, Key, Known, Leftover, Settlement, Suppressed
from import_watch.changes import Reason, Recorded
from import_watch.jobs import Trouble
from import_watch.ledger import Ledger


@dataclass(frozen=True, slots=True)
class Recording:
    """An announcement that a tick would record, and send."""

    announcement: Announcement
    instead_of: str | None
    """The kind that stands there, suppressed as unwanted, where this would take its place."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RehearsedOutbox:
    """The announcements, those that would be written among them."""

    real: TableOutbox
    is_of_target: Callable[[str], bool]
    """Tells of a partition whether its leftovers are shown; others' are counted."""
    recordings: list[Recording] = field(default_factory=list)
    suppressions: list[Suppressed] = field(default_factory=list)
    leftover: list[Announcement] = field(default_factory=list)
    others: list[Key] = field(default_factory=list)
    """What is due for other targets: a tick would send that, too."""
    _written: dict[tuple[str, str], Recorded] = field(default_factory=dict)

    def known(self, pk: str, sks: Sequence[str], /) -> Known:
        """Read those that exist, or would, and what mutes them."""
        known = self.real.known(pk, sks)
        written = {sk: self._written[pk, sk] for sk in sks if (pk, sk) in self._written}
        return replace(known, recorded={**known.recorded, **written})

    def record(self, announcement: Announcement, claim: Claim, instead_of: str | None, /) -> bool:
        """Take it as recorded, unless there is one already."""
        key = announcement.key
        if not self._is_free(key, instead_of):
            return False
        self._written[key.pk, key.sk] = Recorded(kind=announcement.message.kind, suppressed=None)
        self.recordings.append(Recording(announcement, instead_of))
        return True

    def suppress(self, suppressed: Suppressed, now: datetime, /) -> bool:
        """Take it as suppressed, unless there is one already."""
        key = suppressed.key
        if not self._is_free(key, suppressed.instead_of):
            return False
        self._written[key.pk, key.sk] = Recorded(kind=suppressed.kind, suppressed=suppressed.reason)
        self.suppressions.append(suppressed)
        return True

    def leftovers(self, before: datetime, /) -> Iterator[Leftover]:
        """Yield what is due for the target."""
        for one in self.real.leftovers(before):
            if self.is_of_target(one.key.pk):
                yield one
            else:
                self.others.append(one.key)

    def claim(self, leftover: Leftover, claim: Claim, /) -> Announcement | None:
        """Take it as claimed; None if it isn't due any more."""
        key = to_item({"pk": leftover.key.pk, "sk": leftover.key.sk})
        item = self.real.client.get_item(TableName=self.real.table, Key=key, ConsistentRead=True).get("Item", {})
        if item.get("pendingDue") != to_item({"due": leftover.due})["due"]:
            return None
        as_it_stands = TableOutbox(client=cast("Any", _Standing(item)), table=self.real.table)
        if claimed := as_it_stands.claim(leftover, claim):
            self.leftover.append(claimed)
        return claimed

    def settle(self, key: Key, token: str, settlement: Settlement, now: datetime, /) -> bool:
        """Take it as written down."""
        return True

    def _is_free(self, key: Key, instead_of: str | None) -> bool:
        standing = self.known(key.pk, [key.sk]).recorded.get(key.sk)
        return standing is None or (standing.suppressed, standing.kind) == (Reason.UNWANTED, instead_of)


@dataclass(frozen=True, slots=True)
class _Standing:
    """Stands in for a client whose write changes nothing: answers with the item as it stands."""

    item: Mapping[str, Any]

    def update_item(self, **_: object) -> dict[str, Any]:
        return {"Attributes": self.item}


@dataclass(frozen=True, slots=True, kw_only=True)
class RehearsedLedgers:
    """The ledgers, as they stand."""

    real: TableLedgers
    noted: list[str] = field(default_factory=list)
    """What would be noted of the target, or of an account's applications, in words."""

    def read(self, pks: Sequence[str], /) -> Mapping[str, Ledger]:
        """Read those that exist."""
        return self.real.read(pks)

    def begin(self, pk: str, fresh: Ledger, /) -> Ledger:
        """Give the one that stands, or would."""
        standing = self.read([pk]).get(pk)
        if standing is None:
            self._note(pk, "first seen now: what finished before is history")
        return standing or fresh

    def claim_first_sight(self, pk: str, claim: Claim, /) -> bool:
        """Take it as reserved."""
        return True

    def settle(self, pk: str, digest: str, settled_before: datetime, /, *, instead_of: str | None, idle: bool) -> None:
        """Change nothing."""

    def wake(self, pk: str, /) -> None:
        """Change nothing."""

    def failing(self, pk: str, trouble: Trouble, now: datetime, /) -> None:
        """Remember that the failure would be noted."""
        self._note(pk, f"noted as failing: {trouble}; announced only if it lasts")

    def unavailable(self, pk: str, since: datetime, /) -> None:
        """Change nothing."""

    def recovering(self, pk: str, since: datetime, /) -> None:
        """Change nothing."""

    def recovered(self, pk: str, since: datetime, /) -> None:
        """Remember that the failure would be forgotten."""
        self._note(pk, "no longer failing")

    def came(self, pk: str, applications: Collection[str], /) -> None:
        """Remember who would be polled from now on."""
        self._note(pk, f"applications that came: {', '.join(sorted(applications))}")

    def went(self, pk: str, applications: Collection[str], /) -> None:
        """Remember who would be polled no more."""
        self._note(pk, f"applications that went: {', '.join(sorted(applications))}")

    def _note(self, pk: str, what: str) -> None:
        self.noted.append(f"{pk.partition('#')[2]}: {what}")
