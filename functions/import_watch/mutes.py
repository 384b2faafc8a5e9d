"""Mutes: what somebody asked not to be told for a while, of a whole watch or of one of its targets."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Mute:
    """Who asked for it, why, when and until when."""

    by: str
    reason: str
    since: datetime
    until: datetime
    hold: bool
    """Whether what would have been sent meanwhile is sent at its end, instead of never."""

    def is_same(self, other: "Mute") -> bool:
        """Tell whether it was asked for by the same person at the same moment."""
        return (self.by, self.since) == (other.by, other.since)

    def is_over(self, now: datetime) -> bool:
        """Tell whether it has ended."""
        return now >= self.until


def in_force(mutes: Iterable[Mute], now: datetime) -> Mute | None:
    """Give the one that counts now: one that holds rather than one that drops, and of those the one that ends last."""
    return max(
        (mute for mute in mutes if not mute.is_over(now)),
        key=lambda mute: (mute.hold, mute.until, mute.since),
        default=None,
    )
