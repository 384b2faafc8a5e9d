"""Holding back a watch's or a target's messages for a while."""

from datetime import UTC, datetime, timedelta
from typing import Final

import click

from import_watch.mutes import Mute
from import_watch.phrases import span
from import_watch_cli.acting.muting import announced, meant, standing
from import_watch_cli.speech.answers import confirm, examples, is_printable, say, yes_option
from import_watch_cli.speech.errors import Exit, UsageMistakeError
from import_watch_cli.speech.pages import Command
from import_watch_cli.speech.times import SPANS, typed_span
from import_watch_cli.stack.caller import caller
from import_watch_cli.stack.deployment import Deployment
from import_watch_cli.stack.options import operating

LONGEST: Final = timedelta(days=30)  # for longer, take the target or the kind out of cdk.json
LONGEST_REASON: Final = 256  # characters: it is written into each announcement that is held back


@click.command(
    cls=Command,
    epilog=examples(
        ("A planned import, whose messages nobody needs", 'import-watch mute newsletter --for 2h --reason "reload"'),
        (
            "At night, and what came meanwhile in the morning",
            "import-watch mute newsletter --for 8h --hold --reason night",
        ),
        ("One segment", 'import-watch mute pinpoint:app/segment --for 1d --reason "known: see ticket 12"'),
        (
            "A domain, only in one of the watches that poll it",
            "import-watch mute customer-profiles:shop --watch crm --for 30m --reason test",
        ),
    ),
)
@click.argument("what", metavar="WATCH|TARGET")
@click.option(
    "--for", "lasting", type=typed_span, required=True, metavar="TIME", help=f"How long: {SPANS}; at most 30 days."
)
@click.option("--reason", required=True, metavar="TEXT", help="Why; `explain` tells it of each message held back.")
@click.option("--hold", is_flag=True, help="Send at the end what was held back; else it is never sent.")
@click.option("--watch", metavar="NAME", help="Of a TARGET that several watches poll, mute it in this one only.")
@yes_option
@operating
def command(
    deployment: Deployment, *, what: str, lasting: timedelta, reason: str, hold: bool, watch: str | None, yes: bool
) -> Exit:
    """Hold back the messages of a WATCH, or of a TARGET in each watch that polls it, for a while.

    Each is recorded with who muted it and why, and is not sent: `history` and `explain` tell. What is being sent or
    pending already is not held back, nor is what `replay` and `test` send. Ticks go on.
    """
    from import_watch_cli.table.amending import Amendments  # noqa: PLC0415 - takes longer than all else that `--help` needs
    from import_watch_cli.table.state import State  # noqa: PLC0415

    if lasting > LONGEST:
        raise UsageMistakeError(f"--for: {span(lasting)} is not allowed; allowed: at most {LONGEST.days} days")
    if not 0 < len(reason := " ".join(reason.split())) <= LONGEST_REASON:
        raise UsageMistakeError(f"--reason: {len(reason)} characters; allowed: 1 to {LONGEST_REASON}")
    if unseen := sorted({one for one in reason if not is_printable(one)}):
        raise UsageMistakeError(f"--reason: {''.join(unseen)!a} is not allowed; allowed: what can be printed")
    mutables, now = meant(deployment, what, watch), datetime.now(UTC)
    mutes, flaws = standing(State.of(deployment), [one.pk for one in mutables])
    mute = Mute(by=caller(deployment.connection), reason=reason, since=now, until=now + lasting, hold=hold)
    told = [announced(one, mute, mutes.get(one.pk), flaws.get(one.pk)) for one in mutables]
    confirm("\n".join(told), yes=yes)
    code, amendments = Exit.FINE, Amendments.of(deployment)
    for one in mutables:
        if amendments.mute(one.pk, mute, instead_of=mutes.get(one.pk)):
            say(f"muted: {one}")
        else:
            say(f"NOT muted, as somebody else changed its mute meanwhile: {one}", err=True)
            code = Exit.FINDING
    return code
