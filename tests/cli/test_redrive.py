"""`import-watch redrive`."""

import json
from typing import TYPE_CHECKING

import pytest

from tests.cli.acting import SEGMENT, asked, empty_lists, item, quarantined
from tests.cli.conftest import Operated
from tests.cli.untouched import table_of
from tests.e2e.stack import close_topic

if TYPE_CHECKING:
    from mypy_boto3_sqs import SQSClient

pytestmark = pytest.mark.e2e

PK = f"newsletter#{SEGMENT}"


@pytest.fixture(autouse=True)
def lists(operated: Operated) -> None:
    """Have the lists that these watches poll, and no failed ticks."""
    empty_lists(operated)
    operated.emulator.session.client("sqs").purge_queue(QueueUrl=operated.outputs["FailedTicksQueueUrl"])


@pytest.fixture
def sqs(operated: Operated) -> "SQSClient":
    return operated.emulator.session.client("sqs")


def failed_tick(sqs: "SQSClient", operated: Operated, watch: str = "newsletter") -> None:
    """Keep a failed tick as Lambda does; what it was given names a list that would be missed if it were run again."""
    record = {
        "version": "1.0",
        "timestamp": "2026-05-24T21:26:45.308Z",
        "requestContext": {"condition": "RetriesExhausted", "approximateInvokeCount": 1},
        "requestPayload": {"watch": {"name": watch, "targets": ["pinpoint:of-old"]}},
        "responseContext": {"statusCode": 200, "functionError": "Unhandled"},
        "responsePayload": {"errorMessage": "the table was down", "errorType": "TickFailedError"},
    }
    sqs.send_message(QueueUrl=operated.outputs["FailedTicksQueueUrl"], MessageBody=json.dumps(record))


def left(sqs: "SQSClient", operated: Operated) -> list[str]:
    """Look at what can be received now."""
    reply = sqs.receive_message(
        QueueUrl=operated.outputs["FailedTicksQueueUrl"], MaxNumberOfMessages=10, VisibilityTimeout=0
    )
    return [message["Body"] for message in reply.get("Messages", [])]


def test_what_was_quarantined_is_sent_as_if_never_refused(operated: Operated) -> None:
    """Where it was refused, without a mark, by a tick of its watch; the whole table is read for it, which is told."""
    quarantined(operated, "refused")
    inbox = operated.inbox("newsletter")
    run = operated.command("redrive", "--announcements", "--yes")
    assert (run.returncode, run.stderr) == (0, "")
    assert run.stdout.startswith(
        f"Reads the whole table {operated.outputs['StateTableName']} for what is quarantined.\n"
    )
    assert "Makes 1 message pending again on the channels that refused them.\n" in run.stdout
    assert f"{PK} refused#finished: sns: accepted at 20" in run.stdout
    (received,) = inbox.receive(at_least=1)
    assert (received.message["jobId"], received.message.get("replay")) == ("refused", None)
    after = item(operated, PK, "refused#finished") or {}
    assert after.keys().isdisjoint({"quarantined", "refusals", "replay", "pendingDue"})
    again = operated.command("redrive", "--announcements", "--yes")
    assert (again.returncode, again.stdout.splitlines()[1:]) == (0, ["Nothing to redrive."])


def test_what_a_watch_left_that_is_no_more_is_sent_by_another_s_tick(operated: Operated) -> None:
    """Or left to the next one, if so asked."""
    pk = f"gone#{SEGMENT}"
    quarantined(operated, "stranded", watch="gone")
    run = operated.command("redrive", "--announcements", "--yes")
    assert (run.returncode, run.stderr) == (0, "")
    assert "pendingDue" not in (item(operated, pk, "stranded#finished") or {})
    quarantined(operated, "later", watch="gone")
    run = operated.command("redrive", "--announcements", "--no-tick", "--yes")
    assert run.returncode == 0
    assert (item(operated, pk, "later#finished") or {})["pending"] == {"sns"}


def test_failed_ticks_are_taken_out_once_a_tick_succeeds(operated: Operated, sqs: "SQSClient") -> None:
    """One of the watch as it is now; what the failed one was given is not run again."""
    for _ in range(12):
        failed_tick(sqs, operated)
    run = operated.command("redrive", "--ticks", "--yes")
    assert (run.returncode, run.stderr) == (0, "")
    assert "2026-05-24 21:26:45 UTC  the table was down" in run.stdout
    assert "Runs a tick of newsletter; where it succeeds, takes its failed ones out of their queue.\n" in run.stdout
    assert run.stdout.endswith("newsletter: a tick succeeded; 12 failed ones taken out\n")
    assert left(sqs, operated) == []
    assert {call.target for call in operated.pinpoint.calls} == {SEGMENT}
    assert operated.command("redrive", "--ticks", "--yes").stdout == "Nothing to redrive.\n"


def test_what_can_t_be_made_good_stays_in_the_queue(operated: Operated, sqs: "SQSClient") -> None:
    """As when the tick fails again, the watch is no more, or the message is none of ours."""
    failed_tick(sqs, operated)
    failed_tick(sqs, operated, "gone")
    sqs.send_message(QueueUrl=operated.outputs["FailedTicksQueueUrl"], MessageBody="[]")
    quarantined(operated, "again")
    reopen = close_topic(operated)
    try:
        run = operated.command("redrive", "--wait", "0", "--yes")
    finally:
        reopen()
    assert run.returncode == 1
    assert "sns: NOT accepted yet: the tick failed: " in run.stdout
    *_, gone, newsletter = sorted(run.stderr.splitlines())
    assert gone == "gone: no watch of the stack, so its 1 stay in the queue"
    assert "?: no watch of the stack, so its 1 stay in the queue\n" in run.stderr
    assert newsletter.startswith("newsletter: ")
    assert len(left(sqs, operated)) == 3


def test_without_a_yes_nothing_is_changed(operated: Operated, sqs: "SQSClient") -> None:
    """Be it that nobody can be asked, or Ctrl-C is pressed: messages can be received again at once."""
    failed_tick(sqs, operated)
    quarantined(operated, "unasked")
    before = table_of(operated)
    run = operated.command("redrive")
    assert run.returncode == 2
    assert "--yes skips the question" in run.stderr
    assert len(left(sqs, operated)) == 1
    with asked(operated, "redrive") as terminal:
        terminal.until("Go on? [y/N]: ")
        assert left(sqs, operated) == []
        assert terminal.interrupt() == 130
    assert len(left(sqs, operated)) == 1
    mistake = operated.command("redrive", "--ticks", "--no-tick")
    assert mistake.returncode == 2
    assert "--no-tick: allowed only with --announcements alone" in mistake.stderr
    assert table_of(operated) == before
