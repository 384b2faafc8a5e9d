"""The manual says what the command line does."""

import re
import shlex

import click
import pytest

from import_watch_cli.app import COMMANDS, app
from import_watch_cli.speech.errors import EXIT_CODES, Exit
from tests.cli.command import Command
from tests.contract.manual import PAGE, manual
from tests.contract.samples import ROOT


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


def typed() -> list[str]:
    """Give every command line of ours that the pages show, in blocks of code or as a line of an email."""
    pages = [PAGE, ROOT / "README.md", ROOT / "docs" / "operations.md"]
    return [
        line
        for page in pages
        for line in re.findall(r"^ *(?:\$ )?import-watch (.+)$", page.read_text("utf-8"), re.MULTILINE)
    ]


@pytest.mark.parametrize("line", [*typed()])
def test_what_pages_tell_to_type_can_be_typed(line: str) -> None:
    """Each argument and option is the command's own, with a value that it takes."""
    if "[OPTIONS]" in line:
        return
    words = shlex.split(re.split(r" [|>&(]", line)[0], comments=True)
    group = click.Context(app, info_name="import-watch")
    name, command, arguments = app.resolve_command(group, words)
    assert command is not None
    command.make_context(name, arguments, parent=group)


def test_every_exit_code_is_explained() -> None:
    """Once."""
    assert [*EXIT_CODES] == [*Exit]
