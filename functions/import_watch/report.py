"""What a tick says and counts of what it does."""

from dataclasses import dataclass, field
from datetime import timedelta
from typing import Protocol

from import_watch.jobs import Json, Target, Trouble


class Log(Protocol):
    """Where the shell says what it did, a line a fact."""

    def info(self, event: str, /, **facts: object) -> None:
        """Say what is as it should be."""
        ...

    def warning(self, event: str, /, **facts: object) -> None:
        """Say what somebody may want to look at."""
        ...

    def exception(self, event: str, /, **facts: object) -> None:
        """Say what went wrong, with the exception being handled."""
        ...


@dataclass(slots=True, kw_only=True)
class Tally:
    """What became of announcements."""

    announced: int = 0
    pending: int = 0
    suppressed: int = 0
    quarantined: int = 0
    oldest: timedelta = timedelta(0)
    """How long the oldest of those that earlier ticks left had waited."""

    def waited(self, age: timedelta) -> None:
        """Take in how long one that an earlier tick left has waited."""
        self.oldest = max(self.oldest, age)

    def count(self, done: object, pending: object, quarantined: object) -> None:
        """Count one announcement's settlement."""
        self.announced += bool(done)
        self.pending += bool(pending)
        self.quarantined += bool(quarantined)

    def add(self, other: "Tally") -> None:
        """Count another tally in."""
        self.announced += other.announced
        self.pending += other.pending
        self.suppressed += other.suppressed
        self.quarantined += other.quarantined
        self.waited(other.oldest)


@dataclass(slots=True, kw_only=True)
class Report:
    """What a tick, or one target's part of it, came to."""

    targets: int = 0
    chunks: int = 0
    """Messages by which targets were handed over instead of polled."""
    left: int = 0
    """Targets that were not begun, or had to wait for others until it was too late, for want of time."""
    pages: int = 0
    jobs: int = 0
    tally: Tally = field(default_factory=Tally)
    failing: dict[Target, Trouble] = field(default_factory=dict)
    unavailable: int = 0
    """Failing targets of which that is announced, or is about to be."""
    faults: list[str] = field(default_factory=list)
    """What makes the whole invocation fail: the table or a channel down, every target down, or a defect."""

    def add(self, other: "Report") -> None:
        """Count another report in."""
        self.targets += other.targets
        self.chunks += other.chunks
        self.left += other.left
        self.pages += other.pages
        self.jobs += other.jobs
        self.tally.add(other.tally)
        self.failing.update(other.failing)
        self.unavailable += other.unavailable
        self.faults.extend(other.faults)

    def summary(self, watch: str) -> dict[str, Json]:
        """Give what the function returns."""
        return {
            "watch": watch,
            "targets": self.targets,
            "pages": self.pages,
            "jobs": self.jobs,
            "announced": self.tally.announced,
            "pending": self.tally.pending,
            "suppressed": self.tally.suppressed,
            "failing": [str(target) for target in sorted(self.failing, key=str)],
        }

    def measures(self) -> dict[str, int]:
        """Give what is counted of the watch; the heart beats only where the tick did not fail.

        Nor does it say so of targets that it handed over: that is for those who poll them.
        """
        heartbeat = {} if self.chunks and not self.faults else {"Heartbeat": int(not self.faults)}
        return {
            "Pages": self.pages,
            "Jobs": self.jobs,
            "Announced": self.tally.announced,
            "Pending": self.tally.pending,
            "Quarantined": self.tally.quarantined,
            "FailingTargets": len(self.failing),
            **heartbeat,
        }

    def concerns(self) -> dict[str, int]:
        """Give what is counted of the whole stack, for its alarms: 0 where all is well."""
        return {
            "OldestPending": int(self.tally.oldest.total_seconds()),
            "Quarantined": self.tally.quarantined,
            "UnavailableTargets": self.unavailable,
            "Throttled": list(self.failing.values()).count(Trouble.THROTTLED),
        }
