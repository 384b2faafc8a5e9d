"""How commands answer: in words or JSON, and asking before they change anything."""

import json
import sys
from collections.abc import Callable
from typing import Any, Final

import click
from rich.console import Console
from rich.table import Table

from import_watch_cli.speech.errors import EndError, Exit, UsageMistakeError

PLAIN_WIDTH: Final = 200  # columns, where no terminal tells: scripts cut nothing

output_option: Final = click.option(
    "--output", type=click.Choice(["text", "json"]), default="text", show_default=True, help="Words, or JSON."
)
yes_option: Final = click.option("--yes", "-y", is_flag=True, help="Do it without asking.")


def examples(*shown: tuple[str, str]) -> str:
    """Make a command's epilog of what one may want, and the command that does it."""
    lines = [line for purpose, typed in shown for line in (f"  # {purpose}", f"  {typed}")]
    return "\n".join(["\b", "Examples:", *lines])


def console() -> Console:
    """Make a console for standard output, without colours or cut lines where no terminal reads it."""
    width = None if sys.stdout.isatty() else PLAIN_WIDTH
    return Console(file=sys.stdout, highlight=False, markup=False, width=width, soft_wrap=True)


def table(*columns: str) -> Table:
    """Begin a table that reads well in a terminal and in a file."""
    made = Table(box=None, padding=(0, 2, 0, 0), header_style="bold")
    for name in columns:
        made.add_column(name)
    return made


def say_json(answer: Any) -> None:  # noqa: ANN401 - whatever JSON holds
    """Answer in JSON, as the AWS command line spaces it."""
    click.echo(json.dumps(answer, indent=4, ensure_ascii=False, default=str))


def confirm(what: str, *, yes: bool, say: Callable[[str], None] = click.echo) -> None:
    """Say what is about to be done, and ask, unless told not to; EndError where the answer is no."""
    say(what)
    if yes:
        return
    try:
        agreed = click.confirm("Go on?", err=True)  # what reads the answer reads no question
    except click.Abort:
        if sys.stdin.isatty():
            raise
        raise UsageMistakeError("nobody can be asked here; --yes skips the question. Nothing was done") from None
    if not agreed:
        raise EndError("nothing was done", Exit.FINDING)
