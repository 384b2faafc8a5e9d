"""The queue of chunks, and the files of targets: real ones."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any
from unittest.mock import patch
from uuid import uuid4

import pytest
from botocore.exceptions import ClientError

from import_watch.adapters.bundled import BundledFiles
from import_watch.adapters.chunks import ChunkQueue
from import_watch.inputs import parse_watch
from import_watch.jobs import Target
from import_watch.policy import Watch
from local.emulator import Emulator
from tests.builders import a_watch

if TYPE_CHECKING:
    from mypy_boto3_sqs import SQSClient


@pytest.fixture
def sqs(emulator: Emulator) -> "SQSClient":
    return emulator.session.client("sqs")


@pytest.fixture
def queue(sqs: "SQSClient") -> ChunkQueue:
    return ChunkQueue(sqs, sqs.create_queue(QueueName=f"chunks-{uuid4()}")["QueueUrl"])


def chunks(count: int, targets: int = 1, length: int = 4) -> list[Watch]:
    return [
        a_watch(*(Target("pinpoint", f"{number:0{length}}", f"{n:0{length}}") for n in range(targets)))
        for number in range(count)
    ]


def received(queue: ChunkQueue) -> list[Watch]:
    """Take all that is there, as a worker reads it."""
    found: list[Watch] = []
    while messages := queue.client.receive_message(QueueUrl=queue.url, MaxNumberOfMessages=10).get("Messages", []):
        found += [parse_watch(json.loads(message["Body"])) for message in messages]
    return found


def test_every_chunk_arrives_as_it_was(queue: ChunkQueue) -> None:
    """As a schedule's input, whichever call it was sent with."""
    sent = chunks(25)
    assert [*queue.hand_over(sent)] == [(chunk, None) for chunk in sent]
    assert sorted(received(queue), key=str) == sent


@pytest.mark.parametrize(("count", "targets", "requests"), [(10, 1, [10]), (11, 1, [10, 1]), (20, 100, [10, 10])])
def test_chunks_go_ten_at_a_time(queue: ChunkQueue, count: int, targets: int, requests: Sequence[int]) -> None:
    """Of any hundred targets, even with the longest ids: ten such chunks are smaller than a request may be."""
    seen: list[dict[str, Any]] = []
    queue.client.meta.events.register("before-parameter-build.sqs", lambda params, **_: seen.append(params))
    list(queue.hand_over(chunks(count, targets, length=64)))
    assert [len(request["Entries"]) for request in seen] == requests
    assert all(sum(len(one["MessageBody"]) for one in request["Entries"]) < 256 * 1024 for request in seen)


def test_what_is_refused_is_told_with_its_reason(queue: ChunkQueue) -> None:
    """And what the answer doesn't mention counts as refused."""
    first, second, third = sent = chunks(3)
    answer = {
        "Successful": [{"Id": "1"}],
        "Failed": [{"Id": "0", "Code": "Odd", "Message": "why", "SenderFault": True}],
    }
    with patch.object(queue.client, "send_message_batch", return_value=answer):
        told = [*queue.hand_over(sent)]
    assert told == [(first, "Odd: why"), (second, None), (third, "not acknowledged")]


def test_a_queue_that_is_gone_ends_it(queue: ChunkQueue, sqs: "SQSClient") -> None:
    """With the service's own error."""
    sqs.delete_queue(QueueUrl=queue.url)
    with pytest.raises(ClientError, match="NonExistentQueue"):
        list(queue.hand_over(chunks(1)))


def test_a_file_is_read_by_its_name(tmp_path: Path) -> None:
    """In its folder; what isn't there is no error of the disk's."""
    (tmp_path / "newsletter.json").write_text('["pinpoint:app"]')
    assert BundledFiles(tmp_path).read("newsletter.json") == ["pinpoint:app"]
    with pytest.raises(LookupError):
        BundledFiles(tmp_path).read("other.json")
