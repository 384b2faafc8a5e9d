"""Trying anew what failed for good: quarantined announcements, and failed ticks."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import click

from import_watch_cli.acting.failed_ticks import FailedTick, failure_queues, kept, take_out
from import_watch_cli.acting.ticking import run_tick, send, tick_option, wait_option
from import_watch_cli.speech.answers import confirm, console, examples, say, table, yes_option
from import_watch_cli.speech.errors import Exit, UsageMistakeError
from import_watch_cli.speech.pages import Command
from import_watch_cli.speech.words import counted, when
from import_watch_cli.stack.deployment import Deployment
from import_watch_cli.stack.options import operating

if TYPE_CHECKING:
    from import_watch_cli.table.records import Record
    from import_watch_cli.table.state import State


@click.command(
    cls=Command,
    epilog=examples(
        ("After the cause of an alarm is mended", "import-watch redrive"),
        ("Only what a channel refused", "import-watch redrive --announcements"),
        ("Only the queues of failed ticks, which ends their alarms", "import-watch redrive --ticks"),
    ),
)
@click.option("--ticks", is_flag=True, help="Failed ticks only.")
@click.option("--announcements", is_flag=True, help="Quarantined announcements only.")
@tick_option
@wait_option
@yes_option
@operating
def command(deployment: Deployment, *, ticks: bool, announcements: bool, no_tick: bool, wait: int, yes: bool) -> Exit:
    """Try anew what failed for good, once its cause is mended.

    Announcements that a channel has refused for their content are made pending again, on that channel, as if never
    refused. To find them, the whole table is read.

    Of the failed ticks that the stack keeps, one tick of each watch is run as its schedule is now, and when that
    succeeds, they are taken out of their queue. What they were given is not run again: a tick isn't work, and the next
    one does all that a failed one left (docs/adr/0004). What is not taken out stays. Reading the queues takes
    kms:Decrypt on the stack's key.

    Exit code 1 where something failed once more.
    """
    from import_watch_cli.table.quarantine import quarantined as in_quarantine  # noqa: PLC0415 - as the next one
    from import_watch_cli.table.state import State  # noqa: PLC0415 - takes longer than all else that `--help` needs

    state, both = State.of(deployment), ticks == announcements
    quarantined: list[Record] = []
    if no_tick and (ticks or both):
        raise UsageMistakeError("--no-tick: allowed only with --announcements alone, as failed ticks need a good one")
    if announcements or both:
        say(f"Reads the whole table {deployment.table} for what is quarantined.")
        quarantined = in_quarantine(state)
    with kept(deployment, failure_queues(deployment) if ticks or both else []) as failed:
        if not (quarantined or failed):
            say("Nothing to redrive.")
            return Exit.FINE
        confirm(_told(quarantined, failed), yes=yes)
        fine = _resent(deployment, state, quarantined, None if no_tick else wait) if quarantined else True
        return Exit.FINE if _rerun(deployment, failed) and fine else Exit.FINDING


def _told(quarantined: Sequence["Record"], failed: Sequence[FailedTick]) -> str:
    said = []
    if quarantined:
        rows = table("ANNOUNCEMENT", "KIND", "SEEN", "REFUSED BY")
        for record in quarantined:
            where = ", ".join(sorted(record.quarantined))
            rows.add_row(f"{record.pk} {record.sk}", record.kind, when(record.seen_at), where)
        console().print(rows)
        said.append(f"Makes {counted(len(quarantined), 'message')} pending again on the channels that refused them.")
    if failed:
        rows = table("WATCH", "FAILED", "WITH")
        for one in sorted(failed, key=lambda one: one.at):
            rows.add_row(one.watch or "?", when(one.at), one.error)
        console().print(rows)
        names = ", ".join(sorted({one.watch for one in failed if one.watch}))
        said.append(
            f"Runs a tick of {names or 'no watch'}; where it succeeds, takes its failed ones out of their queue."
        )
    return "\n".join(said)


def _resent(deployment: Deployment, state: "State", quarantined: Sequence["Record"], wait: int | None) -> bool:
    """Make them pending again, and have them sent unless nobody is to wait; tell whether all is well."""
    from import_watch_cli.table.amending import Amendments  # noqa: PLC0415

    amendments, now = Amendments.of(deployment), datetime.now(UTC)
    made = {(one.pk, one.sk): one.quarantined for one in quarantined if amendments.redrive(one, now)}
    for one in quarantined:
        if (one.pk, one.sk) not in made:
            say(f"NOT made pending, as another channel's turn is not over: {one.pk} {one.sk}", err=True)
    fine = len(made) == len(quarantined)
    if wait is None or not made:
        return fine
    names = {pk.partition("#")[0] for pk, _ in made}
    # What a watch left that is no more, any other one's tick sends.
    watches = [one for one in deployment.scheduled if one.watch.name in names] or list(deployment.scheduled)[:1]
    return send(deployment, state, list(made), watches, wait).told(made) and fine


def _rerun(deployment: Deployment, failed: list[FailedTick]) -> bool:
    """Run a tick of each watch, and take out what that makes good; tell whether nothing is left."""
    for name in sorted({one.watch or "" for one in failed}):
        theirs = [one for one in failed if (one.watch or "") == name]
        scheduled = next((one for one in deployment.scheduled if one.watch.name == name), None)
        if scheduled is None:
            say(f"{name or '?'}: no watch of the stack, so its {len(theirs)} stay in the queue", err=True)
        elif error := run_tick(deployment, scheduled):
            say(f"{name}: the tick failed again: {error}", err=True)
        else:
            refused = take_out(deployment, failed, theirs)
            stay = f"; {len(refused)} could not be: {refused[0]}" if refused else ""
            say(f"{name}: a tick succeeded; {len(theirs) - len(refused)} failed ones taken out{stay}")
    return not failed
