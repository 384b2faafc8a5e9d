"""What all commands have in common."""

import pytest

from tests.cli.command import Command, Regionless


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


@pytest.mark.parametrize(
    ("options", "says"),
    [
        (("--profile", "nope"), "The config profile (nope) could not be found"),
        (("--region", "eu west"), "Provided region_name 'eu west' doesn't match a supported format."),
    ],
)
def test_what_is_wrong_before_aws_is_asked_is_a_mistake(options: tuple[str, ...], says: str) -> None:
    """In one line, with the code for mistakes, not with AWS's."""
    for arguments in (["jobs", "pinpoint:app"], ["status"]):
        run = Command()(*arguments, *options)
        assert (run.returncode, run.stdout, run.stderr) == (2, "", f"import-watch: {says}\n")


def test_without_a_region_it_says_where_to_name_one() -> None:
    """As nothing was asked yet, it is a mistake, too."""
    run = Regionless()("jobs", "pinpoint:app")
    says = "import-watch: no Region: name it by --region, or in your AWS configuration\n"
    assert (run.returncode, run.stdout, run.stderr) == (2, "", says)


def test_without_credentials_it_says_how_to_give_some() -> None:
    """In one line, with AWS's code: it may be that it knows them where the command runs."""
    run = Command()("jobs", "pinpoint:app", AWS_ACCESS_KEY_ID="", AWS_SECRET_ACCESS_KEY="")
    assert (run.returncode, run.stdout, run.stderr.count("\n")) == (3, "", 1)
    assert run.stderr.startswith("import-watch: no credentials: name a --profile, or give some by `aws configure`")
