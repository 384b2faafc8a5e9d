"""The tick: send what earlier ticks left, then poll every target of a watch while time lasts."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from hashlib import sha256

from import_watch.jobs import Target, Trouble
from import_watch.poll import Poll
from import_watch.report import Report

Each = Callable[[Callable[[Target], Report], Iterable[Target]], Iterable[Report]]
"""How targets are gone through: the builtin `map`, or an executor's."""

LEFTOVERS_SHARE = 4  # leftovers get a quarter of the tick's time, so that a backlog can't keep new jobs from being seen


@dataclass(frozen=True, slots=True, kw_only=True)
class Tick:
    """One run of a watch's schedule."""

    poll: Poll
    each: Each

    def run(self) -> Report:
        """Run it. Raises only where the table can't be read; anything else is in the report."""
        poll, began = self.poll, self.poll.clock()
        report = Report()
        poll.sender.leftovers(began + (poll.deadline - began) / LEFTOVERS_SHARE, report.tally)
        ledgers = poll.ledgers.read([poll.pk(target) for target in poll.watch.targets])
        targets = rotated(poll.watch.targets, int(began.timestamp() // 60))
        for part in self.each(lambda target: poll.target(target, ledgers.get(poll.pk(target))), targets):
            report.add(part)
        report.faults += [f"{channel} {address}: {error}" for (channel, address), error in poll.sender.down.items()]
        if report.targets and all_down(report):
            report.faults.append("every target is throttled or broken")
        return report


def rotated(targets: tuple[Target, ...], minute: int) -> tuple[Target, ...]:
    """Begin at a place that differs from minute to minute, so that no target starves and nothing is written for it."""
    offset = int.from_bytes(sha256(str(minute).encode()).digest()[:8], "big") % len(targets)
    return targets[offset:] + targets[:offset]


def all_down(report: Report) -> bool:
    """Tell whether every target polled is throttled or broken; that one is denied or gone is its owner's affair."""
    down = [trouble for trouble in report.failing.values() if trouble in (Trouble.THROTTLED, Trouble.BROKEN)]
    return len(down) == report.targets
