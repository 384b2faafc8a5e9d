"""`import-watch jobs`: the live list, every page of it."""

from math import isnan
from typing import Any, Final

import click

from import_watch_cli.jobs.running import run
from import_watch_cli.jobs.taste import OUTPUTS
from import_watch_cli.jobs.wanted import Wanted
from import_watch_cli.speech.answers import examples
from import_watch_cli.speech.errors import Exit
from import_watch_cli.speech.pages import Command, versions
from import_watch_cli.speech.times import typed_moment
from import_watch_cli.stack.connection import Connection
from import_watch_cli.stack.options import connecting

EVERY: Final = 10.0  # seconds
LEAST, MOST = 0.1, 86_400.0  # seconds
EPILOG: Final = examples(
    ("Every job of a segment, a line each", "import-watch jobs pinpoint:APPLICATION/SEGMENT"),
    ("Every upload job of a Customer Profiles domain", "import-watch jobs customer-profiles:DOMAIN"),
    (
        "One job, with all that is told of it, such as its counts",
        "import-watch jobs customer-profiles:DOMAIN --job 5ed7… --output json",
    ),
    (
        "Every job of an application that failed in the last two days",
        "import-watch jobs pinpoint:APPLICATION --status FAILED --since 2d",
    ),
    (
        "What the AWS command would say, but all pages of it",
        "import-watch jobs pinpoint:APPLICATION/SEGMENT --output json",
    ),
    (
        "Ids of jobs with failed rows",
        "import-watch jobs pinpoint:APPLICATION --query 'ImportJobsResponse.Item[?TotalFailures>`0`].Id' --output text",
    ),
    (
        "Wait until what runs has ended; continue only if all of it ended well",
        "import-watch jobs pinpoint:APPLICATION/SEGMENT --follow && echo loaded",
    ),
    (
        "Each change as JSON, a line each",
        "import-watch jobs pinpoint:APPLICATION --follow --every 30 --output json | jq .JobStatus",
    ),
    (
        "The first page only, and the token of the next",
        "import-watch jobs pinpoint:APPLICATION --no-paginate --page-size 20 --output json",
    ),
    (
        "Ask by a file",
        "import-watch jobs --generate-cli-skeleton > ask.json; import-watch jobs --cli-input-json file://ask.json",
    ),
)


def _seconds(typed: str) -> float:
    seconds = float(click.FloatRange(LEAST, MOST)(typed))
    if isnan(seconds):
        raise click.BadParameter(f"{typed!r} is not allowed; allowed: {LEAST}-{MOST}")
    return seconds


@click.command(cls=Command, epilog=EPILOG)
@click.argument("target", required=False)
@click.option(
    "--application-id", metavar="ID", help="Instead of TARGET: the application, which the console calls project."
)
@click.option(
    "--segment-id", metavar="ID", help="With --application-id: the segment; without, all jobs of the application."
)
@click.option(
    "--job",
    metavar="ID",
    help="Only this one, with what its service tells of it alone; exit code 1 if it is not listed.",
)
@click.option(
    "--status",
    "status",
    multiple=True,
    metavar="STATUS",
    help="Only these: the service's words, RUNNING or COMPLETED_WITH_FAILURES; by commas or repeated.",
)
@click.option(
    "--since",
    type=typed_moment,
    metavar="WHEN",
    help="Only jobs created or finished since: 2h, 2026-05-24, 2026-05-24T21:26Z.",
)
@click.option(
    "--follow",
    is_flag=True,
    help="Go on until all that run, and those --since takes, have ended; exit code 0 if all ended well, else 1.",
)
@click.option(
    "--every",
    type=_seconds,
    default=EVERY,
    show_default=True,
    metavar="SECONDS",
    help="With --follow: look again after so many, 0.1 to 86,400.",
)
@click.option(
    "--output",
    type=click.Choice(OUTPUTS),
    help="Format; without, AWS_DEFAULT_OUTPUT, the profile's, or rows in a terminal, json elsewhere.",
)
@click.option(
    "--query", metavar="JMESPATH", help="Show what this leaves of the whole list, which is then held in memory."
)
@click.option("--page-size", type=click.IntRange(1), metavar="N", help="Jobs a request; without, as many as may be.")
@click.option("--token", metavar="TOKEN", help="Start at the page that this NextToken leads to.")
@click.option("--no-paginate", is_flag=True, help="One page only; json, text, table and yaml show its NextToken.")
@click.option(
    "--cli-input-json",
    metavar="JSON",
    help="Take ApplicationId, SegmentId, PageSize, Token from it, or file://PATH; options win.",
)
@click.option("--cli-input-yaml", metavar="YAML", help="The same in YAML.")
@click.option(
    "--generate-cli-skeleton",
    is_flag=False,
    flag_value="input",
    type=click.Choice(["input", "yaml-input", "output"]),
    help="Show what those take (input, if nothing is said), or an example of the output; asks nothing of AWS.",
)
@click.option(
    "--color",
    type=click.Choice(["on", "off", "auto"]),
    default="auto",
    show_default=True,
    help="Colours in table and rows; auto: in a terminal.",
)
@click.option("--no-cli-pager", is_flag=True, help="In a terminal, don't show it in AWS_PAGER, PAGER or less.")
@click.option(
    "--cli-auto-prompt/--no-cli-auto-prompt",
    default=None,
    help="Ask for application and segment where they are missing, or don't, whatever AWS_CLI_AUTO_PROMPT says.",
)
@click.version_option(package_name="import-watch", message=versions())
@connecting
def command(*, connection: Connection, **options: Any) -> Exit:  # noqa: ANN401 - those of Wanted
    """List a target's import jobs, every page of them, in the formats of the AWS command that lists them.

    TARGET is a list as watches name it: pinpoint:APPLICATION/SEGMENT, pinpoint:APPLICATION for all jobs of an
    application, customer-profiles:DOMAIN, or another source's; what is none is answered with those there are.

    The options --application-id, --segment-id, --cli-input-json, --cli-input-yaml and --generate-cli-skeleton are those
    of `aws pinpoint get-segment-import-jobs`, and for Pinpoint only.

    What a list doesn't tell of its jobs, as Customer Profiles' list tells no counts, is shown with --job, and asked for
    with --follow. A URL that is signed is shown without what signs it.

    Jobs are shown as their pages come: if AWS fails in between, the exit code is 3 and what was written is not whole.
    """
    return run(connection, Wanted(**options))
