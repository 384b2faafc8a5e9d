"""The queue on which chunks of a watch wait for workers."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from import_watch.adapters.batches import batches
from import_watch.inputs import write_watch
from import_watch.policy import Watch

if TYPE_CHECKING:
    from mypy_boto3_sqs import SQSClient
    from mypy_boto3_sqs.type_defs import SendMessageBatchRequestEntryTypeDef


@dataclass(frozen=True, slots=True)
class ChunkQueue:
    """Sends each chunk as a message whose body is what a schedule would hand to the function for these targets."""

    client: "SQSClient"
    url: str

    def hand_over(self, chunks: Sequence[Watch], /) -> Iterator[tuple[Watch, str | None]]:
        """Send them batch by batch; botocore's error where a call fails, which ends it."""
        entries = [_entry(number, chunk) for number, chunk in enumerate(chunks)]
        for batch in batches(entries, _size):
            answer = self.client.send_message_batch(QueueUrl=self.url, Entries=batch)
            refused = {one["Id"]: f"{one['Code']}: {one.get('Message', '')}" for one in answer.get("Failed", [])}
            taken = {one["Id"] for one in answer.get("Successful", [])}
            for entry in batch:
                refusal = None if entry["Id"] in taken else refused.get(entry["Id"], "not acknowledged")
                yield chunks[int(entry["Id"])], refusal


def _entry(number: int, chunk: Watch) -> "SendMessageBatchRequestEntryTypeDef":
    return {"Id": str(number), "MessageBody": json.dumps(write_watch(chunk), separators=(",", ":"))}


def _size(entry: "SendMessageBatchRequestEntryTypeDef") -> int:
    return len(entry["MessageBody"].encode())
