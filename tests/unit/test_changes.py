"""The decision's finer points; the rest is told by whole ticks."""

from datetime import timedelta

from import_watch.changes import HISTORY_AFTER, Ledger, Live, digest, settle_before
from import_watch.jobs import Counts, Outcome
from import_watch.policy import Policy
from tests.builders import DAY, HOUR, NOW, a_job

LEDGER = Ledger(first_seen_at=NOW - DAY, settled_before=NOW - DAY, sighted=True)


def test_history_begins_thirty_days_back_and_never_moves_back() -> None:
    """Or where it began before."""
    assert settle_before(LEDGER, NOW) == NOW - DAY
    assert settle_before(LEDGER, NOW + HISTORY_AFTER) == NOW


def test_the_digest_forgets_history_and_knows_the_policy() -> None:
    """A job that becomes history leaves it; a policy that changes calls for a new look."""
    live = Live(NOW - DAY)
    live.add([a_job(completed=NOW - HOUR)])
    dues = live.due(Policy(), NOW)
    now = digest(dues, Policy(), NOW - DAY)
    assert now != digest(dues, Policy(), NOW)
    assert digest(dues, Policy(), NOW) == digest([], Policy(), NOW)
    assert now != digest(dues, Policy(overdue_after=HOUR), NOW - DAY)


def test_a_job_listed_twice_counts_as_its_most_advanced_entry() -> None:
    """Listings shift while they are read."""
    entries = [a_job(outcome=None), a_job(), a_job(outcome=Outcome.COMPLETED_WITH_FAILURES, counts=Counts(failed=1))]
    for order in (entries, entries[::-1]):
        live = Live(NOW - DAY)
        for entry in order:
            live.add([entry])
        assert [due.kind for due in live.due(Policy(), NOW)] == ["completed_with_failures"]


def test_overdue_needs_a_creation_date() -> None:
    """Nobody knows how long a job without one runs."""
    live = Live(NOW - DAY)
    live.add([a_job("dated", None, created=NOW - timedelta(hours=6)), a_job("undated", None, created=None)])
    assert [due.key for due in live.due(Policy(), NOW)] == ["dated#overdue"]
