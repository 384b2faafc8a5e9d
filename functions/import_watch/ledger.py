"""What is remembered of a target: when history begins for it, what its last listing came to, and how it fares."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from import_watch.jobs import Trouble
from import_watch.policy import Policy

FIRST_SIGHT_WINDOW = timedelta(hours=1)
"""How far before a target's first sight a finish is still looked at, and recorded as suppressed."""
HISTORY_AFTER = timedelta(days=30)
"""A job that finished longer ago than this is history: it is neither read nor written again."""
PASSING = frozenset({Trouble.THROTTLED, Trouble.BROKEN})
"""Troubles that often pass by themselves."""
PATIENCE = timedelta(minutes=15)
"""How long a target may have them before that is announced."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ledger:
    """What a target's last complete listing looked like, and how the target fares."""

    first_seen_at: datetime
    """T0: what finished up to here, before the target's first complete listing, is not announced."""
    settled_before: datetime
    """A job that finished up to here is history."""
    sighted: bool = False
    """Whether a complete listing was ever decided on."""
    digest: str | None = None
    failing_since: datetime | None = None
    failing_reason: Trouble | None = None
    unavailable_recorded: bool = False
    recovering: bool = False
    """Whether the failure was seen to end, and that may not have been announced yet."""
    idle: bool = False
    """Whether the listing that was settled last had no running job; noted only where that makes a difference."""
    applications: frozenset[str] = frozenset()
    """Of a whole account, those that are known: their ids."""


def first_ledger(policy: Policy, now: datetime) -> Ledger:
    """Begin a target's ledger at its first sight."""
    first_seen_at = now - policy.announce_finished_within
    return Ledger(first_seen_at=first_seen_at, settled_before=first_seen_at - FIRST_SIGHT_WINDOW)


def history_begins(ledger: Ledger, now: datetime) -> datetime:
    """Where history begins once this listing is settled; it never moves back."""
    return max(ledger.settled_before, now - HISTORY_AFTER)


def is_unavailable(trouble: Trouble, ledger: Ledger, now: datetime, tick_began: datetime) -> bool:
    """Tell whether a target that fails again is to be announced as unavailable: once, and not at the first failure.

    A tick that had begun by then, such as a chunk that comes twice, is no other one.
    """
    since = ledger.failing_since
    if since is None or since >= now or ledger.unavailable_recorded:
        return False
    in_a_row = not {trouble, ledger.failing_reason} & PASSING
    return (in_a_row and since < tick_began) or now - since >= PATIENCE
