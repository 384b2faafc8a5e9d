"""`import-watch tail`, also `watch-list`."""

import json
import signal
from typing import Any

import pytest

from tests.cli.conftest import STORIES, Operated
from tests.cli.untouched import table_of
from tests.e2e.stack import finished

pytestmark = pytest.mark.e2e


def announce(operated: Operated, target: str, watch: str = "stories") -> None:
    """Let a job of the target finish, and a tick see it, after one that has seen the target before."""
    asked: dict[str, Any] = {"name": watch, "targets": [target]}
    operated.pinpoint.jobs.put(target)
    operated.tick(asked)
    operated.pinpoint.jobs.put(target, finished("job", "FAILED", target))
    assert operated.tick(asked)["announced"] == 1


def test_a_line_appears_while_it_runs_and_ctrl_c_ends_it(operated: Operated) -> None:
    """One line on stderr then, and the code that shells have for it."""
    before, target = table_of(operated), STORIES[0]
    with operated.command.started("tail", "stories", "--output", "json", "--since", "5s") as tail:
        assert tail.stdout
        announce(operated, STORIES[3], "another")
        announce(operated, target)
        told = json.loads(tail.stdout.readline())
        tail.send_signal(signal.SIGINT)
        rest, errors = tail.communicate(timeout=20)
    assert (tail.returncode, rest, errors) == (130, "", "import-watch: interrupted\n")
    assert told.pop("at")
    assert len(told.pop("id")) == 64
    assert told == {
        "watch": "stories",
        "event": "announced",
        "target": target,
        "jobId": "job",
        "announcement": "job#finished",
        "kind": "failed",
        "channels": {"sns": "delivered", "eventbridge": "delivered"},
    }
    assert len(table_of(operated)) == len(before) + 4  # the ticks' own


def test_without_following_it_ends_with_what_there_is(operated: Operated) -> None:
    """Of all watches unless some are named, since that moment; `watch-list` is the same; nothing is changed."""
    announce(operated, STORIES[1], "one-off")
    before = table_of(operated)
    everything = operated.command("tail", "--no-follow", "--since", "1h")
    assert (everything.returncode, everything.stderr) == (0, "")
    assert f"one-off  failed  {STORIES[1]} job  eventbridge, sns\n" in everything.stdout
    of_another = operated.command("watch-list", "customers", "--no-follow", "--since", "1h")
    assert (of_another.returncode, of_another.stdout) == (0, "")
    later = operated.command("watch-list", "--no-follow", "--since", "2099-01-01")
    assert (later.returncode, later.stdout) == (0, "")
    assert table_of(operated) == before


def test_what_makes_no_sense_is_one_line(operated: Operated) -> None:
    """It names what there is, or what is allowed."""
    watch, since = operated.command("tail", "nope"), operated.command("tail", "--since", "nope")
    assert (watch.returncode, since.returncode) == (2, 2)
    assert watch.stderr == (
        f"import-watch: 'nope' is no watch of the stack {operated.assembly.stack}; "
        "allowed: customers, mixed, newsletter, stories\n"
    )
    assert "'--since': 'nope' is not allowed; allowed: " in since.stderr


def test_nobody_reading_on_ends_it_quietly(operated: Operated) -> None:
    """As with `| head`."""
    with operated.command.started("tail", "--since", "5s") as tail:
        assert tail.stdout
        assert tail.stderr
        tail.stdout.close()
        announce(operated, STORIES[2])
        assert (tail.wait(20), tail.stderr.read()) == (0, "")


def test_a_log_level_that_hides_announcements_is_told(operated: Operated) -> None:
    """Else one would wait for ever."""
    client, function = operated.emulator.session.client("lambda"), operated.outputs["PollFunctionName"]
    given = client.get_function_configuration(FunctionName=function)["Environment"]["Variables"]
    client.update_function_configuration(
        FunctionName=function, Environment={"Variables": {**given, "POWERTOOLS_LOG_LEVEL": "WARNING"}}
    )
    try:
        run = operated.command("tail", "--no-follow", "--since", "1s")
    finally:
        client.update_function_configuration(FunctionName=function, Environment={"Variables": given})
    assert run.returncode == 0
    assert run.stderr == (
        "import-watch: the function's logLevel is WARNING: what is announced or suppressed is not logged\n"
    )
