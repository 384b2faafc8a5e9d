"""A whole account as a target: each of its applications in its place, those that come and go among them."""

from collections import Counter
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from import_watch.jobs import Target, Trouble
from import_watch.ledger import PASSING, Ledger
from import_watch.listing import ListingFailedError
from import_watch.poll import Poll
from import_watch.report import Report

MAX_NAMED = 100
"""Applications that a log line names; an account has no more, unless it was given more (Amazon Pinpoint quotas)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Census:
    """What a complete list of an account's applications comes to: ids of those to poll, and of those who are news."""

    polled: frozenset[str]
    came: frozenset[str]
    went: frozenset[str]


def census(listed: frozenset[str], known: frozenset[str], vanished: Mapping[str, Ledger]) -> Census:
    """Decide it, given the ledgers of applications that are known and not listed.

    Such a one is polled on until its failure, one that won't pass, is announced. Then it went.
    """
    went = frozenset(
        application
        for application, ledger in vanished.items()
        if ledger.unavailable_recorded and ledger.failing_reason not in PASSING
    )
    return Census(polled=listed | known - went, came=listed - known, went=went)


def expanded(poll: Poll, report: Report) -> Poll:
    """Put an account's applications in its place; what is wrong with itself is in the report."""
    return replace(poll, watch=replace(poll.watch, targets=tuple(_expanded(poll, report))))


def _expanded(poll: Poll, report: Report) -> Iterator[Target]:
    for target in poll.watch.targets:
        if target.is_account:
            yield from Account(poll, target).applications(report)
        else:
            yield target


@dataclass(frozen=True, slots=True)
class Account:
    """What a tick does about the account itself."""

    poll: Poll
    target: Target

    def applications(self, report: Report) -> list[Target]:
        """List them anew, or give those known before: what is wrong with the list keeps none of them waiting."""
        poll, began = self.poll, self.poll.clock()
        if poll.late():
            report.left += 1
            return []
        pk = poll.watch.pk(self.target)
        ledger = poll.begun(self.target, poll.ledgers.read([pk]).get(pk), began)
        polled: Collection[str] = ledger.applications
        try:
            polled = self._counted(ledger, began, report)
        except Exception as error:  # the known ones must not be hurt; the report fails the invocation
            poll.log.exception("target broke off", target=str(self.target))
            report.faults.append(f"{self.target}: {error!r}")
        return [self._application(one) for one in sorted(polled)]

    def _application(self, application_id: str) -> Target:
        return replace(self.target, application_id=application_id)

    def _counted(self, ledger: Ledger, began: datetime, report: Report) -> Collection[str]:
        try:
            listed = self._listed()
        except ListingFailedError as failure:
            self.poll.failed(self.target, ledger, failure, began, report)
            return ledger.applications
        ledger = self.poll.availability.recovered(self.target, ledger, report.tally)
        return self._noted(listed, ledger.applications)

    def _listed(self) -> frozenset[str]:
        poll, ids, flaws = self.poll, set[str](), Counter[str]()
        for page in poll.sources[self.target.source].applications():
            ids.update(page.ids)
            flaws.update(page.flaws)
            if page.more and poll.late():
                raise ListingFailedError(Trouble.BROKEN, f"not read to its end in time; {len(ids)} applications were")
        if flaws:
            poll.log.warning("flawed listing", target=str(self.target), flaws=dict(flaws))
        return frozenset(ids)

    def _noted(self, listed: frozenset[str], known: frozenset[str]) -> Collection[str]:
        """Write down who came and who went, and only then let the former be polled: by then they may be gone again."""
        poll, account = self.poll, self.poll.watch.pk(self.target)
        pks = {poll.watch.pk(self._application(one)): one for one in known - listed}
        vanished = {pks[pk]: ledger for pk, ledger in poll.ledgers.read(sorted(pks)).items()}
        now = census(listed, known, vanished)
        for news, who, note in (
            ("applications came", now.came, poll.ledgers.came),
            ("applications went", now.went, poll.ledgers.went),
        ):
            if who:
                note(account, who)
                poll.log.info(news, count=len(who), applications=sorted(who)[:MAX_NAMED])
        return now.polled
