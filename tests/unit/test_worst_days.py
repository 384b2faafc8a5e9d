"""Ticks that overlap, a table that fails in between, leases that lapse: never lost, doubled only where it must be."""

from collections import Counter
from collections.abc import Callable, Sequence
from datetime import timedelta
from typing import Any

import pytest

from import_watch.announcements import Known, Receipt
from import_watch.jobs import JOB_KINDS, Counts, Kind, Outcome
from import_watch.report import Report
from tests.builders import TARGET, a_job, a_watch
from tests.fakes import Install


class TableDownError(Exception):
    """The table answered with an error."""


def an_install(jobs: int) -> Install:
    """Build an install that has seen its target empty and is about to see these jobs finished."""
    install = Install(a_watch())
    install.tick()
    install.lists(*(a_job(f"job-{number:02}", completed=install.clock.now) for number in range(jobs)))
    return install


def deliveries(install: Install) -> Counter[str]:
    return Counter(announcement.key.sk for announcement in install.sns.sent)


def once(do: Callable[[], object]) -> Callable[[], None]:
    """Do it the first time only."""
    left = [do]

    def act() -> None:
        if left:
            left.pop()()

    return act


def failing(method: Callable[..., Any], at: int) -> Callable[..., Any]:
    """Make a method fail at one call."""
    calls = iter(range(1, 1_000_000))

    def act(*args: object) -> object:
        if next(calls) == at:
            raise TableDownError
        return method(*args)

    return act


@pytest.mark.parametrize("moment", ["while listing", "after reading what is recorded"])
def test_two_ticks_at_once_announce_each_job_once(moment: str) -> None:
    """One is interrupted, another runs from beginning to end, then the first goes on."""
    install = an_install(25)
    interrupt(install, moment)
    install.tick()
    install.tick()
    assert set(deliveries(install).values()) == {1}
    assert len(install.sns.sent) == len(install.bus.sent) == 25


@pytest.mark.parametrize("moment", ["while listing", "after reading what is recorded"])
def test_two_ticks_at_once_suppress_once(moment: str) -> None:
    """And count it once."""
    install = Install(a_watch(notify=frozenset({Kind.FAILED})))
    install.tick()
    install.lists(a_job(completed=install.clock.now))
    inner = interrupt(install, moment)
    assert install.tick().tally.suppressed == 0
    assert [report.tally.suppressed for report in inner] == [1]


def interrupt(install: Install, moment: str) -> list[Report]:
    """Let a whole tick run in the middle of the next one; its report."""
    reports: list[Report] = []
    run = once(lambda: reports.append(install.tick(timedelta(0))))
    if moment == "while listing":
        install.source.after_page = run
    else:
        known = install.outbox.known

        def interrupted(pk: str, sks: Sequence[str]) -> Known:
            found = known(pk, sks)
            run()
            return found

        install.outbox.known = interrupted  # type: ignore[method-assign]
    return reports


def test_two_ticks_at_once_share_the_leftovers() -> None:
    """What another tick claimed while the index still shows it is that tick's."""
    install = an_install(12)
    install.sns.receipts["*"] = Receipt.FAILED
    install.tick()
    install.sns.receipts.clear()
    leftovers = list(install.outbox.leftovers(install.clock.now))
    install.tick(timedelta(0))
    install.outbox.leftovers = lambda _: iter(leftovers)  # type: ignore[method-assign] # the index is behind
    install.tick()
    assert set(deliveries(install).values()) == {1}


@pytest.mark.parametrize("at", range(1, 13))
@pytest.mark.parametrize("method", ["record", "settle", "known", "suppress"])
def test_whatever_write_fails_the_next_ticks_make_it_good(method: str, at: int) -> None:
    """Nothing is lost; only what was published and couldn't be settled is sent twice."""
    install = an_install(12)
    working = getattr(install.outbox, method)
    setattr(install.outbox, method, failing(working, at))
    report = install.tick()
    setattr(install.outbox, method, working)
    for _ in range(3):
        install.tick()
    sent = deliveries(install)
    assert len(sent) == 12
    assert sum(sent.values()) == 12 + (method == "settle")
    assert bool(report.faults) is (method in ("record", "settle") or (method, at) == ("known", 1))
    assert install.outbox.pending() == []


def test_what_was_recorded_before_the_table_failed_goes_out_at_once() -> None:
    """It need not wait for its claim to lapse."""
    install = an_install(5)
    install.outbox.record = failing(install.outbox.record, 4)  # type: ignore[method-assign]
    install.tick()
    assert len(install.sns.sent) == 3


def test_what_was_claimed_before_the_table_failed_goes_out_at_once() -> None:
    """The same for leftovers; the invocation fails, after its targets had their turn."""
    install = an_install(5)
    install.sns.receipts["*"] = Receipt.FAILED
    install.tick()
    install.sns.receipts.clear()
    install.outbox.claim = failing(install.outbox.claim, 4)  # type: ignore[method-assign]
    install.lists(*(a_job(f"job-{number:02}", completed=install.clock.now) for number in range(6)))
    assert install.tick().faults == ["TableDownError()"]
    assert sorted(deliveries(install)) == ["job-00#finished", "job-01#finished", "job-02#finished", "job-05#finished"]


def test_a_table_that_gives_no_ledgers_fails_the_tick() -> None:
    """Which still tells what it did."""
    install = an_install(1)
    install.ledgers.read = failing(install.ledgers.read, 1)  # type: ignore[method-assign]
    report = install.tick()
    assert (report.targets, report.faults, report.measures()["Heartbeat"]) == (0, ["TableDownError()"], 0)


def test_a_tick_that_outlives_its_lease_may_double_and_never_loses() -> None:
    """Its claim is another's by then, and it says so."""
    install = an_install(1)
    publish = install.sns.publish

    def slowly(*args: Any) -> Any:
        install.sns.publish = publish  # type: ignore[method-assign]
        install.clock.move(2 * install.lease)
        install.tick()
        return publish(*args)

    install.sns.publish = slowly  # type: ignore[method-assign]
    install.tick()
    install.tick()
    assert deliveries(install) == {"job-00#finished": 2}
    assert "claim lost" in install.log.events()


def test_a_storm_is_weathered_over_several_ticks() -> None:
    """More jobs than a tick has time for: each tick goes on where the last one was cut short."""
    install = an_install(300)
    install.sns.publish = install.clock.taking(timedelta(seconds=5), install.sns.publish)  # type: ignore[method-assign]
    sent = []
    for _ in range(6):
        install.tick()
        sent.append(len(install.sns.sent))
    assert sent[3] < sent[4] == sent[5] == 300
    assert set(deliveries(install).values()) == {1}


def test_flaws_are_logged_by_target() -> None:
    """One malformed job doesn't spoil its listing, and isn't swept under the carpet."""
    install = an_install(1)
    install.source.flaws = ["no usable Id"]
    install.tick()
    assert ("flawed listing", {"target": str(TARGET), "flaws": {"no usable Id": 1}}) in install.log.lines
    assert len(install.sns.sent) == 1


def test_counters_that_come_between_two_ticks_listings_are_announced() -> None:
    """A slower tick suppresses the job as completed; the one that knows better must not settle on that."""
    install = Install(a_watch(notify=JOB_KINDS - {Kind.COMPLETED}))
    install.tick()
    finished = install.clock.now
    known = install.outbox.known

    def the_slower_one() -> None:
        install.lists(a_job(completed=finished))
        install.tick(timedelta(0))
        install.lists(a_job(outcome=Outcome.COMPLETED_WITH_FAILURES, completed=finished, counts=Counts(failed=3)))

    run = once(the_slower_one)

    def interrupted(pk: str, sks: Sequence[str]) -> Known:
        found = known(pk, sks)
        run()
        return found

    install.outbox.known = interrupted  # type: ignore[method-assign]
    install.lists(a_job(outcome=Outcome.COMPLETED_WITH_FAILURES, completed=finished, counts=Counts(failed=3)))
    for _ in range(3):
        install.tick()
    assert install.sns.kinds() == [Kind.COMPLETED_WITH_FAILURES]
