"""`docs/cli.md`: the command line's manual, written from its own code. `make samples` writes it anew."""

from collections.abc import Iterator, Sequence
from inspect import cleandoc
from typing import Final

import click

from import_watch_cli.app import app
from import_watch_cli.speech.errors import EXIT_CODES
from import_watch_cli.speech.pages import ConnectionOption, sections
from tests.contract.samples import ROOT

PAGE: Final = ROOT / "docs" / "cli.md"
HEAD: Final = """# import-watch(1)

Made from the code by `make samples`; `import-watch COMMAND --help` says the same.

## Name

`import-watch`: list import jobs, and operate a deployed import-watch.

## Synopsis

"""


def manual() -> str:
    """Write the whole page."""
    return HEAD + "\n".join([*_synopsis(), "", *_commands(), *_reaching(), *_ends()])


def _all() -> Iterator[tuple[str, click.Command, click.Context]]:
    root = click.Context(app, info_name="import-watch", **app.context_settings)
    for name in app.list_commands(root):
        command = app.get_command(root, name)
        assert command is not None
        yield name, command, click.Context(command, parent=root, info_name=name)


def _synopsis() -> list[str]:
    usages = [
        f"{context.command_path} {' '.join(command.collect_usage_pieces(context))}" for _, command, context in _all()
    ]
    return ["```", *usages, "```"]


def _commands() -> Iterator[str]:
    told: dict[object, str] = {}
    for name, command, context in _all():
        if (same := told.setdefault(command.callback, name)) != name:
            yield from [f"## {name}", "", f"The same as `{same}`.", ""]
            continue
        yield from [f"## {name}", "", *_paragraphs(command.help or ""), ""]
        for heading, options in sections(command, context):
            if heading == "Options":
                yield from _options(options, context)
        yield from _examples(command.epilog or "")


def _reaching() -> list[str]:
    shared: dict[str, tuple[click.Parameter, click.Context]] = {}
    for _, command, context in _all():
        for option in command.params:
            if isinstance(option, ConnectionOption):
                shared.setdefault(str(option.name), (option, context))
    lines = [line for option, context in shared.values() for line in _option(option, context)]
    said = "Options of all commands that ask AWS; `--stack` of those that operate a deployed stack."
    return ["## Reaching AWS", "", said, "", *lines, ""] if lines else []


def _ends() -> list[str]:
    codes = [f"| {code.value} | {meaning} |" for code, meaning in EXIT_CODES.items()]
    said = "An error is one line on standard error."
    return ["## Exit codes", "", said, "", "| code | means |", "| --- | --- |", *codes, ""]


def _paragraphs(text: str) -> list[str]:
    """Take click's mark for text that is laid out already away: it is code."""
    lines: list[str] = []
    for paragraph in cleandoc(text).split("\n\n"):
        body = paragraph.split("\n")
        lines += ["", "```", *body[1:], "```"] if body[0] == "\b" else ["", *body]
    return lines[1:]


def _options(options: Sequence[click.Parameter], context: click.Context) -> list[str]:
    lines = [line for option in options if "--help" not in option.opts for line in _option(option, context)]
    return [*lines, ""] if lines else []


def _option(option: click.Parameter, context: click.Context) -> Iterator[str]:
    if record := option.get_help_record(context):
        names, means = record
        yield f"- `{names}`: {' '.join(means.split())}"


def _examples(epilog: str) -> Iterator[str]:
    body = [line.removeprefix("  ") for line in epilog.split("\n") if line not in {"\b", "Examples:"}]
    if epilog:
        yield from ["```sh", *body, "```", ""]


if __name__ == "__main__":
    PAGE.write_text(manual(), "utf-8")
