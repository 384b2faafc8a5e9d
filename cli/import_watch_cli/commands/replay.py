"""Sending announcements again."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final

import click

from import_watch_cli.acting.replaying import Replay, find, plan, shown
from import_watch_cli.acting.ticking import send, tick_option, wait_option
from import_watch_cli.speech.answers import confirm, console, examples, say, yes_option
from import_watch_cli.speech.errors import EndError, Exit
from import_watch_cli.speech.pages import Command
from import_watch_cli.speech.times import typed_moment
from import_watch_cli.speech.words import counted
from import_watch_cli.stack.caller import caller
from import_watch_cli.stack.deployment import Deployment
from import_watch_cli.stack.options import operating

if TYPE_CHECKING:
    from import_watch_cli.table.amending import Amendments

CHANNELS: Final = ("sns", "eventbridge", "email", "chat")


@click.command(
    cls=Command,
    epilog=examples(
        ("A message that a consumer lost", "import-watch replay 0b5c9f7d"),
        ("The same, for the subscribers of the topic only", "import-watch replay 0b5c9f7d --channel sns"),
        (
            "All that a consumer missed between six and eight",
            "import-watch replay pinpoint:app/segment --since 2026-05-24T06:00 --until 2026-05-24T08:00",
        ),
        ("Of the last two hours, without a question", "import-watch replay customer-profiles:shop --since 2h --yes"),
    ),
)
@click.argument("what", metavar="JOB|TARGET")
@click.option(
    "--since", type=typed_moment, metavar="WHEN", help="Of a TARGET: all that was seen since then, as `history` has it."
)
@click.option(
    "--until", type=typed_moment, metavar="WHEN", help="Of a TARGET: all that was seen before.  [default: now]"
)
@click.option("--channel", type=click.Choice(CHANNELS), help="On this channel only, instead of on all that it went to.")
@click.option("--watch", metavar="NAME", help="What this watch announced, where several poll the same.")
@tick_option
@wait_option
@yes_option
@operating
def command(
    deployment: Deployment,
    *,
    what: str,
    since: datetime | None,
    until: datetime | None,
    channel: str | None,
    watch: str | None,
    no_tick: bool,
    wait: int,
    yes: bool,
) -> Exit:
    """Send again what was announced: of a JOB, or of a TARGET in a span of time.

    Messages come with the ids that they had, and "replay": true in body and attributes, so that a consumer can tell.
    What is pending or being sent is left to the tick that has it. What was suppressed has no message to send.
    Addresses that the watch no longer sends to, as after its people's emails were taken out, are left out.

    It then runs a tick of each such watch, which sends it. Exit code 1 where something could not be sent again, or not
    all of it was accepted in time; the next tick goes on with that.
    """
    from import_watch_cli.table.amending import Amendments  # noqa: PLC0415 - takes longer than all else that `--help` needs
    from import_watch_cli.table.state import State  # noqa: PLC0415

    state, now = State.of(deployment), datetime.now(UTC)
    found = find(deployment, state, what, (since, until), watch)
    watches = [one for one in deployment.scheduled if one.watch.name in {record.watch for record in found}]
    addresses = {one.watch.name: deployment.addresses(one.watch) for one in watches}
    replays = plan(found, channel, now, addresses)
    going, left = [one for one in replays if one.channels], [one for one in replays if not one.channels]
    _tell(going, left)
    if not going:
        raise EndError("nothing can be sent again", Exit.FINDING)
    by = caller(deployment.connection)
    confirm(f"Sends {counted(len(going), 'message')} again, with the same ids, marked as replay by {by}.", yes=yes)
    made = _made(Amendments.of(deployment), going, by)
    fine = len(made) == len(going) and all(one.never or not one.why_not for one in replays)
    if no_tick:
        say(f"{counted(len(made), 'message')} pending: the next tick sends {'it' if len(made) == 1 else 'them'}")
    elif made:
        names = {pk.partition("#")[0] for pk, _ in made}
        ticking = [one for one in watches if one.watch.name in names]
        fine &= send(deployment, state, list(made), ticking, wait).told(made)
    return Exit.FINE if fine else Exit.FINDING


def _made(amendments: "Amendments", going: Sequence[Replay], by: str) -> dict[tuple[str, str], frozenset[str]]:
    """Have each sent again, unless it is being sent or was replayed meanwhile; give the channels of those that are."""
    made, now = dict[tuple[str, str], frozenset[str]](), datetime.now(UTC)
    for one in going:
        key = (one.record.pk, one.record.sk)
        if amendments.replay(one.record, one.channels, by, now):
            made[key] = one.channels
        else:
            say(f"NOT sent again, as it is being sent or was replayed meanwhile: {' '.join(key)}", err=True)
    return made


def _tell(going: Sequence[Replay], left: Sequence[Replay]) -> None:
    if going:
        console().print(shown(going, "AGAIN ON"))
    if left:
        console().print(shown(left, "NOT AGAIN, AS"))
