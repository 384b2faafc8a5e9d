"""How a command's `--help` reads: its own options first, those for reaching AWS, which all have, after them."""

from collections.abc import Sequence
from importlib.metadata import version

import click


class ConnectionOption(click.Option):
    """One of the options for reaching AWS."""


class Command(click.Command):
    """A command whose help tells its own options apart from those for reaching AWS."""

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write both sorts, each under its heading."""
        for heading, options in sections(self, ctx):
            with formatter.section(heading):
                formatter.write_dl([record for option in options if (record := option.get_help_record(ctx))])


def sections(command: click.Command, ctx: click.Context) -> list[tuple[str, Sequence[click.Parameter]]]:
    """Give a command's options by heading, in the order that they are read in."""
    options = [one for one in command.get_params(ctx) if isinstance(one, click.Option)]
    reaching = [one for one in options if isinstance(one, ConnectionOption)]
    own = [one for one in options if one not in reaching]
    return [(heading, some) for heading, some in (("Options", own), ("Reaching AWS", reaching)) if some]


def versions() -> str:
    """Tell what runs, as `--version` prints it."""
    return " ".join(f"{name}/{version(name)}" for name in ("import-watch", "boto3"))
