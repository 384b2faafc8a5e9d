"""`import-watch replay`."""

import json
import socket
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from local.inbox import Inbox, catch_events, subscribe_inbox
from tests.builders import a_job
from tests.cli.acting import APPLICATION, SEGMENT, announced, asked, empty_lists, item
from tests.cli.conftest import Operated
from tests.cli.items import announced_item, pending, suppressed_item
from tests.cli.stories import put, watch
from tests.cli.untouched import table_of
from tests.e2e.stack import close_topic, finished

pytestmark = pytest.mark.e2e


@pytest.fixture(autouse=True)
def lists(operated: Operated) -> None:
    empty_lists(operated)


@pytest.fixture
def topic(operated: Operated) -> Inbox:
    return operated.inbox("newsletter")


@pytest.fixture
def bus(operated: Operated) -> Iterator[Inbox]:
    caught = catch_events(operated.emulator)
    yield caught
    caught.receive()


def test_a_job_is_sent_again_with_its_id_and_a_mark(operated: Operated, topic: Inbox, bus: Inbox) -> None:
    """On every channel that it went to; consumers can tell by body and attribute."""
    announced(operated, "one")
    (first,) = topic.receive(at_least=1)
    bus.receive(at_least=1)
    run = operated.command("replay", "one", "--watch", "newsletter", "--yes")
    assert (run.returncode, run.stderr) == (0, "")
    assert f"newsletter  {SEGMENT}  one  completed  " in run.stdout
    assert "  eventbridge, sns\n" in run.stdout.replace("sns  \n", "sns\n")
    assert (
        "Sends 1 message again, with the same ids, marked as replay by arn:aws:iam::000000000000:root.\n" in run.stdout
    )
    assert f"newsletter#{SEGMENT} one#finished: eventbridge: accepted at 20" in run.stdout
    (again,) = topic.receive(at_least=1)
    (event,) = bus.receive(at_least=1)
    for received in (again, event):
        assert received.message == {**first.message, "replay": True}
    assert (first.attributes.get("replay"), again.attributes["replay"]) == (None, "true")
    assert operated.tick({"name": "newsletter", "targets": [SEGMENT]})["announced"] == 0
    replayed = item(operated, f"newsletter#{SEGMENT}", "one#finished") or {}
    assert replayed["replayed"]["by"].endswith(":root")


def test_on_one_channel_it_is_sent_only_there(operated: Operated, topic: Inbox, bus: Inbox) -> None:
    """Left to the next tick, if so asked."""
    announced(operated, "two")
    bus.receive(at_least=1)
    topic.receive(at_least=1)
    run = operated.command("replay", "two", "--channel", "eventbridge", "--no-tick", "--yes")
    assert (run.returncode, run.stderr) == (0, "")
    assert run.stdout.endswith("1 message pending: the next tick sends it\n")
    again = operated.command("replay", "two", "--yes")
    assert (again.returncode, again.stderr) == (1, "import-watch: nothing can be sent again\n")
    assert "it is pending: the next tick sends it" in again.stdout
    assert operated.tick({"name": "newsletter", "targets": [SEGMENT]})["announced"] == 1
    (event,) = bus.receive(at_least=1)
    assert event.message["jobId"] == "two"
    assert topic.receive() == []


def test_one_killed_after_its_write_is_sent_once_by_the_next_tick(operated: Operated, topic: Inbox, bus: Inbox) -> None:
    """While it waits for the function that it has invoked, which never answers."""
    announced(operated, "killed")
    topic.receive(at_least=1)
    bus.receive(at_least=1)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        nobody = f"http://127.0.0.1:{silent.getsockname()[1]}"
        typed = ("replay", "killed", "--watch", "newsletter", "--yes")
        with operated.command.started(*typed, AWS_ENDPOINT_URL_LAMBDA=nobody) as run:
            silent.settimeout(60)
            invoked, _ = silent.accept()
            with invoked:
                left = item(operated, f"newsletter#{SEGMENT}", "killed#finished") or {}
                run.kill()
    assert left["pending"] == {"sns", "eventbridge"}
    for announcements in (1, 0):
        assert operated.tick({"name": "newsletter", "targets": [SEGMENT]})["announced"] == announcements
    for inbox in (topic, bus):
        (again,) = inbox.receive(at_least=1)
        assert (again.message["jobId"], again.message["replay"]) == ("killed", True)


def test_people_are_told_again_by_the_channel_that_is_named(operated: Operated, topic: Inbox, bus: Inbox) -> None:
    """That one alone, by a tick of the watch as it is scheduled; both say that it is not new."""
    people = {
        name: subscribe_inbox(operated.emulator, operated.outputs[f"{name.title()}TopicArn"])
        for name in ("email", "chat")
    }
    watched = watch(operated, "newsletter")
    operated.tick(watched)
    operated.pinpoint.jobs.put(SEGMENT, finished("eight"))
    assert operated.tick(watched)["announced"] == 1
    for inbox in (topic, bus, *people.values()):
        (_,) = inbox.receive(at_least=1)
    for name, inbox in people.items():
        run = operated.command("replay", "eight", "--channel", name, "--yes")
        assert (run.returncode, run.stderr) == (0, "")
        assert f"newsletter#{SEGMENT} eight#finished: {name}: accepted at 20" in run.stdout
        (again,) = inbox.receive(at_least=1)
        assert again.attributes["replay"] == "true"
        assert "eight" in again.envelope["Message"]
    for inbox in (topic, bus, *people.values()):
        assert inbox.receive() == []


def test_a_target_s_messages_of_a_time_are_sent_again(operated: Operated) -> None:
    """What was suppressed is told, and no reason to fail; what was recorded before or after is left alone."""
    inbox, now = operated.inbox("customers"), datetime.now(UTC)
    announced(operated, "three", APPLICATION, "customers")
    (first,) = inbox.receive(at_least=1)
    old = now - timedelta(days=5)
    put(operated, announced_item("customers", APPLICATION, a_job("old", completed=old), old))
    put(operated, suppressed_item("customers", APPLICATION, a_job("history", completed=now), now, "first_sight"))
    before = table_of(operated)
    with asked(operated, "replay", APPLICATION, "--since", "10m") as terminal:
        terminal.until("Go on? [y/N]: ")
        question = terminal.shown
        assert terminal.interrupt() == 130
    assert "it was never to be sent (first_sight)" in question
    assert "Sends 1 message again" in question
    assert "  old  " not in question
    assert table_of(operated) == before
    within = ("--since", "10m", "--until", "2026-05-24T21:26+02:00")
    none = operated.command("replay", APPLICATION, *within, "--yes")
    assert (none.returncode, none.stderr) == (1, f"import-watch: nothing is recorded of {APPLICATION} in that time\n")
    since = (now - timedelta(minutes=10)).isoformat()
    run = operated.command("replay", APPLICATION, "--since", since, "--channel", "sns", "--yes")
    assert (run.returncode, run.stderr) == (0, "")
    (again,) = inbox.receive(at_least=1)
    assert again.message["id"] == first.message["id"]
    assert "replays" not in (item(operated, f"customers#{APPLICATION}", "old#finished") or {})


def test_of_two_at_once_one_is_sent(operated: Operated, topic: Inbox) -> None:
    """The other says that it isn't, however quickly the first one's was sent."""
    announced(operated, "four")
    topic.receive(at_least=1)
    with (
        asked(operated, "replay", "four") as one,
        asked(operated, "replay", "four") as other,
    ):
        both = (one, other)
        for terminal in both:
            terminal.until("Go on? [y/N]: ")
        for terminal in both:
            terminal.type("y\n")
        codes = {terminal.ended(): terminal.shown for terminal in both}
    assert codes.keys() == {0, 1}
    assert "NOT sent again, as it is being sent or was replayed meanwhile" in codes[1]
    assert len(topic.receive(at_least=1)) == 1
    assert topic.receive() == []
    assert (item(operated, f"newsletter#{SEGMENT}", "four#finished") or {})["replays"] == 1


def test_what_a_tick_is_sending_is_left_to_it(operated: Operated) -> None:
    """Nothing is changed."""
    later = datetime.now(UTC) + timedelta(minutes=1)
    put(operated, announced_item("customers", APPLICATION, a_job("busy"), later, **pending(later)))
    before = table_of(operated)
    run = operated.command("replay", "busy", "--yes")
    assert (run.returncode, run.stderr) == (1, "import-watch: nothing can be sent again\n")
    assert "a tick is sending it; it has until" in run.stdout
    assert table_of(operated) == before


def test_what_a_channel_doesn_t_take_in_time_is_told(operated: Operated, topic: Inbox) -> None:
    """With why; the next tick goes on."""
    announced(operated, "five")
    topic.receive(at_least=1)
    reopen = close_topic(operated)
    try:
        run = operated.command("replay", "five", "--channel", "sns", "--wait", "0", "--yes")
    finally:
        reopen()
    assert (run.returncode, run.stderr) == (1, "")
    assert "sns: NOT accepted yet: the tick failed: " in run.stdout
    operated.tick({"name": "newsletter", "targets": [SEGMENT]})
    assert len(topic.receive(at_least=1)) == 1


def test_a_topic_that_is_gone_is_left_out(operated: Operated, topic: Inbox) -> None:
    """As of people whom the watch no longer tells: it is told, ends in a finding, and leaves nothing pending."""
    own, hour = operated.outputs["NotificationsTopicArn"], datetime.now(UTC) - timedelta(hours=1)
    was = {"sns": own, "chat": f"{own}-gone"}
    put(operated, announced_item("newsletter", SEGMENT, a_job("a:b", completed=hour), hour, destinations=was))
    run = operated.command("replay", "a:b", "--yes")
    assert (run.returncode, run.stderr) == (1, "")
    assert "sns; not on chat: newsletter no longer sends to" in " ".join(run.stdout.split())
    assert f"newsletter#{SEGMENT} a:b#finished: sns: accepted at 20" in run.stdout
    assert [each.message["jobId"] for each in topic.receive(at_least=1)] == ["a:b"]
    assert "pendingDue" not in (item(operated, f"newsletter#{SEGMENT}", "a:b#finished") or {})


@pytest.mark.parametrize(
    ("arguments", "code", "why"),
    [
        (("none", "--yes"), 1, "nothing is recorded of none"),
        (("none", "--since", "2h"), 2, "--since, --until: not allowed with a job, 'none'; allowed: with a target"),
        (("a:b", "--since", "2h"), 2, "not allowed with a job, 'a:b'; allowed: with a target, pinpoint:<application"),
        ((SEGMENT,), 2, "--since: missing, as pinpoint:app/segment is a target; allowed: 2026-05-24, 2026-05-24T21:26"),
        ((SEGMENT, "--since", "soon"), 2, "'--since': 'soon' is not allowed; allowed: 2026-05-24"),
        (("pinpoint:nope", "--since", "2h"), 2, "no watch of the stack test-replay polls pinpoint:nope"),
        (("none", "--watch", "nope"), 2, "'nope' is no watch of the stack"),
        (("six", "--channel", "chat", "--yes"), 2, "--channel: 'chat' is not allowed; allowed: eventbridge, sns"),
        (("six", "--channel", "pigeon"), 2, "Invalid value for '--channel'"),
        (("six", "--watch", "customers"), 1, "nothing is recorded of six"),
        (("six", "--watch", "newsletter"), 2, "nobody can be asked here; --yes skips the question"),
    ],
)
def test_a_mistake_is_one_line_and_sends_nothing(
    operated: Operated, arguments: tuple[str, ...], code: int, why: str
) -> None:
    """It names what is wrong, and what is allowed."""
    put(operated, announced_item("newsletter", SEGMENT, a_job("six"), datetime.now(UTC)))
    before = table_of(operated)
    run = operated.command("replay", *arguments)
    assert run.returncode == code
    assert why in run.stderr
    assert run.stderr.count("\n") == 1
    assert table_of(operated) == [*before]


def test_a_function_that_can_t_be_invoked_leaves_it_to_the_next_tick(operated: Operated, topic: Inbox) -> None:
    """As for somebody who may write to the table, and no more."""
    announced(operated, "seven")
    topic.receive(at_least=1)
    iam: Any = operated.emulator.session.client("iam")
    iam.create_user(UserName="writer")
    allowed = {"Effect": "Allow", "Action": ["cloudformation:*", "scheduler:*", "dynamodb:*", "sts:*"], "Resource": "*"}
    document = json.dumps({"Version": "2012-10-17", "Statement": [allowed]})
    iam.put_user_policy(UserName="writer", PolicyName="writes", PolicyDocument=document)
    key = iam.create_access_key(UserName="writer")["AccessKey"]
    credentials = {"AWS_ACCESS_KEY_ID": key["AccessKeyId"], "AWS_SECRET_ACCESS_KEY": key["SecretAccessKey"]}
    run = operated.command("replay", "seven", "--wait", "0", "--yes", **credentials)
    assert (run.returncode, run.stderr) == (1, "")
    assert "sns: NOT accepted yet: the tick failed: An error occurred (AccessDenied" in run.stdout
    assert "marked as replay by arn:aws:iam::000000000000:user/writer" in run.stdout
    operated.tick({"name": "newsletter", "targets": [SEGMENT]})
    assert len(topic.receive(at_least=1)) == 1
