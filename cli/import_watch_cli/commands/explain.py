"""`import-watch explain`."""

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Final

import click

from import_watch_cli.speech.answers import examples, output_option, say, say_json
from import_watch_cli.speech.errors import Exit, UsageMistakeError
from import_watch_cli.speech.pages import Command
from import_watch_cli.stack.deployment import Deployment
from import_watch_cli.stack.options import operating
from import_watch_cli.table.polled import read_target

if TYPE_CHECKING:
    from import_watch_cli.explain.explanation import Explanation
    from import_watch_cli.explain.known import Known
    from import_watch_cli.explain.search import Found
    from import_watch_cli.table.polled import Polled
    from import_watch_cli.table.state import State

LONGEST: Final = 1_000  # bytes of a job's id: with its milestone in a sort key of 1,024 (DynamoDB quotas)


@click.command(
    cls=Command,
    epilog=examples(
        ("What became of a job, wherever it is", "import-watch explain 5ed7ea41b1a54b0b9a4d7aa0d4ac6e2f"),
        (
            "Look for it in one list alone, which is quicker",
            "import-watch explain 5ed7… --target customer-profiles:shop",
        ),
        ("By one watch alone", "import-watch explain 5ed7… --watch newsletter"),
        ("Why, in one word, for a script", "import-watch explain 5ed7… --output json | jq -r '.answers[].code'"),
    ),
)
@click.argument("job", metavar="JOB")
@click.option("--target", metavar="TARGET", help="Look for it in this list alone, even if none polls it any more.")
@click.option("--watch", metavar="NAME", help="Tell of this watch alone.")
@output_option
@operating
def command(deployment: Deployment, *, job: str, target: str | None, watch: str | None, output: str) -> Exit:
    """Explain why a job was announced, or was not.

    JOB is a job's id: the `jobId` of a message, the id that import-watch jobs shows. It is looked for in what is
    recorded, and where that doesn't tell all, in the job lists as they are now; once something is recorded, only in
    lists that have to do with that. Each watch that polls for it gives an
    answer of its own: when it was announced, where and at which attempt; or why not; and what is still to come.

    The answer's code in JSON is one of: delivered, delivered_twice (perhaps, as after a crash), replayed; held,
    pending, sending, replaying; quarantined; first_sight, history, late, unwanted, muted; running, overdue, undecided
    (the next tick will); target_unavailable, vanished, never_seen.

    It changes nothing. The exit code is 1 where something needs a look: it was never seen, its list can't be read, it
    is quarantined, or waits for more than five minutes, or its watch is paused or silent while it does.
    """
    from import_watch_cli.explain.explanation import explain, never_seen  # noqa: PLC0415 - `--help` shall be quick
    from import_watch_cli.explain.search import Search  # noqa: PLC0415
    from import_watch_cli.table.state import State  # noqa: PLC0415

    if not 0 < len(job.encode()) <= LONGEST:
        raise UsageMistakeError(f"JOB: {job[:100]!r} is not allowed; allowed: a job's id of at most {LONGEST} bytes")
    state = State.of(deployment)
    lists = _lists(deployment, state, target, watch)
    found = Search(deployment, state, job, lists, datetime.now(UTC)).found()
    told = [explain(known) for known in found.known] or [never_seen(job, found.lists, found.unavailable)]
    if output == "json":
        of_watches = [_json(*one) for one in zip(told, found.known, strict=False)]
        say_json({"jobId": job, "answers": of_watches or [_nothing(told[0], found)]})
    else:
        say("\n\n".join(map(_text, told)))
    return Exit.FINDING if any(each.finding for each in told) else Exit.FINE


def _lists(deployment: Deployment, state: "State", target: str | None, watch: str | None) -> "list[Polled]":
    from import_watch_cli.table.polled import polled, polled_once  # noqa: PLC0415

    listed = read_target(target) if target is not None else None
    once = polled_once(deployment, state, listed, watch) if listed and not deployment.watching(listed) else []
    return once or polled(deployment, state, [target] if target is not None else [], watch)


def _text(told: "Explanation") -> str:
    return "\n".join([told.sentence, *(f"  - {step}" for step in told.steps)])


def _json(told: "Explanation", known: "Known") -> dict[str, Any]:
    return {
        "watch": known.watch.name,
        "target": str(known.target),
        "code": told.code,
        "sentence": told.sentence,
        "steps": list(told.steps),
        "finding": told.finding,
        "facts": known.json(),
    }


def _nothing(told: "Explanation", found: "Found") -> dict[str, Any]:
    return {
        "code": told.code,
        "sentence": told.sentence,
        "steps": list(told.steps),
        "finding": told.finding,
        "facts": {"lists": found.lists, "unavailable": dict(found.unavailable)},
    }
