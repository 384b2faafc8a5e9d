"""A whole account as a target: each of its applications in its place, those that come and go among them."""

from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from import_watch.jobs import Target, Trouble
from import_watch.ledger import PASSING, Ledger
from import_watch.listing import ListingFailedError
from import_watch.poll import Poll
from import_watch.report import Report

MAX_NAMED = 100
"""Applications that a log line names; an account has no more, unless it was given more (Amazon Pinpoint quotas)."""
LAST_LOOKS = 100
"""Applications that a tick takes off at most: each is polled once more, one by one, before the tick goes on."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Census:
    """What a complete list of an account's applications comes to: ids of those to poll, and of those who are news."""

    polled: frozenset[str]
    came: frozenset[str]
    leaving: frozenset[str]
    """Those who went, unless one more poll shows otherwise."""


def census(listed: frozenset[str], known: frozenset[str], vanished: Mapping[str, Ledger]) -> Census:
    """Decide it, given the ledgers of applications that are known and not listed.

    Such a one is polled on until its failure, one that won't pass, is announced. Then it is leaving.
    """
    leaving = frozenset(application for application, ledger in vanished.items() if _is_over(ledger))
    return Census(polled=listed | known - leaving, came=listed - known, leaving=leaving)


def _is_over(ledger: Ledger) -> bool:
    return ledger.unavailable_recorded and not ledger.recovering and ledger.failing_reason not in PASSING


def expanded(poll: Poll, report: Report) -> Poll:
    """Put an account's applications in its place; what is wrong with itself is in the report."""
    account = next((target for target in poll.watch.targets if target.is_account), None)
    if account is None:
        return poll
    others = tuple(target for target in poll.watch.targets if target != account)  # of other sources, all of them
    targets = (*Account(poll, account).applications(report), *others)
    return replace(poll, account=account, watch=replace(poll.watch, targets=targets))


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
        return self._noted(listed, ledger.applications, report)

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

    def _noted(self, listed: frozenset[str], known: frozenset[str], report: Report) -> Collection[str]:
        """Write down who came and who went, and only then let the former be polled: by then they may be gone again."""
        poll, account = self.poll, self.poll.watch.pk(self.target)
        vanished = self._ledgers(known - listed)
        now = census(listed, known, vanished)
        if now.came:
            poll.ledgers.came(account, now.came)
            self._told("applications came", now.came)
        if went := {one for one in sorted(now.leaving)[:LAST_LOOKS] if self._is_gone(one, vanished[one], report)}:
            poll.ledgers.went(account, went)
            self._told("applications went", went)
            # A tick beside this one may have seen some of them well, and noted that before they were forgotten.
            if back := {one for one, ledger in self._ledgers(went).items() if not _is_over(ledger)}:
                poll.ledgers.came(account, back)
                self._told("applications came", back)
        return now.polled

    def _is_gone(self, application: str, ledger: Ledger, report: Report) -> bool:
        """Poll one that is leaving for the last time; if it failed as before, nothing of that is reported again."""
        target = self._application(application)
        last = self.poll.target(target, ledger)
        if last.failing.get(target, Trouble.BROKEN) not in PASSING:
            return True
        report.add(last)
        return False

    def _ledgers(self, applications: Collection[str]) -> dict[str, Ledger]:
        pks = {self.poll.watch.pk(self._application(one)): one for one in applications}
        return {pks[pk]: ledger for pk, ledger in self.poll.ledgers.read(sorted(pks)).items()}

    def _told(self, news: str, who: Collection[str]) -> None:
        self.poll.log.info(news, count=len(who), applications=sorted(who)[:MAX_NAMED])
