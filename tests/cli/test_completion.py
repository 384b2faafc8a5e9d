"""Shells complete commands and options."""

import shutil
import subprocess

import pytest

from tests.cli.command import INSTALLED, Command

TYPED = """
PATH="$1:$PATH"
eval "$(import-watch completion bash)"
COMP_WORDS=($2) COMP_CWORD=$3
$(complete -p import-watch | sed 's/.* -F \\([^ ]*\\) .*/\\1/') import-watch
printf '%s\\n' "${COMPREPLY[@]}"
"""


@pytest.mark.parametrize(
    ("typed", "word", "offered"),
    [("import-watch compl", 1, ["completion"]), ("import-watch completion z", 2, ["zsh"])],
)
def test_bash_completes_what_is_typed(typed: str, word: int, offered: list[str]) -> None:
    """A real shell, with the script that the command prints."""
    bash = shutil.which("bash")
    assert bash
    run = subprocess.run(  # noqa: S603 - our own script
        [bash, "-c", TYPED, "bash", str(INSTALLED.parent), typed, str(word)],
        env=Command().whole({}),
        capture_output=True,
        text=True,
        check=True,
    )
    assert (run.stdout.split(), run.stderr) == (offered, "")


@pytest.mark.parametrize("shell", ["zsh", "fish"])
def test_other_shells_get_their_script(shell: str) -> None:
    """Which asks the command by the variable that it answers to."""
    run = Command()("completion", shell)
    assert (run.returncode, run.stderr) == (0, "")
    assert f"_IMPORT_WATCH_COMPLETE={shell}_complete" in run.stdout


def test_a_shell_that_it_does_not_know_is_a_mistake() -> None:
    """Told in a line that names those it knows."""
    run = Command()("completion", "csh")
    assert (run.returncode, run.stdout) == (2, "")
    assert run.stderr.count("\n") == 1
    assert "'bash', 'zsh', 'fish'" in run.stderr
