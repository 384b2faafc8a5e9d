"""`import-watch history`: what was announced of a job list, and what was not."""

import json

import pytest

from import_watch.jobs import timestamp
from tests.builders import DAY, HOUR, MINUTE, a_job
from tests.cli.conftest import Operated
from tests.cli.items import announced_item, pending, suppressed_item
from tests.cli.stories import now, put
from tests.cli.untouched import table_of

pytestmark = pytest.mark.e2e

SEGMENT = "pinpoint:app/segment"
FAILING_SINCE = timestamp(now() - 3 * HOUR)


@pytest.fixture
def told(operated: Operated) -> Operated:
    """Give a stack in whose table there is a story."""
    job = a_job("old", completed=now())
    outage = suppressed_item("newsletter", SEGMENT, job, now() - 2 * HOUR, "recovered", kind=None)
    put(
        operated,
        announced_item("newsletter", SEGMENT, job, now() - DAY - HOUR),
        {**outage, "sk": f"#target#target_unavailable#{FAILING_SINCE}", "kind": "target_unavailable"},
        suppressed_item("newsletter", SEGMENT, a_job("unwanted", completed=now()), now() - HOUR, "unwanted"),
        announced_item("newsletter", SEGMENT, a_job("waits", completed=now()), now() - 9 * MINUTE, **pending(now())),
        announced_item("stories", SEGMENT, a_job("other", completed=now()), now() - MINUTE),
    )
    return operated


def test_the_newest_comes_first(told: Operated) -> None:
    """With what became of it, in words and in JSON; nothing is changed, and Pinpoint not asked."""
    before = table_of(told)
    text, read = told.command("history", SEGMENT), told.command("history", SEGMENT, "--output", "json")
    assert (text.returncode, text.stderr, read.returncode, read.stderr) == (0, "", 0, "")
    assert (table_of(told), told.pinpoint.calls) == (before, [])
    head, *lines = text.stdout.splitlines()
    assert head.split() == ["SEEN", "WATCH", "KIND", "JOB", "WHAT", "BECAME", "OF", "IT"]
    assert ["waits" in line for line in lines if line.startswith("!")] == [True]
    history = json.loads(read.stdout)["history"]
    assert [one.get("jobId") for one in history] == ["other", "waits", "unwanted", None, "old"]
    assert [one["code"] for one in history] == ["delivered", "pending", "unwanted", "recovered", "delivered"]
    assert history[0]["watch"] == "stories"
    assert set(history[-1]["delivered"]) == {"sns", "eventbridge"}
    assert "not announced: the watch's policy doesn't want what is completed" in text.stdout
    assert "announced by watch newsletter on SNS and EventBridge at" in text.stdout


def test_it_goes_back_as_far_as_wanted(told: Operated) -> None:
    """A span or a moment."""
    day = told.command("history", SEGMENT, "--since", "1d", "--output", "json")
    assert [one.get("jobId") for one in json.loads(day.stdout)["history"]] == ["other", "waits", "unwanted", None]
    none = told.command("history", SEGMENT, "--since", "2100-01-01")
    assert (none.returncode, none.stdout) == (0, f"Nothing is recorded of {SEGMENT} since 2100-01-01 00:00:00 UTC.\n")
    wrong = told.command("history", SEGMENT, "--since", "yesterday")
    assert (wrong.returncode, wrong.stdout, wrong.stderr.count("\n")) == (2, "", 1)


def test_a_target_that_nobody_polls_is_a_mistake_unless_somebody_did(told: Operated) -> None:
    """As its history is still there."""
    put(told, announced_item("stories", "pinpoint:once", a_job(completed=now()), now()))
    once, never = told.command("history", "pinpoint:once"), told.command("history", "pinpoint:never")
    assert (once.returncode, "job-1" in once.stdout) == (0, True)
    assert (never.returncode, never.stdout) == (2, "")
    assert "no watch of the stack test-history polls pinpoint:never" in never.stderr


def test_a_record_is_a_line_however_long_where_no_terminal_reads_it(told: Operated) -> None:
    """So that scripts read lines."""
    target = "pinpoint:stories/01"
    put(told, *(announced_item("stories", target, a_job(f"{n}" * 250, completed=now()), now()) for n in range(3)))
    assert len(told.command("history", target).stdout.splitlines()) == 1 + 3
