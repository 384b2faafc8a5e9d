"""`import-watch test`."""

import re

import pytest

from local.inbox import catch_events, subscribe_inbox
from tests.cli.acting import asked, empty_lists
from tests.cli.conftest import Operated
from tests.cli.untouched import table_of
from tests.e2e.stack import close_topic

pytestmark = pytest.mark.e2e


@pytest.fixture(autouse=True)
def lists(operated: Operated) -> None:
    empty_lists(operated)


def test_a_marked_message_arrives_once_on_each_channel(operated: Operated) -> None:
    """With the id that was told, through the deployed function; what is accepted is told by channel."""
    topic, bus = operated.inbox("newsletter"), catch_events(operated.emulator)
    email, chat = (
        subscribe_inbox(operated.emulator, operated.outputs[f"{name}TopicArn"]) for name in ("Email", "Chat")
    )
    run = operated.command("test", "newsletter", "--yes")
    assert (run.returncode, run.stderr) == (0, "")
    assert run.stdout.startswith(
        "Sends a message marked as a test of watch newsletter to its subscribers, by a tick of it:\n"
        f"  sns: {operated.outputs['NotificationsTopicArn']}\n  eventbridge: default\n"
        f"  email: {operated.outputs['EmailTopicArn']}\n  chat: {operated.outputs['ChatTopicArn']}\n"
    )
    (id_,) = re.findall(r"^id: ([0-9a-f]{64})$", run.stdout, re.MULTILINE)
    assert re.search(r"^newsletter#test [0-9a-f]{16}#test: ", run.stdout, re.MULTILINE)
    for channel in ("chat", "email", "eventbridge", "sns"):
        assert re.search(rf"\b{channel}: accepted at 20\d\d-", run.stdout)
    operated.tick({"name": "newsletter", "targets": ["pinpoint:app/segment"]})
    (received,), (event,) = topic.receive(at_least=1), bus.receive(at_least=1)
    for one in (received, event):
        assert (one.message["id"], one.message["kind"], one.message["test"]) == (id_, "test", True)
    assert (received.attributes["test"], received.attributes["kind"]) == ("true", "test")
    assert event.attributes["detail-type"] == "Import Watch Test"
    (mail,) = email.receive(at_least=1)
    assert "This message is a test: what watch newsletter announces arrives here." in mail.envelope["Message"]
    (note,) = chat.receive(at_least=1)
    assert note.message["content"]["title"].startswith("[newsletter] ")
    assert topic.receive() + bus.receive() + email.receive() + chat.receive() == []


def test_a_channel_that_doesn_t_accept_it_is_a_finding(operated: Operated) -> None:
    """In the time that it is given; the other one has it."""
    reopen = close_topic(operated)
    try:
        run = operated.command("test", "newsletter", "--wait", "0", "--yes")
    finally:
        reopen()
    assert (run.returncode, run.stderr) == (1, "")
    assert "eventbridge: accepted at 20" in run.stdout
    assert "sns: NOT accepted yet: the tick failed: " in run.stdout
    inbox = operated.inbox("newsletter")
    operated.tick({"name": "newsletter", "targets": ["pinpoint:app/segment"]})
    assert len(inbox.receive(at_least=1)) == 1


def test_without_a_yes_nothing_is_sent(operated: Operated) -> None:
    """Be it that the watch is none, nobody can be asked, or Ctrl-C is pressed."""
    before = table_of(operated)
    for arguments, why in ((["nope", "--yes"], "'nope' is no watch of the stack"), (["customers"], "--yes skips")):
        run = operated.command("test", *arguments)
        assert run.returncode == 2
        assert why in run.stderr
        assert run.stderr.count("\n") == 1
    with asked(operated, "test", "customers") as terminal:
        terminal.until("Go on? [y/N]: ")
        assert terminal.interrupt() == 130
    assert table_of(operated) == before
