"""The tick: send what earlier ticks left, then poll every target of a watch while time lasts."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256

from import_watch.changes import PASSING
from import_watch.jobs import Target
from import_watch.poll import Poll
from import_watch.report import Report
from import_watch.turns import has_turn

Each = Callable[[Callable[[Target], Report], Iterable[Target]], Iterable[Report]]
"""How targets are gone through: the builtin `map`, or an executor's."""

LEFTOVERS_SHARE = 4  # leftovers get a quarter of the tick's time, so that a backlog can't keep new jobs from being seen


@dataclass(frozen=True, slots=True, kw_only=True)
class Tick:
    """One run of a watch's schedule."""

    poll: Poll
    each: Each

    def run(self) -> Report:
        """Run it; what went wrong is in the report."""
        report, began = Report(), self.poll.clock()
        for part in (self._leftovers, self._targets):
            try:
                part(report, began)
            except Exception as error:  # a leftover must not keep what is new from being seen
                self.poll.log.exception("tick broke off", part=part.__name__)
                report.faults.append(repr(error))
        report.faults += self.poll.sender.destinations.own_down()
        return report

    def _leftovers(self, report: Report, began: datetime) -> None:
        until = began + (self.poll.deadline - began) / LEFTOVERS_SHARE
        self.poll.sender.leftovers(until, report.tally)

    def _targets(self, report: Report, began: datetime) -> None:
        poll = self.poll
        pk = poll.watch.pk
        ledgers = poll.ledgers.read([pk(target) for target in poll.watch.targets])
        targets = [
            target
            for target in rotated(poll.watch.targets, int(began.timestamp() // 60))
            if has_turn(pk(target), ledgers.get(pk(target)), poll.watch.policy, began)
        ]
        if idle := len(poll.watch.targets) - len(targets):
            poll.log.info("idle targets wait for their turn", count=idle)
        for part in self.each(lambda target: poll.target(target, ledgers.get(pk(target))), targets):
            report.add(part)
        if report.left:
            poll.log.warning("targets left for a later tick", count=report.left)
        if not targets:
            return
        if not report.targets:
            report.faults.append("no time for any target")
        elif all_down(report):
            report.faults.append("every target is throttled or broken")


def rotated(targets: tuple[Target, ...], minute: int) -> tuple[Target, ...]:
    """Begin at a place that differs from minute to minute, so that no target starves and nothing is written for it."""
    offset = int.from_bytes(sha256(str(minute).encode()).digest()[:8], "big") % len(targets)
    return targets[offset:] + targets[:offset]


def all_down(report: Report) -> bool:
    """Tell whether every target polled is throttled or broken; that one is denied or gone is its owner's affair."""
    return len([trouble for trouble in report.failing.values() if trouble in PASSING]) == report.targets
