"""A watch beyond a tick's reach: its targets are handed over in chunks, and each chunk is polled as any tick would."""

from collections import Counter
from datetime import timedelta
from itertools import chain
from typing import Any

import pytest

from import_watch.announcements import Receipt
from import_watch.jobs import Kind, Target, Trouble
from import_watch.tick import CHUNK, REACH, Tick
from tests.builders import HOUR, MINUTE, a_job, a_watch
from tests.fakes import Install, MemoryQueue

MANY = [Target("pinpoint", "app", f"segment-{number}") for number in range(REACH + 1)]
CHUNKS = -(-len(MANY) // CHUNK)


def an_install(*targets: Target, **policy: Any) -> Install:
    return Install(a_watch(*targets, **policy), queue=MemoryQueue())


def queue_of(install: Install) -> MemoryQueue:
    assert install.queue
    return install.queue


def test_what_is_within_reach_is_polled() -> None:
    """As if there were no queue."""
    install = an_install(*MANY[:REACH])
    assert install.tick().targets == REACH
    assert queue_of(install).chunks == []
    assert len(install.ledgers.rows) == REACH


def test_what_is_beyond_is_handed_over() -> None:
    """Every target once, in chunks of the same watch, and none is polled or even looked up."""
    install = an_install(*MANY)
    report = install.tick()
    chunks = queue_of(install).chunks
    assert (report.targets, report.chunks, report.pages, report.faults) == (len(MANY), CHUNKS, 0, [])
    assert sorted(chain.from_iterable(chunk.targets for chunk in chunks), key=str) == sorted(MANY, key=str)
    assert max(len(chunk.targets) for chunk in chunks) == CHUNK
    assert {(chunk.name, chunk.policy) for chunk in chunks} == {(install.watch.name, install.watch.policy)}
    assert install.writes == 0
    assert install.log.lines == [("targets handed over", {"targets": len(MANY), "chunks": CHUNKS})]


def test_no_target_is_always_handed_over_last() -> None:
    """On a queue that grows, it would never be polled."""
    install = an_install(*MANY)
    last = set()
    for _ in range(10):
        install.tick()
        last.add(queue_of(install).chunks[-1].targets[-1])
    assert len(last) > 5


def test_without_a_queue_everything_is_polled() -> None:
    """However much it is, for as long as there is time."""
    install = Install(a_watch(*MANY))
    report = install.tick()
    assert (report.targets, report.chunks) == (len(MANY), 0)


def test_chunks_are_polled_like_any_targets() -> None:
    """Each job is announced once, whoever polled its target before, alone or with others."""
    install = an_install(*MANY)
    install.tick()
    for chunk in queue_of(install).chunks:
        install.chunk(chunk)
    install.clock.move(MINUTE)
    for target in MANY:
        install.lists(a_job(f"job-{target.segment_id}", completed=install.clock.now, target=target), target=target)
    for chunk in [*queue_of(install).chunks] * 2:
        install.chunk(chunk)
    assert Counter(one.key.sk for one in install.sns.sent) == {f"job-{one.segment_id}#finished": 1 for one in MANY}


def test_leftovers_are_for_whoever_hands_over() -> None:
    """A worker's chunk asks for none: in all, a tick asks once."""
    install = an_install(*MANY)
    small = Install(a_watch(MANY[0]), outbox=install.outbox, source=install.source, ledgers=install.ledgers)
    small.tick()
    install.lists(a_job(completed=small.clock.now), target=MANY[0])
    small.sns.receipts["*"] = Receipt.FAILED
    assert small.tick().tally.pending == 1
    install.clock = small.clock
    chunk = a_watch(MANY[0])
    assert (install.chunk(chunk).tally.announced, install.sns.sent) == (0, [])
    assert install.tick().tally.announced == 1


def test_what_the_queue_refuses_fails_the_tick() -> None:
    """With its reasons, once each; what was taken is handed over all the same."""
    install = Install(a_watch(*MANY), queue=MemoryQueue(refusals={0: "odd", 3: "odd", 4: "big"}))
    report = install.tick()
    assert report.faults == ["2 chunks not handed over: odd", "1 chunks not handed over: big"]
    assert (report.chunks, report.targets) == (CHUNKS - 3, len(MANY) - 3 * CHUNK)


def test_a_queue_that_fails_fails_the_tick() -> None:
    """What was sent before is sent, and counted; and leftovers had their turn."""
    install = Install(a_watch(*MANY), queue=MemoryQueue(ends_after=4))
    report = install.tick()
    assert report.faults == ["TimeoutError('no answer')"]
    assert (report.chunks, report.targets) == (4, 4 * CHUNK)


@pytest.mark.parametrize(("ends_after", "beat"), [(None, None), (4, 0), (0, 0)])
def test_the_heart_beats_where_targets_are_polled(ends_after: int | None, beat: int | None) -> None:
    """To have handed over is no sign of life of the workers; to have failed to is one of trouble."""
    install = Install(a_watch(*MANY), queue=MemoryQueue(ends_after=ends_after))
    assert install.tick().measures().get("Heartbeat") == beat


def test_a_chunk_that_is_all_down_fails() -> None:
    """So that it is tried again; other chunks don't."""
    install = an_install(*MANY)
    install.tick()
    first, second, *_ = queue_of(install).chunks
    install.source.lists.update(dict.fromkeys(first.targets, Trouble.THROTTLED))
    assert install.chunk(first).faults == ["every target is throttled or broken"]
    assert install.chunk(second).faults == []
    assert install.chunk(second).measures()["Heartbeat"] == 1


@pytest.mark.parametrize("waited", [0, 59, 600])
def test_whose_turn_it_is_the_moment_of_the_tick_decides(waited: int) -> None:
    """However long a chunk has waited: or an idle target could miss its turn."""
    install = an_install(*MANY[:CHUNK], every=MINUTE, idle_every=HOUR)
    install.tick()
    at_once = [install.tick().targets for _ in range(60)]
    install.clock.move(-60 * MINUTE)
    later = []
    for _ in range(60):
        install.clock.move(timedelta(seconds=waited))
        later.append(install.chunk(install.watch, waited=timedelta(seconds=waited)).targets)
        install.clock.move(MINUTE - timedelta(seconds=waited))
    assert later == at_once


class TestTicksInARow:
    """A target that is denied is unavailable at the second tick in a row, however chunks come."""

    @staticmethod
    def denied() -> Install:
        """Build an install with a target that is denied from now on."""
        install = Install(a_watch(*MANY[:2]))
        install.tick()
        install.source.lists[MANY[0]] = Trouble.DENIED
        return install

    def test_a_chunk_that_comes_again_is_no_second_one(self) -> None:
        """Queues may deliver twice, and chunks that failed are tried again: only the next tick's is."""
        install = self.denied()
        for waited in (0, 2, 4):
            install.chunk(install.watch, waited=timedelta(seconds=waited))
            install.clock.move(timedelta(seconds=2))
        assert install.sns.sent == []
        install.chunk(install.watch)
        assert install.sns.kinds() == [Kind.TARGET_UNAVAILABLE]

    def test_nor_is_one_that_was_on_its_way(self) -> None:
        """Chunks of two ticks may wait, and then be polled in one second: too soon to tell."""
        install = self.denied()
        install.chunk(install.watch, waited=timedelta(seconds=61))
        install.clock.move(timedelta(milliseconds=500))
        install.chunk(install.watch, waited=timedelta(seconds=1))
        assert install.sns.sent == []

    def test_nor_is_a_tick_that_overlaps(self) -> None:
        """It had begun before the failure was seen."""
        install = self.denied()
        install.clock.move(timedelta(seconds=-1))
        other = Tick(poll=install.poll(), each=map)
        install.clock.move(timedelta(seconds=1))
        install.tick(timedelta(seconds=1))
        other.run()
        assert install.sns.sent == []
