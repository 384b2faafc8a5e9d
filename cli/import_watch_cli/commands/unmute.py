"""Ending a mute."""

import time
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import click

from import_watch.mutes import Mute
from import_watch_cli.acting.muting import Mutable, held, meant
from import_watch_cli.acting.ticking import PAUSE, send, tick_option, wait_option
from import_watch_cli.speech.answers import confirm, examples, say, yes_option
from import_watch_cli.speech.errors import EndError, Exit
from import_watch_cli.speech.pages import Command
from import_watch_cli.speech.words import counted, when
from import_watch_cli.stack.deployment import Deployment, operating
from import_watch_cli.table.records import Record

if TYPE_CHECKING:
    from import_watch_cli.table.amending import Amendments
    from import_watch_cli.table.state import State


@click.command(
    cls=Command,
    epilog=examples(
        ("The import was quicker than planned", "import-watch unmute newsletter"),
        ("One segment, in all watches that poll it", "import-watch unmute pinpoint:app/segment"),
        ("In a script, leaving what was held to the next tick", "import-watch unmute newsletter --yes --no-tick"),
    ),
)
@click.argument("what", metavar="WATCH|TARGET")
@click.option("--watch", metavar="NAME", help="Of a TARGET that several watches poll, unmute it in this one only.")
@tick_option
@wait_option
@yes_option
@operating
def command(deployment: Deployment, *, what: str, watch: str | None, no_tick: bool, wait: int, yes: bool) -> Exit:
    """End the mute of a WATCH, or of a TARGET in each watch that polls it, and send what it holds.

    What a mute without --hold has held back stays unsent. Exit code 1 where nothing is muted, or not all was sent.
    """
    from import_watch_cli.table.amending import Amendments  # noqa: PLC0415 - takes longer than all else that `--help` needs
    from import_watch_cli.table.state import State  # noqa: PLC0415

    mutables, state, amendments = meant(deployment, what, watch), State.of(deployment), Amendments.of(deployment)
    now = datetime.now(UTC)
    mutes = {pk: mute for pk, mute in state.mutes([one.pk for one in mutables]).items() if not mute.is_over(now)}
    kept = held(state, mutables, now)
    if not mutes and not any(kept.values()):
        raise EndError(f"nothing to unmute: {_why_not(state, mutables, now)}", Exit.FINDING)
    confirm("\n".join(_ended(one, mutes.get(one.pk), kept[one.pk], tick=not no_tick) for one in mutables), yes=yes)
    code = Exit.FINE
    for pk, mute in mutes.items():
        if not amendments.unmute(pk, mute):
            say(f"NOT unmuted, as somebody else changed its mute meanwhile: {pk}", err=True)
            mutables, code = [one for one in mutables if one.pk != pk], Exit.FINDING
    holding = any(kept.values()) or any(mute.hold for mute in mutes.values())
    released = _release(state, amendments, mutables) if holding else {}
    say(f"unmuted; {counted(len(released), 'message')} released")
    if no_tick or not released:
        return code
    sent = send(deployment, state, list(released), [one.scheduled for one in mutables], wait)
    return code if sent.told(released) else Exit.FINDING


def _release(
    state: "State", amendments: "Amendments", mutables: Sequence[Mutable]
) -> dict[tuple[str, str], frozenset[str]]:
    """Make what they hold due now. Look twice: a tick that saw the mute may write down one more after its end."""
    released: dict[tuple[str, str], frozenset[str]] = {}
    for pause in (PAUSE, 0):
        now = datetime.now(UTC)
        kept = {(one.pk, one.sk): one for each in held(state, mutables, now).values() for one in each}
        released |= {key: record.pending for key, record in kept.items() if amendments.release(record, now)}
        time.sleep(pause)
    return released


def _ended(one: Mutable, mute: Mute | None, kept: Sequence[Record], *, tick: bool) -> str:
    begun = f"The mute of {one} until {when(mute.until)} by {mute.by} ends now." if mute else f"{one} is not muted."
    if mute and not mute.hold:
        begun += " What it held back is not sent."
    if kept:
        begun += f" {counted(len(kept), 'message')} held back: sent {'now' if tick else 'by the next tick'}."
    return begun


def _why_not(state: "State", mutables: Sequence[Mutable], now: datetime) -> str:
    watches = [
        name
        for name, mute in state.mutes({one.scheduled.watch.name for one in mutables}).items()
        if not mute.is_over(now)
    ]
    if watches:
        return f"{', '.join(map(str, mutables))} is muted only with all of watch {', '.join(watches)}: unmute that"
    return f"{', '.join(map(str, mutables))} is not muted; `import-watch mutes` lists what is"
