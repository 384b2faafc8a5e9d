"""What the function's log says, as a person reads it."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from import_watch_cli.tail.happenings import Happening

LOGGED = datetime(2026, 5, 24, 21, 26, 50, tzinfo=UTC)
ID = "b8b2a539af9054375f6c846e978ec5a74f6687d44764d739acafbe55298ee901"
ANNOUNCED = {
    "level": "INFO",
    "location": "_say:147",
    "message": "announced",
    "timestamp": "2026-05-24 21:26:45,308+0000",
    "function_name": "ImportWatch-Poller",
    "watch": "another",
    "announcement": "newsletter#pinpoint:app/segment job-1#finished",
    "message_id": ID,
    "kind": "failed",
    "channels": {"sns": "delivered", "eventbridge": "delivered"},
}


def happening(**facts: Any) -> Happening:
    read = Happening.read(json.dumps(facts), LOGGED)
    assert read is not None
    return read


def test_an_announcement_is_told_by_its_own_watch_and_job() -> None:
    """Not by the watch whose tick sent it, as ticks send what others left."""
    told = happening(**ANNOUNCED)
    assert told.in_words() == ("2026-05-24T21:26:45Z  newsletter  failed  pinpoint:app/segment job-1  eventbridge, sns")
    assert told.as_json() == {
        "at": "2026-05-24T21:26:45.308Z",
        "watch": "newsletter",
        "event": "announced",
        "target": "pinpoint:app/segment",
        "jobId": "job-1",
        "announcement": "job-1#finished",
        "id": ID,
        "kind": "failed",
        "channels": {"sns": "delivered", "eventbridge": "delivered"},
    }
    assert told.is_of([])
    assert told.is_of(["newsletter"])
    assert not told.is_of(["another"])


@pytest.mark.parametrize(
    ("line", "words"),
    [
        (
            {**ANNOUNCED, "message": "not announced", "level": "WARNING", "channels": {"sns": "failed"}},
            "2026-05-24T21:26:45Z  newsletter  failed not announced  pinpoint:app/segment job-1  sns failed",
        ),
        (
            {
                "level": "INFO",
                "message": "suppressed",
                "watch": "newsletter",
                "announcement": "newsletter#pinpoint:app/segment a#b#finished",
                "reason": "first_sight",
            },
            "2026-05-24T21:26:50Z  newsletter  finished suppressed: first_sight  pinpoint:app/segment a#b",
        ),
        (
            {
                "level": "INFO",
                "message": "held",
                "watch": "newsletter",
                "announcement": "newsletter#pinpoint:app/segment job-1#finished",
                "until": "2026-05-25T00:00Z",
            },
            "2026-05-24T21:26:50Z  newsletter  finished held  pinpoint:app/segment job-1  until 2026-05-25T00:00Z",
        ),
        (
            {
                "level": "INFO",
                "message": "suppressed",
                "watch": "newsletter",
                "announcement": "newsletter#pinpoint:app #target#target_unavailable#2026-05-24T21:26:45.308Z",
                "reason": "recovered",
            },
            "2026-05-24T21:26:50Z  newsletter  target_unavailable suppressed: recovered  pinpoint:app",
        ),
        (
            {
                "level": "WARNING",
                "message": "target failing",
                "watch": "newsletter",
                "target": "pinpoint:app",
                "trouble": "gone",
                "detail": "not\nfound",
            },
            "2026-05-24T21:26:50Z  newsletter  target failing: gone  pinpoint:app  not found",
        ),
        (
            {
                "level": "ERROR",
                "message": "tick broke off",
                "watch": "a",
                "exception": "Trace\nback",
                "part": "_targets",
            },
            "2026-05-24T21:26:50Z  a  tick broke off  part _targets",
        ),
        (
            {"level": "WARNING", "message": "no time to tell people", "watch": "a", "count": 25},
            "2026-05-24T21:26:50Z  a  no time to tell people  count 25",
        ),
        (
            {"level": "WARNING", "message": "channel down", "watch": "a", "channel": "sns", "error": {"Code": "x"}},
            '2026-05-24T21:26:50Z  a  channel down  channel sns; error {"Code": "x"}',
        ),
    ],
    ids=["not announced", "suppressed", "held", "of a target", "failing", "broke off", "a number", "two facts"],
)
def test_every_line_says_what_and_why(line: dict[str, Any], words: str) -> None:
    """In one line, further facts by name; by the moment at which it was logged where it has none of its own."""
    assert happening(**line).in_words() == words


def test_a_test_is_about_no_target_and_no_job() -> None:
    """It names its watch only."""
    told = happening(**{**ANNOUNCED, "announcement": "newsletter#test 4711#test", "kind": "test"})
    assert told.in_words() == "2026-05-24T21:26:45Z  newsletter  test  eventbridge, sns"
    assert told.as_json().keys() == {"at", "watch", "event", "announcement", "id", "kind", "channels"}


@pytest.mark.parametrize(
    "line",
    [
        "START RequestId: 1 Version: $LATEST",
        "[]",
        '{"message": "tick", "level": "INFO"}',
        '{"_aws": {}, "Announced": [1.0]}',
    ],
)
def test_what_is_neither_an_announcement_nor_a_warning_is_left_out(line: str) -> None:
    """Such as metrics, and what Lambda itself writes."""
    assert Happening.read(line, LOGGED) is None
