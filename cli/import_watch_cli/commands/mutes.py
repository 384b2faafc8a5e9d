"""What is muted."""

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Literal

import click

from import_watch.adapters.muted import write_mute
from import_watch_cli.acting.holding import Held
from import_watch_cli.acting.muting import every
from import_watch_cli.speech.answers import console, examples, output_option, say, say_json, table
from import_watch_cli.speech.errors import Exit
from import_watch_cli.speech.pages import Command
from import_watch_cli.speech.times import short_span
from import_watch_cli.speech.words import when
from import_watch_cli.stack.deployment import Deployment
from import_watch_cli.stack.options import operating

if TYPE_CHECKING:
    from import_watch.jobs import Json


@click.command(
    cls=Command,
    epilog=examples(
        ("What is muted now, by whom, and for how long", "import-watch mutes"),
        ("For a script", "import-watch mutes --output json"),
    ),
)
@output_option
@operating
def command(deployment: Deployment, *, output: Literal["text", "json"]) -> Exit:
    """List the mutes in force: of which watch or target, until when, by whom and why.

    Of a mute with --hold it tells how many messages it holds by now; `history` tells what others have held back.
    """
    from import_watch_cli.table.state import State  # noqa: PLC0415 - takes longer than all else that `--help` needs

    state, now = State.of(deployment), datetime.now(UTC)
    mutables = every(deployment, state)
    mutes = {pk: mute for pk, mute in state.mutes([one.pk for one in mutables]).items() if not mute.is_over(now)}
    muted = [one for one in mutables if one.pk in mutes]
    held = Held.found(state, muted if any(mute.hold for mute in mutes.values()) else [], now)
    answer: list[dict[str, Json]] = []
    shown = table("WATCH", "TARGET", "UNTIL", "HELD", "BY", "REASON")
    for one in muted:
        mute, watch, target = mutes[one.pk], one.watch, one.target
        number = len(held.by(one, mute)) if mute.hold else None
        facts: dict[str, Json] = {"watch": watch, "target": target, **write_mute(mute), "held": number}
        answer.append({name: value for name, value in facts.items() if value is not None})
        until = f"{when(mute.until)} (in {short_span(mute.until - now)})"
        shown.add_row(
            watch, target or "all", until, "not sent" if number is None else str(number), mute.by, mute.reason
        )
    if output == "json":
        say_json({"mutes": answer})
    elif muted:
        console().print(shown)
    else:
        say("Nothing is muted.")
    return Exit.FINE
