"""The whole account: its applications are polled each, also those that come, until they have gone."""

from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from itertools import count
from typing import Any
from unittest.mock import patch

import pytest
from hypothesis import given
from hypothesis import strategies as st

from import_watch.account import LAST_LOOKS, MAX_NAMED, Census, census
from import_watch.announcements import Receipt
from import_watch.jobs import Target, Trouble
from import_watch.ledger import Ledger
from import_watch.report import Report
from import_watch.tick import REACH, Tick
from tests.builders import DAY, HOUR, MINUTE, NOW, a_job, a_watch
from tests.fakes import Install, MemoryQueue

ACCOUNT = Target("pinpoint", "*")
PK = f"newsletter#{ACCOUNT}"
FAILING_ON = [Trouble.DENIED, Trouble.GONE, Trouble.ENDLESS]


def app(name: str) -> Target:
    return Target("pinpoint", name)


def an_account(*applications: str, **policy: Any) -> Install:
    """Build an install that has seen these applications empty, so that whatever comes is news."""
    install = Install(a_watch(ACCOUNT, **policy))
    install.source.account = [list(applications)]
    install.tick()
    return install


def finish(install: Install, application: str, job_id: str) -> None:
    """Let a job of an application finish now."""
    target = app(application)
    listed = install.source.lists.get(target, [[]])
    assert not isinstance(listed, Trouble)
    (jobs,) = listed
    assert not isinstance(jobs, Trouble)
    install.lists(*jobs, a_job(job_id, completed=install.clock.now, target=target), target=target)


def delete(install: Install, application: str) -> None:
    """Let an application be there no more: neither in the account's list nor with one of its own."""
    install.source.account = [[one for one in listed(install) if one != application]]
    install.source.lists[app(application)] = Trouble.GONE


def restore(install: Install, application: str) -> None:
    install.source.account = [[*listed(install), application]]
    install.source.lists[app(application)] = [[]]


def listed(install: Install) -> list[str]:
    return [one for page in install.source.account if not isinstance(page, Trouble) for one in page]


def known(install: Install) -> set[str]:
    return set(install.ledgers.rows[PK].applications)


def sent(install: Install) -> Counter[str]:
    """Count what a subscriber got, by target and what it is about."""
    facts = [announcement.message.facts for announcement in install.sns.sent]
    assert [announcement.message.facts for announcement in install.bus.sent] == facts
    return Counter(f"{fact['target']} {fact.get('jobId', fact['kind'])}" for fact in facts)


class TestCensus:
    """What a complete list means."""

    @pytest.mark.parametrize(
        ("trouble", "recorded", "went"),
        [
            (None, False, False),
            (Trouble.GONE, False, False),
            (Trouble.GONE, True, True),
            (Trouble.DENIED, True, True),
            (Trouble.THROTTLED, True, False),
            (Trouble.BROKEN, True, False),
        ],
    )
    def test_who_is_not_listed_went_once_that_is_announced(
        self, trouble: Trouble | None, *, recorded: bool, went: bool
    ) -> None:
        """Until then, and while it may be no more than a bad day, it is polled on."""
        ledger = Ledger(
            first_seen_at=NOW,
            settled_before=NOW,
            failing_since=NOW if trouble else None,
            failing_reason=trouble,
            unavailable_recorded=recorded,
        )
        now = census(frozenset("ab"), frozenset("bc"), {"c": ledger})
        assert now == Census(
            polled=frozenset("ab") if went else frozenset("abc"),
            came=frozenset("a"),
            leaving=frozenset("c") if went else frozenset(),
        )

    def test_who_was_never_polled_did_not_go(self) -> None:
        """It has no ledger yet: its turn comes."""
        assert census(frozenset(), frozenset("a"), {}).polled == {"a"}


class TestComing:
    """An application that comes is noticed by the next tick."""

    def test_its_jobs_are_announced_as_those_of_its_own_target(self) -> None:
        """Under the name that a watch of it alone would have for it."""
        install = an_account("one", "two")
        finish(install, "two", "job")
        report = install.tick()
        assert (report.targets, report.failing, sent(install)) == (2, {}, {"pinpoint:two job": 1})
        (announcement,) = install.sns.sent
        assert announcement.key.pk == "newsletter#pinpoint:two"
        assert announcement.message.facts["applicationId"] == "two"

    def test_it_starts_silent(self) -> None:
        """Its history is none of our news; what finishes from then on is."""
        install = an_account("old")
        install.source.account = [["old", "new"]]
        install.source.lists[app("new")] = [[a_job("history", completed=NOW - DAY, target=app("new"))]]
        finish(install, "new", "recent")
        assert install.tick().tally.suppressed == 1
        finish(install, "new", "news")
        install.tick()
        assert sent(install) == {"pinpoint:new news": 1}

    def test_it_is_written_down_once_and_told(self) -> None:
        """A quiet tick writes nothing."""
        install = an_account("one")
        install.source.account = [["one"], ["two"]]
        install.tick()
        assert known(install) == {"one", "two"}
        writes = install.writes
        assert install.tick().targets == 2
        assert install.writes == writes
        assert [facts for event, facts in install.log.lines if event == "applications came"] == [
            {"count": 1, "applications": [name]} for name in ("one", "two")
        ]

    def test_hundreds_at_once(self) -> None:
        """The log names a hundred; all are known and polled."""
        names = [f"app-{number:03}" for number in range(300)]
        install = Install(a_watch(ACCOUNT))
        install.source.account = [names[at : at + 100] for at in range(0, 300, 100)]
        assert install.tick().targets == 300
        assert known(install) == set(names)
        (facts,) = [facts for event, facts in install.log.lines if event == "applications came"]
        assert facts == {"count": 300, "applications": names[:MAX_NAMED]}

    def test_one_that_there_is_no_time_for_is_known_all_the_same(self) -> None:
        """A later tick takes its turn, and none starves."""
        names = [f"app-{number}" for number in range(5)]
        install = Install(a_watch(ACCOUNT))
        install.source.account = [names]
        for name in names:
            install.source.lists[app(name)] = [[a_job(name, None, created=NOW - DAY, target=app(name))]]
        pages = install.source.pages
        install.source.pages = install.clock.taking(timedelta(seconds=31), pages)  # type: ignore[method-assign]
        for _ in range(30):
            report = install.tick()
            assert (report.targets, report.left, report.faults) == (1, 4, [])
        assert known(install) == set(names)
        assert len(install.sns.sent) == len(names)

    def test_a_flaw_in_the_list_is_told_and_spoils_nothing(self) -> None:
        """Whose id can't be read can't be polled."""
        install = an_account("one")
        install.source.flaws = ["no usable Id"]
        assert install.tick().targets == 1
        assert ("flawed listing", {"target": "pinpoint:*", "flaws": {"no usable Id": 1}}) in install.log.lines


class TestGoing:
    """An application that vanishes is told of as a target that is gone, and then forgotten."""

    def test_it_is_announced_once_and_then_no_longer_polled(self) -> None:
        """Nor counted as failing."""
        install = an_account("one", "two")
        delete(install, "two")
        assert [install.tick().failing for _ in range(4)] == [{app("two"): Trouble.GONE}] * 2 + [{}] * 2
        assert sent(install) == {"pinpoint:two target_unavailable": 1}
        assert install.sns.sent[0].message.facts["reason"] == "gone"
        assert known(install) == {"one"}
        assert ("applications went", {"count": 1, "applications": ["two"]}) in install.log.lines

    def test_one_that_only_the_list_misses_is_polled_on(self) -> None:
        """The account's list alone decides nothing against an application whose jobs can be listed."""
        install = an_account("one", "two")
        install.source.account = [["one"]]
        for _ in range(3):
            assert install.tick().targets == 2
        finish(install, "two", "job")
        install.tick()
        assert sent(install) == {"pinpoint:two job": 1}

    def test_one_that_was_denied_and_is_only_missed_by_the_list_is_polled_on(self) -> None:
        """Even if its denial ends just as the list begins to lack it: it goes only if one more poll fails as before."""
        install = an_account("one", "two")
        install.source.lists[app("two")] = Trouble.DENIED
        for _ in range(2):
            install.tick()
        install.source.account = [["one"]]
        install.source.lists[app("two")] = [[]]
        finish(install, "two", "job")
        report = install.tick()
        assert (report.targets, report.failing, known(install)) == (2, {}, {"one", "two"})
        assert sent(install) == {
            f"pinpoint:two {what}": 1 for what in ("target_unavailable", "target_recovered", "job")
        }

    @pytest.mark.parametrize("trouble", [Trouble.THROTTLED, Trouble.BROKEN])
    def test_one_more_poll_that_tells_nothing_takes_none_off(self, trouble: Trouble) -> None:
        """It counts as any that fails so."""
        install = an_account("one", "two")
        delete(install, "two")
        install.source.account = [["one", "two"]]
        for _ in range(2):
            install.tick()
        install.source.account = [["one"]]
        install.source.lists[app("two")] = trouble
        report = install.tick()
        assert (report.targets, report.failing, known(install)) == (2, {app("two"): trouble}, {"one", "two"})

    def test_a_mass_of_them_goes_over_several_ticks(self) -> None:
        """So that those who are left are polled meanwhile."""
        names = [f"app-{number:03}" for number in range(LAST_LOOKS + 1)]
        install = an_account("one", *names)
        install.source.account = [["one"]]
        install.source.lists.update(dict.fromkeys(map(app, names), Trouble.GONE))
        for _ in range(3):
            assert app("one") not in install.tick().failing
        assert known(install) == {"one", names[-1]}
        assert (install.tick().targets, known(install)) == (1, {"one"})

    def test_one_that_comes_back_recovers_and_goes_on(self) -> None:
        """What finished meanwhile is news, what was announced before is not."""
        install = an_account("one", "two")
        finish(install, "two", "before")
        install.tick()
        before = install.source.lists[app("two")]
        delete(install, "two")
        for _ in range(5):
            install.tick()
        restore(install, "two")
        install.source.lists[app("two")] = before
        finish(install, "two", "meanwhile")
        assert install.tick().failing == {}
        install.tick()
        assert sent(install) == {
            f"pinpoint:two {what}": 1 for what in ("before", "target_unavailable", "target_recovered", "meanwhile")
        }
        assert known(install) == {"one", "two"}

    def test_one_that_is_back_before_it_was_announced_is_silent(self) -> None:
        """A blip, as with any target."""
        install = an_account("one", "two")
        delete(install, "two")
        install.tick()
        restore(install, "two")
        for _ in range(3):
            assert install.tick().failing == {}
        assert sent(install) == {}

    def test_the_last_one_leaves_an_account_that_is_empty(self) -> None:
        """Which is no failed tick."""
        install = an_account("one")
        delete(install, "one")
        reports = [install.tick() for _ in range(4)]
        assert [report.faults for report in reports] == [[]] * 4
        assert (reports[-1].targets, known(install)) == (0, set())

    def test_one_announced_to_a_channel_that_is_down_is_sent_after_it_was_forgotten(self) -> None:
        """What is recorded needs its target no more."""
        install = an_account("one", "two")
        delete(install, "two")
        install.sns.receipts["*"] = install.bus.receipts["*"] = Receipt.FAILED
        for _ in range(4):
            install.tick()
        assert known(install) == {"one"}
        install.sns.receipts.clear()
        install.bus.receipts.clear()
        install.tick()
        assert sent(install) == {"pinpoint:two target_unavailable": 1}


class TestAccountFailing:
    """What is wrong with the account's list is told of the account, and keeps no application waiting."""

    @pytest.mark.parametrize("trouble", FAILING_ON)
    def test_unavailable_on_the_second_tick_then_back(self, trouble: Trouble) -> None:
        """Once each, while the applications that are known are polled."""
        install = an_account("one")
        install.source.account = [trouble]
        finish(install, "one", "job")
        for _ in range(4):
            report = install.tick()
            assert (report.targets, report.failing, report.faults) == (1, {ACCOUNT: trouble}, [])
        install.source.account = [["one"]]
        for _ in range(2):
            assert install.tick().failing == {}
        assert sent(install) == {
            "pinpoint:one job": 1,
            "pinpoint:* target_unavailable": 1,
            "pinpoint:* target_recovered": 1,
        }

    def test_its_messages_name_no_application(self) -> None:
        """There is none that they would be about."""
        install = an_account()
        install.source.account = [Trouble.DENIED]
        for _ in range(2):
            install.tick()
        (announcement,) = install.sns.sent
        assert announcement.message.facts.keys() & {"applicationId", "segmentId"} == set()
        assert announcement.message.attributes().keys() & {"applicationId", "segmentId"} == set()
        assert announcement.resource == "arn:*/None"

    @pytest.mark.parametrize("trouble", [Trouble.THROTTLED, Trouble.BROKEN])
    def test_throttled_and_broken_have_a_quarter_of_an_hour(self, trouble: Trouble) -> None:
        """They often pass by themselves; and the tick has not failed while its applications can be polled."""
        install = an_account("one")
        install.source.account = [trouble]
        for _ in range(15):
            assert install.tick().faults == []
        assert sent(install) == {}
        install.tick()
        assert sent(install) == {"pinpoint:* target_unavailable": 1}

    @pytest.mark.parametrize(
        ("account", "one", "fault"),
        [
            (["one"], Trouble.BROKEN, True),
            (["one"], Trouble.GONE, False),
            (Trouble.BROKEN, Trouble.THROTTLED, True),
            (Trouble.BROKEN, Trouble.GONE, False),
            (Trouble.DENIED, Trouble.THROTTLED, True),
        ],
    )
    def test_the_tick_fails_where_every_application_is_throttled_or_broken(
        self, account: Any, one: Trouble, *, fault: bool
    ) -> None:
        """Whatever becomes of the account's own list."""
        install = an_account("one")
        install.source.account = [account]
        install.source.lists[app("one")] = one
        assert install.tick().faults == ["every target is throttled or broken"] * fault

    @pytest.mark.parametrize(("trouble", "fault"), [(Trouble.THROTTLED, True), (Trouble.BROKEN, True)])
    def test_where_none_is_known_it_fails_with_the_account(self, trouble: Trouble, *, fault: bool) -> None:
        """As does a watch whose only target is broken."""
        install = Install(a_watch(ACCOUNT))
        install.source.account = [trouble]
        report = install.tick()
        assert (report.targets, report.faults) == (0, ["every target is throttled or broken"] * fault)

    @pytest.mark.parametrize("account", [[], [[]], [Trouble.DENIED], [Trouble.GONE]])
    def test_an_account_without_applications_is_no_failed_tick(self, account: Any) -> None:
        """Nor is one that is its owner's affair."""
        install = Install(a_watch(ACCOUNT))
        install.source.account = account
        report = install.tick()
        assert (report.targets, report.left, report.faults) == (0, 0, [])
        assert report.measures()["Heartbeat"] == 1

    def test_failing_on_for_the_same_reason_writes_nothing(self) -> None:
        """Almost free when nothing changes."""
        install = an_account("one")
        install.source.account = [Trouble.DENIED]
        for _ in range(2):
            install.tick()
        writes = install.writes
        install.tick()
        assert install.writes == writes

    def test_it_is_counted_among_the_failing_and_unavailable(self) -> None:
        """For the metrics and their alarms."""
        install = an_account("one")
        install.source.account = [Trouble.DENIED]
        report = [install.tick() for _ in range(2)][-1]
        assert report.summary("newsletter")["failing"] == ["pinpoint:*"]
        assert (report.measures()["FailingTargets"], report.concerns()["UnavailableTargets"]) == (1, 1)

    def test_a_list_that_breaks_off_decides_nothing(self) -> None:
        """Neither who came nor who went."""
        install = an_account("one", "two")
        install.source.account = [["new"], Trouble.BROKEN]
        report = install.tick()
        assert (report.targets, report.failing, known(install)) == (2, {ACCOUNT: Trouble.BROKEN}, {"one", "two"})

    def test_a_defect_of_ours_keeps_no_application_waiting_either(self) -> None:
        """The invocation fails, after those that are known were polled."""
        install = an_account("one")
        finish(install, "one", "job")
        with patch.object(install.source, "applications", side_effect=KeyError("defect")):
            report = install.tick()
        assert report.faults == ["pinpoint:*: KeyError('defect')"]
        assert sent(install) == {"pinpoint:one job": 1}
        assert "target broke off" in install.log.events()

    def test_who_can_t_be_noted_is_not_polled_before_it_can(self) -> None:
        """It could be gone again, and nobody would know that it had been there."""
        install = an_account("one")
        install.source.account = [["one", "two"]]
        with patch.object(install.ledgers, "came", side_effect=TimeoutError):
            report = install.tick()
        assert (report.targets, report.faults) == (1, ["pinpoint:*: TimeoutError()"])
        assert (install.tick().targets, known(install)) == (2, {"one", "two"})


class TestTime:
    """The account's list has the tick's time, like any other."""

    def test_the_deadline_in_the_middle_of_it_is_a_broken_list(self) -> None:
        """The log says how much was read; there is no time for its applications either."""
        install = an_account("one", "two")
        install.source.account = [["one"], ["two"], ["three"]]
        install.source.after_page = lambda: install.clock.move(timedelta(seconds=20))
        report = install.tick()
        assert (report.failing, report.left, report.faults) == (
            {ACCOUNT: Trouble.BROKEN},
            2,
            ["no time for any target"],
        )
        assert known(install) == {"one", "two"}
        (facts,) = [facts for event, facts in install.log.lines if event == "target failing"]
        assert facts["detail"] == "not read to its end in time; 2 applications were"

    def test_a_list_that_ends_with_the_time_is_complete(self) -> None:
        """Its applications have their turn in a later tick."""
        install = an_account("one")
        install.source.account = [["one", "two"]]
        install.source.after_page = lambda: install.clock.move(timedelta(seconds=31))
        report = install.tick()
        assert (report.failing, report.left, known(install)) == ({}, 2, {"one", "two"})

    def test_a_tick_without_time_asks_for_nothing(self) -> None:
        """And has failed."""
        install = an_account("one")
        install.budget = timedelta(0)
        with patch.object(install.source, "applications", side_effect=AssertionError):
            report = install.tick()
        assert (report.targets, report.left, report.faults) == (0, 1, ["no time for any target"])


def beside(install: Install) -> Callable[[], Report]:
    """Give another tick of the same watch, on the same table, at the same time."""
    return Tick(poll=install.poll(), each=map).run


def before_it_is_forgotten(install: Install, *happens: Callable[[], object]) -> None:
    """Let things happen once, just before an application is taken off."""
    went = install.ledgers.went

    def meanwhile(*args: Any) -> None:
        install.ledgers.went = went  # type: ignore[method-assign]
        for happen in happens:
            happen()
        went(*args)

    install.ledgers.went = meanwhile  # type: ignore[method-assign]


class TestOverlap:
    """Ticks that overlap don't lose each other's applications."""

    def test_each_adds_what_it_saw(self) -> None:
        """Whichever is slower, and whatever it had read before."""
        install = an_account("one")
        other, pages = beside(install), install.source.applications

        def meanwhile() -> Any:
            install.source.applications = pages  # type: ignore[method-assign]
            install.source.account = [["one", "two"]]
            other()
            install.source.account = [["one", "three"]]
            return pages()

        install.source.applications = meanwhile  # type: ignore[method-assign]
        install.tick()
        assert known(install) == {"one", "two", "three"}

    def test_one_that_both_see_go_goes_once(self) -> None:
        """It is announced once; to forget it twice does no harm."""
        install = an_account("one", "two")
        delete(install, "two")
        for _ in range(2):
            install.tick(timedelta(seconds=30))
        before_it_is_forgotten(install, beside(install))
        install.tick()
        install.tick()
        assert (known(install), sent(install)) == ({"one"}, {"pinpoint:two target_unavailable": 1})

    def test_one_that_another_tick_adds_while_it_is_forgotten_comes_again(self) -> None:
        """Who lists it polls it, whether it is known or not; and the next tick notes it."""
        install = an_account("one", "two")
        delete(install, "two")
        for _ in range(2):
            install.tick()
        before_it_is_forgotten(install, lambda: restore(install, "two"), beside(install))
        for _ in range(3):
            install.tick()
        assert known(install) == {"one", "two"}
        assert sent(install) == {f"pinpoint:two {kind}": 1 for kind in ("target_unavailable", "target_recovered")}

    def test_one_that_another_tick_saw_well_while_it_was_forgotten_is_polled_on(self) -> None:
        """Or that it is gone again, before anyone lists it, would never be told."""
        install = an_account("one", "two")
        delete(install, "two")
        for _ in range(2):
            install.tick()
        before_it_is_forgotten(
            install, lambda: restore(install, "two"), beside(install), lambda: delete(install, "two")
        )
        for _ in range(5):
            install.tick()
        assert (known(install), sent(install)["pinpoint:two target_unavailable"]) == ({"one"}, 2)

    def test_one_that_is_forgotten_before_another_tick_sees_it_well_is_polled_on(self) -> None:
        """That one had listed it, and knew it still."""
        install = an_account("one", "two")
        delete(install, "two")
        for _ in range(2):
            install.tick()
        pages = install.source.pages

        def meanwhile(*args: Any) -> Any:
            install.source.pages = pages  # type: ignore[method-assign]
            delete(install, "two")
            beside(install)()
            assert known(install) == {"one"}
            install.source.lists[app("two")] = [[]]
            return pages(*args)

        restore(install, "two")
        install.source.pages = meanwhile  # type: ignore[method-assign]
        install.tick()
        assert known(install) == {"one", "two"}


WRITES = (
    ("ledgers", ("begin", "claim_first_sight", "settle", "failing", "unavailable", "recovering", "recovered")),
    ("ledgers", ("came", "went")),
    ("outbox", ("record", "suppress", "claim", "settle")),
)


class Crashes:
    """Lets the process die at its n-th write, before it or after it."""

    def __init__(self, install: Install, at: int, *, after: bool) -> None:
        self.numbers, self.at, self.after = count(), at, after
        self.died = False
        self.patches = [
            patch.object(thing := getattr(install, name), method, self._guarded(getattr(thing, method)))
            for name, methods in WRITES
            for method in methods
        ]

    def _guarded(self, write: Callable[..., Any]) -> Callable[..., Any]:
        def guarded(*args: Any, **facts: Any) -> Any:
            dies = next(self.numbers) == self.at
            if dies and not self.after:
                raise SystemExit
            done = write(*args, **facts)
            if dies:
                raise SystemExit
            return done

        return guarded

    def tick(self, install: Install) -> None:
        for one in self.patches:
            one.start()
        try:
            assert install.tick().faults == []
        except SystemExit:
            self.died = True
            install.clock.move(MINUTE)
        finally:
            for one in self.patches:
                one.stop()


def a_story(install: Install, tick: Callable[[], object]) -> None:
    """Let an application come, a job of it finish, it vanish and be back, and then the account fail and be back."""
    tick()
    install.source.account = [["one", "two"]]
    for _ in range(2):
        tick()
    finish(install, "two", "job")
    tick()
    jobs = install.source.lists[app("two")]
    delete(install, "two")
    for _ in range(4):
        tick()
    restore(install, "two")
    install.source.lists[app("two")] = jobs
    for _ in range(2):
        tick()
    install.source.account = [Trouble.DENIED]
    for _ in range(3):
        tick()
    install.source.account = [["one", "two"]]
    for _ in range(4):
        tick()


EXPECTED = {
    "pinpoint:two job": 1,
    "pinpoint:two target_unavailable": 1,
    "pinpoint:two target_recovered": 1,
    "pinpoint:* target_unavailable": 1,
    "pinpoint:* target_recovered": 1,
}


def told_with_a_death(at: int, *, after: bool) -> tuple[Install, bool]:
    """Let the story happen to a process that dies at this write of it; whether it had so many."""
    install = Install(a_watch(ACCOUNT))
    install.source.account = [["one"]]
    crashes = Crashes(install, at, after=after)
    a_story(install, lambda: crashes.tick(install))
    return install, crashes.died


@pytest.mark.parametrize("after", [False, True])
def test_a_death_at_any_write_is_made_good(*, after: bool) -> None:
    """Nothing is lost; what was sent and not settled goes out once more, with the same id."""
    deaths = 0
    while (told := told_with_a_death(deaths, after=after))[1]:
        install = told[0]
        for counts in sent_by_channel(install):
            assert counts.keys() == EXPECTED.keys(), deaths
            assert counts.total() <= len(EXPECTED) + 1, deaths
        assert (known(install), install.outbox.pending()) == ({"one", "two"}, []), deaths
        deaths += 1
    assert deaths == 31, "as many as the story has writes"
    assert sent(told[0]) == EXPECTED


def sent_by_channel(install: Install) -> list[Counter[str]]:
    return [
        Counter(
            f"{fact['target']} {fact.get('jobId', fact['kind'])}"
            for fact in (one.message.facts for one in channel.sent)
        )
        for channel in (install.sns, install.bus)
    ]


@given(st.lists(st.lists(st.sampled_from("abc"), max_size=4), min_size=1, max_size=4))
def test_pages_and_repeats_make_no_difference(pages: list[list[str]]) -> None:
    """What counts is which applications are listed."""
    install = Install(a_watch(ACCOUNT))
    install.source.account = pages
    report = install.tick()
    names = {name for page in pages for name in page}
    assert (report.targets, known(install)) == (len(names), names)


class TestHandingOver:
    """An account beyond a tick's reach is handed over like any watch that is."""

    def test_who_hands_over_keeps_the_list_and_workers_poll(self) -> None:
        """One that is gone is announced by a worker, and forgotten by the next who lists the account."""
        names = [f"app-{number:04}" for number in range(REACH + 1)]
        install = Install(a_watch(ACCOUNT), queue=(queue := MemoryQueue()))
        install.source.account = [names]
        self.tick(install, queue)
        assert known(install) == set(names)
        finish(install, names[1], "job")
        delete(install, names[0])
        for _ in range(2):
            self.tick(install, queue)
        assert sent(install) == {f"pinpoint:{names[1]} job": 1, f"pinpoint:{names[0]} target_unavailable": 1}
        assert install.tick().targets == REACH, "within reach now"
        assert known(install) == set(names[1:])

    @staticmethod
    def tick(install: Install, queue: MemoryQueue) -> None:
        """Run one, and the workers' parts of it."""
        queue.chunks.clear()
        report = install.tick(timedelta(0))
        assert (report.targets, report.pages, report.faults) == (REACH + 1, 0, [])
        for chunk in queue.chunks:
            assert not any(target.is_account for target in chunk.targets)
            install.chunk(chunk)
        install.clock.move(MINUTE)

    def test_a_chunk_that_names_the_account_itself_is_refused(self) -> None:
        """Nobody but a hand writes one; it fails, with nothing asked or written."""
        install = an_account("one")
        writes = install.writes
        with patch.object(install.source, "pages", side_effect=AssertionError):
            report = install.chunk(a_watch(ACCOUNT))
        assert report.faults == ["ValueError('a chunk names applications, never the account')"]
        assert (report.targets, install.writes) == (0, writes)

    def test_one_that_can_t_be_listed_hands_over_those_that_are_known(self) -> None:
        """And fails itself."""
        install = Install(a_watch(ACCOUNT), queue=(queue := MemoryQueue()))
        install.source.account = [[f"app-{number:04}" for number in range(REACH + 1)]]
        self.tick(install, queue)
        install.source.account = [Trouble.THROTTLED]
        report = install.tick()
        assert (report.targets, report.failing, report.faults) == (REACH + 1, {ACCOUNT: Trouble.THROTTLED}, [])


def test_idle_applications_wait_for_their_turn_and_the_account_does_not() -> None:
    """Who comes is noticed by the next tick all the same; a tick with nobody's turn has not failed."""
    install = an_account("one", idle_every=15 * MINUTE, every=MINUTE)
    polled = [install.tick() for _ in range(30)]
    assert 4 <= sum(report.targets for report in polled) <= 6
    assert [report.faults for report in polled] == [[]] * 30
    restore(install, "two")
    install.tick()
    assert known(install) == {"one", "two"}
    assert f"newsletter#{app('two')}" in install.ledgers.rows


def test_it_takes_over_from_a_watch_of_the_application_itself() -> None:
    """The ledgers are the same: what was announced before is not announced again, and nothing is first seen anew."""
    install = Install(a_watch(app("one")))
    install.tick()
    finish(install, "one", "before")
    install.tick()
    install.watch = a_watch(ACCOUNT)
    install.source.account = [["one"]]
    finish(install, "one", "after")
    install.tick()
    assert sent(install) == {"pinpoint:one before": 1, "pinpoint:one after": 1}


def test_it_can_reach_back() -> None:
    """`announceFinishedWithin` is each application's, also of one that comes later."""
    install = an_account("one", announce_finished_within=HOUR)
    restore(install, "two")
    install.source.lists[app("two")] = [[a_job("lately", completed=NOW - MINUTE, target=app("two"))]]
    install.tick()
    assert sent(install) == {"pinpoint:two lately": 1}


def test_a_table_that_was_lost_begins_anew() -> None:
    """Silently, with the applications that there are."""
    install = an_account("one", "two")
    install.ledgers = replace(install.ledgers, rows={})
    finish(install, "one", "job")
    install.tick()
    assert (known(install), sent(install)) == ({"one", "two"}, {})


def test_lists_of_other_sources_stand_beside_it() -> None:
    """They are polled as they are, whatever comes and goes in the account, and whether it can be listed or not."""
    other = Target("customer-profiles", "shop")
    install = Install(a_watch(ACCOUNT, other))
    install.source.account = [["one"]]
    assert install.tick().targets == 2
    install.source.account = [Trouble.DENIED]
    install.lists(a_job("upload", completed=install.clock.now, target=other), target=other)
    report = install.tick()
    assert (report.targets, report.failing, report.faults) == (2, {ACCOUNT: Trouble.DENIED}, [])
    assert [one.message.facts["target"] for one in install.sns.sent] == [str(other)]


def test_only_its_own_applications_are_noted_as_back() -> None:
    """Another source's list that recovers is none."""
    other = Target("customer-profiles", "shop")
    install = Install(a_watch(ACCOUNT, other))
    install.source.account = [["one"]]
    install.source.lists[other] = Trouble.GONE
    for _ in range(2):
        install.tick()
    install.lists(target=other)
    install.tick()
    ledger = install.ledgers.read([PK])[PK]
    assert ledger.applications == {"one"}
