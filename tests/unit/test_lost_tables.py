"""A table put back to yesterday, or lost altogether: what is announced again, and what isn't."""

from collections import Counter
from copy import deepcopy

import pytest

from import_watch.announcements import Receipt
from import_watch.changes import Reason
from import_watch.jobs import Kind, Trouble
from tests.builders import DAY, HOUR, MINUTE, NOW, TARGET, a_job, a_watch
from tests.fakes import Install, MemoryLedgers, MemoryOutbox

BEFORE = a_job("before", completed=NOW + MINUTE)
SINCE = [a_job(f"since-{hours:02}", completed=NOW + hours * HOUR) for hours in range(2, 24)]


def a_day(install: Install) -> None:
    """Live through a day from the snapshot on, in which jobs finish."""
    for hours in range(2, 25):
        install.clock.now = NOW + hours * HOUR
        install.lists(BEFORE, *(job for job in SINCE if job.completed_at and job.completed_at <= install.clock.now))
        install.tick()


def an_install() -> Install:
    """Build an install that has announced one job."""
    install = Install(a_watch())
    install.tick()
    install.lists(BEFORE)
    install.tick()
    return install


def sent(install: Install) -> Counter[str]:
    return Counter(announcement.message.id for announcement in install.sns.sent)


class TestRestored:
    """To how it was a day ago."""

    def test_what_was_announced_since_is_announced_again_with_the_same_id(self) -> None:
        """Once more each, on every channel; what was announced before isn't, and nothing is lost."""
        install = an_install()
        table = deepcopy((install.ledgers, install.outbox))
        a_day(install)
        once = sent(install)
        assert set(once.values()) == {1}
        install.ledgers, install.outbox = table
        new = a_job("new", completed=install.clock.now)
        install.lists(BEFORE, *SINCE, new)
        for _ in range(3):
            install.tick()
        again = sent(install) - once
        assert set(again.values()) == {1}
        assert len(again) == len(SINCE) + 1
        assert sent(install).keys() == {sent.message.id for sent in install.bus.sent}
        assert len(sent(install)) == 1 + len(SINCE) + 1

    def test_what_was_pending_then_is_sent_again_though_it_is_listed_no_more(self) -> None:
        """With the same id: the item holds all it takes."""
        install = an_install()
        install.sns.receipts["*"] = Receipt.FAILED
        install.lists(BEFORE, a_job("pending", completed=install.clock.now))
        install.tick()
        install.sns.receipts.clear()
        table = deepcopy((install.ledgers, install.outbox))
        a_day(install)
        install.ledgers, install.outbox = table
        install.lists()
        install.tick()
        copies = [one.message.id for one in install.sns.sent if one.key.sk == "pending#finished"]
        assert (len(copies), len(set(copies))) == (2, 1)

    def test_a_target_that_was_failing_then_is_back_again_with_the_same_id(self) -> None:
        """Its recovery is told once more."""
        install = an_install()
        install.source.lists[TARGET] = Trouble.GONE
        for _ in range(2):
            install.tick()
        table = deepcopy((install.ledgers, install.outbox))
        install.lists(BEFORE)
        install.tick()
        install.ledgers, install.outbox = table
        install.tick()
        recovered = [one.message.id for one in install.sns.sent if one.message.kind is Kind.TARGET_RECOVERED]
        assert (len(recovered), len(set(recovered))) == (2, 1)

    def test_what_is_late_by_then_is_not_announced_again(self) -> None:
        """It is recorded as late, also where it had never been announced."""
        install = an_install()
        table = deepcopy((install.ledgers, install.outbox))
        a_day(install)
        before = sent(install)
        install.ledgers, install.outbox = table
        install.clock.now = NOW + 9 * DAY
        install.lists(BEFORE, *SINCE)
        install.tick()
        assert sent(install) == before
        assert [row.suppressed for row in install.outbox.rows.values()].count(Reason.LATE) == len(SINCE)


class TestLost:
    """Nothing of it is left."""

    @pytest.fixture
    def install(self) -> Install:
        """Build one that begins with an empty table a day later; one of its announcements was still pending."""
        install = an_install()
        a_day(install)
        install.sns.receipts["*"] = Receipt.FAILED
        install.lists(BEFORE, *SINCE, a_job("pending", completed=install.clock.now), a_job("running", None))
        install.tick()
        install.sns.receipts.clear()
        install.ledgers, install.outbox = MemoryLedgers(), MemoryOutbox()
        return install

    def test_it_starts_silent(self, install: Install) -> None:
        """Nothing that has finished is announced again; nor is what was pending, which is lost but for the log."""
        before = len(install.sns.sent)
        for _ in range(3):
            install.tick()
        assert [one.key.sk for one in install.sns.sent[before:]] == ["running#overdue"]
        assert "pending#finished" not in {one.key.sk for one in install.sns.sent}

    def test_what_finishes_from_then_on_is_announced(self, install: Install) -> None:
        """Also what was running meanwhile."""
        install.tick()
        install.lists(BEFORE, *SINCE, a_job("running", completed=install.clock.now))
        for _ in range(3):
            install.tick()
        assert [one.key.sk for one in install.bus.sent if "running" in one.key.sk] == [
            "running#overdue",
            "running#overdue",
            "running#finished",
        ]

    def test_a_running_job_that_is_overdue_is_announced_again_with_the_same_id(self, install: Install) -> None:
        """Overdue doesn't depend on when the target was first seen."""
        install.tick()
        overdue = [one.message.id for one in install.bus.sent if one.message.kind is Kind.OVERDUE]
        assert (len(overdue), len(set(overdue))) == (2, 1)

    def test_the_gap_can_be_announced_all_the_same(self, install: Install) -> None:
        """`announceFinishedWithin` reaches back, with the same ids: repeats, and what was pending."""
        install.watch = a_watch(announce_finished_within=2 * HOUR)
        install.tick()
        assert "pending#finished" in {one.key.sk for one in install.sns.sent}
        assert max(sent(install).values()) == 2
