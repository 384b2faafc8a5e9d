"""The worker's handler in this process, with events as SQS hands them over; and the whole way from a tick to it."""

import json
from collections import Counter
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from io import StringIO
from types import ModuleType
from typing import TYPE_CHECKING, Any
from unittest.mock import patch
from uuid import uuid4

import pytest
from aws_lambda_powertools.utilities.batch.exceptions import BatchProcessingError

from import_watch.tick import CHUNK
from local.emulator import Emulator
from local.inbox import Inbox
from local.stand_in import ApiError, StandIn, import_job
from tests.adapters.function import Context

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_sqs import SQSClient

TARGET, OTHER, THIRD = "pinpoint:app/seg", "pinpoint:app/other", "pinpoint:app/third"
MANY = [f"pinpoint:app/segment-{number}" for number in range(2 * CHUNK + 1)]


@pytest.fixture
def worker(cold_start: Callable[..., ModuleType]) -> ModuleType:
    return cold_start("worker", POLL_FUNCTION=Context().function_name)


@pytest.fixture
def let_claims_lapse(dynamodb: "DynamoDBClient", table: str) -> Callable[[], None]:
    """Make whatever is pending due, as time would."""

    def lapse() -> None:
        for item in dynamodb.scan(TableName=table)["Items"]:
            if "pendingDue" in item:
                dynamodb.put_item(TableName=table, Item={**item, "pendingDue": {"S": "2020-01-01T00:00:00.000Z"}})

    return lapse


def a_chunk(*targets: str, **facts: Any) -> str:
    return json.dumps({"watch": {"name": "newsletter", "targets": list(targets or (TARGET, OTHER)), **facts}})


def an_event(*bodies: str) -> dict[str, Any]:
    """Build an event as SQS's event source mapping does."""
    records = [
        {
            "messageId": f"message-{number}",
            "receiptHandle": "handle",
            "body": body,
            "attributes": {"ApproximateReceiveCount": "1", "SentTimestamp": "0"},
            "messageAttributes": {},
            "md5OfBody": "",
            "eventSource": "aws:sqs",
            "eventSourceARN": "arn:aws:sqs:us-east-1:000000000000:chunks",
            "awsRegion": "us-east-1",
        }
        for number, body in enumerate(bodies)
    ]
    return {"Records": records}


WORKER = Context(function_name="worker")


def a_job(job_id: str, target: str = TARGET) -> dict[str, Any]:
    now = datetime.now(UTC)
    return import_job(target, job_id, "COMPLETED", created=now - timedelta(minutes=1), completed=now)


def announced(inbox: Inbox, count: int) -> Counter[str]:
    return Counter(mail.message["jobId"] for mail in inbox.receive(at_least=count))


def test_a_chunk_is_polled_like_a_watch(worker: ModuleType, pinpoint: StandIn, inbox: Inbox) -> None:
    """And nothing is named as failed."""
    event = an_event(a_chunk())
    assert worker.handler(event, WORKER) == {"batchItemFailures": []}
    pinpoint.jobs.put(TARGET, a_job("job"))
    assert worker.handler(event, WORKER) == {"batchItemFailures": []}
    assert announced(inbox, 1) == {"job": 1}


def test_a_worker_s_ticks_are_measured_as_the_poll_function_s(
    worker: ModuleType, capsys: pytest.CaptureFixture[str]
) -> None:
    """Which is where alarms look; the heart beats there."""
    worker.handler(an_event(a_chunk()), WORKER)
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines() if '"_aws"' in line]
    assert [line["function"] for line in lines] == ["poll", "poll"]
    assert lines[0]["Heartbeat"] == [1.0]


@pytest.mark.parametrize("times", [2, 3])
def test_a_chunk_that_comes_again_announces_nothing_twice(
    worker: ModuleType, pinpoint: StandIn, inbox: Inbox, times: int
) -> None:
    """SQS may deliver a message more than once; also to several workers at the same time."""
    event = an_event(a_chunk())
    worker.handler(event, WORKER)
    jobs = [a_job(f"job-{number}") for number in range(30)]
    pinpoint.jobs.put(TARGET, *jobs)
    with ThreadPoolExecutor(times) as pool:
        list(pool.map(lambda _: worker.handler(event, WORKER), range(times)))
    worker.handler(event, WORKER)
    assert announced(inbox, 30) == {job["Id"]: 1 for job in jobs}


def test_what_a_worker_that_died_had_recorded_goes_out(
    worker: ModuleType, poll: ModuleType, pinpoint: StandIn, inbox: Inbox, let_claims_lapse: Callable[[], None]
) -> None:
    """Killed between record and publish: the chunk that comes again leaves it alone, a tick sends it once it is due."""
    event = an_event(a_chunk())
    worker.handler(event, WORKER)
    pinpoint.jobs.put(TARGET, a_job("job"))
    dying = patch.object(worker.wiring.clients.sns, "publish_batch", side_effect=SystemExit)
    with dying, pytest.raises(SystemExit):
        worker.handler(event, WORKER)
    assert worker.handler(event, WORKER) == {"batchItemFailures": []}
    assert announced(inbox, 0) == {}
    let_claims_lapse()
    assert worker.handler(event, WORKER) == {"batchItemFailures": []}
    assert announced(inbox, 0) == {}, "leftovers are for the one who hands over"
    poll.handler({"watch": {"name": "newsletter", "targets": [THIRD]}}, Context())
    assert announced(inbox, 1) == {"job": 1}


def test_what_a_worker_that_died_had_published_goes_out_once_more(
    worker: ModuleType, poll: ModuleType, pinpoint: StandIn, inbox: Inbox, let_claims_lapse: Callable[[], None]
) -> None:
    """Killed between publish and settle: one delivery more for the one death, however often the chunk comes again."""
    event = an_event(a_chunk())
    worker.handler(event, WORKER)
    pinpoint.jobs.put(TARGET, a_job("job"))
    pinpoint.jobs.put(THIRD)
    dying = patch.object(worker.wiring.clients.dynamodb, "update_item", side_effect=SystemExit)
    with dying, pytest.raises(SystemExit):
        worker.handler(event, WORKER)
    assert announced(inbox, 1) == {"job": 1}
    for _ in range(2):
        assert worker.handler(event, WORKER) == {"batchItemFailures": []}
    let_claims_lapse()
    for _ in range(2):
        worker.handler(event, WORKER)
        poll.handler({"watch": {"name": "newsletter", "targets": [THIRD]}}, Context())
    assert announced(inbox, 1) == {"job": 1}, "once more, and then no more"


def test_of_several_chunks_the_failed_ones_are_named(worker: ModuleType, pinpoint: StandIn) -> None:
    """They alone come again."""
    pinpoint.jobs.put(THIRD)
    pinpoint.faults.add(OTHER, ApiError("InternalServerErrorException"), times=None)
    event = an_event(a_chunk(TARGET), a_chunk(OTHER), "no JSON", a_chunk(THIRD))
    assert worker.handler(event, WORKER) == {
        "batchItemFailures": [{"itemIdentifier": "message-1"}, {"itemIdentifier": "message-2"}]
    }


@pytest.mark.parametrize(
    ("bodies", "reason"),
    [
        ([a_chunk(THIRD)], "every target is throttled or broken"),
        (["no JSON"], "JSONDecodeError"),
        (['{"watch": {"name": "newsletter", "targetsFile": "newsletter.json"}}'], "watch.targetsFile"),
        ([a_chunk("pinpoint:a/b/c")], "watch.targets"),
    ],
    ids=["all targets down", "no JSON", "a file", "no target"],
)
def test_where_no_chunk_succeeds_the_invocation_fails(
    worker: ModuleType, pinpoint: StandIn, bodies: Sequence[str], reason: str
) -> None:
    """Which rings an alarm; and the error says why. Only what a message brings along is read."""
    pinpoint.faults.add(THIRD, ApiError("InternalServerErrorException"), times=None)
    with pytest.raises(BatchProcessingError, match=reason):
        worker.handler(an_event(*bodies), WORKER)


def test_each_invocation_has_its_own_time(worker: ModuleType, pinpoint: StandIn) -> None:
    """One that comes too late begins nothing."""
    worker.handler(an_event(a_chunk()), WORKER)
    before = len(pinpoint.calls)
    with pytest.raises(BatchProcessingError, match="no time for any target"):
        worker.handler(an_event(a_chunk()), Context(seconds=20))
    assert len(pinpoint.calls) == before
    assert worker.handler(an_event(a_chunk()), WORKER) == {"batchItemFailures": []}


def test_a_watch_beyond_reach_is_handed_over_and_polled_by_workers(  # noqa: PLR0917 # fixtures, which pytest names
    worker: ModuleType,
    cold_start: Callable[..., ModuleType],
    emulator: Emulator,
    pinpoint: StandIn,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """Every target once; the result, the log and the metrics say what was done, and the heart beats elsewhere."""
    sqs = emulator.session.client("sqs")
    queue = sqs.create_queue(QueueName=f"chunks-{uuid4()}")["QueueUrl"]
    poll = cold_start("poll", CHUNKS_QUEUE_URL=queue)
    monkeypatch.setattr("import_watch.tick.REACH", 2 * CHUNK)
    monkeypatch.setattr(poll.wiring.logger.registered_handler, "stream", log := StringIO())
    for target in MANY:
        pinpoint.jobs.put(target)
    result = poll.handler({"watch": {"name": "newsletter", "targets": MANY}}, Context())
    assert (result["targets"], result["pages"], result["failing"]) == (len(MANY), 0, [])
    assert '"targets handed over"' in log.getvalue()
    assert "Heartbeat" not in capsys.readouterr().out
    assert pinpoint.calls == []
    bodies = taken(sqs, queue)
    assert len(bodies) == 3
    for body in bodies:
        worker.handler(an_event(body), WORKER)
    assert Counter(call.target for call in pinpoint.calls) == dict.fromkeys(MANY, 1)


def taken(sqs: "SQSClient", url: str) -> list[str]:
    bodies: list[str] = []
    while messages := sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10).get("Messages", []):
        bodies += [message["Body"] for message in messages]
    return bodies
