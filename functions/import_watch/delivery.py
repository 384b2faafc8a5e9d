"""Sending what is recorded, and noting what came of it: machines at once, people at the end of the tick."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final, Protocol

from import_watch.announcements import Announcement, Key, Receipt, Settlement, settle
from import_watch.channels import Destinations
from import_watch.later import Batch, Later, Waiting
from import_watch.report import Log, Tally

LETTING_GO: Final = timedelta(seconds=8)
"""How long after the last message to people it is still noted of others that they were not sent."""


class Settlements(Protocol):
    """Where it is noted what a publish came to."""

    def settle(self, key: Key, token: str, settlement: Settlement, now: datetime, /) -> bool:
        """Write it down; False if the claim is no longer this token's."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """Publishes and settles what one tick has claimed, counting in a tally. Safe to share between its threads."""

    outbox: Settlements
    destinations: Destinations
    later: Later
    clock: Callable[[], datetime]
    token: str
    log: Log
    quarantining: Callable[[], object]
    """Tells that an announcement is about to be given up: before it is, as nobody would after a death in between."""

    def publish(self, announcements: Sequence[Announcement], tally: Tally) -> bool:
        """Send to machines, and settle; keep for later what people lack. Tell whether anything came of it."""
        receipts = self.destinations.send(announcements)
        self.settle_all(((Waiting(announcement=one), receipts[one.key]) for one in announcements), tally)
        return any(
            Receipt.DELIVERED in receipts[one.key].values() or self.destinations.people_lack(one)
            for one in announcements
        )

    def tell(self, tally: Tally, until: datetime) -> None:
        """Send people what was kept for them, until a moment; what is then left is a later tick's to tell."""
        for batch in self.later.rest():
            self._tell(batch, tally, until)

    def settle_all(self, given: Iterable[tuple[Waiting, Mapping[str, Receipt]]], tally: Tally) -> None:
        """Settle each, whatever happens to the others; raise the first error in the end."""
        errors: list[Exception] = []
        for one, receipts in given:
            try:
                self._settle(one, receipts, tally)
            except Exception as error:  # noqa: BLE001 # one that can't be settled must not double the others
                errors.append(error)
        if errors:
            raise errors[0]

    def _tell(self, batch: Batch, tally: Tally, until: datetime | None = None) -> None:
        for part, together in batch.parts():
            if until is not None and self.clock() >= until:
                self._let_go(part, tally, until + LETTING_GO)
                continue
            receipts = self.destinations.tell([one.announcement for one in part], together)
            self.settle_all(((one, receipts[one.announcement.key]) for one in part), tally)

    def _let_go(self, part: Sequence[Waiting], tally: Tally, until: datetime) -> None:
        """Note that people were not told, or nobody would know; what there is no time for waits out its claim."""
        self.log.warning("no time to tell people", count=len(part))

        def untold() -> Iterator[tuple[Waiting, Mapping[str, Receipt]]]:
            for one in part:
                if self.clock() < until:
                    yield one, dict.fromkeys(self.destinations.people_lack(one.announcement), Receipt.FAILED)
                else:
                    tally.pending += 1

        self.settle_all(untold(), tally)

    def _settle(self, one: Waiting, receipts: Mapping[str, Receipt], tally: Tally) -> None:
        """Note what came of it; if it is people's turn yet, they are told later, under the same claim."""
        announcement = one.announcement
        lacking = self.destinations.people_lack(announcement) - receipts.keys()
        known = {**one.receipts, **receipts}
        hurry = not lacking and Receipt.UNKNOWN not in known.values() and self.destinations.are_own(announcement)
        settlement = settle(announcement, receipts, hurry=hurry)
        quarantined = one.quarantined | settlement.quarantined
        if not lacking:
            done = settlement.done and not quarantined
            tally.count(done, settlement.pending, quarantined)
            self._say(announcement, known, done=done)
        if self._note(announcement, settlement) and lacking:
            rest = replace(announcement, pending=settlement.pending, refusals=settlement.refusals)
            if full := self.later.add(Waiting(announcement=rest, receipts=known, quarantined=quarantined)):
                self._tell(full, tally)

    def _note(self, announcement: Announcement, settlement: Settlement) -> bool:
        if settlement.quarantined:
            self.quarantining()
        changed = settlement.delivered or settlement.retry or settlement.refusals != announcement.refusals
        if not changed or self.outbox.settle(announcement.key, self.token, settlement, self.clock()):
            return True
        self.log.warning("claim lost", announcement=str(announcement.key))
        return False

    def _say(self, announcement: Announcement, receipts: Mapping[str, Receipt], *, done: bool) -> None:
        say, event = (self.log.info, "announced") if done else (self.log.warning, "not announced")
        key, facts = str(announcement.key), announcement.message.facts
        # The kind as it stands there: a version that was rolled back to may not know it, and must settle all the same.
        say(event, announcement=key, message_id=facts["id"], kind=facts["kind"], channels=receipts)
