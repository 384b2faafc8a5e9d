"""`import-watch poll`: what a tick would do, and a real one."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest

from import_watch import emails
from import_watch.adapters.items import PENDING_SHARD, to_item
from import_watch.jobs import timestamp
from import_watch.messages import Message
from local.inbox import Received, catch_events, subscribe_inbox
from local.stand_in import ApiError, Delay, import_job
from tests.cli.conftest import STORIES, Operated
from tests.cli.untouched import table_of
from tests.e2e.stack import close_topic, finished

if TYPE_CHECKING:
    from local.inbox import Inbox

pytestmark = pytest.mark.e2e

LONG = timedelta(days=40)


class Listening:
    """What subscribers get of the watch `stories`."""

    def __init__(self, operated: Operated) -> None:
        self.inboxes: dict[str, Inbox] = {
            "sns": operated.inbox("stories"),
            "eventbridge": catch_events(operated.emulator),
        }

    def received(self, *, at_least: int = 0) -> dict[str, list[Received]]:
        return {channel: inbox.receive(at_least=at_least) for channel, inbox in self.inboxes.items()}


@contextmanager
def nothing_is_written(operated: Operated, listening: Listening) -> Iterator[None]:
    before = table_of(operated)
    yield
    assert table_of(operated) == before
    assert listening.received() == {"sns": [], "eventbridge": []}


def rehearsed(operated: Operated, target: str, *, code: int = 0) -> dict[str, Any]:
    run = operated.command("poll", target, "--dry-run", "--output", "json")
    assert (run.returncode, run.stderr) == (code, "")
    (only,) = json.loads(run.stdout)
    answer: dict[str, Any] = only
    return answer


def tick(operated: Operated, target: str) -> Any:
    """Run one as the watch's schedule does, of this target alone."""
    watch = json.loads(operated.assembly.schedule_inputs["stories"])["watch"]
    return operated.tick({**watch, "targets": [target]})


def facts(message: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in message.items() if name != "observedAt"}


def agree(rehearsal: dict[str, Any], received: dict[str, list[Received]]) -> None:
    """Compare all that would be sent with all that was, less the moment at which it was seen."""
    by_channel: dict[str, list[dict[str, Any]]] = {"sns": [], "eventbridge": []}
    for message in rehearsal["messages"]:
        by_channel[message["channel"]].append(message["entry"])
    for entry, got in zip(_by_id(by_channel["sns"]), _received_by_id(received["sns"]), strict=True):
        said = entry["Message"]["default"]
        assert facts(said) == facts(got.message)
        assert entry["MessageAttributes"] == got.attributes
        assert entry["Message"]["email"] == emails.text(Message(said))
        # It may say for how long a job has been running, and so differ with the moment.
        assert entry["Subject"] == emails.subject(Message(said))
        assert got.envelope["Subject"] == emails.subject(Message(got.message))
    for entry, got in zip(_by_id(by_channel["eventbridge"]), _received_by_id(received["eventbridge"]), strict=True):
        assert facts(entry["Detail"]) == facts(got.message)
        assert {"source": entry["Source"], "detail-type": entry["DetailType"]} == got.attributes
        assert entry["Resources"] == got.envelope["resources"]


def _by_id(entries: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return sorted(entries, key=lambda entry: str((entry.get("Detail") or entry["Message"]["default"])["id"]))


def _received_by_id(received: list[Received]) -> list[Received]:
    return sorted(received, key=lambda one: str(one.message["id"]))


def test_the_messages_are_those_that_the_next_tick_sends(operated: Operated) -> None:
    """To the letter, but for when they were seen; and nothing is written or sent for it."""
    target, listening, now = STORIES[0], Listening(operated), datetime.now(UTC)
    operated.pinpoint.jobs.put(target)
    tick(operated, target)
    operated.pinpoint.jobs.put(
        target,
        finished("bad-rows", target=target, TotalFailures=12, TotalProcessed=5000),
        finished("failed", "FAILED", target),
        import_job(target, "stuck", "PROCESSING", created=now - timedelta(hours=7)),
        import_job(target, "running", "PROCESSING", created=now),
        import_job(target, "history", "FAILED", created=now - LONG, completed=now - LONG),
    )
    with nothing_is_written(operated, listening):
        told = rehearsed(operated, target)
        words = operated.command("poll", target, "--dry-run")
    assert {(each["do"], each["jobId"], each["kind"]) for each in told["changes"]} == {
        ("announce", "bad-rows", "completed_with_failures"),
        ("announce", "failed", "failed"),
        ("announce", "stuck", "overdue"),
    }
    assert (told["watch"], told["pages"], told["jobs"], told["failing"]) == ("stories", 1, 5, {})
    assert (words.returncode, words.stderr) == (0, "")
    assert "A tick would send 6 messages now:" in words.stdout
    assert "  new          overdue  stuck  to eventbridge, sns\n" in words.stdout
    assert tick(operated, target)["announced"] == 3
    agree(told, listening.received(at_least=3))
    assert rehearsed(operated, target)["changes"] == []


@pytest.mark.parametrize("count", [3, 4], ids=["each by itself", "a digest"])
def test_what_people_are_told_is_shown_as_the_next_tick_sends_it(operated: Operated, count: int) -> None:
    """By email and in chat: each by itself, and what is more than `digestAbove` at once in one message."""
    target, names = "pinpoint:app/segment", [f"job-{count}-{number}" for number in range(count)]
    watch = json.loads(operated.assembly.schedule_inputs["newsletter"])["watch"]
    operated.pinpoint.jobs.put(target)
    operated.tick(watch)
    operated.pinpoint.jobs.put(target, *(finished(name, target=target) for name in names))
    told = rehearsed(operated, target)
    emails_, notes = (
        [each["entry"] for each in told["messages"] if each["channel"] == channel] for channel in ("email", "chat")
    )
    assert len(emails_) == len(notes) == (1 if count > 3 else count)
    inboxes = [subscribe_inbox(operated.emulator, operated.outputs[f"{name}TopicArn"]) for name in ("Email", "Chat")]
    assert operated.tick(watch)["announced"] == count
    mails, chats = (inbox.receive(at_least=len(emails_)) for inbox in inboxes)
    assert sorted((got.envelope["Subject"], got.envelope["Message"]) for got in mails) == sorted(
        (entry["Subject"], entry["Message"]) for entry in emails_
    )
    assert sorted((got.message for got in chats), key=str) == sorted((entry["Message"] for entry in notes), key=str)
    for sent, entries in ((mails, emails_), (chats, notes)):
        assert sorted(map(str, (got.attributes for got in sent))) == sorted(
            str(entry["MessageAttributes"]) for entry in entries
        )
    assert all(any(name in entry["Message"] for entry in emails_) for name in names)
    if count > 3:
        assert emails_[0]["Subject"] == "[newsletter] 4 announcements: 4 completed"


def test_at_first_sight_it_says_what_would_be_suppressed(operated: Operated) -> None:
    """And why; not even the target's ledger is begun."""
    target, listening = STORIES[1], Listening(operated)
    operated.pinpoint.jobs.put(target, finished("before", target=target))
    with nothing_is_written(operated, listening):
        told = rehearsed(operated, target)
    (change,) = told["changes"]
    assert (change["do"], change["jobId"], change["reason"]) == ("suppress", "before", "first_sight")
    assert told["messages"] == []


def test_a_target_that_goes_on_failing_is_told_as_the_next_tick_tells_it(operated: Operated) -> None:
    """By its second failing tick; the command's code says that it can't be listed."""
    target, listening = STORIES[2], Listening(operated)
    operated.pinpoint.jobs.put(target)
    operated.pinpoint.faults.add(target, ApiError("NotFoundException"), times=None)
    assert tick(operated, target)["announced"] == 0
    with nothing_is_written(operated, listening):
        told = rehearsed(operated, target, code=1)
    assert told["failing"] == {target: "gone"}
    assert [each["kind"] for each in told["changes"]] == ["target_unavailable"]
    assert tick(operated, target)["announced"] == 1
    agree(told, listening.received(at_least=1))
    operated.pinpoint.faults.clear(target)
    with nothing_is_written(operated, listening):
        told = rehearsed(operated, target)
    assert [each["kind"] for each in told["changes"]] == ["target_recovered"]
    assert tick(operated, target)["announced"] == 1
    agree(told, listening.received(at_least=1))


def test_a_listing_that_breaks_off_decides_nothing(operated: Operated) -> None:
    """What its first page showed is not news yet."""
    target, listening = STORIES[3], Listening(operated)
    operated.pinpoint.jobs.put(target)
    tick(operated, target)
    operated.pinpoint.jobs.put(target, *(finished(f"job-{number}", target=target) for number in range(101)))
    operated.pinpoint.faults.add(target, Delay(0.0))
    operated.pinpoint.faults.add(target, ApiError("InternalServerErrorException"), times=None)
    with nothing_is_written(operated, listening):
        told = rehearsed(operated, target, code=1)
    assert (told["pages"], told["failing"], told["changes"], told["messages"]) == (1, {target: "broken"}, [], [])
    operated.pinpoint.guard = lambda call: f"not {call.operation}"
    denied = operated.command("poll", target, "--dry-run")
    assert (denied.returncode, denied.stderr) == (1, "")
    assert "asked with your own credentials, not as the function" in denied.stdout


def test_what_is_pending_is_sent_by_the_next_tick_too(operated: Operated) -> None:
    """To the channels that lack it."""
    target, listening = STORIES[4], Listening(operated)
    operated.pinpoint.jobs.put(target)
    operated.pinpoint.jobs.put(STORIES[5])
    tick(operated, target)
    operated.pinpoint.jobs.put(target, finished("left", target=target))
    reopen = close_topic(operated)
    try:
        failed = operated.command("poll", target, "-y")
    finally:
        reopen()
    assert (failed.returncode, failed.stdout) == (1, "")
    assert "\nimport-watch: the tick of stories failed: sns arn:" in failed.stderr
    assert [len(got) for got in listening.received().values()] == [0, 1]
    with nothing_is_written(operated, listening):
        told, other = rehearsed(operated, target), rehearsed(operated, STORIES[5])
    assert [(each["do"], each["jobId"], each["channels"]) for each in told["changes"]] == [("send", "left", ["sns"])]
    assert other["dueElsewhere"] == 1
    assert tick(operated, target)["announced"] == 1
    agree(told, {"sns": listening.inboxes["sns"].receive(at_least=1), "eventbridge": []})


def test_what_nobody_can_read_keeps_nothing_else_from_being_shown(operated: Operated) -> None:
    """Nor does it keep the real tick, which goes on, and fails in the end, too."""
    target, listening, now = STORIES[10], Listening(operated), datetime.now(UTC)
    operated.pinpoint.jobs.put(target)
    tick(operated, target)
    operated.pinpoint.jobs.put(target, finished("job", target=target))
    dynamodb, table = operated.emulator.session.client("dynamodb"), operated.outputs["StateTableName"]
    key = to_item({"pk": f"stories#{target}", "sk": "edited#finished"})
    due = to_item({"pendingShard": PENDING_SHARD, "pendingDue": timestamp(now)})
    dynamodb.put_item(TableName=table, Item={**key, **due})
    try:
        with nothing_is_written(operated, listening):
            told = rehearsed(operated, target, code=1)
            words = operated.command("poll", target, "--dry-run")
        real = operated.command("poll", target, "--yes")
    finally:
        dynamodb.delete_item(TableName=table, Key=key)
    assert [(each["do"], each["jobId"]) for each in told["changes"]] == [("announce", "job")]
    (warning,) = told["warnings"]
    assert (warning["event"], warning["part"]) == ("tick broke off", "_leftovers")
    (fault,) = told["faults"]
    assert warning["error"] == fault
    assert (words.returncode, words.stderr) == (1, "")
    assert f"  tick broke off: _leftovers, {fault}\n" in words.stdout
    assert f"  a tick would go on like this, and fail in the end: {fault}\n" in words.stdout
    assert (real.returncode, real.stdout) == (1, "")
    assert f"the tick of stories failed: {fault}" in real.stderr
    agree(told, listening.received(at_least=1))


@pytest.mark.parametrize("hold", [False, True])
def test_what_a_mute_keeps_back_is_told(operated: Operated, *, hold: bool) -> None:
    """With who asked for it, why, and until when; it is kept back by the next tick, too."""
    target, listening, now = STORIES[8 + hold], Listening(operated), datetime.now(UTC)
    operated.pinpoint.jobs.put(target)
    tick(operated, target)
    moments = {"since": timestamp(now), "until": timestamp(now + timedelta(hours=1))}
    mute = {"by": "somebody", "reason": "a load test", "hold": hold, **moments}
    item = to_item({"pk": f"stories#{target}", "sk": "#mute", **mute})
    operated.emulator.session.client("dynamodb").put_item(TableName=operated.outputs["StateTableName"], Item=item)
    operated.pinpoint.jobs.put(target, finished("job", target=target))
    with nothing_is_written(operated, listening):
        told = rehearsed(operated, target)
        words = operated.command("poll", target, "--dry-run").stdout
    assert [(each["do"], each["jobId"], each["muted"]) for each in told["changes"]] == [
        ("hold" if hold else "suppress", "job", mute)
    ]
    assert told["messages"] == []
    word, to = ("held         ", "  to eventbridge, sns, ") if hold else ("suppressed   ", "  ")
    assert f"  {word}completed  job{to}muted until {mute['until']} by somebody: a load test\n" in words
    ticked = tick(operated, target)
    assert (ticked["announced"], ticked["pending"], ticked["suppressed"]) == (0, int(hold), int(not hold))
    assert listening.received() == {"sns": [], "eventbridge": []}


def test_what_no_watch_polls_is_tried_with_the_default_policy(operated: Operated) -> None:
    """And that is said; for real it is not polled."""
    operated.pinpoint.jobs.put("pinpoint:other/one")
    told = operated.command("poll", "pinpoint:other/one", "--dry-run")
    assert (told.returncode, told.stderr) == (0, "")
    assert told.stdout.startswith("pinpoint:other/one (no watch polls it: the default policy): 0 jobs on 1 page\n")
    real = operated.command("poll", "pinpoint:other/one", "--yes")
    assert (real.returncode, real.stdout) == (2, "")
    assert "polls pinpoint:other/one; --dry-run tells what one would do" in real.stderr


def test_a_real_tick_is_run_once_it_is_agreed_to(operated: Operated) -> None:
    """Of that target alone; the code says whether it can be listed."""
    target, listening = STORIES[6], Listening(operated)
    operated.pinpoint.jobs.put(target)
    with nothing_is_written(operated, listening):
        refused = operated.command("poll", target, "--output", "json", given="n\n")
        unasked = operated.command("poll", target)
        named = operated.command("poll", target, "--watch", "newsletter", "--yes")
    assert (refused.returncode, unasked.returncode, named.returncode) == (1, 2, 2)
    assert refused.stderr == (
        f"A tick of stories over {target} is run now: what is new is announced, and what is pending is sent.\n"
        "Go on? [y/N]: import-watch: nothing was done\n"
    )
    assert (refused.stdout, unasked.stdout) == ("", "")
    assert named.stderr == f"import-watch: --watch: 'newsletter' is not allowed with {target}; allowed: stories\n"
    run = operated.command("poll", target, "--watch", "stories", "--yes", "--output", "json")
    assert run.returncode == 0
    assert json.loads(run.stdout) == [
        {"watch": "stories", "targets": 1, "pages": 1, "jobs": 0}
        | {"announced": 0, "pending": 0, "suppressed": 0, "failing": []}
    ]
    operated.pinpoint.jobs.put(target, finished("job", target=target))
    agreed = operated.command("poll", target, given="y\n")
    assert (agreed.returncode, len(listening.received(at_least=1)["sns"])) == (0, 1)
    assert "stories: pages 1, jobs 1, announced 1, pending 0, suppressed 0\n" in agreed.stdout
    operated.pinpoint.faults.add(target, ApiError("NotFoundException"), times=None)
    failing = operated.command("poll", target, "-y")
    assert (failing.returncode, failing.stdout) == (
        1,
        f"stories: pages 0, jobs 0, announced 0, pending 0, suppressed 0; failing: {target}\n",
    )
