"""What a message of a queue of failures tells."""

import json
from datetime import datetime
from typing import Any

import pytest

from import_watch.inputs import write_watch
from import_watch_cli.acting.failed_ticks import FailedTick, failure_queues, read_failure
from import_watch_cli.stack.connection import Connection
from import_watch_cli.stack.deployment import Deployment
from tests.builders import NOW, OTHER, TARGET, a_watch

RECORD: dict[str, Any] = {
    "version": "1.0",
    "timestamp": "2026-05-24T21:26:45.308Z",
    "requestContext": {"requestId": "x", "condition": "EventAgeExceeded", "approximateInvokeCount": 1},
    "requestPayload": write_watch(a_watch()),
}
FAILED_AT = datetime.fromisoformat(RECORD["timestamp"])


def read(body: object) -> FailedTick:
    text = body if isinstance(body, str) else json.dumps(body)
    sent = str(int(NOW.timestamp() * 1000))
    return read_failure("url", {"Body": text, "ReceiptHandle": "handle", "Attributes": {"SentTimestamp": sent}})


@pytest.mark.parametrize(
    ("response", "error"),
    [
        ({"responsePayload": {"errorMessage": "the table is down", "errorType": "X"}}, "the table is down"),
        ({"responsePayload": None}, "EventAgeExceeded"),
        ({}, "EventAgeExceeded"),
    ],
)
def test_lambda_tells_of_which_watch_when_and_with_what_a_tick_failed(response: dict[str, Any], error: str) -> None:
    """Or why it was never run."""
    expected = FailedTick(queue="url", handle="handle", watch="newsletter", at=FAILED_AT, error=error)
    assert read({**RECORD, **response}) == expected


def test_a_chunk_is_of_its_watch_and_failed_after_it_was_sent() -> None:
    """How many targets it has is told."""
    chunk = read(write_watch(a_watch(TARGET, OTHER, name="all")))
    assert (chunk.watch, chunk.at, chunk.error) == ("all", NOW, "2 targets that workers failed to poll")


@pytest.mark.parametrize(
    "body",
    [
        "",
        "no JSON",
        [],
        None,
        {},
        {"watch": "x"},
        {"requestPayload": {}},
        {"requestPayload": 1},
        {**RECORD, "responsePayload": "x"},
        {**RECORD, "timestamp": 5},
        '"\\ud800"',
        "9" * 5_000,
        "[" * 200_000,
    ],
    ids=lambda body: f"{body}"[:40],
)
def test_what_else_stands_there_is_none_of_ours(body: object) -> None:
    """It is told, and left alone."""
    assert (read(body).watch, read(body).at) == (None, NOW)
    assert read(body).error.startswith("none of ours")


def test_both_queues_are_looked_at_where_there_are_workers() -> None:
    """That of failed chunks is no output of the stack; the queue on which chunks wait is not looked at."""
    outputs = {"FailedTicksQueueUrl": "ticks"}
    deployment = Deployment(connection=Connection(), stack="ImportWatch", outputs=outputs, status="")
    deployment.__dict__["resources"] = [
        ("AWS::SQS::Queue", "PollerFailedTicks0", "ticks"),
        ("AWS::SQS::Queue", "ChunksFailed0", "chunks"),
        ("AWS::SQS::Queue", "ChunksQueue0", "waiting"),
    ]
    assert failure_queues(deployment) == ["ticks", "chunks"]
