"""Adaptive polling: idle targets wait for their turn, and nothing is written for it."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from import_watch.jobs import Kind, Target, Trouble
from import_watch.ledger import Ledger, first_ledger
from import_watch.policy import Policy
from import_watch.turns import PUNCTUALITY, has_turn, rotated
from tests.builders import HOUR, MINUTE, NOW, OTHER, PK, TARGET, a_job, a_watch
from tests.fakes import Install

QUARTER = timedelta(minutes=15)
POLICY = Policy(idle_every=QUARTER, every=MINUTE)


def an_idle_ledger(**facts: Any) -> Ledger:
    return Ledger(first_seen_at=NOW, settled_before=NOW, sighted=True, idle=True, **facts)


def an_install(*targets: Target, **policy: Any) -> Install:
    """Build an install that has seen its targets empty: they are idle."""
    install = Install(a_watch(*targets, **{"idle_every": QUARTER, "every": MINUTE, **policy}))
    install.tick()
    return install


def polls(install: Install, ticks: int) -> list[int]:
    """Run ticks a minute apart; how many targets each polled."""
    return [install.tick().targets for _ in range(ticks)]


class TestTurns:
    @given(
        pk=st.text(min_size=1),
        every=st.integers(1, 30),
        slower=st.integers(1, 600),
        phase=st.integers(0, 10**6),
        late=st.lists(st.floats(0, PUNCTUALITY.total_seconds() - 0.001), min_size=100, max_size=100),
    )
    def test_an_idle_target_is_polled_within_idle_every_however_late_ticks_come(
        self, pk: str, every: int, slower: int, phase: int, late: list[float]
    ) -> None:
        """From poll to poll at most `idleEvery`, a period of `every` and what a tick may be late."""
        policy = Policy(every=every * MINUTE, idle_every=(every + slower) * MINUTE)
        ticks = [NOW + timedelta(seconds=phase + lateness) + n * every * MINUTE for n, lateness in enumerate(late)]
        polled = [tick for tick in ticks if has_turn(pk, an_idle_ledger(), policy, tick)]
        longest = (2 * every + slower) * MINUTE + PUNCTUALITY
        gaps = zip([ticks[0], *polled], [*polled, ticks[-1]], strict=True)
        assert all(later - earlier <= longest for earlier, later in gaps)

    @given(pk=st.text(min_size=1), phase=st.integers(0, 10**6))
    def test_it_is_polled_three_times_a_period_at_most(self, pk: str, phase: int) -> None:
        """Once, and once more for each minute that a tick may be late."""
        ticks = [NOW + timedelta(seconds=phase) + n * MINUTE for n in range(150)]
        assert 10 <= sum(has_turn(pk, an_idle_ledger(), POLICY, tick) for tick in ticks) <= 30

    def test_turns_are_spread(self) -> None:
        """No tick has all idle targets to poll."""
        turns = [has_turn(f"newsletter#pinpoint:app/{n}", an_idle_ledger(), POLICY, NOW) for n in range(1000)]
        assert 140 < sum(turns) < 260  # 200 expected: three minutes of fifteen

    def test_who_is_new_running_or_failing_has_a_turn_in_every_tick(self) -> None:
        """Only what is known to be idle can wait."""
        ledgers = [
            None,
            first_ledger(POLICY, NOW),
            Ledger(first_seen_at=NOW, settled_before=NOW, sighted=True, idle=False),
            an_idle_ledger(failing_since=NOW, failing_reason=Trouble.DENIED),
        ]
        ticks = [NOW + n * MINUTE for n in range(15)]
        assert all(has_turn("pk", ledger, POLICY, tick) for ledger in ledgers for tick in ticks)

    def test_it_is_off_by_default(self) -> None:
        """Every target in every tick."""
        assert all(has_turn("pk", an_idle_ledger(), Policy(), NOW + n * MINUTE) for n in range(15))


class TestTicks:
    def test_idle_targets_are_polled_less_often(self) -> None:
        """Thrice in fifteen ticks instead of fifteen times; the ticks in between are sound ones, and say so."""
        install = an_install(TARGET, OTHER)
        polled = polls(install, 15)
        assert sum(polled) == 6
        assert {*polled} >= {0, 1}
        waiting = [facts["count"] for event, facts in install.log.lines if event == "idle targets wait for their turn"]
        assert sum(map(int, map(str, waiting))) == 30 - 6

    def test_a_tick_without_any_turn_is_no_failed_one(self) -> None:
        """It reads the ledgers and the index, and writes nothing."""
        install = an_install()
        writes = install.writes
        reports = [install.tick() for _ in range(15)]
        assert not [report.faults for report in reports if report.faults]
        assert any(report.targets == 0 for report in reports)
        assert install.writes == writes

    def test_the_first_running_job_brings_the_full_rate_back(self) -> None:
        """With one write; its end is announced by the very next tick, and the target is idle again."""
        install = an_install()
        install.lists(a_job("job-1", None, created=install.clock.now))
        while not install.tick().targets:
            pass
        writes = install.writes
        assert polls(install, 15) == [1] * 15
        assert install.writes == writes
        install.lists(a_job("job-1", completed=install.clock.now))
        install.tick()
        assert install.sns.kinds() == [Kind.COMPLETED]
        assert sum(polls(install, 15)) == 3

    def test_a_job_that_ran_between_two_turns_is_announced_at_the_next(self) -> None:
        """Late by `idleEvery` at most, and not lost."""
        install = an_install()
        install.lists(a_job(created=install.clock.now, completed=install.clock.now))
        polls(install, 15)
        assert install.sns.kinds() == [Kind.COMPLETED]

    def test_a_hung_job_is_overdue_in_time(self) -> None:
        """It runs, so its target is not idle."""
        install = an_install(overdue_after=HOUR)
        install.lists(a_job("job-1", None, created=install.clock.now))
        polls(install, 61)
        assert install.sns.kinds() == [Kind.OVERDUE]

    def test_a_target_that_begins_to_fail_is_polled_in_every_tick(self) -> None:
        """So that it is announced as soon as any other, once it is noticed."""
        install = an_install()
        install.source.lists[TARGET] = Trouble.DENIED
        while not install.tick().targets:
            pass
        assert polls(install, 2) == [1, 1]
        assert install.sns.kinds() == [Kind.TARGET_UNAVAILABLE]

    def test_nobody_waits_for_what_was_noted_before_it_was_asked_for(self) -> None:
        """Without `idleEvery` nothing is noted, as a job that begins to run is worth no write then."""
        install = an_install(idle_every=None, every=None)
        install.lists(a_job("job-1", None, created=install.clock.now))
        install.tick()
        install.watch = a_watch(idle_every=QUARTER, every=MINUTE)
        assert polls(install, 15) == [1] * 15

    @pytest.mark.parametrize("running", [False, True])
    def test_a_turn_that_ends_before_all_is_announced_goes_on_in_the_next_tick(self, running: bool) -> None:  # noqa: FBT001 # a case
        """However long the list: a turn isn't used up by a tick's lack of time."""
        install = an_install()
        moment = install.clock.now
        jobs = [a_job(f"job-{n}", completed=moment) for n in range(25)]
        install.lists(*jobs, *([a_job("running", None, created=moment)] if running else []))
        install.sns.publish = install.clock.taking(install.budget, install.sns.publish)  # type: ignore[method-assign]
        while not install.tick().targets:
            pass
        assert polls(install, 2) == [1, 1]
        assert len(install.sns.sent) == 25

    def test_a_turn_for_which_there_was_no_time_is_made_good_by_the_next_tick(self) -> None:
        """And so is one that broke off."""
        for spoil in ({"budget": timedelta(0)}, {"source": None}):
            install = an_install()
            spoiled = replace(install, **spoil)
            while has_turn(PK, install.ledgers.rows[PK], install.watch.policy, install.clock.now) is False:
                install.tick()
            assert spoiled.tick().faults
            assert polls(install, 1) == [1]
            assert install.ledgers.rows[PK].idle

    def test_one_that_is_down_while_others_wait_fails_no_tick(self) -> None:
        """Not every target is."""
        install = an_install(TARGET, OTHER)
        install.source.lists[TARGET] = Trouble.THROTTLED
        reports = [install.tick() for _ in range(30)]
        assert any(report.failing for report in reports)
        assert not [report.faults for report in reports if report.faults and report.targets < 2]

    def test_a_slower_view_puts_no_running_target_to_sleep(self) -> None:
        """Another tick has seen the job start meanwhile."""
        install = an_install()
        install.lists(a_job("done", completed=install.clock.now))
        older = install.poll()

        def meanwhile() -> None:
            install.source.after_page = lambda: None
            install.lists(a_job("done", completed=install.clock.now), a_job("new", None, created=install.clock.now))
            install.poll().target(TARGET, install.ledgers.rows[PK])

        install.source.after_page = meanwhile
        older.target(TARGET, install.ledgers.rows[PK])
        assert not install.ledgers.rows[PK].idle


def test_rotation_keeps_everyone_and_lets_each_be_first() -> None:
    """Each exactly once, whatever the minute."""
    ones = tuple(range(7))
    orders = [rotated(ones, NOW + minute * MINUTE) for minute in range(50)]
    assert all(sorted(order) == list(ones) for order in orders)
    assert {order[0] for order in orders} == set(ones)
