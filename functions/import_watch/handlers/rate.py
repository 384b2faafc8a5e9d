"""A token bucket keeps the function's requests to Pinpoint under a share of what an account may ask."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from functools import partial
from threading import Lock
from typing import Final

import boto3

from import_watch.listing import NotAskedError

BURST: Final = 0.25  # seconds' worth of requests that may come at once


@dataclass(slots=True)
class Bucket:
    """Lets so many requests a second begin, in all threads together, first come, first served.

    By its own clock, no second holds more than the rate and one burst.
    """

    per_second: int
    clock: Callable[[], float]
    """Seconds, never going back."""
    sleep: Callable[[float], object]
    _full: float = field(default=0.0, init=False)
    """When the bucket will be full again: each request puts it off by its share of a second."""
    _lock: Lock = field(default_factory=Lock, init=False)

    @property
    def burst(self) -> int:
        """How many requests may come at once."""
        return max(1, int(self.per_second * BURST))

    def watch(self, session: boto3.Session, service: str, left: Callable[[], timedelta]) -> None:
        """Let each attempt of clients that the session makes from now on wait for its turn, if that comes in time."""
        session.events.register_first(f"before-send.{service}", partial(self._await_turn, left))

    def _await_turn(self, left: Callable[[], timedelta], **_: object) -> None:
        if (pause := self.turn(left().total_seconds())) is None:
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
