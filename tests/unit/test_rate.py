"""The token bucket, by its own clock."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from functools import partial
from threading import Barrier

import pytest
from botocore.hooks import HierarchicalEmitter
from hypothesis import given
from hypothesis import strategies as st

from import_watch.handlers.rate import Bucket
from import_watch.listing import NotAskedError

FOREVER = float("inf")


class Clock:
    """Seconds that pass only where the test, or a sleeper, lets them."""

    def __init__(self) -> None:
        self.now = 1000.0
        self.slept: list[float] = []

    def __call__(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.now += seconds

    def note(self, seconds: float) -> None:
        """Sleep as one of many threads: without holding up the others."""
        self.slept.append(seconds)


def a_bucket(per_second: int, clock: Clock) -> Bucket:
    return Bucket(per_second, clock, clock.sleep)


@given(per_second=st.integers(1, 300), gaps=st.lists(st.floats(0, 2), min_size=1, max_size=400))
def test_no_window_holds_more_than_its_share_and_one_burst(per_second: int, gaps: list[float]) -> None:
    """However requests come, and however long the window is: a second never holds more than the rate and a burst."""
    clock = Clock()
    bucket = a_bucket(per_second, clock)
    begun = []
    for gap in gaps:
        clock.now += gap / per_second
        pause = bucket.turn(FOREVER)
        assert pause is not None
        begun.append(clock.now + pause)
    assert begun == sorted(begun)
    for first in range(0, len(begun), 7):
        for last in range(first, len(begun)):
            most = bucket.burst + per_second * (begun[last] - begun[first])
            assert last - first + 1 <= most + 1e-6


@pytest.mark.parametrize(("per_second", "burst"), [(1, 1), (3, 1), (8, 2), (150, 37), (300, 75)])
def test_a_burst_is_a_quarter_second_s_worth(per_second: int, burst: int) -> None:
    """At least one; the next waits for its share of a second, and an idle bucket fills up again."""
    clock = Clock()
    bucket = a_bucket(per_second, clock)
    for _ in range(2):
        assert [bucket.turn(FOREVER) for _ in range(burst)] == pytest.approx([0] * burst)
        assert bucket.turn(FOREVER) == pytest.approx(1 / per_second)
        clock.now += 10


def test_threads_at_once_get_a_turn_each() -> None:
    """All get through, no two at the same turn, and none sleeps while it keeps others from asking."""
    clock, barrier = Clock(), Barrier(20)
    bucket = Bucket(20, clock, clock.note)
    wait = the_wait(bucket, lambda: timedelta(hours=1))

    def ask(_: int) -> None:
        barrier.wait()
        wait()

    with ThreadPoolExecutor(20) as pool:
        list(pool.map(ask, range(20)))
    assert sorted(clock.slept) == pytest.approx([number / 20 for number in range(1, 16)]), "after a burst of five"


def the_wait(bucket: Bucket, left: Callable[[], timedelta]) -> Callable[[], object]:
    """Give what the bucket makes a client do before it sends."""
    events = HierarchicalEmitter()
    bucket.watch(events, "pinpoint", left)
    return partial(events.emit, "before-send.pinpoint.GetApps")


def test_no_one_waits_for_a_turn_that_comes_too_late() -> None:
    """Neither a moment nor a turn is lost on it: in the next invocation it is another's."""
    clock = Clock()
    wait = the_wait(bucket := a_bucket(1, clock), lambda: timedelta(seconds=1002.5 - clock.now))
    for _ in range(3):
        wait()
    assert clock.slept == [1.0, 1.0]
    for _ in range(5):
        with pytest.raises(NotAskedError):
            wait()
    assert clock.now == 1002
    assert bucket.turn(FOREVER) == 1.0
