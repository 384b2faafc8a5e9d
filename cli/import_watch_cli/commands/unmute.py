"""Ending a mute."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import click

from import_watch.mutes import Mute
from import_watch_cli.acting.holding import Held, liftable, release
from import_watch_cli.acting.muting import Mutable, standing
from import_watch_cli.acting.ticking import send, tick_option, wait_option
from import_watch_cli.speech.answers import confirm, examples, say, yes_option
from import_watch_cli.speech.errors import EndError, Exit
from import_watch_cli.speech.pages import Command
from import_watch_cli.speech.words import counted, when
from import_watch_cli.stack.deployment import Deployment
from import_watch_cli.stack.options import operating

if TYPE_CHECKING:
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

    What a mute without --hold has held back stays unsent. What one holds that another has replaced is sent at its end,
    or by an unmute once no other stands. What no watch polls any more can be unmuted, too.

    Exit code 1 where nothing is muted, or not all was sent.
    """
    from import_watch_cli.table.amending import Amendments  # noqa: PLC0415 - takes longer than all else that `--help` needs
    from import_watch_cli.table.state import State  # noqa: PLC0415

    state, amendments, now = State.of(deployment), Amendments.of(deployment), datetime.now(UTC)
    mutables = liftable(deployment, state, what, watch, now)
    mutes, flaws = standing(state, [one.pk for one in mutables])
    mutes = {pk: mute for pk, mute in mutes.items() if not mute.is_over(now)}
    held = Held.found(state, mutables, now)
    if not mutes and not flaws and not any(held.by(one, None) for one in mutables):
        raise EndError(f"nothing to unmute: {_why_not(state, mutables, now)}", Exit.FINDING)
    told = [_ended(one, mutes.get(one.pk), flaws.get(one.pk), held, tick=not no_tick) for one in mutables]
    confirm("\n".join(told), yes=yes)
    code = Exit.FINE
    for pk in (*mutes, *flaws):
        if not amendments.unmute(pk, mutes.get(pk)):
            say(f"NOT unmuted, as somebody else changed its mute meanwhile: {pk}", err=True)
            mutables, code = [one for one in mutables if one.pk != pk], Exit.FINDING
    holding = held.records or any(mute.hold for mute in mutes.values())
    released = release(state, amendments, mutables, mutes) if holding else {}
    say(f"unmuted; {counted(len(released), 'message')} released")
    if no_tick or not released:
        return code
    names = {one.watch for one in mutables}
    # What a watch left that is no more, any other one's tick sends.
    ticking = [one for one in deployment.scheduled if one.watch.name in names] or list(deployment.scheduled)[:1]
    sent = send(deployment, state, list(released), ticking, wait)
    return code if sent.told(released) else Exit.FINDING


def _ended(one: Mutable, mute: Mute | None, flaw: str | None, held: Held, *, tick: bool) -> str:
    begun = f"The mute of {one} until {when(mute.until)} by {mute.by} ends now." if mute else f"{one} is not muted."
    if flaw:
        begun += f" What stands there and ticks ignore, as it is no mute, is deleted: {flaw}."
    if mute and not mute.hold:
        begun += " What it held back is not sent."
    if kept := held.by(one, mute):
        begun += f" {counted(len(kept), 'message')} held back: sent {'now' if tick else 'by the next tick'}."
    if mute and (earlier := held.by(one, None)):
        number = counted(len(earlier), "message")
        begun += f" {number} that earlier mutes hold: sent at their end, or by another unmute."
    return begun


def _why_not(state: "State", mutables: Sequence[Mutable], now: datetime) -> str:
    watches = [name for name, mute in state.mutes({one.watch for one in mutables}).items() if not mute.is_over(now)]
    if watches:
        return f"{', '.join(map(str, mutables))} is muted only with all of watch {', '.join(watches)}: unmute that"
    return f"{', '.join(map(str, mutables))} is not muted; `import-watch mutes` lists what is"
