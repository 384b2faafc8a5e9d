"""The tick: send what earlier ticks left, then poll every target of a watch while time lasts, or hand them over."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Protocol

from import_watch.account import expanded
from import_watch.jobs import Target
from import_watch.ledger import PASSING
from import_watch.policy import Watch
from import_watch.poll import Poll
from import_watch.report import Report
from import_watch.turns import has_turn, rotated

Each = Callable[[Callable[[Target], Report], Iterable[Target]], Iterable[Report]]
"""How targets are gone through: the builtin `map`, or an executor's."""
Part = Callable[[Report, datetime], None]

LEFTOVERS_SHARE = 4  # leftovers get a quarter of the tick's time, so that a backlog can't keep new jobs from being seen
TELLING = timedelta(seconds=3)
"""How long after the deadline people's messages are still begun with: a tick that had no time left tells them, too."""
REACH = 1_000
"""Targets that one tick polls by itself, where there is a queue to hand more over to."""
CHUNK = 100
"""Targets handed over at a time: as many as one BatchGetItem reads ledgers of."""


class Queue(Protocol):
    """Where chunks of a watch wait for workers."""

    def hand_over(self, chunks: Sequence[Watch], /) -> Iterator[tuple[Watch, str | None]]:
        """Send chunks; tell of each, in order, why it was not taken, or None where it was. What is sent is sent."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Tick:
    """One run of a watch's schedule."""

    poll: Poll
    each: Each
    queue: Queue | None = None

    def run(self) -> Report:
        """Run it; what went wrong is in the report."""
        return self._run(self.poll.began, self._leftovers, self._targets, self._tell)

    def run_chunk(self, handed_over: datetime) -> Report:
        """Run a worker's part of one: its targets only, as whoever handed them over sends what earlier ticks left.

        Whose turn it is, the moment of the tick decides, as chunks come when they come, and may come again.
        """
        return self._run(handed_over, self._chunk, self._tell)

    def _run(self, began: datetime, *parts: Part) -> Report:
        report = Report()
        for part in parts:
            try:
                part(report, began)
            except Exception as error:  # a leftover must not keep what is new from being seen
                self.poll.log.exception("tick broke off", part=part.__name__)
                report.faults.append(repr(error))
        report.faults += self.poll.sender.destinations.own_down()
        return report

    def _tell(self, report: Report, _began: datetime) -> None:
        self.poll.sender.tell(self.poll.deadline + TELLING, report.tally)

    def _leftovers(self, report: Report, began: datetime) -> None:
        until = began + (self.poll.deadline - began) / LEFTOVERS_SHARE
        self.poll.sender.leftovers(until, report.tally)

    def _targets(self, report: Report, began: datetime) -> None:
        poll = expanded(self.poll, report)
        if self.queue is None or len(poll.watch.targets) <= REACH:
            self._poll_targets(poll, report, began)
        else:
            # Or the same ones would always come last, where the queue is longer than workers are quick.
            targets = rotated(poll.watch.targets, began)
            self._hand_over(replace(poll.watch, targets=targets), self.queue, report)

    def _chunk(self, report: Report, began: datetime) -> None:
        if any(target.is_account for target in self.poll.watch.targets):
            raise ValueError("a chunk names applications, never the account")
        self._poll_targets(replace(self.poll, began=began), report, began)

    def _hand_over(self, watch: Watch, queue: Queue, report: Report) -> None:
        refused = Counter[str]()
        chunks = [replace(watch, targets=watch.targets[at : at + CHUNK]) for at in range(0, len(watch.targets), CHUNK)]
        for chunk, refusal in queue.hand_over(chunks):
            if refusal is None:
                report.chunks += 1
                report.targets += len(chunk.targets)
            else:
                refused[refusal] += 1
        report.faults += [f"{count} chunks not handed over: {refusal}" for refusal, count in refused.items()]
        self.poll.log.info("targets handed over", targets=report.targets, chunks=report.chunks)

    def _poll_targets(self, poll: Poll, report: Report, began: datetime) -> None:
        pk = poll.watch.pk
        ledgers = poll.ledgers.read([pk(target) for target in poll.watch.targets])
        targets = [
            target
            for target in rotated(poll.watch.targets, began)
            if has_turn(pk(target), ledgers.get(pk(target)), poll.watch.policy, began)
        ]
        if idle := len(poll.watch.targets) - len(targets):
            poll.log.info("idle targets wait for their turn", count=idle)
        each = self.each if len(targets) > 1 else map  # one by itself is polled here: a thread costs, and saves nothing
        for part in each(lambda target: poll.target(target, ledgers.get(pk(target))), targets):
            report.add(part)
        if report.left:
            poll.log.warning("targets left for a later tick", count=report.left)
        if report.left and not report.targets:
            report.faults.append("no time for any target")
        elif not idle and all_down(report):
            report.faults.append("every target is throttled or broken")


def all_down(report: Report) -> bool:
    """Tell whether every target polled is throttled or broken; that one is denied or gone is its owner's affair.

    An account counts only where none of its applications is polled.
    """
    down = [target for target, trouble in report.failing.items() if trouble in PASSING]
    return bool(down) and sum(not target.is_account for target in down) == report.targets
