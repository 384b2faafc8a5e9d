"""What a job may hold, on its way through the real clients: to the table, to subscribers, to the log."""

import json
import zlib
from datetime import UTC, datetime, timedelta
from io import StringIO
from types import ModuleType
from typing import TYPE_CHECKING, Any
from unittest.mock import patch

import pytest

from import_watch.adapters.batches import MAX_BYTES
from import_watch.adapters.bus import Bus
from import_watch.adapters.items import PENDING_SHARD, from_item, to_item
from import_watch.adapters.packed import unpack
from import_watch.adapters.topic import Topic
from import_watch.announcements import Announcement, Key
from import_watch.handlers.wiring import TickFailedError
from import_watch.jobs import Kind, Milestone, timestamp
from import_watch.live import Due
from import_watch.messages import MAX_FAILURE, MAX_FAILURES, MAX_JSON, MAX_NAME, job_message
from local.inbox import Inbox
from local.stand_in import StandIn, import_job
from tests.adapters.function import Context
from tests.builders import NOW, PK, TARGET, TOPIC, a_job, a_watch

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

LIST = str(TARGET)
NAMES = [
    "line\nbreak\r\n\u2028\u0085",
    "control\x00\x07\x1b[31m\x7f\x9b",
    "lone \ud800 and \udfff",
    "emoji \U0001f680\U0001f468\u200d\U0001f469\u200d\U0001f467",
    "x" * 300,
    "right \u202e to \u200f left \u2066",
    '{"quoted": "\\"}',
]


def an_event(**policy: Any) -> dict[str, Any]:
    return {"watch": {"name": "newsletter", "targets": [LIST], "policy": policy}}


def finished(job_id: str, **facts: Any) -> dict[str, Any]:
    now = datetime.now(UTC)
    return import_job(LIST, job_id, "COMPLETED", created=now - timedelta(minutes=1), completed=now, **facts)


def test_any_name_gets_through_and_a_line_of_the_log_stays_one(
    poll: ModuleType, pinpoint: StandIn, inbox: Inbox, log: StringIO
) -> None:
    """As a segment's name, in a file's URL, as an unknown status of an overdue job."""
    poll.handler(an_event(), Context())
    names = dict(enumerate(NAMES))
    created = datetime.now(UTC) - timedelta(days=1)
    for number, name in names.items():
        facts = {"SegmentName": name, "S3Url": f"s3://bucket/{name}"}
        pinpoint.jobs.put(LIST, finished(f"named-{number}", Definition=facts))
        pinpoint.jobs.put(LIST, import_job(LIST, f"status-{number}", name, created=created))
    results = [poll.handler(an_event(), Context())["announced"] for _ in range(2)]
    assert results == [2 * len(NAMES), 0]
    received = {mail.message["jobId"]: mail for mail in inbox.receive(at_least=2 * len(NAMES))}
    for number, name in names.items():
        mail = received[f"named-{number}"]
        assert mail.message["segmentName"] == name.encode("utf-8", "replace").decode()
        assert mail.envelope["Subject"].isprintable()
        assert f"status-{number}" in received
    lines = [json.loads(line) for line in log.getvalue().split("\n") if line]
    assert [line["message"] for line in lines].count("announced") == 2 * len(NAMES)
    assert log.getvalue().isascii()


@pytest.mark.parametrize("include_failures", [False, True])
def test_a_page_of_megabytes_of_failed_rows(
    poll: ModuleType, pinpoint: StandIn, inbox: Inbox, *, include_failures: bool
) -> None:
    """Is read like any other; at most ten rows of 256 characters each leave, and only where they are asked for."""
    event = an_event(includeFailures=include_failures)
    poll.handler(event, Context())
    rows = [f"{number}: " + "\U0001f680" * 2_600 for number in range(100)]  # 1 MB as UTF-8
    pinpoint.jobs.put(LIST, *(finished(f"job-{number}", Failures=rows) for number in range(12)))
    assert [poll.handler(event, Context())["announced"] for _ in range(2)] == [12, 0]
    received = inbox.receive(at_least=12)
    assert {mail.message["kind"] for mail in received} == {"completed_with_failures"}
    told = [row[:MAX_FAILURE] for row in rows[:MAX_FAILURES]] if include_failures else None
    assert [mail.message.get("failures") for mail in received] == [told] * 12


@pytest.mark.parametrize("character", ['"', "\\", "\x07", "\x7f", "\U0001f680", "\u2028", "ü"])
@pytest.mark.parametrize("description", [MAX_JSON // 12, MAX_JSON])
def test_the_largest_message_fits_every_channel(character: str, description: int) -> None:
    """Escaped as it travels, its email beside it: 256 KiB an SNS message with attributes, and an EventBridge entry."""
    job = a_job(
        "x" * 256,
        segment_name=character * 2 * MAX_NAME,
        status=character * 2 * MAX_NAME,
        failures=(character * 2 * MAX_FAILURE,) * 2 * MAX_FAILURES,
        as_listed={"Definition": {"S3Url": character * description}},
    )
    due = Due(job=job, milestone=Milestone.FINISHED, kind=Kind.COMPLETED_WITH_FAILURES)
    message = job_message(due, watch=a_watch(include_failures=True), target=TARGET, observed_at=NOW)
    assert ("job" in message.facts) == (description < MAX_JSON)
    key = Key(pk=PK, sk=due.key)
    announcement = Announcement(key=key, message=message, resource="arn", destinations={}, pending=frozenset())
    sizes: list[int] = []

    class Measuring:
        """Takes what is sent, and its size as the services count it (SNS and EventBridge API references)."""

        def publish_batch(self, *, PublishBatchRequestEntries: list[Any], **_: object) -> dict[str, Any]:  # noqa: N803 # boto3's
            (entry,) = PublishBatchRequestEntries
            attributes = ((name, value["StringValue"]) for name, value in entry["MessageAttributes"].items())
            texts = [entry["Message"], entry["Subject"], *(text for pair in attributes for text in (*pair, "String"))]
            sizes.append(sum(len(text.encode()) for text in texts))
            return {}

        def put_events(self, *, Entries: list[Any]) -> dict[str, Any]:  # noqa: N803 # boto3's
            sizes.append(sum(len(str(value).encode()) for value in Entries[0].values()))
            return {}

    service: Any = Measuring()
    Topic(service).publish(TOPIC, [announcement])
    Bus(service).publish("default", [announcement])
    assert len(sizes) == 2
    assert all(1_000 < size <= MAX_BYTES for size in sizes)


def test_what_is_quarantined_can_be_seen_in_the_table(  # noqa: PLR0917 # fixtures, which pytest names
    poll: ModuleType,
    pinpoint: StandIn,
    inbox: Inbox,
    dynamodb: "DynamoDBClient",
    table: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """With its message, where it was refused and how often; no longer among what is pending."""
    poll.handler(an_event(), Context())
    pinpoint.jobs.put(LIST, finished("poison"), finished("fine"))
    publish = poll.wiring.clients.sns.publish_batch

    def refusing(**request: Any) -> dict[str, Any]:
        entries = request.pop("PublishBatchRequestEntries")
        poison = [entry for entry in entries if "poison" in entry["Message"]]
        fine = [entry for entry in entries if entry not in poison]
        sent = publish(PublishBatchRequestEntries=fine, **request)["Successful"] if fine else []
        refused = [{"Id": entry["Id"], "Code": "InvalidParameter", "SenderFault": True} for entry in poison]
        return {"Successful": sent, "Failed": refused}

    monkeypatch.setattr(poll.wiring.clients.sns, "publish_batch", refusing)
    for _ in range(6):
        poll.handler(an_event(), Context())
    assert [mail.message["jobId"] for mail in inbox.receive(at_least=1)] == ["fine"]
    key = {"pk": {"S": PK}, "sk": {"S": "poison#finished"}}
    item = from_item(dynamodb.get_item(TableName=table, Key=key)["Item"])
    assert (item["quarantined"], item["deliveredAt"].keys(), item["refusals"]) == ({"sns"}, {"eventbridge"}, {"sns": 5})
    message, _, _ = unpack(item)
    assert message.facts["jobId"] == "poison"
    assert not {"pending", "pendingDue", "pendingShard"} & item.keys()


@pytest.mark.parametrize(
    ("edited", "error"),
    [
        ({}, "KeyError"),
        ({"packed": b"not compressed"}, r"error\('Error -3 while decompressing"),
        ({"packed": "a text"}, "TypeError"),
        ({"packed": zlib.compress(b"{}"), "id": "1" * 64, "kind": "completed"}, "KeyError"),
    ],
)
def test_an_item_that_can_t_be_read_keeps_others_waiting_for_a_tick_at_most(  # noqa: PLR0917 # fixtures, and the case
    poll: ModuleType,
    pinpoint: StandIn,
    inbox: Inbox,
    dynamodb: "DynamoDBClient",
    table: str,
    edited: dict[str, Any],
    error: str,
) -> None:
    """Such as one edited by hand: the tick that meets it fails and says so; the next has the others."""
    poll.handler(an_event(), Context())
    pinpoint.jobs.put(LIST, finished("waiting"))
    failed = {"Failed": [{"Id": "0", "Code": "InternalError", "SenderFault": False}]}
    with patch.object(poll.wiring.clients.sns, "publish_batch", return_value=failed):
        poll.handler(an_event(), Context())
    unreadable = {"pk": PK, "sk": "edited#finished", "pendingShard": PENDING_SHARD, "pendingDue": timestamp(NOW)}
    dynamodb.put_item(TableName=table, Item=to_item({**unreadable, **edited}))
    with pytest.raises(TickFailedError, match=error):
        poll.handler(an_event(), Context())
    assert poll.handler(an_event(), Context())["announced"] == 1
    assert [mail.message["jobId"] for mail in inbox.receive(at_least=1)] == ["waiting"]


def test_the_alarm_rings_for_a_quarantine_whose_tick_dies(
    poll: ModuleType, pinpoint: StandIn, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is counted before the announcement is given up, as no later tick would know."""
    poll.handler(an_event(), Context())
    pinpoint.jobs.put(LIST, finished("poison"))
    refused = {"Failed": [{"Id": "0", "Code": "InvalidParameter", "SenderFault": True}]}
    monkeypatch.setattr(poll.wiring.clients.sns, "publish_batch", lambda **_: refused)
    for _ in range(4):
        poll.handler(an_event(), Context())
    dying = patch.object(poll.wiring.clients.dynamodb, "batch_get_item", side_effect=SystemExit)
    with dying, pytest.raises(SystemExit):
        poll.handler(an_event(), Context())  # leftovers come first: given up is the poison, and then the process dies
    poll.handler(an_event(), Context())
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines() if '"Quarantined"' in line]
    counted = [line["Quarantined"] for line in lines if "watch" not in line]
    assert max(counted) == [1.0], "by the function alone, which is what the alarm looks at"


def test_a_message_of_a_kind_that_only_a_later_version_knows_waits_and_fails_no_tick(
    poll: ModuleType, pinpoint: StandIn, inbox: Inbox, dynamodb: "DynamoDBClient", table: str
) -> None:
    """One that was rolled back; the others go out."""
    poll.handler(an_event(), Context())
    pinpoint.jobs.put(LIST, finished("later"), finished("waiting"))
    failed = {"Failed": [{"Id": str(n), "Code": "InternalError", "SenderFault": False} for n in range(2)]}
    with patch.object(poll.wiring.clients.sns, "publish_batch", return_value=failed):
        poll.handler(an_event(), Context())
    key = to_item({"pk": PK, "sk": "later#finished"})
    dynamodb.update_item(
        TableName=table,
        Key=key,
        UpdateExpression="SET kind = :later",
        ExpressionAttributeValues=to_item({":later": "paused"}),
    )
    results = [poll.handler(an_event(), Context()) for _ in range(2)]
    assert [(result["announced"], result["pending"]) for result in results] == [(1, 1), (0, 1)]
    assert [mail.message["jobId"] for mail in inbox.receive(at_least=1)] == ["waiting"]
