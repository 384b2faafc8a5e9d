"""`import-watch status`."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Final

import click
from rich.text import Text

from import_watch.phrases import span
from import_watch_cli.speech.answers import console, examples, output_option, say_json, table
from import_watch_cli.speech.errors import Exit
from import_watch_cli.speech.pages import Command
from import_watch_cli.speech.times import short_span
from import_watch_cli.speech.words import counted, when
from import_watch_cli.stack.deployment import Deployment
from import_watch_cli.stack.options import operating

if TYPE_CHECKING:
    from import_watch.mutes import Mute
    from import_watch_cli.status.standing import Standing
    from import_watch_cli.status.targets import TargetStanding
    from import_watch_cli.status.watches import WatchStanding


STEPS: Final = {
    "tick_failed": "Why ticks fail: import-watch doctor, import-watch tail",
    "tick_late": "Why no tick comes: import-watch doctor",
    "paused": "To resume a schedule: docs/operations.md, Pause",
    "quarantined": "What a channel refused for good, and sending it again: import-watch redrive",
    "pending_long": "What is not announced, and why: import-watch history TARGET, import-watch tail",
    "failing": "Why a list can't be read: import-watch doctor",
    "unlisted": "Why a list can't be read: import-watch doctor",
    "overdue": "Whether a job gets on: import-watch jobs TARGET --follow",
}
"""What to do about what needs a look."""


@click.command(
    cls=Command,
    epilog=examples(
        ("All watches and targets, what needs a look first", "import-watch status"),
        ("One watch", "import-watch status newsletter"),
        ("Every minute, from a script", "import-watch status --brief --no-jobs --output json"),
        ("One list, without asking its service", "import-watch status customer-profiles:shop --no-jobs"),
        (
            "Only what needs a look, in a script",
            "import-watch status --output json | jq '.targets[] | select(.needs != [])'",
        ),
        (
            "Tell somebody when something does",
            "import-watch status >/tmp/status || mail -s import-watch team@example.com </tmp/status",
        ),
    ),
)
@click.argument("chosen", metavar="[WATCH|TARGET]...", nargs=-1)
@click.option(
    "--no-jobs",
    is_flag=True,
    help="Don't list the jobs that run now: ask its service nothing, for which you need no permission then.",
)
@click.option(
    "--brief",
    is_flag=True,
    help="Don't look for what is quarantined or was announced last: of announcements, read only those pending.",
)
@output_option
@operating
def command(deployment: Deployment, *, chosen: Sequence[str], no_jobs: bool, brief: bool, output: str) -> Exit:
    """Tell how watches and their targets are.

    Of each watch: its last tick and whether that failed or another one is late, whether its schedule is on, and who
    has muted it until when. Of each target: the jobs running now and those overdue, since when and why its list can't
    be read, what is pending and for how long, what is quarantined, and what was announced last.

    For that it reads all announcements that were ever recorded of these targets, which grows with time, as none is
    deleted; with --brief only those pending, however long the history.

    It changes nothing. The exit code is 1 if something needs a look: a tick failed or is late, a schedule is off, a
    target fails or can't be listed now, a job is overdue, an announcement has been pending for more than five minutes
    or is quarantined. A line that begins with ! says so.
    """
    from import_watch_cli.status.reading import read_standing  # noqa: PLC0415 - `--help` shall be quick

    standing = read_standing(deployment, chosen, jobs=not no_jobs, brief=brief)
    if output == "json":
        say_json({"stack": deployment.stack, **standing.json()})
    else:
        _show(standing)
    return Exit.FINE if standing.is_well else Exit.FINDING


def _show(standing: "Standing") -> None:
    out = console()
    watches = table("", "WATCH", "EVERY", "LAST TICK", "")
    for watch in standing.watches:
        watches.add_row(_mark(watch.needs), watch.name, short_span(watch.every), _ticked(watch), _muted(watch.mute))
    out.print(watches)
    targets = table("", "WATCH", "TARGET", "RUNNING", "OVERDUE", "PENDING", "QUARANTINED", "LIST", "LAST ANNOUNCED")
    for target in standing.most_urgent_first():
        targets.add_row(_mark(target.needs), target.watch, target.target, *_cells(target))
    out.print()
    out.print(targets)
    out.print()
    for line in (*_conclusion(standing), *_steps(standing)):
        out.print(line)


def _steps(standing: "Standing") -> Iterator[str]:
    """Tell what to do, once each, in the order of urgency."""
    needs = {need for one in (standing.watches, standing.targets) for each in one for need in each.needs}
    yield from dict.fromkeys(f"  - {step}" for need, step in STEPS.items() if need in needs)


def _mark(needs: Sequence[object]) -> Text:
    return Text("!" if needs else "", style="bold red")


def _ticked(watch: "WatchStanding") -> str:
    heard, now = watch.heard, watch.now
    if heard.refused:
        words = [f"not known: {heard.refused}"]
    elif heard.last is None:
        words = [f"none in the last {short_span(now - heard.since)}"]
    else:
        words = [_ago(heard.last.at, now), *(["failed"] if heard.last.failed else [])]
        words += ["late"] if watch.enabled and heard.is_late(watch.every, now) else []
    return ", ".join([*words, *([] if watch.enabled else ["its schedule is off"])])


def _ago(moment: datetime, now: datetime) -> str:
    return f"{short_span(now - moment)} ago"


def _muted(mute: "Mute | None") -> str:
    if mute is None:
        return ""
    reason = f" ({mute.reason})" if mute.reason else ""
    held = "; what comes meanwhile is sent then" if mute.hold else ""
    return f"muted by {mute.by} until {when(mute.until)}{reason}{held}"


def _cells(target: "TargetStanding") -> list[str]:
    listed = target.listed
    is_known = listed is not None and listed.trouble is None
    waiting = f"{len(target.pending)}, for {short_span(target.waited)}" if target.waited is not None else ""
    return [
        str(len(target.running)) if is_known else "",
        str(len(target.overdue) or "") if is_known else "",
        ", ".join(filter(None, [waiting, f"{len(target.held)} held" if target.held else ""])),
        str(len(target.quarantined) or ""),
        "; ".join(filter(None, [*_troubles(target), _muted(target.mute)])) or "well",
        _last(target),
    ]


def _last(target: "TargetStanding") -> str:
    last = target.last
    if last is None or last.delivered_at is None:
        return ""
    return " ".join(filter(None, [last.kind, last.job_id, _ago(last.delivered_at, target.now)]))


def _troubles(target: "TargetStanding") -> Iterator[str]:
    ledger, listed = target.ledger, target.listed
    if ledger and ledger.failing_since:
        yield f"{ledger.failing_reason} for {short_span(target.now - ledger.failing_since)}"
        if listed and not listed.trouble:
            yield "can be read now"
    if ledger is None:
        yield "not polled yet"
    if listed and listed.trouble and not (ledger and ledger.failing_reason is listed.trouble):
        mine = " to you" if listed.trouble == "denied" and ledger and not ledger.failing_since else ""
        yield f"{listed.trouble}{mine} now"


def _conclusion(standing: "Standing") -> Iterator[str]:
    watches, targets = counted(len(standing.watches), "watch"), len(standing.targets)
    needy = [sum(1 for one in some if one.needs) for some in (standing.watches, standing.targets)]
    if standing.is_well:
        yield f"All is well: {watches}, {counted(targets, 'target')}."
    else:
        yield f"A look is needed: {needy[0]} of {watches}, {needy[1]} of {counted(targets, 'target')}."
    if standing.brief:
        yield "Nobody looked for what is quarantined, or was announced last (--brief)."
    of = "of targets that no watch has any more"
    held = [since for since in standing.elsewhere.values() if since > standing.now]
    if pending := sorted(since for since in standing.elsewhere.values() if since <= standing.now):
        waits = span(standing.now - pending[0])
        yield f"{counted(len(pending), 'announcement')} {of}: pending for {waits} at most."
    if held:
        yield f"{counted(len(held), 'announcement')} {of}: held back by a mute until {when(max(held))} at the latest."
