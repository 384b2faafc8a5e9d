"""What the state table holds of an announcement, as a value."""

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from import_watch.adapters.muted import write_mute
from import_watch.jobs import Json, Milestone, parse_timestamp, timestamp
from import_watch.mutes import Mute

OF_TARGET: Final = "#target#"
"""How the sort key of an announcement begins that is about a target itself."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """An announcement as the table holds it: what was, is being, or deliberately was not sent."""

    pk: str
    sk: str
    id: str
    """Of the message."""
    kind: str
    """The message's, in a word that only a later version may know."""
    recorded_at: datetime
    """When it was recorded; of what a mute holds, when it may be sent."""
    settled_at: datetime | None = None
    delivered: Mapping[str, datetime] = field(default_factory=dict)
    """By channel, when it accepted."""
    pending: frozenset[str] = frozenset()
    """Channels that it is yet to be sent to."""
    due: datetime | None = None
    """When the next tick may take it; None where nothing is to be sent."""
    released: bool = False
    """Whether it is due because somebody made it so; else because a claim lasts until then."""
    attempts: int = 0
    lapsed: int = 0
    """Attempts of which nobody knows what came; each may have been accepted."""
    quarantined: frozenset[str] = frozenset()
    """Channels that have refused it for good."""
    refusals: Mapping[str, int] = field(default_factory=dict)
    suppressed: str | None = None
    muted: Mute | None = None
    """What held it back."""
    held_since: datetime | None = None
    """When it was recorded, where a mute's end became the moment that counts."""
    replay: frozenset[str] = frozenset()
    """Channels on which it is to be sent again."""
    replayed_by: str | None = None
    replayed_at: datetime | None = None
    replays: int = 0
    redriven_at: datetime | None = None
    """When somebody last had it tried anew, once it was given up."""
    facts: Mapping[str, Json] = field(default_factory=dict)
    """The message's, where it was read and there is one."""
    destinations: Mapping[str, str] = field(default_factory=dict)
    """Channel to address, as the facts."""

    @property
    def watch(self) -> str:
        """The watch that recorded it."""
        return self.pk.partition("#")[0]

    @property
    def target(self) -> str:
        """The job list that it is about."""
        return self.pk.partition("#")[2]

    @property
    def job_id(self) -> str | None:
        """The job that it is about; None where it is about the target itself."""
        job_id, _, milestone = self.sk.rpartition("#")
        return job_id if milestone in set(Milestone) else None

    @property
    def milestone(self) -> Milestone | None:
        """What the job had reached."""
        return Milestone(self.sk.rpartition("#")[2]) if self.job_id else None

    @property
    def failing_since(self) -> datetime | None:
        """When the failure began that it is about; None where it is about a job."""
        if self.job_id or not self.sk.startswith(OF_TARGET):
            return None
        with suppress(ValueError):  # an edit by hand, or a later version's
            return parse_timestamp(self.sk.rpartition("#")[2])
        return None

    @property
    def seen_at(self) -> datetime:
        """When a tick saw what it tells."""
        return self.held_since or self.recorded_at

    @property
    def delivered_at(self) -> datetime | None:
        """When a channel accepted it last; None where none has."""
        return max(self.delivered.values(), default=None)

    @property
    def waiting_since(self) -> datetime:
        """Since when it might have been sent, as the alarm counts: recorded, or asked for again."""
        return max(filter(None, (self.recorded_at, self.replayed_at, self.redriven_at)))

    def waits(self) -> bool:
        """Tell whether anything is to be sent."""
        return self.due is not None

    def is_held(self, now: datetime) -> bool:
        """Tell whether a mute holds it, until it is due."""
        return self.held_since is not None and self.released and self.due is not None and self.due > now

    def is_being_sent(self, now: datetime) -> bool:
        """Tell whether a tick has a claim to it, until it is due."""
        return self.due is not None and not self.released and self.due > now

    def json(self) -> dict[str, Json]:
        """Give it as commands answer in JSON; absent facts are absent keys."""
        given: dict[str, Json] = {
            "watch": self.watch,
            "target": self.target,
            "jobId": self.job_id,
            "milestone": self.milestone,
            "kind": self.kind,
            "id": self.id,
            "seenAt": timestamp(self.seen_at),
            "recordedAt": timestamp(self.recorded_at),
            "settledAt": _written(self.settled_at),
            "delivered": {channel: timestamp(at) for channel, at in self.delivered.items()},
            "pending": [*sorted(self.pending)],
            "pendingDue": _written(self.due),
            "attempts": self.attempts,
            "lapsed": self.lapsed or None,
            "quarantined": [*sorted(self.quarantined)],
            "refusals": dict(self.refusals),
            "suppressed": self.suppressed,
            "muted": write_mute(self.muted) if self.muted else None,
            "heldSince": _written(self.held_since),
            "replay": [*sorted(self.replay)],
            "replayedBy": self.replayed_by,
            "replayedAt": _written(self.replayed_at),
            "replays": self.replays or None,
            "redrivenAt": _written(self.redriven_at),
        }
        return {name: value for name, value in given.items() if value not in (None, {}, [])}


def _written(moment: datetime | None) -> str | None:
    return timestamp(moment) if moment else None
