"""`import-watch tail`, also `watch-list`: announcements as they happen."""

from datetime import datetime
from typing import TYPE_CHECKING

import click

from import_watch_cli.speech.answers import examples, json_text, output_option, say
from import_watch_cli.speech.errors import Exit
from import_watch_cli.speech.pages import Command
from import_watch_cli.speech.times import typed_moment
from import_watch_cli.stack.deployment import Deployment
from import_watch_cli.stack.options import operating

if TYPE_CHECKING:
    from import_watch_cli.tail.happenings import Happening

QUIET = ("WARNING", "ERROR", "CRITICAL")  # log levels at which announcements aren't logged


@click.command(
    cls=Command,
    epilog=examples(
        ("What happens from now on, and in the ten minutes before", "import-watch tail"),
        ("Of two watches only", "import-watch tail newsletter customers"),
        ("What happened since yesterday noon, and no more", "import-watch tail --since 2026-05-24T12:00 --no-follow"),
        (
            "Failed imports, for a script",
            "import-watch tail --output json | jq --unbuffered 'select(.kind == \"failed\")'",
        ),
    ),
)
@click.argument("watches", nargs=-1, metavar="[WATCH]...")
@click.option("--since", type=typed_moment, default="10m", show_default=True, metavar="WHEN", help="Begin there.")
@click.option("--no-follow", is_flag=True, help="End with what there is, instead of waiting for more.")
@output_option
@operating
def command(deployment: Deployment, *, watches: tuple[str, ...], since: datetime, no_follow: bool, output: str) -> Exit:
    """Show announcements as they happen, live, until Ctrl-C.

    A line for each announcement, sent, suppressed, held by a mute or not sent, and for each warning of the function,
    read from its log every two seconds. With --output json, each line is an object. --since takes a moment, or how long
    ago. For the same in the past, with what was decided and why, see `import-watch history`.
    """
    from import_watch_cli.tail.following import Followed  # noqa: PLC0415 - not needed for --help

    for name in watches:
        deployment.named(name)
    group = deployment.log_group
    _tell_level(deployment)
    followed = Followed(client=deployment.connection.client("logs"), group=group, since=since)
    for happening in followed.new() if no_follow else followed.on_and_on():
        if happening.is_of(watches):
            say(_line(happening, output))
    return Exit.FINE


def _line(happening: "Happening", output: str) -> str:
    return json_text(happening.as_json()) if output == "json" else happening.in_words()


def _tell_level(deployment: Deployment) -> None:
    configured = deployment.connection.client("lambda").get_function_configuration(FunctionName=deployment.function)
    level = configured.get("Environment", {}).get("Variables", {}).get("POWERTOOLS_LOG_LEVEL", "INFO")
    if level in QUIET:
        say(
            f"import-watch: the function's logLevel is {level}: what is announced or suppressed is not logged", err=True
        )
