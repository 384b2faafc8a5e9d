"""Ticks that failed, as queues keep them: looked at, and taken out once a later tick has done what they left."""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Final

from import_watch.jobs import parse_timestamp
from import_watch_cli.speech.words import counted
from import_watch_cli.stack.deployment import Deployment

if TYPE_CHECKING:
    from mypy_boto3_sqs import SQSClient

BATCH: Final = 10  # messages a request (SQS API reference: ReceiveMessage, DeleteMessageBatch)
MOST: Final = 1_000  # messages looked at in one go, so that all are still hidden when they are deleted
HIDDEN: Final = 600  # seconds that nobody else receives what is being looked at


@dataclass(frozen=True, slots=True, kw_only=True)
class FailedTick:
    """A message of a queue of failures. What it carries is told, never run."""

    queue: str
    """The queue's URL."""
    handle: str
    watch: str | None
    """None where the message is none of ours."""
    at: datetime
    error: str


@contextmanager
def kept(deployment: Deployment, queues: Iterable[str]) -> Iterator[list[FailedTick]]:
    """Receive what these queues keep; what is not taken out is there again after the block."""
    sqs = deployment.connection.client("sqs")
    found: list[FailedTick] = []
    try:
        for queue in queues:
            _receive(sqs, queue, found)
        yield found
    finally:
        for queue, part in _parts(found):
            entries: Any = [
                {"Id": str(number), "ReceiptHandle": one.handle, "VisibilityTimeout": 0}
                for number, one in enumerate(part)
            ]
            sqs.change_message_visibility_batch(QueueUrl=queue, Entries=entries)


def take_out(deployment: Deployment, found: list[FailedTick], done: Sequence[FailedTick]) -> list[str]:
    """Delete these from their queues, and from what was found; give the reasons of those that stay."""
    sqs = deployment.connection.client("sqs")
    refused: list[str] = []
    for queue, part in _parts(done):
        entries: Any = [{"Id": str(number), "ReceiptHandle": one.handle} for number, one in enumerate(part)]
        reply = sqs.delete_message_batch(QueueUrl=queue, Entries=entries)
        failed = {each["Id"]: f"{each['Code']} {each.get('Message', '')}" for each in reply.get("Failed", [])}
        refused += failed.values()
        for number, one in enumerate(part):
            if str(number) not in failed:
                found.remove(one)
    return refused


def read_failure(queue: str, message: Mapping[str, Any]) -> FailedTick:
    """Read a message: Lambda's record of a failed invocation, or a chunk that no worker could poll."""
    sent = datetime.fromtimestamp(int(message["Attributes"]["SentTimestamp"]) / 1000, UTC)
    watch, at, error = None, sent, "none of ours: not what Lambda or a tick writes"
    # Somebody else's stays where it is, however deep it is nested.
    with suppress(ValueError, LookupError, TypeError, AttributeError, RecursionError):
        watch, at, error = _read(json.loads(message["Body"]), sent)
    return FailedTick(queue=queue, handle=message["ReceiptHandle"], watch=watch, at=at, error=error)


def _read(body: Mapping[str, Any], sent: datetime) -> tuple[str, datetime, str]:
    """Tell of which watch, when and with what it failed; raise as it comes where it is none of ours."""
    if "requestPayload" not in body:
        watch = body["watch"]
        return str(watch["name"]), sent, f"{counted(len(watch['targets']), 'target')} that workers failed to poll"
    said = body.get("responsePayload") or {}
    error = str(said.get("errorMessage") or body["requestContext"]["condition"])
    return str(body["requestPayload"]["watch"]["name"]), parse_timestamp(body["timestamp"]), error


def failure_queues(deployment: Deployment) -> list[str]:
    """Give those of ticks and, where workers are deployed, of chunks."""
    return [deployment.outputs["FailedTicksQueueUrl"], *deployment.parts("AWS::SQS::Queue", "ChunksFailed")]


def _receive(sqs: "SQSClient", queue: str, found: list[FailedTick]) -> None:
    while len(found) < MOST:
        reply = sqs.receive_message(
            QueueUrl=queue,
            MaxNumberOfMessages=BATCH,
            VisibilityTimeout=HIDDEN,
            WaitTimeSeconds=1,  # else it asks only some of SQS's servers
            AttributeNames=["SentTimestamp"],
        )
        if not reply.get("Messages"):
            return
        found += [read_failure(queue, message) for message in reply["Messages"]]


def _parts(found: Iterable[FailedTick]) -> Iterator[tuple[str, list[FailedTick]]]:
    by_queue: dict[str, list[FailedTick]] = {}
    for one in found:
        by_queue.setdefault(one.queue, []).append(one)
    for queue, all_ in by_queue.items():
        yield from ((queue, all_[at : at + BATCH]) for at in range(0, len(all_), BATCH))
