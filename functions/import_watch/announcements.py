"""Announcements as values: what is sent, who may send it, and what a publish made of it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from import_watch.changes import Reason, Recorded
from import_watch.jobs import Kind
from import_watch.messages import Message
from import_watch.mutes import Mute

MAX_REFUSALS = 5
"""How often a channel may refuse an announcement for its content before that is quarantined."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Key:
    """An announcement's place in the table: `<watch>#<target>`, and what identifies it there."""

    pk: str
    sk: str

    @property
    def watch(self) -> str:
        """Name the watch whose it is."""
        return self.pk.partition("#")[0]

    def __str__(self) -> str:
        return f"{self.pk} {self.sk}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Announcement:
    """What is to be sent, where, and which channels still lack it."""

    key: Key
    message: Message
    resource: str
    """ARN of what it is about, for EventBridge."""
    destinations: Mapping[str, str]
    """Channel name to address: a topic's ARN, a bus's name."""
    pending: frozenset[str]
    refusals: Mapping[str, int] = field(default_factory=dict)
    """How often each channel has refused it for its content."""
    mute: Mute | None = None
    """What holds it, until its end, where it is yet to be recorded."""
    replay: frozenset[str] = frozenset()
    """The channels that may have had it before, and are sent it again because somebody asked for that."""
    asked_at: datetime | None = None
    """When somebody asked for that, or for what was given up; None where nobody did, or the item doesn't tell."""

    def message_to(self, channel: str) -> Message:
        """Give the message as a channel gets it: marked, where it is sent again."""
        return self.message.again() if channel in self.replay else self.message


@dataclass(frozen=True, slots=True, kw_only=True)
class Suppressed:
    """What is deliberately not sent, and why."""

    key: Key
    id: str
    kind: Kind
    reason: Reason
    instead_of: str | None = None
    """The kind of what was suppressed as unwanted, where this takes its place."""
    mute: Mute | None = None
    """What mutes it, where that is the reason."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """What the table holds of a target's announcements, by their sort keys, and of what mutes them."""

    recorded: Mapping[str, Recorded]
    mutes: Sequence[Mute] = ()
    flaws: Sequence[str] = ()
    """Mutes that could not be read, and so mute nothing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """A tick's right to send or to decide: its token, and when that lapses."""

    token: str
    made: datetime
    until: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Leftover:
    """A pending announcement as the index shows it: where it is, and the `pendingDue` that was seen."""

    key: Key
    due: str
    recorded_at: datetime | None
    """None where the item doesn't tell, as after an edit by hand."""


class Receipt(StrEnum):
    """What is known of one entry after a publish."""

    DELIVERED = "delivered"
    REFUSED = "refused"
    """By the entry's own fault: sending it again won't help."""
    FAILED = "failed"
    """Known not to have been accepted, by no fault of the entry's."""
    UNKNOWN = "unknown"
    """The reply was lost: it may have been accepted."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Settlement:
    """What a publish left of an announcement."""

    delivered: frozenset[str]
    pending: frozenset[str]
    quarantined: frozenset[str]
    refusals: Mapping[str, int]
    retry: bool
    """Whether the next tick may have what is pending at once, instead of after the claim lapses."""

    @property
    def done(self) -> bool:
        """Whether every channel has it."""
        return not (self.pending or self.quarantined)


def settle(announcement: Announcement, receipts: Mapping[str, Receipt], *, hurry: bool = True) -> Settlement:
    """Decide what an announcement's receipts mean: what is done, what waits and for how long, what is given up.

    Without hurry, what failed waits for the claim to lapse, too.
    """
    by = {receipt: frozenset(name for name, got in receipts.items() if got is receipt) for receipt in Receipt}
    refusals = {
        **announcement.refusals,
        **{name: announcement.refusals.get(name, 0) + 1 for name in by[Receipt.REFUSED]},
    }
    quarantined = frozenset(name for name in by[Receipt.REFUSED] if refusals[name] >= MAX_REFUSALS)
    pending = announcement.pending - by[Receipt.DELIVERED] - quarantined
    return Settlement(
        delivered=by[Receipt.DELIVERED],
        pending=pending,
        quarantined=quarantined,
        refusals=refusals,
        retry=bool(pending) and hurry and not by[Receipt.UNKNOWN],
    )
