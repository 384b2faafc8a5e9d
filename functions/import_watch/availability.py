"""What becomes of a target that can't be listed: noted, announced if it lasts, and taken back once it is over."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Protocol

from import_watch.announce import Sender
from import_watch.announcements import Announcement, Key, Suppressed
from import_watch.changes import Reason
from import_watch.jobs import Kind, Target, Trouble, timestamp
from import_watch.ledger import Ledger, is_unavailable
from import_watch.listing import Source
from import_watch.messages import target_message
from import_watch.mutes import Mute, in_force
from import_watch.policy import Watch
from import_watch.report import Report, Tally


class Failures(Protocol):
    """What the ledgers, by partition, remember of targets that fail."""

    def failing(self, pk: str, trouble: Trouble, now: datetime, /) -> None:
        """Note why a target fails, and since when unless that is noted already."""
        ...

    def unavailable(self, pk: str, since: datetime, /) -> None:
        """Note that the failure since then is announced, unless it is over by now."""
        ...

    def recovering(self, pk: str, since: datetime, /) -> None:
        """Note that the failure since then is over, unless it is another one by now."""
        ...

    def recovered(self, pk: str, since: datetime, /) -> None:
        """Forget the failure since then, unless it is another one by now."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Availability:
    """Tells subscribers of a watch once that a target is unavailable, and once that it is back."""

    watch: Watch
    sources: Mapping[str, Source]
    failures: Failures
    sender: Sender
    clock: Callable[[], datetime]
    tick_began: datetime

    def failed(self, target: Target, ledger: Ledger, trouble: Trouble, now: datetime, report: Report) -> None:
        """Note the failure where it is news, and announce it where it has lasted."""
        if ledger.recovering:  # a tick saw that failure end, and died before it had said so: this is another one
            ledger = self.recovered(target, ledger, report.tally)
        pk, since = self.watch.pk(target), ledger.failing_since
        if since is None or ledger.failing_reason is not trouble:
            self.failures.failing(pk, trouble, now)
        if since is None:
            return
        to_announce = is_unavailable(trouble, ledger, now, self.tick_began)
        report.unavailable += to_announce or ledger.unavailable_recorded
        if to_announce:
            unavailable = self._announcement(Kind.TARGET_UNAVAILABLE, target, trouble, since)
            mutes = self.sender.known(pk, [unavailable.key.sk]).mutes
            self._announce(unavailable, in_force(mutes, self.clock()), report.tally)
            self.failures.unavailable(pk, since)

    def recovered(self, target: Target, ledger: Ledger, tally: Tally) -> Ledger:
        """Announce that a target is back if its failure was announced, else see that it won't be; then forget it.

        That it is over is noted first, so that whoever comes after a death in between finishes what was begun.
        """
        pk, since, trouble = self.watch.pk(target), ledger.failing_since, ledger.failing_reason
        if since is None:
            return ledger
        self.failures.recovering(pk, since)
        unavailable = self._announcement(Kind.TARGET_UNAVAILABLE, target, trouble, since)
        self.sender.suppress(_suppressed(unavailable, Reason.RECOVERED), tally)
        known = self.sender.known(pk, [unavailable.key.sk])
        if known.recorded[unavailable.key.sk].suppressed is None:
            recovered = self._announcement(Kind.TARGET_RECOVERED, target, trouble, since)
            self._announce(recovered, in_force(known.mutes, self.clock()), tally)
        self.failures.recovered(pk, since)
        return replace(ledger, failing_since=None, failing_reason=None, unavailable_recorded=False, recovering=False)

    def _announce(self, announcement: Announcement, mute: Mute | None, tally: Tally) -> None:
        if mute and not mute.hold:
            self.sender.suppress(_suppressed(announcement, Reason.MUTED, mute), tally)
        else:
            self.sender.announce([(replace(announcement, mute=mute), None)], tally)

    def _announcement(self, kind: Kind, target: Target, trouble: Trouble | None, since: datetime) -> Announcement:
        source = self.sources[target.source]
        message = target_message(
            kind,
            watch=self.watch,
            target=target,
            reason=trouble,
            notice=source.notice(trouble) if trouble and kind is Kind.TARGET_UNAVAILABLE else "",
            failing_since=since,
            observed_at=self.clock(),
        )
        resource = source.arn(target.application_id, target.segment_id)
        return self.sender.addressed(Key(pk=self.watch.pk(target), sk=target_key(kind, since)), message, resource)


def _suppressed(announcement: Announcement, reason: Reason, mute: Mute | None = None) -> Suppressed:
    message = announcement.message
    return Suppressed(key=announcement.key, id=message.id, kind=message.kind, reason=reason, mute=mute)


def target_key(kind: Kind, failing_since: datetime) -> str:
    """Name a target's announcement among those of its target."""
    return f"#target#{kind}#{timestamp(failing_since)}"
