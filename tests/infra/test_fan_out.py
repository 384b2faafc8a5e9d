"""What a stack has besides where a watch is beyond one tick's reach: a queue of chunks, and workers."""

import json
from pathlib import Path
from typing import Any

import pytest

from infra.bundle import TARGETS, add_targets
from tests.infra.conftest import deploy
from tests.infra.contexts import a_config, a_watch
from tests.infra.deployed import Deployed, statements
from tests.infra.test_alarms import ABOVE, alarms, looked_at, visible_in

LISTINGS = {"mobiletargeting:GetImportJobs", "mobiletargeting:GetSegmentImportJobs"}
ITS_OWN = ("Description", "Handler", "Role", "Environment")


def queue(deployed: Deployed, policy: str) -> dict[str, Any]:
    """Give a queue by what it does with messages that are received too often."""
    [found] = [one for one in deployed.all("AWS::SQS::Queue") if ("RedrivePolicy" in one) is (policy == "redrives")]
    return found


def grants(deployed: Deployed, handler: str) -> list[tuple[list[str], list[str]]]:
    documents = deployed.policies_of(deployed.function(handler))
    return [one for document in documents for one in statements(document)]


def test_a_stack_within_reach_has_nothing_of_it(deployed: Deployed) -> None:
    """Nor does it cost anything."""
    assert len(deployed.all("AWS::Lambda::Function")) == 1
    assert deployed.all("AWS::Lambda::EventSourceMapping") == []
    assert "CHUNKS_QUEUE_URL" not in deployed.function("poll")["Environment"]["Variables"]
    assert not any("RedrivePolicy" in one for one in deployed.all("AWS::SQS::Queue"))


def test_chunks_wait_as_long_as_they_are_of_use(deployed_wide: Deployed) -> None:
    """Three tries, each with all the time that Lambda may take; then, for a person to look at, 14 days."""
    chunks = queue(deployed_wide, "redrives")
    assert chunks["RedrivePolicy"] == {"deadLetterTargetArn": "<ChunksFailed.Arn>", "maxReceiveCount": 3}
    assert chunks["VisibilityTimeout"] == 6 * deployed_wide.function("worker")["Timeout"]
    assert chunks["MessageRetentionPeriod"] == 30 * 60 > 3 * chunks["VisibilityTimeout"]
    assert {one["KmsMasterKeyId"] for one in deployed_wide.all("AWS::SQS::Queue")} == {"<EncryptionKey.Arn>"}
    kept = [one["MessageRetentionPeriod"] for one in deployed_wide.all("AWS::SQS::Queue") if one != chunks]
    assert set(kept) == {14 * 24 * 60 * 60}


def test_workers_take_a_chunk_at_a_time_and_are_few(deployed_wide: Deployed) -> None:
    """They say which chunk failed; nothing else invokes them, and nothing tries again but the queue."""
    mapping = deployed_wide.one("AWS::Lambda::EventSourceMapping")
    assert mapping == {
        "Attributes": {},
        "BatchSize": 1,
        "EventSourceArn": "<ChunksQueue.Arn>",
        "FunctionName": "<WorkersFunction>",
        "FunctionResponseTypes": ["ReportBatchItemFailures"],
        "ScalingConfig": {"MaximumConcurrency": 2},
    }
    assert deployed_wide.all("AWS::Lambda::Permission") == []
    assert deployed_wide.one("AWS::Lambda::EventInvokeConfig")["FunctionName"] == "<PollerFunction>"


def test_a_worker_is_what_the_poll_function_is(deployed_wide: Deployed) -> None:
    """But for whom it works, and its share of what Pinpoint may be asked: same code, size, time and log."""
    poll, worker = deployed_wide.function("poll"), deployed_wide.function("worker")
    assert {key: value for key, value in worker.items() if key not in ITS_OWN} == {
        key: value for key, value in poll.items() if key not in ITS_OWN
    }
    settings = dict(poll["Environment"]["Variables"])
    assert settings.pop("CHUNKS_QUEUE_URL") == "<ChunksQueue>"
    assert settings["REQUESTS_PER_SECOND"] == "200"
    own = {"REQUESTS_PER_SECOND": "100", "POLL_FUNCTION": "<PollerFunction>"}
    assert worker["Environment"]["Variables"] == {**settings, **own}


def test_what_a_worker_may_do(deployed_wide: Deployed) -> None:
    """It lists the same targets, and takes chunks instead of asking for leftovers."""
    allowed = grants(deployed_wide, "worker")
    assert [one for one in allowed if one[0][0] not in LISTINGS] == [
        (["events:PutEvents"], ["arn:<AWS::Partition>:events:<AWS::Region>:<AWS::AccountId>:event-bus/default"]),
        (["logs:CreateLogStream", "logs:PutLogEvents"], ["<PollerLogs.Arn>"]),
        (["dynamodb:BatchGetItem", "dynamodb:PutItem", "dynamodb:UpdateItem"], ["<StateTable.Arn>"]),
        (["sns:Publish"], ["<NotificationsTopic>"]),
        (["kms:Decrypt", "kms:GenerateDataKey"], ["<EncryptionKey.Arn>"]),
        (["sqs:DeleteMessage", "sqs:GetQueueAttributes", "sqs:ReceiveMessage"], ["<ChunksQueue.Arn>"]),
    ]
    listings = [one for one in allowed if one[0][0] in LISTINGS]
    assert listings == [one for one in grants(deployed_wide, "poll") if one[0][0] in LISTINGS]


def test_who_may_hand_over(deployed_wide: Deployed) -> None:
    """The poll function, besides what it may do anyway; it takes none."""
    assert (["sqs:SendMessage"], ["<PollerFailedTicks.Arn>", "<ChunksQueue.Arn>"]) in grants(deployed_wide, "poll")
    roles = [one["AssumeRolePolicyDocument"]["Statement"] for one in deployed_wide.all("AWS::IAM::Role")]
    assert sorted(one["Principal"]["Service"] for [one] in roles) == [
        "lambda.amazonaws.com",
        "lambda.amazonaws.com",
        "scheduler.amazonaws.com",
    ]


def test_what_calls_for_a_person(deployed_wide: Deployed) -> None:
    """A chunk that failed, one that failed for good, and one that waits: by the same rules as all else."""
    more = {name: one for name, one in alarms(deployed_wide).items() if "Chunk" in name}
    assert {name: looked_at(alarm) for name, alarm in more.items()} == {
        "FailedChunks": ("AWS/Lambda", "Errors", "Sum", {"FunctionName": "<WorkersFunction>"}),
        "FailedChunksQueue": visible_in("ChunksFailed"),
        "OldestChunk": (
            "AWS/SQS",
            "ApproximateAgeOfOldestMessage",
            "Maximum",
            {"QueueName": "<ChunksQueue.QueueName>"},
        ),
    }
    assert more.pop("OldestChunk").items() >= {**ABOVE, "Threshold": 5 * 60}.items()
    assert all(alarm.items() >= ABOVE.items() for alarm in more.values())


def test_workers_ask_at_least_once_a_second(tmp_path: Path) -> None:
    """However little the stack may ask."""
    (tmp_path / "code").mkdir()
    deployed = deploy(a_config(a_watch(targets=["pinpoint:*"]), requestsPerSecond=3), tmp_path / "code")
    assert deployed.function("worker")["Environment"]["Variables"]["REQUESTS_PER_SECOND"] == "1"


def test_ten_thousand_segments_make_a_stack(tmp_path: Path) -> None:
    """The schedule names a file of the bundle; the roles, the application."""
    targets = [f"pinpoint:{1:032x}/{number:032x}" for number in range(10_000)]
    config = a_config(a_watch(every="2 minutes", targets=targets))
    (tmp_path / "code").mkdir()
    deployed = deploy(config, tmp_path / "code")
    watch = json.loads(deployed.one("AWS::Scheduler::Schedule")["Target"]["Input"])["watch"]
    assert "targets" not in watch
    assert config.files.keys() == {watch["targetsFile"]}
    for handler in ("poll", "worker"):
        [listing] = [one for one in grants(deployed, handler) if one[0][0] in LISTINGS]
        assert [resource.rpartition(":")[2] for resource in listing[1]] == [f"apps/{1:032x}/*"]


@pytest.mark.parametrize("files", [{}, {"one.json": '["pinpoint:app"]', "two.json": "[]"}])
def test_a_bundle_holds_the_lists_that_inputs_name(tmp_path: Path, files: dict[str, str]) -> None:
    """And no folder for none."""
    add_targets(tmp_path, files)
    assert {path.name: path.read_text() for path in tmp_path.glob(f"{TARGETS}/*")} == files
    assert (tmp_path / TARGETS).exists() is bool(files)
