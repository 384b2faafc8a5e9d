"""`import-watch doctor`."""

from collections import Counter
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import click

from import_watch_cli.speech.answers import examples, output_option, say, say_json
from import_watch_cli.speech.errors import Exit
from import_watch_cli.speech.pages import Command
from import_watch_cli.speech.words import counted
from import_watch_cli.stack.deployment import Deployment
from import_watch_cli.stack.options import operating

if TYPE_CHECKING:
    from import_watch_cli.doctor.checks import Line


@click.command(
    cls=Command,
    epilog=examples(
        ("Look at everything", "import-watch doctor"),
        ("Without asking any service for its job lists", "import-watch doctor --no-targets"),
        (
            "What is wrong, for a script",
            "import-watch doctor --output json | jq -r '.checks[] | select(.verdict == \"finding\") | .says'",
        ),
        ("After a deployment: stop if anything is wrong", "make deploy && import-watch doctor"),
    ),
)
@click.option("--no-targets", is_flag=True, help="Don't ask the job lists for a page each.")
@output_option
@operating
def command(deployment: Deployment, *, no_targets: bool, output: str) -> Exit:
    """Look whether all is well with a deployment, and say what to do where it isn't.

    It looks at the stack, your credentials and clock, versions, schedules, the function's settings and permissions,
    event buses, subscriptions, last ticks, alarms, queues of failures, what is pending, and asks each job list for a
    page. Nothing is changed. Findings come first, each with what to do; the exit code is 1 if there are any. What could
    not be looked at is named, and is no OK.
    """
    from import_watch_cli.doctor.checks import CHECKS, examine, in_order  # noqa: PLC0415 - `--help` shall be quick
    from import_watch_cli.doctor.examined import Examined  # noqa: PLC0415

    checks = [check for check in CHECKS if not (no_targets and check.name == "targets")]
    lines = in_order(examine(Examined(deployment=deployment, now=datetime.now(UTC)), checks))
    if output == "json":
        say_json(_as_json(deployment.stack, lines))
    else:
        for line in lines:
            say("\n".join(_in_words(line)))
        say(_summary(lines))
    return Exit.FINDING if any(line.found.is_finding for line in lines) else Exit.FINE


def _summary(lines: Sequence["Line"]) -> str:
    counts = Counter(str(line.found.verdict) for line in lines)
    return f"{counted(counts['finding'], 'finding')}, {counts['not_checked']:,} not checked, {counts['ok']:,} OK"


def _as_json(stack: str, lines: Sequence["Line"]) -> dict[str, object]:
    return {
        "stack": stack,
        "checks": [
            {"check": line.check, "verdict": line.found.verdict, "says": line.found.says}
            | ({"do": line.found.do} if line.found.do else {})
            for line in lines
        ],
    }


def _in_words(line: "Line") -> list[str]:
    verdict = {"finding": "FINDING", "not_checked": "not checked", "ok": "OK"}[line.found.verdict]
    says = " ".join(line.found.says.split())
    return [f"{verdict:<11}  {line.check}: {says}"] + ([f"{'':<11}  do: {line.found.do}"] if line.found.do else [])
