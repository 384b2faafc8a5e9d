"""What is muted, and what a mute would do: a watch as a whole, or one of its targets."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Self

from import_watch.adapters.muted import MUTE
from import_watch.jobs import Target
from import_watch.mutes import Mute
from import_watch.phrases import span
from import_watch_cli.speech.words import counted, when
from import_watch_cli.stack.deployment import Deployment
from import_watch_cli.stack.scheduled import Scheduled
from import_watch_cli.table import polled

if TYPE_CHECKING:
    from import_watch_cli.table.state import State


@dataclass(frozen=True, slots=True, kw_only=True)
class Mutable:
    """What one mute is about."""

    watch: str
    """The watch's name."""
    target: str | None = None
    """None for the whole watch."""
    polls: str = "no longer in the stack"
    """What the watch polls, in words."""

    @classmethod
    def of(cls, scheduled: Scheduled, target: Target | None = None) -> Self:
        """Give that of a watch as a whole, or of a target of it."""
        targets = scheduled.watch.targets
        polls = "all applications" if any(one.is_account for one in targets) else counted(len(targets), "target")
        # One that polls the whole account has no other target, and no message of its own is about it alone.
        named = None if target is None or target.is_account else str(target)
        return cls(watch=scheduled.watch.name, target=named, polls=polls)

    @property
    def pk(self) -> str:
        """The partition that its mute stands in."""
        return f"{self.watch}#{self.target}" if self.target else self.watch

    def covers(self, pk: str) -> bool:
        """Tell whether a partition's messages are among those that it is about."""
        return pk == self.pk or (self.target is None and pk.startswith(f"{self.pk}#"))

    def __str__(self) -> str:
        return f"{self.target} in watch {self.watch}" if self.target else f"watch {self.watch} ({self.polls})"


def meant(deployment: Deployment, what: str, watch: str | None) -> list[Mutable]:
    """Read WATCH or TARGET, of one watch if so asked; UsageMistakeError where nothing is meant."""
    return [Mutable.of(scheduled, target) for scheduled, target in polled.meant(deployment, what, watch)]


def announced(mutable: Mutable, mute: Mute, before: Mute | None, flaw: str | None = None) -> str:
    """Say what a mute does, and which one it replaces, or what stands there that ticks ignore for its flaw."""
    until, fate = when(mute.until), "they will be sent then" if mute.hold else "they will not be sent"
    begun = f"Messages of {mutable} are held back until {until}, for {span(mute.until - mute.since)}"
    lines = [f"{begun}, by {mute.by}: {mute.reason}; {fate}."]
    if before and not before.is_over(mute.since):
        lines.append(f"  This replaces the mute of {before.by} until {when(before.until)}: {before.reason}.")
        if before.hold:
            lines.append("  What that one holds is still sent at its end.")
    if flaw:
        lines.append(f"  This replaces what stands there and ticks ignore, as it is no mute: {flaw}.")
    return "\n".join(lines)


def every(deployment: Deployment, state: "State") -> list[Mutable]:
    """Give all that can be muted: watches, their targets, and the applications that whole accounts have."""
    lists = [one for one in polled.polled(deployment, state) if not one.target.is_account]
    return [Mutable.of(one) for one in deployment.scheduled] + [Mutable.of(one.scheduled, one.target) for one in lists]


def standing(state: "State", pks: Sequence[str]) -> tuple[dict[str, Mute], dict[str, str]]:
    """Read the mutes by partition, over or not; and what stands where one does and ticks ignore: why they do."""
    mutes = state.mutes(pks)
    return mutes, {pk: state.unread[key] for pk in pks if (key := f"{pk} {MUTE}") in state.unread}
