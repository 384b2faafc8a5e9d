"""`import-watch history`."""

from datetime import UTC, datetime
from typing import TYPE_CHECKING

import click

from import_watch_cli.speech.answers import console, examples, output_option, say, say_json, table
from import_watch_cli.speech.errors import Exit
from import_watch_cli.speech.pages import Command
from import_watch_cli.speech.times import MOMENTS, typed_moment
from import_watch_cli.speech.words import when
from import_watch_cli.stack.deployment import Deployment
from import_watch_cli.stack.options import operating
from import_watch_cli.table.polled import read_target

if TYPE_CHECKING:
    from collections.abc import Sequence

    from import_watch_cli.explain.fates import Fate
    from import_watch_cli.table.records import Record


@click.command(
    cls=Command,
    epilog=examples(
        ("All that was ever recorded of a list", "import-watch history pinpoint:app/segment"),
        ("Of the last two days", "import-watch history customer-profiles:shop --since 2d"),
        ("Of a whole account's applications", "import-watch history 'pinpoint:*' --since 2026-05-24"),
        (
            "What was not announced, and why",
            "import-watch history pinpoint:app --output json | jq '.history[] | select(.suppressed)'",
        ),
    ),
)
@click.argument("target", metavar="TARGET")
@click.option("--since", type=typed_moment, metavar="WHEN", help=f"Only what was seen since then: {MOMENTS}.")
@output_option
@operating
def command(deployment: Deployment, *, target: str, since: datetime | None, output: str) -> Exit:
    """Show what was announced of a job list, and what was not and why; newest first.

    Each line is a milestone of a job, or that the list could not be read and could again: when a watch saw it, and
    where and when it was announced and at which attempt, or what keeps it. History from before a watch first looked
    at the list is not recorded; explain tells of that, too. It is all there, however old: nothing is ever deleted.

    It changes nothing.
    """
    from import_watch_cli.explain.fates import fate  # noqa: PLC0415 - `--help` shall be quick

    now = datetime.now(UTC)
    records = [record for record in _records(deployment, target) if since is None or record.seen_at >= since]
    told = [(record, fate(record, now)) for record in sorted(records, key=_newest, reverse=True)]
    if output == "json":
        shown = [{**record.json(), "code": became.code, "sentence": became.sentence} for record, became in told]
        say_json({"target": target, "history": shown})
    elif told:
        _show(told)
    else:
        say(f"Nothing is recorded of {target}" + (f" since {when(since)}." if since else "."))
    return Exit.FINE


def _records(deployment: Deployment, text: str) -> "list[Record]":
    """Read them, those of watches that polled it once, too."""
    from import_watch_cli.table.polled import polled, unpolled  # noqa: PLC0415
    from import_watch_cli.table.state import State  # noqa: PLC0415

    target, state = read_target(text), State.of(deployment)
    pks = [one.watch.pk(target) for one in deployment.scheduled]
    is_polled = bool(deployment.watching(target))
    pks += [one.pk for one in polled(deployment, state, [text])] if is_polled else []
    found = state.of_targets(list(dict.fromkeys(pks)), messages=False)
    records = [record for some in found.values() for record in some]
    if not (records or is_polled):
        raise unpolled(deployment, text, ", or has anything recorded of it")
    return records


def _newest(record: "Record") -> tuple[datetime, str]:
    return record.seen_at, record.sk


def _show(told: "Sequence[tuple[Record, Fate]]") -> None:
    several = len({record.target for record, _ in told}) > 1
    lines = table("", "SEEN", "WATCH", *(["TARGET"] if several else []), "KIND", "JOB", "WHAT BECAME OF IT")
    for record, became in told:
        what = became.sentence.removeprefix("It was ").removeprefix("It ")
        where = [record.watch, *([record.target] if several else [])]
        mark = "!" if became.finding else ""
        lines.add_row(mark, when(record.seen_at), *where, record.kind, record.job_id or "", what)
    console().print(lines)
