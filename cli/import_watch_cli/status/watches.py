"""How a watch stands, decided from what was heard of its ticks."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from import_watch.adapters.muted import write_mute
from import_watch.jobs import Json
from import_watch.mutes import Mute
from import_watch_cli.stack.ticks import Heard
from import_watch_cli.status.needs import Need


@dataclass(frozen=True, slots=True, kw_only=True)
class WatchStanding:
    """How a watch stands."""

    name: str
    every: timedelta
    enabled: bool
    """Whether its schedule is on."""
    heard: Heard
    mute: Mute | None
    now: datetime

    @property
    def needs(self) -> list[Need]:
        """Tell what needs a look."""
        return [
            *([Need.TICK_FAILED] if self.heard.last and self.heard.last.failed else []),
            *([Need.PAUSED] if not self.enabled else []),
            *([Need.TICK_LATE] if self.enabled and self.heard.is_late(self.every, self.now) else []),
        ]

    def json(self) -> dict[str, Json]:
        """Give it as the command answers in JSON."""
        return {
            "name": self.name,
            "everySeconds": int(self.every.total_seconds()),
            "enabled": self.enabled,
            "lastTick": self.heard.json(self.every, self.now),
            **({"muted": write_mute(self.mute)} if self.mute else {}),
            "needs": [*self.needs],
        }
