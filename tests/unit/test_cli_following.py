"""A log that is looked at again and again."""

import json
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import islice
from typing import Any, cast

from import_watch_cli.tail.following import EVERY, Followed

BEGAN = datetime(2026, 5, 24, 21, 26, tzinfo=UTC)


@dataclass
class FakeLogs:
    """Gives a page of two events at a time; those that come late appear between the ones already seen."""

    events: list[dict[str, Any]] = field(default_factory=list)
    asked: list[int] = field(default_factory=list)

    def log(self, number: int, seconds: float, **more: Any) -> None:
        line = json.dumps({"level": "WARNING", "message": f"line {number}"})
        at = int((BEGAN + timedelta(seconds=seconds)).timestamp() * 1000)
        self.events.append({"logStreamName": "one", "timestamp": at, "message": line, **more})

    def get_paginator(self, name: str) -> "FakeLogs":
        assert name == "filter_log_events"
        return self

    def paginate(self, **asked: Any) -> list[dict[str, Any]]:
        self.asked.append(asked["startTime"])
        found = sorted(
            (one for one in self.events if one["timestamp"] >= asked["startTime"]), key=lambda one: one["timestamp"]
        )
        return [{"events": found[at : at + 2]} for at in range(0, len(found), 2)] + [{"events": []}]


def followed(logs: FakeLogs) -> Followed:
    return Followed(client=cast("Any", logs), group="log", since=BEGAN)


def test_each_line_comes_once_though_each_look_goes_back() -> None:
    """So that one which reached the log late is seen, too."""
    logs = FakeLogs()
    log = followed(logs)
    for number, seconds in enumerate([1, 70, 100]):
        logs.log(number, seconds)
    assert [one.event for one in log.new()] == ["line 0", "line 1", "line 2"]
    logs.log(3, 60)
    logs.log(4, 30)  # later than any is waited for
    assert [one.event for one in log.new()] == ["line 3"]
    assert [one.event for one in log.new()] == []
    assert [at / 1000 - BEGAN.timestamp() for at in logs.asked] == [0, 40, 40]


def test_equal_lines_are_told_apart_by_their_ids() -> None:
    """Where the log gives ids."""
    logs = FakeLogs()
    logs.log(0, 1, eventId="a")
    logs.log(0, 1, eventId="b")
    assert [one.event for one in followed(logs).new()] == ["line 0", "line 0"]


def test_it_looks_every_two_seconds() -> None:
    """And gives what it finds at once."""
    logs, slept = FakeLogs(), list[float]()

    def sleep(seconds: float) -> None:
        slept.append(seconds)
        logs.log(len(slept), len(slept))

    assert [one.event for one in islice(followed(logs).on_and_on(sleep), 2)] == ["line 1", "line 2"]
    assert slept == [EVERY, EVERY]
