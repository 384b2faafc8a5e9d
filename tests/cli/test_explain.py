"""`import-watch explain`: why a job was announced, or was not."""

import json
import subprocess
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from import_watch.jobs import Target, timestamp
from import_watch.sources.registry import MODULES, manifest
from local.stand_in import ApiError, import_job
from tests.builders import DAY, HOUR, MINUTE, a_job
from tests.cli.conftest import MIXED, STORIES, Operated
from tests.cli.items import announced_item, ledger_item, pending
from tests.cli.stories import now, put, watch
from tests.cli.untouched import table_of
from tests.e2e.stack import close_topic

pytestmark = pytest.mark.e2e

DENIED = ApiError("ForbiddenException")


LISTINGS = {
    manifest(name).asking(Target(name, "list", segment)).operation for name in MODULES for segment in (None, "s")
}


def run(operated: Operated, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run it; it changes nothing, and asks for lists alone."""
    before, asked = table_of(operated), len(operated.pinpoint.calls)
    done = operated.command("explain", *arguments)
    assert table_of(operated) == before
    assert {call.operation for call in operated.pinpoint.calls[asked:]} <= LISTINGS
    return done


def answer(operated: Operated, *arguments: str) -> tuple[dict[str, Any], int]:
    """Give its only answer, and the exit code."""
    done = run(operated, *arguments, "--output", "json")
    assert done.stderr == ""
    (only,) = json.loads(done.stdout)["answers"]
    return only, done.returncode


def job(target: str, job_id: str, *, ended: timedelta | None, status: str = "COMPLETED") -> dict[str, Any]:
    """Build one that ended so long ago, or runs."""
    completed = None if ended is None else now() - ended
    return import_job(target, job_id, status, created=(completed or now()) - HOUR, completed=completed)


def looked_at(operated: Operated, target: str, *jobs: dict[str, Any]) -> None:
    """Let the watch have had its first look at a list."""
    operated.pinpoint.jobs.put(target, *jobs)
    operated.tick(watch(operated, "stories", target))


def recorded(operated: Operated, target: str, job_id: str, **attributes: Any) -> None:
    """Put an announcement that was recorded a minute ago."""
    operated.pinpoint.jobs.put(target)
    ended = a_job(job_id, completed=now() - 2 * MINUTE)
    put(
        operated,
        ledger_item("stories", target, now() - DAY),
        announced_item("stories", target, ended, now() - MINUTE, **attributes),
    )


def history(operated: Operated, target: str, job_id: str) -> None:
    looked_at(operated, target, job(target, job_id, ended=DAY))


def first_sight(operated: Operated, target: str, job_id: str) -> None:
    looked_at(operated, target, job(target, job_id, ended=MINUTE))


def late(operated: Operated, target: str, job_id: str) -> None:
    looked_at(operated, target)
    operated.pinpoint.jobs.put(target, job(target, job_id, ended=2 * MINUTE))
    operated.tick({**watch(operated, "stories", target), "policy": {"announceNotOlderThan": "1 minute"}})


def unwanted(operated: Operated, target: str, job_id: str) -> None:
    looked_at(operated, target)
    operated.pinpoint.jobs.put(target, job(target, job_id, ended=MINUTE))
    operated.tick({**watch(operated, "stories", target), "policy": {"notify": ["failed"]}})


def delivered(operated: Operated, target: str, job_id: str) -> None:
    looked_at(operated, target)
    looked_at(operated, target, job(target, job_id, ended=MINUTE))


def delivered_twice(operated: Operated, target: str, job_id: str) -> None:
    """Let a tick have died when it had sent it, so that the next one sends it again."""
    topic = operated.outputs["NotificationsTopicArn"]
    lapsed = pending(now() - MINUTE)
    recorded(operated, target, job_id, destinations={"sns": topic, "eventbridge": "default"}, **lapsed)
    operated.tick(watch(operated, "stories", target))


def replayed(operated: Operated, target: str, job_id: str) -> None:
    recorded(operated, target, job_id, replays=1, replayed={"by": "alice", "at": timestamp(now())})


def mute(operated: Operated, target: str, job_id: str, *, hold: bool) -> None:
    """Let somebody mute the list, and the job end then."""
    looked_at(operated, target)
    until = timestamp(now() + HOUR)
    mute = {"by": "alice", "reason": "a move", "since": timestamp(now()), "until": until, "hold": hold}
    put(operated, {"pk": f"stories#{target}", "sk": "#mute", **mute})
    looked_at(operated, target, job(target, job_id, ended=MINUTE))


def muted(operated: Operated, target: str, job_id: str) -> None:
    mute(operated, target, job_id, hold=False)


def held(operated: Operated, target: str, job_id: str) -> None:
    mute(operated, target, job_id, hold=True)


def sending(operated: Operated, target: str, job_id: str) -> None:
    recorded(operated, target, job_id, **pending(now() + MINUTE))


def waiting(operated: Operated, target: str, job_id: str) -> None:
    looked_at(operated, target)
    operated.pinpoint.jobs.put(target, job(target, job_id, ended=MINUTE))
    reopen = close_topic(operated)
    try:
        operated.invoke(watch(operated, "stories", target))
    finally:
        reopen()


def quarantined(operated: Operated, target: str, job_id: str) -> None:
    eventbridge = {"eventbridge": timestamp(now())}
    recorded(operated, target, job_id, quarantined={"sns"}, refusals={"sns": 5}, deliveredAt=eventbridge)


def running(operated: Operated, target: str, job_id: str) -> None:
    looked_at(operated, target, job(target, job_id, ended=None, status="PROCESSING"))


def overdue(operated: Operated, target: str, job_id: str) -> None:
    looked_at(operated, target, import_job(target, job_id, "PROCESSING", created=now() - DAY))


def undecided(operated: Operated, target: str, job_id: str) -> None:
    looked_at(operated, target)
    operated.pinpoint.jobs.put(target, job(target, job_id, ended=MINUTE))


def unavailable(operated: Operated, target: str, job_id: str) -> None:  # noqa: ARG001 - as all others have it
    looked_at(operated, target)
    operated.pinpoint.faults.add(target, DENIED, times=None)
    operated.tick(watch(operated, "stories", target))


def never_seen(operated: Operated, target: str, job_id: str) -> None:  # noqa: ARG001 - the same
    looked_at(operated, target)


CASES: list[tuple[int, Callable[[Operated, str, str], None], str, int, str]] = [
    (1, history, "history", 0, "It is history, never announced and never recorded: that was before watch stories"),
    (2, first_sight, "first_sight", 0, "It was not announced: it had finished before the watch first looked"),
    (3, late, "late", 0, "longer after its end than the watch's announceNotOlderThan allows."),
    (4, unwanted, "unwanted", 0, "the watch's policy doesn't want what is completed (its `notify`)."),
    (5, delivered, "delivered", 0, "It was announced by watch stories on SNS and EventBridge at "),
    (6, delivered_twice, "delivered_twice", 0, "it may have arrived twice, with the same id."),
    (7, replayed, "replayed", 0, "It was sent again once, with the same id, as was asked for by alice at "),
    (8, muted, "muted", 0, "It was not announced: muted by alice until "),
    (9, held, "held", 0, "It is held back, as it was muted by alice until "),
    (10, sending, "sending", 0, "It is being sent on SNS and EventBridge: a tick has a claim to it until "),
    (11, waiting, "pending", 1, "It waits to be sent on SNS: sending failed, and the next tick tries again."),
    (12, quarantined, "quarantined", 1, "its content was refused there by SNS (5 times), so it is quarantined."),
    (13, running, "running", 0, "It is announced when it ends, and as overdue if it still runs at "),
    (14, overdue, "overdue", 0, "That it was overdue was seen at "),
    (15, undecided, "undecided", 0, "The next tick will announce it."),
    (16, unavailable, "target_unavailable", 1, "(access is denied since "),
    (17, never_seen, "never_seen", 1, "and the list that is polled doesn't show it."),
]


@pytest.mark.parametrize(
    ("number", "story", "code", "exit_code", "says"), CASES, ids=[story.__name__ for _, story, *_ in CASES]
)
def test_each_story_has_its_code_and_sentence(  # noqa: PLR0917 - a row of the table
    operated: Operated, number: int, story: Callable[[Operated, str, str], None], code: str, exit_code: int, says: str
) -> None:
    """As it came about on the deployed stack, or as a crash or a person would have left it."""
    target, job_id = STORIES[number - 1], f"job-{number}"
    story(operated, target, job_id)
    told, returned = answer(operated, job_id, "--target", target)
    assert (told["code"], says in told["sentence"], returned) == (code, True, exit_code), told["sentence"]
    assert told["finding"] is bool(exit_code)


def test_in_words_it_is_a_sentence_and_what_to_do(operated: Operated) -> None:
    """A watch each; only where one looks is it asked."""
    target = STORIES[17]
    quarantined(operated, target, "7")
    done = run(operated, "7")
    assert (done.returncode, done.stderr) == (1, "")
    sentence, step = done.stdout.splitlines()
    assert sentence.startswith("Job 7 finished as completed on ")
    assert step == "  - Once what is wrong with it is mended, send it again there: import-watch redrive"
    assert operated.pinpoint.calls == []
    other = run(operated, "7", "--watch", "newsletter")
    assert (other.returncode, "can't be read now, so nobody knows." in other.stdout) == (1, True)


def test_a_job_that_ended_while_its_list_could_not_be_read_was_seen_late(operated: Operated) -> None:
    """Which is why."""
    target = STORIES[18]
    looked_at(operated, target)
    operated.pinpoint.faults.add(target, DENIED, times=None)
    for _ in range(2):
        operated.tick(watch(operated, "stories", target))
    operated.pinpoint.jobs.put(target, import_job(target, "j", "COMPLETED", created=now() - HOUR, completed=now()))
    operated.pinpoint.faults.clear(target)
    operated.tick(watch(operated, "stories", target))
    told, returned = answer(operated, "j", "--target", target)
    assert (told["code"], returned) == ("delivered", 0)
    assert f"It ended while {target} could not be listed, from " in told["sentence"]
    assert len(told["facts"]["outages"]) == 1


def test_a_watch_that_is_paused_sees_nothing_new(operated: Operated) -> None:
    """Which matters where it has not seen all."""
    target = STORIES[19]
    undecided(operated, target, "j")
    scheduler = operated.emulator.session.client("scheduler")
    (name,) = (
        one["Name"] for one in scheduler.list_schedules(MaxResults=100)["Schedules"] if is_stories(operated, one)
    )
    was = scheduler.get_schedule(Name=name)
    kept: Any = {key: was[key] for key in ("Name", "ScheduleExpression", "Target", "FlexibleTimeWindow")}
    scheduler.update_schedule(**kept, State="DISABLED")
    told, returned = answer(operated, "j", "--target", target)
    scheduler.update_schedule(**kept, State="ENABLED")
    assert (told["code"], returned) == ("undecided", 1)
    assert "The schedule of watch stories is off: nothing new is seen until it is on again." in told["sentence"]


def is_stories(operated: Operated, schedule: Any) -> bool:
    return bool(schedule["Name"].startswith(operated.assembly.stack) and "stories" in schedule["Name"])


def test_a_job_is_found_wherever_it_is(operated: Operated) -> None:
    """In the lists where nothing is recorded of it; where some can't be read, that is said if none has it."""
    for target in (*STORIES, *MIXED, "pinpoint:app/segment"):
        operated.pinpoint.jobs.put(target)
    operated.pinpoint.jobs.put("pinpoint:crm", import_job("pinpoint:crm", "elsewhere", "PROCESSING", created=now()))
    told, returned = answer(operated, "elsewhere")
    assert (told["watch"], told["target"], told["code"], returned) == ("customers", "pinpoint:crm", "running", 1)
    assert "Watch customers is silent" in told["sentence"]
    told, returned = answer(operated, "a" * 64)
    assert (told["code"], returned, told["facts"]["lists"]) == ("never_seen", 1, 37)
    message, removed = "Is it a message's id? Its jobId is what explain takes.", "If its list is polled no more, name"
    assert [told["steps"][0], told["steps"][1].startswith(removed)] == [message, True]
    operated.pinpoint.jobs.remove("pinpoint:crm")
    told, returned = answer(operated, "k")
    assert (told["code"], returned) == ("target_unavailable", 1)
    assert told["facts"]["unavailable"] == {"pinpoint:crm": "it is not found"}


def test_a_list_that_is_not_polled_any_more_is_searched_if_it_is_named(operated: Operated) -> None:
    """What is recorded stays."""
    target = "pinpoint:taken/out"
    recorded(operated, target, "once")
    told, returned = answer(operated, "once", "--target", target)
    assert (told["code"], returned) == ("delivered", 0)
    assert told["sentence"].endswith(f"Watch stories does not poll {target} any more: nothing new is seen of it.")


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("", "--watch", "stories"), "JOB"),
        (("é" * 501,), "allowed: a job's id of at most 1000 bytes"),
        (("j", "--watch", "nobody"), "allowed: customers, mixed, newsletter, stories"),
        (("j", "--target", "pinpoint:no/where"), "no watch of the stack"),
        (
            ("j", "--watch", "newsletter", "--target", "pinpoint:crm"),
            "--watch: 'newsletter' is not allowed with pinpoint:crm; allowed: customers",
        ),
    ],
)
def test_what_can_t_be_searched_is_a_mistake(operated: Operated, arguments: tuple[str, ...], says: str) -> None:
    """In one line that says what can."""
    done = operated.command("explain", *arguments)
    assert (done.returncode, done.stdout, done.stderr.count("\n")) == (2, "", 1)
    assert says in done.stderr
