"""The manual says what the command line does."""

import re

import click
import pytest

from import_watch_cli.app import COMMANDS, app
from import_watch_cli.errors import EXIT_CODES, Exit
from tests.cli.command import Command
from tests.contract.manual import PAGE, manual


def test_the_page_is_what_the_code_says() -> None:
    """`make samples` writes it."""
    assert PAGE.read_text("utf-8") == manual()


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_teaches_by_examples(name: str) -> None:
    """Its help has a sentence that says what it does, a word for each option, and what one types."""
    run = Command()(name, "--help")
    assert (run.returncode, run.stderr) == (0, "")
    assert "Examples:" in run.stdout
    command = app.get_command(None, name)  # type: ignore[arg-type] # it needs none
    assert command is not None
    assert command.get_short_help_str(limit=200).endswith(".")
    assert [one.name for one in command.params if isinstance(one, click.Option) and not one.help] == []


@pytest.mark.parametrize("name", COMMANDS)
def test_every_example_can_be_typed(name: str) -> None:
    """Its options are the command's own."""
    command = app.get_command(None, name)  # type: ignore[arg-type] # it needs none
    assert command is not None
    known = {name for option in command.params for name in (*option.opts, *option.secondary_opts)}
    for line in re.findall(rf"import-watch {name} (.*)", command.epilog or ""):
        typed = line.split("|")[0].split(">")[0]
        assert set(re.findall(r"(?<=\s)(--?[a-z][a-z-]*)", f" {typed}")) <= known, line


def test_every_exit_code_is_explained() -> None:
    """Once."""
    assert [*EXIT_CODES] == [*Exit]
