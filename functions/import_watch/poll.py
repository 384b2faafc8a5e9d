"""One target's part of a tick: list it to its end, and settle what that shows, or tell that it can't be listed."""

from collections import Counter
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from import_watch.announce import Sender
from import_watch.availability import Availability, Failures
from import_watch.jobs import Target
from import_watch.ledger import Ledger, first_ledger
from import_watch.listing import ListingFailedError, NotAskedError, Source
from import_watch.live import Live
from import_watch.policy import Watch
from import_watch.report import Log, Report
from import_watch.settling import Listings, Settling

MAX_FLAWS = 20
"""Sorts of flaws a log line lists: a listing may have as many as jobs."""


class Ledgers(Failures, Listings, Protocol):
    """What is remembered of each target, by its partition. Attributes are updated apart, never the whole item."""

    def read(self, pks: Sequence[str], /) -> Mapping[str, Ledger]:
        """Read the ledgers that exist, consistently."""
        ...

    def begin(self, pk: str, fresh: Ledger, /) -> Ledger:
        """Write a first ledger unless there is one; return the one that stands."""
        ...

    def wake(self, pk: str, /) -> None:
        """Let the next tick poll it, idle or not."""
        ...

    def came(self, pk: str, applications: Collection[str], /) -> None:
        """Note applications that the account has, beside those known already."""
        ...

    def went(self, pk: str, applications: Collection[str], /) -> None:
        """Forget applications that the account has no more, and none beside."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Poll:
    """Polls the targets of one watch within one tick. Safe to share between its threads."""

    watch: Watch
    sources: Mapping[str, Source]
    ledgers: Ledgers
    sender: Sender
    clock: Callable[[], datetime]
    began: datetime
    """When its tick began; of a part of one that was handed over, when it was."""
    deadline: datetime
    log: Log
    account: Target | None = None
    """The whole account that the targets are the applications of, if they are."""
    held_up: Callable[[], bool] = lambda: False
    """Whether this thread's listing had to wait for others', and so may not end in time through no fault of its own."""

    def target(self, target: Target, ledger: Ledger | None) -> Report:
        """Poll one target. What is wrong with it, or with our handling of it, stays in its report."""
        report, done = Report(), False
        for part in (self._turn, self._missed):
            try:
                done = done or part(target, ledger, report)
            except Exception as error:  # one target must not hurt another; the report fails the invocation
                self.log.exception("target broke off", target=str(target))
                report.faults.append(f"{target}: {error!r}")
        return report

    @property
    def availability(self) -> Availability:
        """Give what tells of targets that can't be listed, and that they can again."""
        return Availability(
            watch=self.watch,
            sources=self.sources,
            failures=self.ledgers,
            sender=self.sender,
            clock=self.clock,
            tick_began=self.began,
        )

    @property
    def _settling(self) -> Settling:
        return Settling(
            watch=self.watch,
            sources=self.sources,
            ledgers=self.ledgers,
            sender=self.sender,
            clock=self.clock,
            deadline=self.deadline,
            log=self.log,
        )

    def late(self) -> bool:
        """Tell whether nothing more is to be begun."""
        return self.clock() >= self.deadline

    def begun(self, target: Target, ledger: Ledger | None, now: datetime) -> Ledger:
        """Give a target's ledger, begun now where there is none."""
        return ledger or self.ledgers.begin(self.watch.pk(target), first_ledger(self.watch.policy, now))

    def failed(
        self, target: Target, ledger: Ledger, failure: ListingFailedError, began: datetime, report: Report
    ) -> None:
        """Report, log, and if it lasts announce that a target can't be listed."""
        report.failing[target] = failure.trouble
        self.log.warning("target failing", target=str(target), trouble=failure.trouble, detail=failure.detail)
        self.availability.failed(target, ledger, failure.trouble, began, report)

    def _turn(self, target: Target, ledger: Ledger | None, report: Report) -> bool:
        """Tell whether nothing is left of it for the next tick."""
        if self.late():
            report.left = 1
            return False
        report.targets, began = 1, self.clock()
        ledger = self.begun(target, ledger, began)
        live = Live(ledger.settled_before)
        try:
            self._list(target, ledger.settled_before, live, report)
        except ListingFailedError as failure:
            if isinstance(failure, NotAskedError) and (self.held_up() or not report.pages):
                report.targets, report.left = 0, 1
                return False
            self.failed(target, ledger, failure, began, report)
            return True
        try:
            done = self._settling.listing(target, ledger, live, report.tally)
        except NotAskedError:
            report.left = 1
            return False
        except ListingFailedError as failure:
            self.failed(target, ledger, failure, began, report)
            return False
        self._recovered(target, ledger, report)
        return done

    def _recovered(self, target: Target, ledger: Ledger, report: Report) -> None:
        if self.availability.recovered(target, ledger, report.tally) is ledger:
            return
        if self.account and self.account.source == target.source:
            # A tick beside this one may be forgetting it, gone as it was.
            self.ledgers.came(self.watch.pk(self.account), {target.application_id})

    def _missed(self, target: Target, ledger: Ledger | None, _report: Report) -> bool:
        """See that an idle target whose turn has come to nothing need not wait for another one."""
        if ledger is not None and ledger.idle:
            self.ledgers.wake(self.watch.pk(target))
        return True

    def _list(self, target: Target, history_before: datetime, live: Live, report: Report) -> None:
        flaws: Counter[str] = Counter()
        for page in self.sources[target.source].pages(target, history_before):
            report.pages += 1
            report.jobs += page.listed
            live.add(page.jobs)
            flaws.update(page.flaws)
            if page.more and self.late():
                raise NotAskedError(f"not read to its end in time; {report.pages} pages were")
        if flaws:
            self.log.warning("flawed listing", target=str(target), flaws=dict(flaws.most_common(MAX_FLAWS)))
