"""Lists that are together too much for a tick's rate: what can be read is read, and nobody is told that it can't."""

import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from import_watch.handlers.rate import HELD_UP, Bucket, Line
from import_watch.jobs import Target
from import_watch.listing import Page
from import_watch.report import Report
from import_watch.tick import Tick
from tests.builders import NOW, a_watch
from tests.fakes import Install
from tests.unit.test_rate import Clock, the_wait

RATE, PAGES, TICK, EXTRA = 4, 10, 30, 4
TARGETS = [Target("pinpoint", "app", f"seg-{number}") for number in range(40)]


class Limited:
    """An installation whose source has long lists, and which asks for pages at a rate."""

    def __init__(self, *targets: Target, pages: int = PAGES) -> None:
        self.clock = Clock()
        self.bucket = Bucket(RATE, self.clock, self.sleep)
        self.install = Install(a_watch(*targets))
        self.length = dict.fromkeys(targets, pages)
        self.end = 0.0
        self.lock, self.being_read = threading.Lock(), 0
        self.wait = the_wait(self.bucket, lambda: timedelta(seconds=self.end - self.clock()))
        self.install.source.pages = self.pages  # type: ignore[method-assign]

    def sleep(self, seconds: float) -> None:
        """Let the seconds pass once everyone who reads a list has come for a turn, as they would in that time."""
        for _ in range(1_000):
            if len(self.bucket._line._waiting) >= self.being_read - 1:  # noqa: SLF001 # nothing else tells it
                break
            time.sleep(0.0001)
        self.clock.sleep(seconds)

    def now(self) -> datetime:
        return NOW + timedelta(seconds=self.clock() - 1000)

    def pages(self, target: Target, _: datetime) -> Iterator[Page]:
        with self.lock:
            self.being_read += 1
        try:
            for number in range(self.length[target]):
                self.wait()
                yield Page(jobs=[], listed=100, more=number + 1 < self.length[target])
        finally:
            with self.lock:
                self.being_read -= 1

    def tick(self, threads: int) -> Report:
        self.end = self.clock() + TICK + EXTRA
        deadline = self.now() + timedelta(seconds=TICK)
        usual = self.install.poll()
        poll = replace(usual, clock=self.now, began=self.now(), deadline=deadline, held_up=self.bucket.held_up)
        with ThreadPoolExecutor(threads) as pool:
            return Tick(poll=poll, each=self.bucket.in_order(pool.map)).run()

    @property
    def read(self) -> int:
        return sum(ledger.sighted for ledger in self.install.ledgers.rows.values())


@pytest.mark.parametrize("threads", [1, 2, 16, 64])
def test_lists_begun_first_are_read_first(threads: int) -> None:
    """So nearly as many are read to their end as the rate allows, whatever the number of threads; and not none."""
    limited = Limited(*TARGETS)
    report = limited.tick(threads)
    assert limited.read >= TICK * RATE // PAGES - 3
    assert limited.read + report.left == len(TARGETS)
    assert (report.failing, report.faults) == ({}, [])


def test_what_others_kept_waiting_is_left_and_not_unavailable() -> None:
    """Each could be read within a tick."""
    limited = Limited(*TARGETS[:16])
    for _ in range(20):  # a few would do, but each begins where its minute says
        report = limited.tick(threads=16)
        assert (report.failing, report.left > 0, report.faults) == ({}, True, [])
        limited.clock.now += 16 * 60
    assert limited.read == 16
    assert limited.install.sns.kinds() == []


def test_a_list_that_is_too_long_for_any_tick_is_told_once_it_is_the_first() -> None:
    """It had all the turns that it could use."""
    limited = Limited(*TARGETS[:2], pages=200)
    for _ in range(6):
        limited.tick(threads=2)
        limited.clock.now += 16 * 60
    assert {str(kind) for kind in limited.install.sns.kinds()} == {"target_unavailable"}


def test_the_line_lets_the_lowest_number_pass() -> None:
    """However late it came, and one at a time."""
    line, passed = Line(), []

    def go(number: int) -> None:
        with line.passed(number):
            passed.append(number)

    with ThreadPoolExecutor(8) as pool:
        with line.passed(0):
            going = [pool.submit(go, number) for number in (7, 3, 5, 1, 3)]
            while len(line._waiting) < len(going):  # noqa: SLF001 # nothing else tells it
                time.sleep(0.001)
        for one in going:
            one.result()
    assert passed == [1, 3, 3, 5, 7]


def test_a_moment_behind_others_holds_nobody_up() -> None:
    """Nor does any time, if the list was the first."""
    bucket = Limited(*TARGETS).bucket
    for number, waited, held_up in ((1, HELD_UP, False), (1, HELD_UP + 0.1, True), (0, HELD_UP + 0.1, False)):
        bucket._place.number, bucket._place.waited = number, waited  # noqa: SLF001 # what turns add up to
        assert bucket.held_up() is held_up
