"""What all commands have in common."""

from tests.cli.command import Command


def test_an_unknown_command_is_one_line() -> None:
    """On stderr, with the code for mistakes."""
    run = Command()("nope")
    assert (run.returncode, run.stdout, run.stderr) == (2, "", "import-watch: No such command 'nope'.\n")


def test_without_a_command_it_lists_them() -> None:
    """As `--help` does, but as what it is: a mistake."""
    run, help_ = Command()(), Command()("--help")
    assert (run.returncode, run.stdout, run.stderr) == (2, "", help_.stdout)
    assert (help_.returncode, help_.stderr) == (0, "")


def test_it_tells_its_version() -> None:
    """And that of what talks to AWS."""
    run = Command()("--version")
    assert (run.returncode, run.stderr) == (0, "")
    assert run.stdout.startswith("import-watch/0.1.0 boto3/")
