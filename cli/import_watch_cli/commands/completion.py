import click
from click.shell_completion import get_completion_class

from import_watch_cli.speech.answers import examples
from import_watch_cli.speech.errors import Exit
from import_watch_cli.speech.pages import Command

COMPLETE = "_IMPORT_WATCH_COMPLETE"
"""The variable by which a shell asks for what could come next, as click names it."""


@click.command(
    cls=Command,
    epilog=examples(
        ("Bash, for this session; for all, put the line into ~/.bashrc", 'eval "$(import-watch completion bash)"'),
        ("Zsh, in ~/.zshrc", 'eval "$(import-watch completion zsh)"'),
        (
            "Fish, for all sessions",
            "import-watch completion fish > ~/.config/fish/completions/import-watch.fish",
        ),
    ),
)
@click.argument("shell", type=click.Choice(["bash", "zsh", "fish"]))
@click.pass_context
def command(ctx: click.Context, shell: str) -> Exit:
    """Print the script by which a shell completes commands and options."""
    made = get_completion_class(shell)
    assert made is not None  # noqa: S101 - one of the three that click knows
    click.echo(made(ctx.find_root().command, {}, "import-watch", COMPLETE).source())
    return Exit.FINE
