"""How watches and their targets stand, all together, and whether any of that needs a look."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from import_watch.jobs import Json, timestamp
from import_watch_cli.status.needs import Need
from import_watch_cli.status.targets import TargetStanding
from import_watch_cli.status.watches import WatchStanding
from import_watch_cli.table.waiting import LONGEST_WAIT


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """How it all stands."""

    watches: Sequence[WatchStanding]
    targets: Sequence[TargetStanding]
    now: datetime
    elsewhere: Mapping[str, datetime] = field(default_factory=dict)
    """What is pending of targets that no watch has any more: keys, and since when."""
    brief: bool = False
    unread: Mapping[str, str] = field(default_factory=dict)
    """What stands in the table and can't be read: keys, and why."""

    @property
    def forgotten(self) -> list[str]:
        """The keys of those that have waited for long."""
        return [key for key, since in self.elsewhere.items() if self.now - since > LONGEST_WAIT]

    @property
    def is_well(self) -> bool:
        """Whether nothing needs a look."""
        if self.forgotten or self.unread:
            return False
        return not (any(one.needs for one in self.watches) or any(one.needs for one in self.targets))

    def most_urgent_first(self) -> list[TargetStanding]:
        """Give the targets, those that need a look before the others."""
        order = list(Need)
        return sorted(self.targets, key=lambda one: min((order.index(need) for need in one.needs), default=len(order)))

    def json(self) -> dict[str, Json]:
        """Give it as the command answers in JSON."""
        return {
            "at": timestamp(self.now),
            "well": self.is_well,
            "watches": [one.json() for one in self.watches],
            "targets": [one.json() for one in self.most_urgent_first()],
            "pendingElsewhere": [
                {"key": key, "waitingSince": timestamp(since)} for key, since in self.elsewhere.items()
            ],
            "unread": [{"key": key, "flaw": flaw} for key, flaw in self.unread.items()],
        }
