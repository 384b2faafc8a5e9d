"""How commands answer: in words or JSON, and asking before they change anything.

What names segments, jobs and reasons comes from elsewhere: no answer hands a terminal what it would obey.
"""

import json
import re
import sys
import unicodedata
from collections.abc import Callable
from typing import Any, Final

import click
from rich.console import Console
from rich.table import Table

from import_watch_cli.speech.errors import EndError, Exit, UsageMistakeError

SIGN: Final = "\N{REPLACEMENT CHARACTER}"
JOINERS: Final = "\N{ZERO WIDTH JOINER}\N{ZERO WIDTH NON-JOINER}"  # which scripts and emoji need
_RARE: Final = re.compile(r"[^ -~]")
_COLOUR: Final = re.compile(r"(\x1b\[[\d;]*m)")
PLAIN_WIDTH: Final = 100_000  # columns, where no terminal tells: scripts read a line each

output_option: Final = click.option(
    "--output", type=click.Choice(["text", "json"]), default="text", show_default=True, help="Words, or JSON."
)
yes_option: Final = click.option("--yes", "-y", is_flag=True, help="Do it without asking.")


def examples(*shown: tuple[str, str]) -> str:
    """Make a command's epilog of what one may want, and the command that does it."""
    lines = [line for purpose, typed in shown for line in (f"  # {purpose}", f"  {typed}")]
    return "\n".join(["\b", "Examples:", *lines])


def is_printable(one: str) -> bool:
    """Tell a character that shows from one that a terminal obeys, or that turns the direction of others."""
    return one.isprintable() or one in JOINERS or unicodedata.category(one) == "Zs"


def printable(text: str, *, besides: str = "") -> str:
    """Put a sign in the place of what a terminal would obey, and of ends of lines but for those named."""
    return _RARE.sub(lambda found: found[0] if found[0] in besides or is_printable(found[0]) else SIGN, text)


def coloured(text: str) -> str:
    """Do so with lines, and leave their colours."""
    parts = enumerate(_COLOUR.split(text))
    return "".join(part if number % 2 else printable(part, besides="\n\t") for number, part in parts)


def say(text: str, *, err: bool = False) -> None:
    """Say lines."""
    click.echo(printable(text, besides="\n"), err=err)


class PrintableTable(Table):
    """A table whose cells a terminal only shows."""

    def add_row(self, *cells: Any, **how: Any) -> None:  # noqa: ANN401 - rich's own
        """Add cells."""
        super().add_row(*(printable(cell) if isinstance(cell, str) else cell for cell in cells), **how)


class PrintableConsole(Console):
    """A console whose words a terminal only shows."""

    def print(self, *objects: Any, **how: Any) -> None:  # noqa: ANN401 - rich's own
        """Print them."""
        super().print(*(printable(one, besides="\n") if isinstance(one, str) else one for one in objects), **how)


def console(*, colours: bool = True, soft_wrap: bool = True) -> Console:
    """Make a console for standard output, without colours or cut lines where no terminal reads it."""
    width = None if sys.stdout.isatty() else PLAIN_WIDTH
    return PrintableConsole(
        file=sys.stdout,
        highlight=False,
        markup=False,
        emoji=False,
        width=width,
        soft_wrap=soft_wrap,
        no_color=not colours,
    )


def table(*columns: str) -> Table:
    """Begin a table that reads well in a terminal and in a file."""
    made = PrintableTable(box=None, padding=(0, 2, 0, 0), header_style="bold")
    for name in columns:
        made.add_column(name)
    return made


def say_json(answer: Any) -> None:  # noqa: ANN401 - whatever JSON holds
    """Answer in JSON, as the AWS command line spaces it."""
    click.echo(json_text(answer, indent=4))


def json_text(answer: Any, *, indent: int | None = None) -> str:  # noqa: ANN401
    """Write JSON, with escapes for what a terminal would obey."""
    text = json.dumps(answer, indent=indent, ensure_ascii=False, default=str)
    return _RARE.sub(lambda found: found[0] if found[0] == "\n" or is_printable(found[0]) else _escaped(found[0]), text)


def _escaped(one: str) -> str:
    return json.dumps(one)[1:-1]


def confirm(what: str, *, yes: bool, say: Callable[[str], None] = say) -> None:
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
