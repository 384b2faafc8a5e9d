"""What can be sent again, on which channels, and why the rest can't."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from import_watch.sources import registry
from import_watch_cli.speech.answers import table
from import_watch_cli.speech.errors import EndError, Exit, UsageMistakeError
from import_watch_cli.speech.times import MOMENTS
from import_watch_cli.speech.words import when
from import_watch_cli.stack.deployment import Deployment
from import_watch_cli.table.polled import polled
from import_watch_cli.table.records import Record

if TYPE_CHECKING:
    from rich.table import Table

    from import_watch_cli.table.state import State


@dataclass(frozen=True, slots=True, kw_only=True)
class Replay:
    """An announcement, and where it is sent again; or why it isn't."""

    record: Record
    channels: frozenset[str] = frozenset()
    why_not: str = ""
    """Of those channels, too, that it isn't sent again on while it is on others."""
    never: bool = False
    """Whether there is nothing of it to send at all."""


def find(
    deployment: Deployment, state: "State", what: str, span: tuple[datetime | None, datetime | None], watch: str | None
) -> list[Record]:
    """Find what was recorded of a JOB, or of a TARGET in a span of time; EndError where there is nothing."""
    since, until = span
    if not _is_target(what):
        if since or until:
            allowed = f"with a target, {registry.grammar()}"
            raise UsageMistakeError(f"--since, --until: not allowed with a job, {what!r}; allowed: {allowed}")
        found = state.of_job([one.pk for one in polled(deployment, state, watch=watch)], what)
    elif since is None:
        raise UsageMistakeError(f"--since: missing, as {what} is a target; allowed: {MOMENTS}")
    else:
        lists = polled(deployment, state, [what], watch)
        end = until or datetime.now(UTC)
        parts = state.of_targets([one.pk for one in lists]).values()
        found = [one for part in parts for one in seen_between(part, since, end)]
    if not found:
        raise EndError(f"nothing is recorded of {what}{' in that time' if since else ''}", Exit.FINDING)
    return found


def seen_between(records: Iterable[Record], since: datetime, end: datetime) -> list[Record]:
    """Give those that a watch saw in a span of time, as `history` has it: of what a mute held, not when that ended."""
    return [one for one in records if since <= one.seen_at < end]


def _is_target(what: str) -> bool:
    try:
        registry.parse(what)
    except ValueError:
        return False
    return True


def plan(
    records: Iterable[Record], channel: str | None, now: datetime, addresses: Mapping[str, Mapping[str, str]]
) -> list[Replay]:
    """Decide of each, by where its watch sends to now, by channel.

    UsageMistakeError where none of those that have a message goes to that channel.
    """
    in_turn = sorted(records, key=lambda one: (one.seen_at, one.pk))
    planned = [_planned(record, channel, now, addresses[record.watch]) for record in in_turn]
    sent_to = {name for replay in planned for name in replay.record.destinations}
    if channel and sent_to and channel not in sent_to:
        raise UsageMistakeError(
            f"--channel: '{channel}' is not allowed; allowed: {_listed(sent_to)}, as these go there"
        )
    return planned


def _planned(record: Record, channel: str | None, now: datetime, addresses: Mapping[str, str]) -> Replay:
    if not record.destinations:
        return Replay(record=record, why_not=_suppressed(record), never=True)
    if record.waits():
        return Replay(record=record, why_not=_waiting(record, now))
    if channel and channel not in record.destinations:
        return Replay(record=record, why_not=f"it goes only to {_listed(record.destinations)}")
    asked = frozenset({channel} if channel else record.destinations)
    # What is gone would be tried by each tick for ever.
    gone = {name for name in asked if addresses.get(name) != record.destinations[name]}
    why_not = "; ".join(
        f"not on {name}: {record.watch} no longer sends to {record.destinations[name]}" for name in sorted(gone)
    )
    return Replay(record=record, channels=asked - gone, why_not=why_not)


def _suppressed(record: Record) -> str:
    if record.muted:
        return f"it was held back for good by the mute of {record.muted.by}: {record.muted.reason}"
    return f"it was never to be sent ({record.suppressed}), so there is no message"


def _waiting(record: Record, now: datetime) -> str:
    due = when(record.due or now)
    if record.is_held(now):
        return f"a mute holds it until {due}; unmute sends it"
    if record.is_being_sent(now):
        return f"a tick is sending it; it has until {due}"
    return "it is pending: the next tick sends it"


def shown(replays: Sequence[Replay], last: str) -> "Table":
    """Show announcements in a table whose last column is where they go, or why they don't."""
    rows = table("WATCH", "TARGET", "JOB", "KIND", "SEEN", last)
    for replay in replays:
        one = replay.record
        where = "; ".join(filter(None, (_listed(replay.channels), replay.why_not)))
        rows.add_row(one.watch, one.target, one.job_id or "-", one.kind, when(one.seen_at), where)
    return rows


def _listed(names: Iterable[str]) -> str:
    return ", ".join(sorted(names))
