"""What lines of the log tell of a watch's ticks."""

import json

import pytest

from import_watch.handlers.meter import Meter
from import_watch_cli.stack.ticks import Beat, Heard, LastTick, last_tick, read_beat
from tests.builders import HOUR, MINUTE, NOW
from tests.fakes import Clock


@pytest.mark.parametrize(("measures", "failed"), [({"Heartbeat": 1}, False), ({"Heartbeat": 0}, True), ({}, None)])
def test_the_meter_s_own_lines_are_read(
    measures: dict[str, float], capsys: pytest.CaptureFixture[str], *, failed: bool | None
) -> None:
    """One a tick of the watch; what is told of the whole stack isn't."""
    Meter("function").tick("newsletter", {**measures, "TickDuration": 12.5}, {"OldestPending": 0})
    lines = capsys.readouterr().out.splitlines()
    beats = [beat for line in lines if (beat := read_beat(line, "newsletter"))]
    assert [beat.failed for beat in beats] == [failed]
    assert [read_beat(line, "other") for line in lines] == [None, None]


@pytest.mark.parametrize("line", ["START RequestId: 1", "[1]", '{"message": "tick", "watch": "newsletter"}', ""])
def test_other_lines_tell_nothing(line: str) -> None:
    """Whatever they are."""
    assert read_beat(line, "newsletter") is None
    assert read_beat(json.dumps(line), "newsletter") is None


def beat(minute: int, failed: bool | None) -> Beat:  # noqa: FBT001 - a table is easiest to read so

    return Beat(at=NOW + minute * MINUTE, failed=failed)


@pytest.mark.parametrize(
    ("beats", "last"),
    [
        ([], None),
        ([beat(1, True), beat(2, False)], (2, False)),
        ([beat(2, True), beat(1, False)], (2, True)),
        # Handed over: its workers' parts come after it.
        ([beat(1, None), beat(2, True), beat(3, False)], (3, True)),
        ([beat(1, None), beat(2, True), beat(3, None), beat(4, False)], (4, False)),
        ([beat(1, None), beat(2, True), beat(3, None)], (3, True)),
        ([beat(1, None)], (1, False)),
    ],
)
def test_the_last_tick_failed_where_a_part_of_it_did(beats: list[Beat], last: tuple[int, bool] | None) -> None:
    """In whatever order the lines come; until workers have told, what they told of the tick before counts."""
    assert last_tick(beats) == (last and LastTick(at=NOW + last[0] * MINUTE, failed=last[1]))


def heard(minutes_ago: int | None, refused: str = "") -> Heard:
    last = None if minutes_ago is None else LastTick(at=NOW - minutes_ago * MINUTE, failed=False)
    return Heard(last=last, since=NOW - HOUR, refused=refused)


@pytest.mark.parametrize(
    ("told", "late"),
    [(heard(4), False), (heard(5), True), (heard(None), True), (heard(None, "AccessDenied"), False)],
)
def test_a_tick_is_late_once_its_rate_and_all_allowances_are_over(told: Heard, *, late: bool) -> None:
    """At a rate of a minute, that is four after the last; where nothing can be known, nothing is said."""
    assert told.is_late(MINUTE, Clock()()) is late
