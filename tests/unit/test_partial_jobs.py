"""Jobs of which a list doesn't tell all: what is about to be announced is asked for by itself, and nothing else is."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from import_watch.jobs import Counts, ImportJob, Kind, Outcome, Trouble
from import_watch.ledger import first_ledger
from import_watch.listed import MOST_FAILED
from import_watch.listing import ListingFailedError, NotAskedError
from tests.builders import DAY, HOUR, MINUTE, NOW, TARGET, a_job, a_watch
from tests.fakes import Install

ALL = frozenset(Kind(outcome) for outcome in Outcome)


def partial(job_id: str = "job-1", outcome: Outcome | None = Outcome.COMPLETED, **facts: Any) -> ImportJob:
    """Build a job as a list shows it that doesn't tell all."""
    return replace(a_job(job_id, outcome, **facts), partial=outcome is not None)


def an_install(**policy: Any) -> Install:
    """Begin with a target that was seen before, and has no job."""
    install = Install(a_watch(**policy))
    install.lists()
    install.tick()
    return install


def turns_out(install: Install, job: ImportJob | Trouble, job_id: str = "job-1") -> None:
    """Script what a job turns out to be, or why it can't be asked for."""
    install.source.wholes[TARGET, job_id] = job


def sent(install: Install) -> list[tuple[str, str]]:
    """List what went out on SNS: kinds, and of which jobs."""
    facts = [one.message.facts for one in install.sns.sent]
    return [(str(each["kind"]), str(each.get("jobId", ""))) for each in facts]


def asking_is_slow(install: Install) -> None:
    """Make one question take more time than a tick has."""
    whole = install.clock.taking(timedelta(seconds=40), install.source.whole)
    install.source.whole = whole  # type: ignore[method-assign] # the same, but slow


def test_what_is_announced_is_what_the_job_itself_tells() -> None:
    """A list may call a half-failed import successful: it has no counts."""
    install = an_install()
    install.lists(partial(completed=install.clock.now))
    whole = a_job("job-1", Outcome.COMPLETED_WITH_FAILURES, completed=install.clock.now, counts=Counts(failed=3))
    turns_out(install, whole)
    install.tick()
    (announcement,) = install.sns.sent
    assert announcement.message.facts["counts"] == {"failed": 3}
    assert sent(install) == [("completed_with_failures", "job-1")]


def test_each_is_asked_for_once_and_a_quiet_tick_asks_for_none() -> None:
    """Nor does one in which another job finishes ask for those that are announced."""
    install = an_install()
    first = partial("job-1", completed=install.clock.now)
    install.lists(first)
    for _ in range(3):
        install.tick()
    install.lists(first, partial("job-2", completed=install.clock.now))
    for _ in range(3):
        install.tick()
    assert install.source.asked == ["job-1", "job-2"]


def test_one_that_runs_is_not_asked_for() -> None:
    """Its list tells enough of it."""
    install = an_install(notify=ALL | {Kind.STARTED, Kind.OVERDUE}, overdue_after=HOUR)
    install.lists(partial(outcome=None, created=NOW - DAY))
    install.tick()
    assert sent(install) == [("started", "job-1"), ("overdue", "job-1")]
    assert install.source.asked == []


def test_a_first_sight_asks_for_none() -> None:
    """What it suppresses may be a long history; and what finished since is asked for."""
    install = Install(a_watch())
    old = [partial(f"old-{number}", created=NOW - DAY, completed=None) for number in range(30)]
    install.lists(*old, partial("new", created=NOW + MINUTE, completed=None))
    install.clock.move(MINUTE)
    install.ledgers.begin(install.watch.pk(TARGET), first_ledger(install.watch.policy, NOW))
    install.tick()
    assert install.source.asked == ["new"]
    assert sent(install) == [("completed", "new")]


@pytest.mark.parametrize(("finished", "expected"), [(HOUR, [("failed", "job-1")]), (-MINUTE, [])])
def test_undated_ones_that_finished_while_the_first_listings_failed_are_announced(
    finished: timedelta, expected: list[tuple[str, str]]
) -> None:
    """Created before first sight, they are no history for that: only they themselves tell when they finished."""
    install = Install(a_watch())
    install.source.lists[TARGET] = Trouble.DENIED
    for _ in range(120):
        install.tick()
    install.lists(partial(created=NOW - HOUR, completed=None), partial("old", created=NOW - 30 * DAY, completed=None))
    turns_out(install, a_job("job-1", Outcome.FAILED, completed=NOW + finished))
    for _ in range(2):
        install.tick()
    assert [one for one in sent(install) if one[1]] == expected
    assert install.source.asked == ["job-1"]


def test_a_first_look_back_asks_undated_ones_when_they_finished() -> None:
    """`announceFinishedWithin` is about when that was, not about when they were created."""
    install = Install(a_watch(announce_finished_within=2 * HOUR))
    install.lists(partial(created=NOW - 3 * HOUR, completed=None))
    turns_out(install, a_job("job-1", Outcome.FAILED, created=NOW - 3 * HOUR, completed=NOW - HOUR))
    install.tick()
    assert sent(install) == [("failed", "job-1")]


def test_what_is_unwanted_as_listed_may_be_wanted_as_it_is() -> None:
    """Who asks for failures only hears of those that a list doesn't show."""
    install = an_install(notify=frozenset({Kind.COMPLETED_WITH_FAILURES}))
    install.lists(partial("job-1", completed=install.clock.now), partial("job-2", completed=install.clock.now))
    turns_out(install, a_job("job-1", Outcome.COMPLETED_WITH_FAILURES, completed=install.clock.now))
    turns_out(install, a_job("job-2", Outcome.COMPLETED, completed=install.clock.now), "job-2")
    report = install.tick()
    assert sent(install) == [("completed_with_failures", "job-1")]
    assert report.tally.suppressed == 1


def test_what_turned_out_unwanted_stays_so_however_it_is_listed() -> None:
    """Its list goes on calling it completed, which is wanted: it isn't announced, even if it is gone by now."""
    install = an_install(notify=frozenset({Kind.COMPLETED}))
    job = partial("job-1", completed=install.clock.now)
    turns_out(install, a_job("job-1", Outcome.COMPLETED_WITH_FAILURES, completed=install.clock.now))
    install.lists(job)
    install.tick()
    del install.source.wholes[TARGET, "job-1"]
    install.lists(job, partial("job-2", completed=install.clock.now))
    install.tick()
    assert (sent(install), install.source.asked) == ([("completed", "job-2")], ["job-1", "job-2"])


def test_one_that_finished_too_long_ago_is_late_by_the_date_that_only_itself_tells() -> None:
    """A list without dates shows it for the first time, as after a pause."""
    install = an_install()
    install.lists(partial(completed=None))
    turns_out(install, a_job(created=NOW - 30 * DAY, completed=NOW - 8 * DAY))
    report = install.tick()
    assert (sent(install), report.tally.suppressed) == ([], 1)


def test_one_that_is_late_as_listed_is_not_asked_for() -> None:
    """After a long pause there may be many of them."""
    install = an_install()
    install.clock.move(20 * DAY)
    install.lists(partial(completed=NOW + 10 * DAY))
    report = install.tick()
    assert (report.tally.suppressed, install.source.asked) == (1, [])


def test_one_that_there_is_no_turn_for_is_left_and_nothing_fails() -> None:
    """Others may have taken the rate: that is no trouble of this target's."""
    install = an_install()
    install.lists(partial(completed=install.clock.now))
    asked = install.source.whole

    def no_turn(*_: Any) -> ImportJob:
        raise NotAskedError

    install.source.whole = no_turn  # type: ignore[method-assign] # for one tick
    report = install.tick()
    assert (report.left, report.failing, sent(install)) == (1, {}, [])
    install.source.whole = asked  # type: ignore[method-assign]
    install.tick()
    assert sent(install) == [("completed", "job-1")]


def test_what_fails_is_told_though_others_had_no_turn() -> None:
    """Want of time passes by itself; a refusal may not."""
    install = an_install()
    install.lists(*(partial(f"job-{number}", completed=install.clock.now) for number in range(2)))
    answers = iter([NotAskedError(), ListingFailedError(Trouble.DENIED, "no")])

    def whole(*_: Any) -> ImportJob:
        raise next(answers)

    install.source.whole = whole  # type: ignore[method-assign] # fails in two ways
    assert install.tick().failing == {TARGET: Trouble.DENIED}


class TestFailing:
    """The rest of a job can't be asked for."""

    @pytest.mark.parametrize("trouble", [Trouble.DENIED, Trouble.THROTTLED, Trouble.BROKEN])
    def test_it_waits_and_the_others_are_announced(self, trouble: Trouble) -> None:
        """Never by what the list told: that may look better than it is."""
        install = an_install()
        jobs = [partial(f"job-{number}", completed=install.clock.now) for number in range(3)]
        install.lists(*jobs)
        turns_out(install, trouble, "job-1")
        report = install.tick()
        assert sent(install) == [("completed", "job-0"), ("completed", "job-2")]
        assert report.failing == {TARGET: trouble}
        turns_out(install, a_job("job-1", Outcome.COMPLETED_WITH_FAILURES, completed=NOW + MINUTE), "job-1")
        assert install.tick().failing == {}
        assert sent(install)[-1] == ("completed_with_failures", "job-1")
        assert install.tick().tally.announced == 0

    def test_if_it_lasts_the_target_is_unavailable_once_and_recovers_once(self) -> None:
        """Though it is listed well all the while; and what goes on failing is neither written nor sent again."""
        install = an_install()
        install.lists(partial(completed=install.clock.now))
        turns_out(install, Trouble.DENIED)
        install.tick()
        install.tick()
        assert sent(install) == [("target_unavailable", "")]
        writes = install.writes
        for _ in range(5):
            install.tick()
        assert (sent(install), install.writes) == ([("target_unavailable", "")], writes)
        turns_out(install, a_job(completed=NOW + MINUTE))
        for _ in range(3):
            install.tick()
        assert sorted(sent(install)[1:]) == [("completed", "job-1"), ("target_recovered", "")]

    def test_where_it_is_refused_for_all_few_are_asked_for(self) -> None:
        """Else one missing grant would take the rate that all targets share; another begins each minute."""
        install = an_install()
        jobs = [partial(f"job-{number:03}", completed=install.clock.now) for number in range(200)]
        install.lists(*jobs)
        for job in jobs:
            turns_out(install, Trouble.DENIED, job.id)
        for _ in range(3):
            install.source.asked.clear()
            install.tick()
            assert len(install.source.asked) == MOST_FAILED
        install.source.wholes.clear()
        install.tick()
        assert len(sent(install)) == 1 + len(jobs) + 1, "unavailable, all of them, recovered"

    def test_many_that_can_never_be_had_keep_no_other_waiting_for_ever(self) -> None:
        """However few are asked for in a tick, each has its turn, and none is announced twice."""
        install = an_install()
        jobs = [partial(f"job-{number:02}", completed=install.clock.now) for number in range(50)]
        install.lists(*jobs)
        for job in jobs[:35]:
            turns_out(install, Trouble.BROKEN, job.id)
        for _ in range(60):
            install.tick()
        announced = [job for kind, job in sent(install) if kind == "completed"]
        assert sorted(announced) == [job.id for job in jobs[35:]]

    def test_an_idle_target_is_polled_again_at_once(self) -> None:
        """It need not wait for its turn to be asked again."""
        install = an_install(idle_every=15 * MINUTE, every=MINUTE)
        install.lists(partial(completed=install.clock.now))
        turns_out(install, Trouble.BROKEN)
        while not install.source.asked:
            install.tick()
        turns_out(install, a_job(completed=install.clock.now))
        install.tick()
        assert sent(install) == [("completed", "job-1")]


def test_when_time_runs_out_the_rest_is_left_for_the_next_tick() -> None:
    """But one is asked for in any case, however slow that is, so that none starves."""
    install = an_install()
    jobs = [partial(f"job-{number}", completed=install.clock.now) for number in range(4)]
    install.lists(*jobs)
    asking_is_slow(install)
    for number in range(1, 5):
        install.tick()
        assert len(sent(install)) == number
    install.tick()
    assert install.source.asked == [f"job-{number}" for number in range(4)]


def test_one_that_takes_all_the_time_to_fail_keeps_none_waiting_for_ever() -> None:
    """Each minute another one comes first; and no more is asked for than there is time for."""
    install = an_install()
    names = [f"job-{number}" for number in range(4)]
    install.lists(*(partial(name, completed=install.clock.now) for name in names))
    turns_out(install, Trouble.BROKEN, "job-0")
    asking_is_slow(install)
    for number in range(30):
        install.tick()
        assert len(install.source.asked) == number + 1
    assert sorted(job for kind, job in sent(install) if kind == "completed") == names[1:]


def test_a_target_has_not_recovered_while_some_are_not_asked_for() -> None:
    """Time ran out after one that could be had; which says nothing of those that couldn't."""
    install = an_install()
    install.lists(*(partial(f"job-{number}", completed=install.clock.now) for number in range(3)))
    for number in range(3):
        turns_out(install, Trouble.DENIED, f"job-{number}")
    for _ in range(2):
        install.tick()
    for number in range(3):
        turns_out(install, a_job(f"job-{number}", completed=NOW + MINUTE), f"job-{number}")
    asking_is_slow(install)
    for _ in range(2):
        install.tick()
    assert [kind for kind, _ in sent(install)] == ["target_unavailable", "completed", "completed"]
    for _ in range(2):
        install.tick()
    assert [kind for kind, _ in sent(install)][3:] == ["completed", "target_recovered"]


def test_without_a_date_of_its_own_it_finished_when_its_list_says() -> None:
    """Else one that finishes right after first sight would be taken for one that was there before."""
    install = Install(a_watch())
    install.ledgers.begin(install.watch.pk(TARGET), first_ledger(install.watch.policy, NOW))
    install.clock.move(MINUTE)
    install.lists(partial(created=NOW - HOUR, completed=install.clock.now))
    turns_out(install, a_job(outcome=Outcome.COMPLETED_WITH_FAILURES, created=None, completed=None))
    install.tick()
    (announcement,) = install.sns.sent
    assert announcement.message.facts["completedAt"] == "2026-05-24T12:01:00.000Z"
    assert sent(install) == [("completed_with_failures", "job-1")]


def test_one_that_is_gone_by_then_is_announced_as_it_was_listed() -> None:
    """Nothing more can be known of it."""
    install = an_install()
    install.lists(partial(completed=install.clock.now))
    install.tick()
    assert sent(install) == [("completed", "job-1")]
    assert install.tick().tally.announced == 0
