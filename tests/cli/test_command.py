"""What all commands have in common."""

import os
import signal
import subprocess
import time

import pytest

from local.stand_in import StandIn
from tests.cli.command import INSTALLED, Command, Regionless


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


@pytest.mark.parametrize("moment", [0.06, 0.09, 0.12, 0.16, 0.2, 0.3, 0.4, 0.6])
def test_ctrl_c_is_one_line_at_any_moment(command: Command, pinpoint: StandIn, moment: float) -> None:
    """While it still imports, too, and while it ends, when all may be said already."""
    pinpoint.jobs.put("pinpoint:app")
    with command.started("jobs", "pinpoint:app", "--output", "json") as run:
        time.sleep(moment)
        run.send_signal(signal.SIGINT)
        _, errors = run.communicate()
    assert (run.returncode, errors) in {(130, "import-watch: interrupted\n"), (0, "")}


def test_ctrl_c_leaves_one_line_however_often_it_is_pressed(command: Command, pinpoint: StandIn) -> None:
    """Be AWS as slow as it likes."""
    pinpoint.guard = lambda _: time.sleep(5)
    with command.started("jobs", "pinpoint:app") as run:
        while not pinpoint.calls and run.poll() is None:
            time.sleep(0.05)
        for _ in range(3):
            run.send_signal(signal.SIGINT)
        _, errors = run.communicate()
    assert (run.returncode, errors) == (130, "import-watch: interrupted\n")


@pytest.mark.parametrize(
    ("to", "why"),
    [(">&-", "standard output is closed; nothing was done"), (">/dev/full", "No space left on device")],
)
@pytest.mark.parametrize(
    "arguments", ["--version", "jobs pinpoint:app --output json", "jobs pinpoint:app --output table"]
)
def test_an_answer_that_cannot_be_written_is_one_line(
    command: Command, pinpoint: StandIn, arguments: str, to: str, why: str
) -> None:
    """With a code that tells it from an answer."""
    pinpoint.jobs.put("pinpoint:app")
    run = in_shell(command, f"{arguments} {to}")
    assert (run.returncode, run.stderr) == (3, f"import-watch: {why}\n")


def test_without_a_standard_input_nobody_can_be_asked(command: Command) -> None:
    """As where it is empty."""
    run = in_shell(command, "jobs --cli-auto-prompt <&-")
    assert (run.returncode, run.stderr.count("Traceback")) == (2, 0)
    assert run.stderr.endswith("nobody can be asked here; name a TARGET, or --application-id\n")


def test_what_is_typed_is_text(command: Command, pinpoint: StandIn) -> None:
    """Or AWS would be blamed for it."""
    run = command("jobs", "pinpoint:app", "--token", os.fsdecode(b"\xff"))
    assert (run.returncode, run.stderr) == (2, "import-watch: '\\udcff' is no text in this terminal's encoding\n")
    assert not pinpoint.calls


def in_shell(command: Command, line: str) -> subprocess.CompletedProcess[str]:
    """Run it as a shell does, with what it redirects."""
    return subprocess.run(  # noqa: S603 - our own command
        ["/bin/sh", "-c", f"'{INSTALLED}' {line}"], env=command.whole({}), capture_output=True, text=True, check=False
    )
