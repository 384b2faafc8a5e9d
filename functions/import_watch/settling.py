"""What a complete listing shows: announced, and then written down; never before all of it is durable."""

from collections import deque
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from import_watch.announce import Sender, chunks
from import_watch.announcements import Announcement, Claim, Key, Suppressed
from import_watch.changes import Change, Reason
from import_watch.jobs import Target
from import_watch.ledger import Ledger, history_begins
from import_watch.listed import Listed
from import_watch.listing import NotAskedError, Source
from import_watch.live import Live
from import_watch.messages import job_message
from import_watch.mutes import in_force
from import_watch.policy import Watch
from import_watch.report import Log, Tally

GRACE = timedelta(seconds=2)
"""How long after the deadline changes already begun with are still recorded: enough for ten where the table is well."""


class Listings(Protocol):
    """What the ledgers, by partition, remember of listings."""

    def claim_first_sight(self, pk: str, claim: Claim, /) -> bool:
        """Reserve the decision on a target's first complete listing; False if another tick has it, or made it."""
        ...

    def settle(self, pk: str, digest: str, settled_before: datetime, /, *, instead_of: str | None, idle: bool) -> None:
        """Write down a listing whose every announcement is durable, unless another tick is further.

        That it is idle, only where the digest is still the one that was read: another tick may have seen a job start.
        """
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Settling:
    """Settles the listings of one watch's targets within one tick."""

    watch: Watch
    sources: Mapping[str, Source]
    ledgers: Listings
    sender: Sender
    clock: Callable[[], datetime]
    deadline: datetime
    log: Log

    def listing(self, target: Target, ledger: Ledger, live: Live, tally: Tally) -> bool:
        """Settle one; tell whether nothing is left of it for the next tick.

        ListingFailedError where the rest of a job could not be asked for, NotAskedError where it was not, for want of
        time: that is left, and the others are announced.
        """
        pk, now, policy = self.watch.pk(target), self.clock(), self.watch.policy
        idle = policy.idle_every is not None and live.idle  # else a job that begins to run is worth no write
        seen = live.digest(policy, now, ledger.settled_before, idle=idle)
        if (seen, idle) == (ledger.digest, ledger.idle):
            return True
        dues = live.due(policy, now)
        known = self.sender.known(pk, [due.key for due in dues])
        listed = Listed(
            target=target,
            ledger=ledger,
            policy=policy,
            recorded=known.recorded,
            mute=in_force(known.mutes, now),
            now=now,
        )
        changes = listed.changes(dues)
        first_sight = any(change.suppressed is Reason.FIRST_SIGHT for change in changes)
        # Two ticks may see a target first at once, and only one of them may call what it finds there history.
        if first_sight and not self.ledgers.claim_first_sight(pk, self.sender.claim()):
            self.log.info("first sight is another tick's", target=str(target))
            return False
        if not self._announced(listed, changes, tally):
            return False
        settled_before = history_begins(ledger, now)
        digest = live.digest(policy, now, settled_before, idle=idle)
        self.ledgers.settle(pk, digest, settled_before, instead_of=ledger.digest, idle=idle)
        return True

    def _announced(self, listed: Listed, changes: list[Change], tally: Tally) -> bool:
        """Announce changes, ten at a time while time lasts; tell whether all of them are recorded, as they are here.

        NotAskedError where time ran out before the rest of all jobs was asked for: it may be what can't be had.
        """
        all_ours, left = True, deque[Change]()
        for number, chunk in enumerate(chunks(listed.in_turn(changes))):
            left = deque(chunk)
            # The first chunk is begun however late it is: a list that takes all the time must not starve.
            if number == 0 or not self._late():
                whole = listed.whole(self.sources[listed.target.source], left, self._late)
                all_ours &= self.sender.announce(self._wanted(listed.target, whole, listed.now, tally), tally)
                left += whole
            if left:
                break
        if listed.failure:
            raise listed.failure
        if left and any(change.due.job.partial for change in changes):
            raise NotAskedError("not all of its jobs were asked for in time")
        # What another tick recorded may not be what this listing shows: the next one compares.
        return not left and all_ours

    def _late(self) -> bool:
        return self.clock() >= self.deadline

    def _wanted(
        self, target: Target, changes: deque[Change], now: datetime, tally: Tally
    ) -> Iterator[tuple[Announcement, str | None]]:
        """Take changes off one by one, while time is left to publish and settle: yield them, or suppress them."""
        too_late = False  # not for the first
        while changes and not too_late:
            change = changes.popleft()
            due = change.due
            key = Key(pk=self.watch.pk(target), sk=due.key)
            details = due.job.details()
            if details.flaws:
                self.log.warning("flawed job", announcement=str(key), flaws=details.flaws)
            message = job_message(due, watch=self.watch, target=target, observed_at=now)
            if change.suppressed:
                suppressed = Suppressed(
                    key=key,
                    id=message.id,
                    kind=due.kind,
                    reason=change.suppressed,
                    instead_of=change.instead_of,
                    mute=change.mute,
                )
                self.sender.suppress(suppressed, tally)
            else:
                resource = self.sources[target.source].arn(details.application_id, details.segment_id)
                yield self.sender.addressed(key, message, resource, change.mute), change.instead_of
            too_late = self.clock() >= self.deadline + GRACE
