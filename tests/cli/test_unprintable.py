"""What names jobs, segments and reasons comes from elsewhere: no command hands a terminal what it would obey."""

import json
from typing import Any

import pytest

from import_watch.jobs import timestamp
from local.stand_in import StandIn, import_job
from tests.builders import HOUR, a_job
from tests.cli.command import Command
from tests.cli.conftest import STORIES, Operated
from tests.cli.items import suppressed_item
from tests.cli.stories import now, put
from tests.cli.terminal import Terminal

pytestmark = pytest.mark.e2e

HOSTILE = "\x1b]0;x\x07\u009b\u202e"
SHOWN = "\N{REPLACEMENT CHARACTER}]0;x" + 3 * "\N{REPLACEMENT CHARACTER}"
TARGET = STORIES[0]


def muted(operated: Operated) -> None:
    """Have a mute in force, and what it has held back, as somebody else's program may write them."""
    mute = {"by": "arn:me", "reason": HOSTILE, "since": timestamp(now()), "until": timestamp(now() + HOUR)}
    put(
        operated,
        {"pk": f"stories#{TARGET}", "sk": "#mute", "hold": False, **mute},
        suppressed_item(
            "stories", TARGET, a_job("job", completed=now()), now(), "muted", muted={**mute, "hold": False}
        ),
        suppressed_item("stories", TARGET, a_job(HOSTILE, completed=now()), now(), "unwanted"),
    )


def logged(operated: Operated) -> None:
    """Have a line about such a job in the function's log."""
    resources = operated.emulator.session.client("cloudformation").list_stack_resources(
        StackName=operated.assembly.stack
    )["StackResourceSummaries"]
    (group,) = [
        one["PhysicalResourceId"]
        for one in resources
        if one["ResourceType"] == "AWS::Logs::LogGroup" and one["LogicalResourceId"].startswith("Poller")
    ]
    logs = operated.emulator.session.client("logs")
    logs.create_log_stream(logGroupName=group, logStreamName="elsewhere")
    line: dict[str, Any] = {"level": "WARNING", "message": "strange", "watch": "stories", "segmentName": HOSTILE}
    event = {"timestamp": int(now().timestamp() * 1000), "message": json.dumps(line)}
    logs.put_log_events(logGroupName=group, logStreamName="elsewhere", logEvents=[event])  # type: ignore[list-item]


def test_it_shows_as_signs(operated: Operated) -> None:
    """In tables, sentences and lines of the log; in JSON as escapes, which lose nothing."""
    operated.pinpoint.jobs.put(TARGET)
    muted(operated)
    logged(operated)
    commands = (
        ("status", TARGET, "--no-jobs"),
        ("history", TARGET),
        ("explain", "job", "--target", TARGET),
        ("mutes",),
        ("tail", "--no-follow"),
    )
    for typed in commands:
        text, read = operated.command(*typed), operated.command(*typed, "--output", "json")
        assert SHOWN in text.stdout, (typed, text.stdout, text.stderr)
        for answer in (text.stdout, read.stdout):
            assert not set(HOSTILE) & set(answer) - set("]0;x"), typed
        assert "\\u001b]0;x\\u0007\\u009b\\u202e" in read.stdout


def test_a_reason_has_only_what_can_be_printed(operated: Operated) -> None:
    """As many will read it."""
    run = operated.command("mute", "stories", "--for", "2h", "--reason", HOSTILE, "--yes")
    says = r"import-watch: --reason: '\x07\x1b\x9b\u202e' is not allowed; allowed: what can be printed" + "\n"
    assert (run.returncode, run.stdout, run.stderr) == (2, "", says)


def test_an_error_shows_as_signs(command: Command) -> None:
    """It may tell what was typed."""
    run = command("jobs", f"pinpoint:{HOSTILE}")
    assert run.returncode == 2
    assert not set(HOSTILE) & set(run.stderr) - set("]0;x")


@pytest.mark.parametrize("output", ["rows", "text", "table", "json", "yaml"])
def test_a_terminal_gets_signs_in_every_format(command: Command, pinpoint: StandIn, output: str) -> None:
    """Colours stay; elsewhere what the AWS command line writes is written."""
    job = import_job("pinpoint:app/seg", "job", "PROCESSING", created=now(), Definition={"SegmentName": HOSTILE})
    pinpoint.jobs.put("pinpoint:app/seg", job)
    typed = ("jobs", "pinpoint:app/seg", "--output", output, "--no-cli-pager", "--color", "on")
    with Terminal(typed, command.whole({})) as terminal:
        assert terminal.ended() == 0
    assert "]0;x" in terminal.shown
    assert not {"\x07", "\u009b", "\u202e"} & set(terminal.shown)
    assert "\x1b]" not in terminal.shown
