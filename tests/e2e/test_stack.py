"""The synthesized stack, deployed: its schedule's own input, its bundle, its permissions, its topic and bus."""

import json
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from typing import Any

import pytest

from import_watch import emails
from import_watch.messages import Message
from local.inbox import Inbox, catch_events, subscribe_inbox
from local.stand_in import ApiError, Page, StandIn, import_job
from tests.e2e.stack import APPLICATION, OTHER, SEGMENT, Stack, close_topic, finished

pytestmark = pytest.mark.e2e

OUTPUTS = {
    *("NotificationsTopicArn", "EmailTopicArn", "ChatTopicArn", "OperationsTopicArn"),
    *("StateTableName", "PollFunctionName", "FailedTicksQueueUrl"),
}


def kinds(inbox: Inbox, count: int) -> Counter[str]:
    return Counter(mail.message["kind"] for mail in inbox.receive(at_least=count))


def test_the_schedule_s_own_input_announces_on_topic_and_bus_and_tells_people(stack: Stack, pinpoint: StandIn) -> None:
    """From the listing to the subscriber, with the permissions that the stack gives and no others."""
    assert stack.outputs.keys() == OUTPUTS
    watch = json.loads(stack.assembly.schedule_inputs["newsletter"])["watch"]
    inbox, events = stack.inbox("newsletter"), catch_events(stack.emulator)
    email, chat = (subscribe_inbox(stack.emulator, stack.outputs[f"{name}TopicArn"]) for name in ("Email", "Chat"))
    pinpoint.jobs.put(SEGMENT, finished("history"), import_job(SEGMENT, "job", "PROCESSING", created=datetime.now(UTC)))
    pinpoint.jobs.put(OTHER)
    first = stack.tick(watch)
    assert (first["announced"], first["suppressed"], first["failing"]) == (0, 1, [])
    pinpoint.jobs.put(SEGMENT, finished("job", TotalFailures=12, TotalProcessed=5000))
    assert stack.tick(watch)["announced"] == 1
    (mail,), (event,) = inbox.receive(at_least=1), events.receive(at_least=1)
    assert mail.message == event.message
    assert (mail.message["kind"], mail.message["jobId"]) == ("completed_with_failures", "job")
    assert mail.attributes["severity"] == "warning"
    assert event.attributes == {"source": "import-watch", "detail-type": "Import Job Completed With Failures"}
    assert event.envelope["resources"] == ["arn:aws:mobiletargeting:us-east-1:000000000000:apps/app/segments/segment"]
    (told,), (note,) = email.receive(at_least=1), chat.receive(at_least=1)
    assert told.envelope["Subject"] == emails.subject(Message(mail.message))
    assert told.envelope["Message"] == emails.text(Message(mail.message))
    assert note.message["content"]["title"] == told.envelope["Subject"]
    assert told.attributes == note.attributes == mail.attributes


def test_a_storm_is_one_email_and_one_note(stack: Stack, pinpoint: StandIn, newsletter: dict[str, Any]) -> None:
    """For people; machines get each by itself."""
    pinpoint.jobs.put(SEGMENT)
    pinpoint.jobs.put(OTHER)
    newsletter["policy"] = {"email": True, "chat": True}
    stack.tick(newsletter)
    inbox, named = stack.inbox(newsletter["name"]), {"watch": [newsletter["name"]]}
    email, chat = (
        subscribe_inbox(stack.emulator, stack.outputs[f"{name}TopicArn"], filter_policy=named)
        for name in ("Email", "Chat")
    )
    for target in (SEGMENT, OTHER):
        pinpoint.jobs.put(target, *(finished(f"job-{number}", target=target) for number in range(11)))
    assert stack.tick(newsletter)["announced"] == 22
    assert len(inbox.receive(at_least=22)) == 22
    (told,), (note,) = email.receive(at_least=1), chat.receive(at_least=1)
    assert told.envelope["Subject"] == f"[{newsletter['name']}] 22 announcements: 22 completed"
    assert (
        told.envelope["Message"].count(", job job-") == note.message["content"]["description"].count(", job job-") == 22
    )
    stack.tick(newsletter)
    assert email.receive() == chat.receive() == []


def test_250_jobs_on_any_pages_are_announced_once_each(
    stack: Stack, pinpoint: StandIn, newsletter: dict[str, Any]
) -> None:
    """Shuffled, with repeats across pages, an empty page with a token among them."""
    pinpoint.jobs.put(SEGMENT)
    pinpoint.jobs.put(OTHER)
    inbox = stack.inbox(newsletter["name"])
    stack.tick(newsletter)
    jobs = [finished(f"job-{number:03}") for number in range(250)]
    mixed = jobs[::2] + jobs[::-3] + jobs[1::2]
    pages = [mixed[start : start + 33] for start in range(0, len(mixed), 33)]
    pages.insert(2, [])
    tokens = [*(f"token-{number}" for number in range(1, len(pages))), None]
    pinpoint.jobs.script(SEGMENT, [Page(page, token) for page, token in zip(pages, tokens, strict=True)])
    assert stack.tick(newsletter)["announced"] == 250
    assert stack.tick(newsletter)["announced"] == 0
    assert Counter(mail.message["jobId"] for mail in inbox.receive(at_least=250)) == Counter(job["Id"] for job in jobs)


def test_a_whole_application_is_one_list(stack: Stack, pinpoint: StandIn) -> None:
    """Every segment's jobs, with the segment's ARN where it is known."""
    watch = json.loads(stack.assembly.schedule_inputs["customers"])["watch"]
    inbox = stack.inbox("customers")
    pinpoint.jobs.put(APPLICATION)
    stack.tick(watch)
    pinpoint.jobs.put("pinpoint:crm/emea", finished("segment's", target="pinpoint:crm/emea"))
    pinpoint.jobs.put(APPLICATION, finished("endpoints", "CANCELLED", target=APPLICATION))
    assert stack.tick(watch)["announced"] == 2
    mails = {mail.message["jobId"]: mail.message for mail in inbox.receive(at_least=2)}
    assert mails["segment's"]["segmentId"] == "emea"
    assert "segmentId" not in mails["endpoints"]
    assert mails["endpoints"]["kind"] == "cancelled"


def test_overlapping_ticks_announce_once(stack: Stack, pinpoint: StandIn, newsletter: dict[str, Any]) -> None:
    """Three workers at once."""
    pinpoint.jobs.put(SEGMENT)
    pinpoint.jobs.put(OTHER)
    inbox = stack.inbox(newsletter["name"])
    stack.tick(newsletter)
    pinpoint.jobs.put(SEGMENT, *(finished(f"job-{number}") for number in range(20)))
    with ThreadPoolExecutor(3) as pool:
        results = list(pool.map(lambda _: stack.tick(newsletter), range(3)))
    assert sum(result["announced"] for result in results) == 20
    assert kinds(inbox, 20) == {"completed": 20}


def test_a_target_that_is_gone_says_so_once_and_once_that_it_is_back(
    stack: Stack, pinpoint: StandIn, newsletter: dict[str, Any]
) -> None:
    """The other target's jobs go out meanwhile."""
    pinpoint.jobs.put(SEGMENT)
    inbox = stack.inbox(newsletter["name"])
    assert [stack.tick(newsletter)["failing"] for _ in range(4)] == [[OTHER]] * 4
    pinpoint.jobs.put(SEGMENT, finished("job", "FAILED"))
    stack.tick(newsletter)
    pinpoint.jobs.put(OTHER)
    assert [stack.tick(newsletter)["failing"] for _ in range(2)] == [[], []]
    assert kinds(inbox, 3) == {"target_unavailable": 1, "failed": 1, "target_recovered": 1}


def test_an_added_target_announces_none_of_its_history(
    stack: Stack, pinpoint: StandIn, newsletter: dict[str, Any]
) -> None:
    """And all that finishes after."""
    pinpoint.jobs.put(SEGMENT)
    pinpoint.jobs.put(OTHER, *(finished(f"old-{number}", target=OTHER) for number in range(60)))
    inbox = stack.inbox(newsletter["name"])
    stack.tick({**newsletter, "targets": [SEGMENT]})
    assert stack.tick(newsletter)["suppressed"] == 60
    pinpoint.jobs.put(OTHER, finished("new", target=OTHER))
    stack.tick(newsletter)
    assert [mail.message["jobId"] for mail in inbox.receive(at_least=1)] == ["new"]


def test_a_topic_that_is_closed_fails_the_tick_and_the_next_one_sends(
    stack: Stack, pinpoint: StandIn, newsletter: dict[str, Any]
) -> None:
    """With the same id on both channels, once each."""
    pinpoint.jobs.put(SEGMENT)
    pinpoint.jobs.put(OTHER)
    inbox, events = stack.inbox(newsletter["name"]), catch_events(stack.emulator)
    stack.tick(newsletter)
    pinpoint.jobs.put(SEGMENT, finished("job"))
    reopen = close_topic(stack)
    try:
        failed = stack.invoke(newsletter)
    finally:
        reopen()
    assert failed.error is not None
    assert stack.outputs["NotificationsTopicArn"] in failed.error
    assert stack.tick(newsletter)["announced"] == 1
    assert stack.tick(newsletter)["announced"] == 0
    (mail,), (event,) = inbox.receive(at_least=1), events.receive(at_least=1)
    assert mail.message["id"] == event.message["id"]


def test_every_target_broken_fails_the_tick(stack: Stack, pinpoint: StandIn, newsletter: dict[str, Any]) -> None:
    """So that the failure queue and its alarm see it."""
    for target in (SEGMENT, OTHER):
        pinpoint.faults.add(target, ApiError("InternalServerErrorException"), times=None)
    failed = stack.invoke(newsletter)
    assert failed.error == "every target is throttled or broken"


def test_a_job_s_life_at_every_status(stack: Stack, pinpoint: StandIn, newsletter: dict[str, Any]) -> None:
    """Unfinished in all of them; a status never seen before is no outcome; then it ends without date or counters."""
    pinpoint.jobs.put(OTHER)
    pinpoint.jobs.put(SEGMENT, import_job(SEGMENT, "job", "CREATED", created=datetime.now(UTC)))
    inbox = stack.inbox(newsletter["name"])
    for status in ("PROCESSING", "PENDING_JOB", "CANCELLING", "COMPLETED"):
        assert stack.tick(newsletter)["announced"] == 0
        pinpoint.jobs.change(SEGMENT, "job", JobStatus=status)
    assert stack.tick(newsletter)["announced"] == 1
    (mail,) = inbox.receive(at_least=1)
    assert (mail.message["kind"], "completedAt" in mail.message, "counts" in mail.message) == (
        "completed",
        False,
        False,
    )
