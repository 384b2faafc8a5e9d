"""The rate of requests to Pinpoint and the threads that make them, as the stand-in sees both. No test waits."""

import threading
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from types import ModuleType
from unittest.mock import patch

import pytest

from import_watch.handlers.clients import ATTEMPTS, BEFORE_TABLE
from import_watch.handlers.wiring import TickFailedError
from local.inbox import Inbox
from local.stand_in import ApiError, Call, Page, StandIn, import_job
from tests.adapters.function import Context
from tests.unit.test_rate import Clock

TARGETS = [f"pinpoint:app/seg-{number}" for number in range(12)]
EVENT = {"watch": {"name": "newsletter", "targets": TARGETS}}
RATE, BURST = 8, 2


@pytest.fixture
def clock(poll: ModuleType, pinpoint: StandIn) -> Iterator[Clock]:
    """Limit the started function's rate, in a time that passes only while somebody sleeps."""
    clock = Clock()
    bucket = poll.wiring.bucket
    bucket.per_second, bucket.clock, bucket.sleep = RATE, clock, clock.sleep
    for target in TARGETS:
        pinpoint.jobs.put(target)
    with patch("botocore.endpoint.time.sleep", clock.sleep):
        yield clock


@pytest.fixture
def threads(poll: ModuleType, monkeypatch: pytest.MonkeyPatch) -> Callable[[int], None]:
    """Let the function's next ticks have so many."""

    def let(number: int) -> None:
        settings = replace(poll.wiring.settings, threads=number)
        monkeypatch.setattr(poll, "wiring", replace(poll.wiring, settings=settings))

    return let


def test_no_second_holds_more_than_the_rate_and_one_burst(
    poll: ModuleType, pinpoint: StandIn, clock: Clock, threads: Callable[[int], None]
) -> None:
    """Each of botocore's own attempts counts, as each is a request; and the next tick begins with what is left."""
    arrivals: list[float] = []

    def note(_: Call) -> None:
        arrivals.append(clock.now)

    pinpoint.guard = note
    pinpoint.faults.add(TARGETS[3], ApiError("TooManyRequestsException"), times=2)
    pinpoint.faults.add(TARGETS[5], ApiError("InternalServerErrorException"))
    threads(1)
    for _ in range(2):
        assert poll.handler(EVENT, Context())["failing"] == []
    assert len(arrivals) == 2 * len(TARGETS) + 3
    for start in arrivals:
        assert len([one for one in arrivals if start <= one <= start + 1]) <= RATE + BURST


def test_all_threads_share_one_rate(poll: ModuleType, pinpoint: StandIn, clock: Clock) -> None:
    """While the clock stands still, no two requests get the same turn."""
    poll.wiring.bucket.sleep = clock.note
    poll.handler(EVENT, Context())
    assert len(pinpoint.calls) == len(TARGETS)
    assert sorted(clock.slept) == pytest.approx([turn / RATE for turn in range(1, len(TARGETS) - BURST + 1)])


def test_a_turn_after_the_curfew_is_not_waited_for(poll: ModuleType, pinpoint: StandIn, clock: Clock) -> None:
    """A target without one is left for a later tick, as one that none has time for: no failure is noted of it."""
    in_time = Context().seconds - BEFORE_TABLE.total_seconds()
    taken = [poll.wiring.bucket.turn(in_time * 2) for _ in range(BURST + int(in_time * RATE) + 1)]
    assert taken[-1] > in_time
    with pytest.raises(TickFailedError, match="no time for any target"):
        poll.handler(EVENT, Context())
    assert (pinpoint.calls, clock.slept) == ([], [])
    clock.now += in_time * 2
    assert poll.handler(EVENT, Context())["failing"] == []
    assert len(pinpoint.calls) == len(TARGETS)


def test_a_listing_cut_short_by_the_rate_is_broken(poll: ModuleType, pinpoint: StandIn, clock: Clock) -> None:
    """What was read of it decides nothing."""
    pages = 2 * int((Context().seconds - BEFORE_TABLE.total_seconds()) * RATE)
    pinpoint.jobs.script(TARGETS[0], [*(Page([], f"page {number}") for number in range(pages)), Page([])])
    poll.wiring.bucket.sleep = clock.note
    with pytest.raises(TickFailedError, match="every target is throttled or broken"):
        poll.handler({"watch": {"name": "newsletter", "targets": TARGETS[:1]}}, Context())
    assert BURST < len(pinpoint.calls) < pages


def test_the_threads_are_as_many_as_set_and_have_ended_when_the_function_returns(
    poll: ModuleType, pinpoint: StandIn, threads: Callable[[int], None]
) -> None:
    """One that goes on would go on in the next invocation; the pages of a target come one after the other."""
    at_once = threading.Barrier(3)
    asked: list[threading.Thread] = []

    def meet(_: Call) -> None:
        at_once.wait(30)

    for target in TARGETS:
        pinpoint.jobs.put(target)
    pinpoint.guard = meet
    poll.wiring.sources["pinpoint"].client.meta.events.register(
        "before-send", lambda **_: asked.append(threading.current_thread())
    )
    threads(3)
    assert poll.handler(EVENT, Context())["failing"] == []
    assert len(set(asked)) == 3
    assert not any(thread.is_alive() for thread in asked)


def test_a_throttled_target_ends_and_the_others_go_on(
    poll: ModuleType, pinpoint: StandIn, inbox: Inbox, capsys: pytest.CaptureFixture[str]
) -> None:
    """After botocore's own attempts; it is counted, fails no tick, and the next one asks again."""
    for target in TARGETS:
        pinpoint.jobs.put(target)
    poll.handler(EVENT, Context())
    now = datetime.now(UTC)
    for target in TARGETS:
        pinpoint.jobs.put(target, import_job(target, f"job of {target}", "COMPLETED", created=now, completed=now))
    before = len(pinpoint.calls)
    pinpoint.faults.add(TARGETS[0], ApiError("TooManyRequestsException"), times=ATTEMPTS)
    capsys.readouterr()
    with patch("botocore.endpoint.time.sleep"):
        result = poll.handler(EVENT, Context())
    asked = Counter(call.target for call in pinpoint.calls[before:])
    assert asked == {target: ATTEMPTS if target == TARGETS[0] else 1 for target in TARGETS}
    assert (result["failing"], result["announced"]) == ([TARGETS[0]], len(TARGETS) - 1)
    assert '"Throttled":[1.0]' in capsys.readouterr().out.replace(" ", "")
    assert poll.handler(EVENT, Context())["announced"] == 1
    assert len(inbox.receive(at_least=len(TARGETS))) == len(TARGETS)
