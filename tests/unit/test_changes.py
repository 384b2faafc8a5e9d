"""The decision's finer points; the rest is told by whole ticks."""

from datetime import datetime, timedelta
from itertools import permutations

import pytest

from import_watch.changes import Reason, decide
from import_watch.jobs import Counts, Kind, Outcome
from import_watch.ledger import FIRST_SIGHT_WINDOW, HISTORY_AFTER, Ledger, first_ledger, history_begins
from import_watch.live import Live
from import_watch.policy import Policy
from tests.builders import DAY, HOUR, NOW, a_job

SECOND = timedelta(seconds=1)
LEDGER = Ledger(first_seen_at=NOW - DAY, settled_before=NOW - DAY, sighted=True)


def test_history_begins_thirty_days_back_and_never_moves_back() -> None:
    """Or where it began before."""
    assert history_begins(LEDGER, NOW) == NOW - DAY
    assert history_begins(LEDGER, NOW + HISTORY_AFTER) == NOW


def test_the_digest_forgets_history_and_knows_the_policy() -> None:
    """A job that becomes history leaves it; a policy that changes calls for a new look."""
    live = Live(NOW - DAY)
    live.add([a_job(completed=NOW - HOUR)])
    now = live.digest(Policy(), NOW, NOW - DAY, idle=False)
    assert now != live.digest(Policy(), NOW, NOW, idle=False)
    assert live.digest(Policy(), NOW, NOW, idle=False) == Live(NOW).digest(Policy(), NOW, NOW, idle=False)
    assert now != live.digest(Policy(overdue_after=HOUR), NOW, NOW - DAY, idle=False)


def test_a_job_listed_twice_counts_as_its_most_advanced_entry() -> None:
    """Listings shift while they are read."""
    entries = [a_job(outcome=None), a_job(), a_job(outcome=Outcome.COMPLETED_WITH_FAILURES, counts=Counts(failed=1))]
    for order in (entries, entries[::-1]):
        live = Live(NOW - DAY)
        for entry in order:
            live.add([entry])
        assert [due.kind for due in live.due(Policy(), NOW)] == ["completed_with_failures"]


def test_an_entry_that_is_history_takes_no_live_one_s_place() -> None:
    """Wherever in the listing it stands: it passes through, as if it were another job."""
    entries = [a_job(outcome=None), a_job(completed=NOW - DAY)]
    for order in (entries, entries[::-1]):
        live = Live(NOW - DAY)
        live.add(order)
        assert [due.kind for due in live.due(Policy(notify=frozenset({Kind.STARTED})), NOW)] == ["started"]


def test_entries_that_differ_in_their_details_alone_are_told_apart() -> None:
    """The counters first, then whatever else it takes to choose the same one in any order."""
    entries = [
        a_job(counts=Counts(processed=1), as_listed={"Type": "a"}),
        a_job(counts=Counts(processed=2), as_listed={"Type": "a"}),
        a_job(counts=Counts(processed=2), as_listed={"Type": "b"}),
    ]
    for order in permutations(entries):
        live = Live(NOW - DAY)
        live.add(order)
        (due,) = live.due(Policy(), NOW)
        assert due.job.details().as_listed == {"Type": "b"}
        assert due.job.details().counts == Counts(processed=2)


def test_the_digest_knows_neither_order_nor_repeats_nor_what_only_a_message_tells() -> None:
    """It is the same where nothing has happened."""
    jobs = [a_job("a"), a_job("b", None), a_job("c", Outcome.FAILED, completed=NOW)]
    digests = set()
    for order in permutations([*jobs, a_job("a", counts=Counts(processed=1)), a_job("b", None)]):
        live = Live(NOW - DAY)
        live.add(order)
        digests.add(live.digest(Policy(), NOW, NOW - DAY, idle=False))
    assert len(digests) == 1


@pytest.mark.parametrize(
    ("completed", "reason"),
    [
        (NOW - DAY - FIRST_SIGHT_WINDOW, "history"),
        (NOW - DAY - FIRST_SIGHT_WINDOW + SECOND, Reason.FIRST_SIGHT),
        (NOW - DAY, Reason.FIRST_SIGHT),
        (NOW - DAY + SECOND, Reason.LATE),
        (NOW - HOUR - SECOND, Reason.LATE),
        (NOW - HOUR, None),
    ],
)
def test_what_a_finish_means_at_first_sight_depends_on_its_moment(completed: datetime, reason: Reason | None) -> None:
    """History up to an hour before T0, then silent up to T0; then late, or news."""
    policy = Policy(announce_finished_within=DAY, announce_not_older_than=HOUR)
    ledger = first_ledger(policy, NOW)
    live = Live(ledger.settled_before)
    live.add([a_job(completed=completed)])
    changes = list(decide(live.due(policy, NOW), {}, ledger, policy, NOW))
    assert [change.suppressed for change in changes] == ([] if reason == "history" else [reason])


def test_overdue_needs_a_creation_date() -> None:
    """Nobody knows how long a job without one runs."""
    live = Live(NOW - DAY)
    live.add([a_job("dated", None, created=NOW - timedelta(hours=6)), a_job("undated", None, created=None)])
    assert [due.key for due in live.due(Policy(), NOW)] == ["dated#overdue"]
