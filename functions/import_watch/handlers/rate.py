"""A token bucket keeps the function's requests for jobs under a share of what an account may ask.

If that is too little for all lists at once, those begun first have the first turns: else each would get some of its
pages, and none all of them.
"""

import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from functools import partial
from heapq import heappop, heappush
from itertools import count
from typing import Final

from botocore.hooks import BaseEventHooks

from import_watch.jobs import Target
from import_watch.listing import NotAskedError
from import_watch.report import Report
from import_watch.tick import Each

BURST: Final = 0.25  # seconds' worth of requests that may come at once
HELD_UP: Final = 1.0  # seconds behind others; less is no reason for a list not to be read to its end


class Place(threading.local):
    """A thread's own: the list that it reads."""

    number = 0
    """Of the tick's lists, the how manieth it is."""
    waited = 0.0
    """For how many seconds others were before it, those before it began included."""


@dataclass(slots=True)
class Line:
    """Lets one thread pass at a time, first the one whose list began first."""

    _passing: bool = field(default=False, init=False)
    _waiting: list[tuple[int, int, threading.Event]] = field(default_factory=list, init=False)
    _count: Iterator[int] = field(default_factory=count, init=False)
    _lock: threading.Lock = field(default_factory=threading.Lock, init=False)

    @contextmanager
    def passed(self, number: int) -> Iterator[None]:
        """Wait until those with lower numbers are through, and keep the others waiting meanwhile."""
        gate = threading.Event()
        with self._lock:
            if self._passing:
                heappush(self._waiting, (number, next(self._count), gate))
            else:
                self._passing = True
                gate.set()
        gate.wait()
        try:
            yield
        finally:
            with self._lock:
                if self._waiting:
                    heappop(self._waiting)[-1].set()
                else:
                    self._passing = False


@dataclass(slots=True)
class Bucket:
    """Lets so many requests a second begin, in all threads together.

    By its own clock, no second holds more than the rate and one burst.
    """

    per_second: int
    clock: Callable[[], float]
    """Seconds, never going back."""
    sleep: Callable[[float], object]
    _full: float = field(default=0.0, init=False)
    """When the bucket will be full again: each request puts it off by its share of a second."""
    _lock: threading.Lock = field(default_factory=threading.Lock, init=False)
    _line: Line = field(default_factory=Line, init=False)
    _place: Place = field(default_factory=Place, init=False)

    @property
    def burst(self) -> int:
        """How many requests may come at once."""
        return max(1, int(self.per_second * BURST))

    def in_order(self, each: Each) -> Each:
        """Let lists that are gone through in several threads have their turns in the order in which they began."""

        def ordered(poll: Callable[[Target], Report], targets: Iterable[Target]) -> Iterable[Report]:
            numbers, began = count(), self.clock()

            def placed(target: Target) -> Report:
                self._place.number, self._place.waited = next(numbers), self.clock() - began
                return poll(target)

            return each(placed, targets)

        return ordered

    def held_up(self) -> bool:
        """Tell whether others before it are why this thread's list may not have been read to its end."""
        return self._place.number > 0 and self._place.waited > HELD_UP

    def watch(self, events: BaseEventHooks, service: str, left: Callable[[], timedelta]) -> None:
        """Let each attempt of a client of the service wait for its turn, if that comes in time."""
        events.register_first(f"before-send.{service}", partial(self._await_turn, left))

    def _await_turn(self, left: Callable[[], timedelta], **_: object) -> None:
        came = self.clock()
        with self._line.passed(self._place.number):
            self._place.waited += self.clock() - came
            patience = left().total_seconds()
            too_late = self.held_up() and patience <= 0  # else the curfew would take it for a time-out
            if too_late or (pause := self.turn(patience)) is None:
                raise NotAskedError
            if pause:
                self.sleep(pause)

    def turn(self, patience: float) -> float | None:
        """Take a turn, and tell how many seconds it is away; None, and no turn, if that is beyond patience."""
        with self._lock:
            now = self.clock()
            full = max(self._full, now)
            pause = max(0.0, full - now - (self.burst - 1) / self.per_second)
            if pause and pause >= patience:
                return None
            self._full = full + 1 / self.per_second
            return pause
