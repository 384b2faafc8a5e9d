"""Announcing: record, publish, settle, in that order and no other.

Recording first means that nothing is lost when a process dies; settling last means that a second send can only follow
a crash, a time-out or a lost reply. Settle before publish would lose; publish before record would double.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import islice
from typing import Protocol, TypeVar

from import_watch.announcements import Announcement, Claim, Key, Known, Leftover, Suppressed
from import_watch.channels import Destinations
from import_watch.delivery import Delivery, Settlements
from import_watch.jobs import timestamp
from import_watch.later import Later
from import_watch.messages import Message
from import_watch.mutes import Mute
from import_watch.report import Log, Tally

CHUNK = 10  # what PublishBatch and PutEvents take in one request (SNS and EventBridge API references)

T = TypeVar("T")


class Outbox(Settlements, Protocol):
    """The announcements in the table. Every write is conditional, so that any number of ticks may try it."""

    def known(self, pk: str, sks: Sequence[str], /) -> Known:
        """Read those of a target's announcements that exist, by their sort keys, and its mutes; all consistently."""
        ...

    def record(self, announcement: Announcement, claim: Claim, instead_of: str | None, /) -> bool:
        """Create it under the claim, or turn the one suppressed as `instead_of`; False if it is another tick's.

        One that a mute holds is nobody's to send until the mute ends, and counts as recorded then.
        """
        ...

    def suppress(self, suppressed: Suppressed, now: datetime, /) -> bool:
        """Create it as never to be sent, or turn one of which it takes the place; False if there is another."""
        ...

    def leftovers(self, before: datetime, /) -> Iterator[Leftover]:
        """Yield what is pending and was due before a moment, longest due first."""
        ...

    def claim(self, leftover: Leftover, claim: Claim, /) -> Announcement | None:
        """Take it over if its due moment is still the one seen; None if it isn't."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Sender:
    """Records, publishes and settles for one tick, counting in a tally. Safe to share between the tick's threads."""

    outbox: Outbox
    destinations: Destinations
    clock: Callable[[], datetime]
    token: str
    lease: timedelta
    """Longer than any tick can run, so that no two ticks hold one announcement."""
    log: Log
    quarantining: Callable[[], object]
    """Tells that an announcement is about to be given up: before it is, as nobody would after a death in between."""
    later: Later = field(default_factory=Later)
    """What people are to be told at the end of the tick."""

    def claim(self) -> Claim:
        """Make a claim that outlasts this tick."""
        now = self.clock()
        return Claim(token=self.token, made=now, until=now + self.lease)

    def known(self, pk: str, sks: Sequence[str]) -> Known:
        """Read what is recorded of a target's announcements, and what mutes them."""
        known = self.outbox.known(pk, sks)
        for flaw in known.flaws:
            self.log.warning("malformed mute", mute=flaw)
        return known

    def addressed(self, key: Key, message: Message, resource: str, mute: Mute | None = None) -> Announcement:
        """Address a message to all of this tick's own destinations; at the mute's end, if there is one."""
        own = self.destinations.own
        return Announcement(
            key=key, message=message, resource=resource, destinations=own, pending=frozenset(own), mute=mute
        )

    def announce(self, announcements: Iterable[tuple[Announcement, str | None]], tally: Tally) -> bool:
        """Record each unless another tick has it, in place of what was suppressed if so asked; send what isn't held.

        Tell whether all are. What is another's may say something else: that tick may have seen less of the job.
        """
        ours: list[Announcement] = []
        all_ours = True
        try:
            for announcement, instead_of in announcements:
                if not self.outbox.record(announcement, self.claim(), instead_of):
                    all_ours = False
                elif announcement.mute:
                    self._held(announcement, announcement.mute, tally)
                else:
                    ours.append(announcement)
        finally:  # what is recorded need not wait for its claim to lapse because the table refused the next one
            self._delivery.publish(ours, tally)
        return all_ours

    def suppress(self, suppressed: Suppressed, tally: Tally) -> None:
        """Record what is not sent, and why, unless another tick has."""
        if self.outbox.suppress(suppressed, self.clock()):
            tally.suppressed += 1
            self.log.info("suppressed", announcement=str(suppressed.key), reason=suppressed.reason)

    def _held(self, announcement: Announcement, mute: Mute, tally: Tally) -> None:
        tally.pending += 1
        self.log.info("held", announcement=str(announcement.key), until=timestamp(mute.until))

    def leftovers(self, until: datetime, tally: Tally) -> None:
        """Send what earlier ticks left pending, until a moment or a chunk of which machines can be sent nothing.

        What is pending for another watch's dead destination doesn't keep the rest waiting: its claim must lapse first.
        What only people lack, of a watch who tells others, is that watch's to tell: once a chunk has any, more is left.
        """
        left: set[str] = set()
        waiting = chunks(one for one in self.outbox.leftovers(self.clock()) if one.key.watch not in left)
        while not self.destinations.machines_down(own=True) and self.clock() < until and (chunk := next(waiting, None)):
            ours: list[Announcement] = []
            try:
                for leftover in chunk:
                    if announcement := self._taken_over(leftover, tally):
                        ours.append(announcement)
                    if self.clock() >= until:
                        break
            finally:
                sent = self._delivery.publish(ours, tally)
            if self.destinations.machines_down() and not sent:
                return
            left |= {one.key.watch for one in ours if self.destinations.only_others_lack(one)}

    def _taken_over(self, leftover: Leftover, tally: Tally) -> Announcement | None:
        """Claim one, and count how long it has waited: since somebody asked for it again, if so, else all its life."""
        since = leftover.recorded_at
        try:
            announcement = self.outbox.claim(leftover, self.claim())
            since = (announcement and announcement.asked_at) or since
            return announcement
        finally:
            if since is not None:
                tally.waited(self.clock() - since)

    def tell(self, until: datetime, tally: Tally) -> None:
        """Send people what is kept for them, together if it is much, until a moment."""
        self._delivery.tell(tally, until)

    @property
    def _delivery(self) -> Delivery:
        return Delivery(
            outbox=self.outbox,
            destinations=self.destinations,
            later=self.later,
            clock=self.clock,
            token=self.token,
            log=self.log,
            quarantining=self.quarantining,
        )


def chunks(items: Iterable[T], size: int = CHUNK) -> Iterator[list[T]]:
    """Yield items as lists of at most `size`, reading no further than asked."""
    iterator = iter(items)
    while chunk := list(islice(iterator, size)):
        yield chunk
