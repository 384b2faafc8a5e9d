"""What is muted, and what a mute would do: a watch as a whole, or one of its targets."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from import_watch.jobs import Target
from import_watch.mutes import Mute
from import_watch.phrases import span
from import_watch_cli.speech.words import counted, when
from import_watch_cli.stack.deployment import Deployment, Scheduled
from import_watch_cli.table import polled
from import_watch_cli.table.records import Record
from import_watch_cli.table.waiting import waiting

if TYPE_CHECKING:
    from import_watch_cli.table.state import State, Waiting


@dataclass(frozen=True, slots=True, kw_only=True)
class Mutable:
    """What one mute is about."""

    scheduled: Scheduled
    target: Target | None
    """None for the whole watch."""

    @property
    def pk(self) -> str:
        """The partition that its mute stands in."""
        watch = self.scheduled.watch
        return watch.name if self.target is None else watch.pk(self.target)

    def covers(self, pk: str) -> bool:
        """Tell whether a partition's messages are among those that it is about."""
        return pk == self.pk or (self.target is None and pk.startswith(f"{self.pk}#"))

    def __str__(self) -> str:
        watch = self.scheduled.watch
        if self.target:
            return f"{self.target} in watch {watch.name}"
        if any(target.is_account for target in watch.targets):
            return f"watch {watch.name} (all applications)"
        return f"watch {watch.name} ({counted(len(watch.targets), 'target')})"


def meant(deployment: Deployment, what: str, watch: str | None) -> list[Mutable]:
    """Read WATCH or TARGET, of one watch if so asked; UsageMistakeError where nothing is meant."""
    return [
        # One that polls the whole account has no other target, and no message of its own is about it alone.
        Mutable(scheduled=scheduled, target=None if target is None or target.is_account else target)
        for scheduled, target in polled.meant(deployment, what, watch)
    ]


def announced(mutable: Mutable, mute: Mute, before: Mute | None) -> str:
    """Say what a mute does, and which one it replaces."""
    until, fate = when(mute.until), "they will be sent then" if mute.hold else "they will not be sent"
    begun = f"Messages of {mutable} are held back until {until}, for {span(mute.until - mute.since)}"
    lines = [f"{begun}, by {mute.by}: {mute.reason}; {fate}."]
    if before and not before.is_over(mute.since):
        lines.append(f"  This replaces the mute of {before.by} until {when(before.until)}: {before.reason}.")
        if before.hold:
            lines.append("  What that one holds is still sent at its end.")
    return "\n".join(lines)


def held(state: "State", mutables: Sequence[Mutable], now: datetime) -> dict[str, list[Record]]:
    """Find what mutes hold to be sent at their end, by the partitions of those mutes; not what others hold."""

    def concerns(one: "Waiting") -> bool:
        return (one.due is None or one.due > now) and any(mutable.covers(one.pk) for mutable in mutables)

    records = [record for record in waiting(state, concerns) if record.is_held(now)]
    pks = {one.pk for one in mutables}
    others = state.mutes({pk for record in records for pk in (record.pk, record.watch)} - pks).values()
    kept = [record for record in records if not (record.muted and any(map(record.muted.is_same, others)))]
    return {one.pk: [record for record in kept if one.covers(record.pk)] for one in mutables}


def every(deployment: Deployment, state: "State") -> list[Mutable]:
    """Give all that can be muted: watches, their targets, and the applications that whole accounts have."""
    watches = [Mutable(scheduled=one, target=None) for one in deployment.scheduled]
    lists = [one for one in polled.polled(deployment, state) if not one.target.is_account]
    return watches + [Mutable(scheduled=one.scheduled, target=one.target) for one in lists]
