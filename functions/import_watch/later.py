"""What people are to be told at the end of a tick, gathered until then, by watch."""

import threading
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final

from import_watch.announcements import Announcement, Receipt
from import_watch.policy import DIGEST_ABOVE

FULL: Final = 200
"""Announcements that one message names at the most. So many are not kept until the end."""
FEW: Final = 10
"""Those that go out each by itself are settled so many at a time: what PublishBatch takes in one request."""

Group = tuple[str, bool, frozenset[str], frozenset[str]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """An announcement, and what has come of it in this tick so far."""

    announcement: Announcement
    receipts: Mapping[str, Receipt] = field(default_factory=dict)
    quarantined: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class Batch:
    """Announcements of one watch that wait for the same channels."""

    waiting: list[Waiting]
    above: int | None
    """How many are told each by itself; None for any number."""

    def parts(self) -> "Iterator[tuple[list[Waiting], frozenset[str]]]":
        """Cut it, and tell for which channels each part goes out as a digest."""
        channels = {channel for one in self.waiting for channel in one.announcement.pending}
        counts = {channel: sum(channel in one.announcement.pending for one in self.waiting) for channel in channels}
        together = frozenset(name for name, count in counts.items() if self.above is not None and count > self.above)
        size = FULL if together else FEW
        for first in range(0, len(self.waiting), size):
            yield self.waiting[first : first + size], together


@dataclass(frozen=True, slots=True, kw_only=True)
class Later:
    """Gathers what people are to be told. Safe to share between a tick's threads."""

    above: Mapping[str, int | None] = field(default_factory=dict)
    """By watch, how many at once are told each by itself. What another watch left is told as by default."""
    _waiting: dict[Group, list[Waiting]] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def add(self, one: Waiting) -> Batch | None:
        """Keep it; or give it with all that is as it, if these are enough for a message."""
        group = _group(one.announcement)
        above = self.above.get(group[0], DIGEST_ABOVE)
        with self._lock:
            alike = self._waiting.setdefault(group, [])
            alike.append(one)
            if len(alike) < max(FULL, (above or 0) + 1):
                return None
            del self._waiting[group]
        return Batch(waiting=alike, above=above)

    def rest(self) -> Iterator[Batch]:
        """Give all that is kept, and keep it no more."""
        with self._lock:
            kept = list(self._waiting.items())
            self._waiting.clear()
        for (watch, *_), alike in kept:
            yield Batch(waiting=alike, above=self.above.get(watch, DIGEST_ABOVE))


def _group(announcement: Announcement) -> Group:
    """Tell with which others it may be named in one message: a test, and what is sent again, are named apart."""
    facts = announcement.message.facts
    return str(facts.get("watch")), bool(facts.get("test")), announcement.replay, announcement.pending
