"""The decision: what a listing means, given what is already recorded. Plain values in, frozen values out."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from import_watch.jobs import ImportJob, Milestone
from import_watch.ledger import Ledger
from import_watch.live import Due
from import_watch.mutes import Mute
from import_watch.policy import Policy


class Reason(StrEnum):
    """Why an announcement is recorded but not sent."""

    FIRST_SIGHT = "first_sight"
    LATE = "late"
    UNWANTED = "unwanted"
    MUTED = "muted"
    RECOVERED = "recovered"
    """A target's failure was over before it was announced."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Recorded:
    """What the table holds of an announcement: its kind and, if it was not to be sent, why.

    In words that only a later version may know, which wrote them before it was rolled back.
    """

    kind: str
    suppressed: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """What to do about one milestone: announce it, or record why not."""

    due: Due
    suppressed: Reason | None
    instead_of: str | None = None
    """What was suppressed as unwanted, where this takes its place."""
    mute: Mute | None = None
    """What mutes it: for good, where it is suppressed, or until its end."""


def decide(
    dues: Iterable[Due],
    recorded: Mapping[str, Recorded],
    ledger: Ledger,
    policy: Policy,
    now: datetime,
    *,
    mute: Mute | None = None,
) -> Iterator[Change]:
    """Yield what is to be done about milestones that have no announcement yet, or one that no longer fits.

    What would be announced otherwise, the mute in force is about.
    """
    for due in dues:
        known = recorded.get(due.key)
        if known is None:
            yield _change(due, _suppressed(due, ledger, policy, now), None, mute)
        elif known.suppressed == Reason.UNWANTED and known.kind != due.kind and due.kind in policy.notify:
            yield _change(due, None, known.kind, mute)


def _change(due: Due, suppressed: Reason | None, instead_of: str | None, mute: Mute | None) -> Change:
    if suppressed or mute is None:
        return Change(due=due, suppressed=suppressed, instead_of=instead_of)
    return Change(due=due, suppressed=None if mute.hold else Reason.MUTED, instead_of=instead_of, mute=mute)


def _suppressed(due: Due, ledger: Ledger, policy: Policy, now: datetime) -> Reason | None:
    if due.milestone is Milestone.FINISHED:
        finished = due.job.completed_at
        if not ledger.sighted and _before_first_sight(due.job, ledger.first_seen_at):
            return Reason.FIRST_SIGHT
        if finished is not None and now - finished > policy.announce_not_older_than:
            return Reason.LATE
    return None if due.kind in policy.notify else Reason.UNWANTED


def _before_first_sight(job: ImportJob, first_seen_at: datetime) -> bool:
    moment = job.completed_at or job.created_at
    return moment is None or moment <= first_seen_at
