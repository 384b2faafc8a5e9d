"""The commands, each in a file of its own under `commands`, found when it is asked for."""

import os
import sys
from importlib import import_module
from typing import Any, Final

import click

from import_watch_cli.speech import interruption
from import_watch_cli.speech.errors import EndError, Exit
from import_watch_cli.speech.pages import versions

# In the order that they are met in. A new command is a line here, and a file by its name with its `command`.
COMMANDS: Final[tuple[str, ...]] = (
    "jobs",
    "status",
    "history",
    "explain",
    "tail",
    "watch-list",
    "poll",
    "mute",
    "unmute",
    "mutes",
    "replay",
    "redrive",
    "test",
    "doctor",
    "completion",
)


class Commands(click.Group):
    """Commands that are imported only when they are asked for: a start is paid each time."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click's own signature
        """Name them in the order that they are met in."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        """Import one."""
        if cmd_name not in COMMANDS:
            return None
        module = import_module(f"import_watch_cli.commands.{cmd_name.replace('-', '_')}")
        command: click.Command = module.command
        return command

    def invoke(self, ctx: click.Context) -> Any:  # noqa: ANN401 - click's own signature
        """Run one; where nobody reads on, as with `| head`, it ends quietly."""
        try:
            interruption.raises()
            code = super().invoke(ctx)
            sys.stdout.flush()
        except KeyboardInterrupt:  # or click writes an empty line first
            raise EndError("interrupted", Exit.INTERRUPTED) from None
        except BrokenPipeError:
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # or the last flush would complain
            return Exit.FINE
        finally:
            interruption.ends()
        return code


@click.group(
    cls=Commands,
    context_settings={"help_option_names": ["--help", "-h"], "max_content_width": 100},
)
@click.version_option(package_name="import-watch", message=versions())
def app() -> None:
    """List import jobs, and operate a deployed import-watch."""
