"""`import-watch poll`: what a tick would do about a target now, or a real tick of it."""

import json
from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from typing import Any

import click

from import_watch.jobs import Target
from import_watch.policy import Policy, Watch
from import_watch_cli.speech.answers import confirm, examples, output_option, say, say_json, yes_option
from import_watch_cli.speech.errors import EndError, Exit
from import_watch_cli.speech.pages import Command
from import_watch_cli.stack.deployment import Deployment
from import_watch_cli.stack.options import operating
from import_watch_cli.stack.scheduled import Scheduled
from import_watch_cli.table.polled import read_target

UNWATCHED = Watch(name="no-watch", targets=(), policy=Policy())
"""What a target is rehearsed with that no watch polls."""


@click.command(
    cls=Command,
    epilog=examples(
        (
            "What would be announced now, and the messages as they would be sent",
            "import-watch poll pinpoint:app/segment --dry-run",
        ),
        (
            "The same of one watch, of several that poll it",
            "import-watch poll pinpoint:app --watch newsletter --dry-run",
        ),
        (
            "The subjects of the emails",
            "import-watch poll customer-profiles:shop --dry-run --output json | jq '.[].messages[].entry.Subject'",
        ),
        ("A real tick of this target now, without a question", "import-watch poll pinpoint:app/segment --yes"),
    ),
)
@click.argument("target")
@click.option("--dry-run", is_flag=True, help="Only tell: read for real, write and send nothing.")
@click.option("--watch", "name", metavar="NAME", help="Of several watches that poll it, this one only.")
@yes_option
@output_option
@operating
def command(deployment: Deployment, *, target: str, dry_run: bool, name: str | None, yes: bool, output: str) -> Exit:
    """Poll a target now: for real, or with --dry-run to see what would be announced.

    --dry-run lists every page with your own credentials, reads what is recorded, decides by the function's own code
    and the policy of each watch that polls the target, and shows what is new and each message exactly as it would be
    sent. A target that no watch polls is tried with the default policy, as at its first sight. What a tick would warn
    of, or fail with, is told; the exit code is 1 if it would fail, or the target can't be listed.

    Without --dry-run the deployed function runs a tick of the watch over this target alone. What earlier ticks left
    pending is sent as well, as in each tick.
    """
    from import_watch_cli.table.polled import meant, unpolled  # noqa: PLC0415 - `--help` shall be quick

    polled = read_target(target)
    is_polled = bool(deployment.watching(polled))
    chosen = [one for one, _ in meant(deployment, target, name)] if is_polled or name is not None else []
    if dry_run:
        return _rehearse(deployment, polled, chosen, output)
    if not chosen:
        raise unpolled(deployment, target, "; --dry-run tells what one would do")
    names = ", ".join(one.watch.name for one in chosen)
    what = f"A tick of {names} over {target} is run now: what is new is announced, and what is pending is sent."
    confirm(what, yes=yes, say=partial(say, err=True))
    results = [_run(deployment, one, polled) for one in chosen]
    if output == "json":
        say_json(results)
    else:
        for result in results:
            say(_told(result))
    return Exit.FINDING if any(result["failing"] for result in results) else Exit.FINE


def _rehearse(deployment: Deployment, target: Target, chosen: Sequence[Scheduled], output: str) -> Exit:
    from import_watch_cli.rehearsal.rehearse import rehearse  # noqa: PLC0415 - takes longer than all else of `--help`
    from import_watch_cli.rehearsal.telling import as_json, in_words  # noqa: PLC0415

    watches = [one.watch for one in chosen] or [UNWATCHED]
    rehearsals = [rehearse(deployment, watch, target, deployed=bool(chosen)) for watch in watches]
    if output == "json":
        say_json([as_json(one) for one in rehearsals])
    else:
        say("\n\n".join("\n".join(in_words(one)) for one in rehearsals))
    return Exit.FINDING if any(one.report.failing or one.report.faults for one in rehearsals) else Exit.FINE


def _run(deployment: Deployment, scheduled: Scheduled, target: Target) -> dict[str, Any]:
    from import_watch.inputs import write_watch  # noqa: PLC0415

    asked = write_watch(replace(scheduled.watch, targets=(target,)))
    answer = deployment.connection.client("lambda").invoke(
        FunctionName=deployment.function, Payload=json.dumps(asked).encode()
    )
    result: dict[str, Any] = json.loads(answer["Payload"].read())
    if failed := answer.get("FunctionError"):
        why = result.get("errorMessage", failed)
        raise EndError(f"the tick of {scheduled.watch.name} failed: {why}", Exit.FINDING)
    return result


def _told(result: dict[str, Any]) -> str:
    names = ("pages", "jobs", "announced", "pending", "suppressed")
    counts = ", ".join(f"{name} {result[name]:,}" for name in names)
    if not result["targets"]:
        return f"{result['watch']}: idle, and not its turn: not polled"
    return f"{result['watch']}: {counts}" + "".join(f"; failing: {target}" for target in result["failing"])
