"""Mutes: what would be announced meanwhile is suppressed, or held until they end; and nothing else is touched."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

import pytest

from import_watch.announcements import Key, Known, Receipt
from import_watch.changes import Reason
from import_watch.jobs import JOB_KINDS, Counts, Kind, Outcome, Target, Trouble
from import_watch.mutes import Mute, in_force
from tests.builders import DAY, HOUR, MINUTE, NOW, OTHER, PK, TARGET, a_job, a_watch
from tests.fakes import Install

KEY = Key(pk=PK, sk="job-1#finished")


def a_mute(until: datetime = NOW + HOUR, *, hold: bool = False, since: datetime = NOW) -> Mute:
    return Mute(by="ann", reason="a migration", since=since, until=until, hold=hold)


def an_install(*targets: Target, **policy: Any) -> Install:
    """Build an install that has seen its targets empty."""
    install = Install(a_watch(*targets, **policy))
    install.tick()
    return install


def finishes(install: Install, *, target: Target = TARGET, **facts: Any) -> None:
    install.lists(a_job(completed=install.clock.now, target=target, **facts), target=target)


def pass_time(install: Install, by: timedelta) -> None:
    """Let time pass, and ticks come at its end."""
    install.clock.move(by)
    install.tick()
    install.tick()


@pytest.mark.parametrize(
    ("mutes", "counts"),
    [
        ([], None),
        ([a_mute(NOW)], None),
        ([a_mute(NOW - DAY), a_mute(NOW + HOUR)], 1),
        ([a_mute(NOW + HOUR), a_mute(NOW + DAY)], 1),
        ([a_mute(NOW + HOUR, hold=True), a_mute(NOW + DAY)], 0),
        ([a_mute(NOW + HOUR, hold=True), a_mute(NOW + DAY, hold=True)], 1),
    ],
)
def test_what_counts_is_in_force_and_rather_holds_than_drops(mutes: Sequence[Mute], counts: int | None) -> None:
    """And of several the one that ends last."""
    assert in_force(mutes, NOW) == (None if counts is None else mutes[counts])


def test_a_mute_lasts_until_its_end() -> None:
    """And is over by then."""
    assert [a_mute(NOW + HOUR).is_over(NOW + moment) for moment in (HOUR - MINUTE, HOUR)] == [False, True]


@pytest.mark.parametrize("hold", [False, True])
def test_a_tick_is_as_quiet_under_a_mute(*, hold: bool) -> None:
    """Once what it keeps back is recorded, of jobs and of a target that fails, nothing more is written or sent."""
    install = an_install(TARGET, OTHER)
    install.outbox.mutes["newsletter"] = a_mute(NOW + DAY, hold=hold)
    finishes(install)
    install.source.lists[OTHER] = Trouble.GONE
    for _ in range(4):
        install.clock.move(MINUTE)
        install.tick()
    assert len(install.outbox.rows) == 2
    writes = install.writes
    pass_time(install, HOUR)
    assert install.writes == writes
    assert install.sns.calls == install.bus.calls == 0


class TestDropping:
    """Without hold."""

    @pytest.mark.parametrize("muted", ["newsletter", PK])
    def test_what_would_be_announced_is_recorded_as_muted_and_never_sent(self, muted: str) -> None:
        """With who asked for it, why and until when."""
        install = an_install()
        install.outbox.mutes[muted] = mute = a_mute()
        finishes(install)
        assert install.tick().tally.suppressed == 1
        pass_time(install, DAY)
        assert install.sns.sent == install.bus.sent == []
        row = install.outbox.rows[KEY]
        assert (row.suppressed, row.mute) == (Reason.MUTED, mute)

    def test_a_target_s_mute_leaves_the_others_alone(self) -> None:
        """One of a watch."""
        install = an_install(TARGET, OTHER)
        install.outbox.mutes[PK] = a_mute()
        finishes(install)
        finishes(install, target=OTHER, job_id="job-2")
        install.tick()
        assert [one.key.sk for one in install.sns.sent] == ["job-2#finished"]

    def test_a_watch_s_mute_covers_all_applications_of_the_account(self) -> None:
        """Each has a partition of its own."""
        install = Install(a_watch(Target.parse("pinpoint:*")))
        install.source.account = [["app"]]
        install.tick()
        install.outbox.mutes["newsletter"] = a_mute()
        finishes(install, target=Target.parse("pinpoint:app"))
        assert install.tick().tally.suppressed == 1

    def test_once_it_is_over_what_finishes_is_announced(self) -> None:
        """From that moment on."""
        install = an_install()
        install.outbox.mutes[PK] = a_mute(install.clock.now)
        finishes(install)
        install.tick()
        assert len(install.sns.sent) == 1

    def test_what_is_pending_already_is_sent(self) -> None:
        """It was recorded before."""
        install = an_install()
        finishes(install)
        install.sns.receipts["*"] = Receipt.FAILED
        install.tick()
        install.sns.receipts.clear()
        install.outbox.mutes[PK] = a_mute()
        assert install.tick().tally.announced == 1

    def test_what_is_not_sent_anyhow_keeps_its_reason(self) -> None:
        """A mute explains only what it alone kept back."""
        install = Install(a_watch(notify=JOB_KINDS - {Kind.CANCELLED}))
        install.outbox.mutes[PK] = a_mute()
        install.lists(a_job("history", completed=NOW - MINUTE))
        install.tick()
        install.clock.move(10 * DAY)
        install.outbox.mutes[PK] = a_mute(install.clock.now + HOUR)
        now = install.clock.now
        install.lists(a_job(outcome=Outcome.CANCELLED, completed=now), a_job("late", completed=NOW + MINUTE))
        install.tick()
        assert {key.sk: row.suppressed for key, row in install.outbox.rows.items()} == {
            "history#finished": Reason.FIRST_SIGHT,
            "job-1#finished": Reason.UNWANTED,
            "late#finished": Reason.LATE,
        }

    def test_what_turns_wanted_meanwhile_is_recorded_as_muted_instead(self) -> None:
        """Or its reason would be wrong, and it be announced whenever another job is."""
        install = an_install(notify=JOB_KINDS - {Kind.COMPLETED})
        finished = install.clock.now
        install.lists(a_job(completed=finished))
        install.tick()
        assert install.outbox.rows[KEY].suppressed is Reason.UNWANTED
        install.outbox.mutes[PK] = a_mute()
        failures = a_job(outcome=Outcome.COMPLETED_WITH_FAILURES, completed=finished, counts=Counts(failed=3))
        install.lists(failures)
        install.tick()
        pass_time(install, DAY)
        install.lists(failures, a_job("job-2", Outcome.FAILED, completed=install.clock.now))
        install.tick()
        row = install.outbox.rows[KEY]
        assert (row.kind, row.suppressed) == (Kind.COMPLETED_WITH_FAILURES, Reason.MUTED)
        assert [one.key.sk for one in install.sns.sent] == ["job-2#finished"]

    def test_a_malformed_one_is_told_and_mutes_nothing(self) -> None:
        """Somebody's edit must not silence anything."""
        install = an_install()
        install.outbox.malformed = ["newsletter: KeyError('until')"]
        finishes(install)
        assert install.tick().tally.announced == 1
        assert ("malformed mute", {"mute": "newsletter: KeyError('until')"}) in install.log.lines


class TestHolding:
    """With hold."""

    def test_what_is_held_is_sent_at_the_end_and_once(self) -> None:
        """Its age counts from there."""
        install = an_install()
        install.outbox.mutes[PK] = a_mute(NOW + HOUR, hold=True)
        finishes(install)
        assert install.tick().tally.pending == 1
        assert install.tick().tally.announced == 0
        install.clock.now = NOW + HOUR
        report = install.tick()
        assert (report.tally.announced, report.tally.oldest) == (1, timedelta(0))
        pass_time(install, DAY)
        assert (len(install.sns.sent), len(install.bus.sent)) == (1, 1)
        row = install.outbox.rows[KEY]
        assert (row.attempts, row.lapsed, row.recorded_at) == (1, 0, "2026-05-24T13:00:00.000Z")

    def test_what_is_held_is_sent_whatever_mutes_come_later(self) -> None:
        """At the end that was foreseen."""
        install = an_install()
        install.outbox.mutes[PK] = a_mute(NOW + HOUR, hold=True)
        finishes(install)
        install.tick()
        install.outbox.mutes[PK] = a_mute(NOW + DAY)
        pass_time(install, HOUR)
        assert len(install.sns.sent) == 1

    def test_who_dies_after_recording_leaves_it_to_the_mute_s_end(self) -> None:
        """Nobody has a claim to it."""
        install = an_install()
        install.outbox.mutes[PK] = a_mute(NOW + HOUR, hold=True)
        finishes(install)
        settle = install.ledgers.settle
        install.ledgers.settle = _dies  # type: ignore[method-assign]
        assert install.tick().faults
        install.ledgers.settle = settle  # type: ignore[method-assign]
        pass_time(install, HOUR)
        assert (len(install.sns.sent), len(install.bus.sent)) == (1, 1)


class TestTargets:
    """What is said of a target itself."""

    def test_a_failure_that_was_muted_has_no_recovery(self) -> None:
        """Who was not told of the one need not hear of the other."""
        install = an_install()
        install.outbox.mutes[PK] = a_mute(NOW + HOUR)
        install.source.lists[TARGET] = Trouble.DENIED
        reports = [install.tick() for _ in range(3)]
        assert [report.unavailable for report in reports] == [0, 1, 1]
        pass_time(install, DAY)
        install.lists()
        install.tick()
        assert install.sns.sent == []
        assert [row.suppressed for row in install.outbox.rows.values()] == [Reason.MUTED]

    def test_a_recovery_can_be_muted_alone(self) -> None:
        """Its failure was announced before."""
        install = an_install()
        install.source.lists[TARGET] = Trouble.DENIED
        install.tick()
        install.tick()
        install.outbox.mutes["newsletter"] = a_mute()
        install.lists()
        install.tick()
        assert install.sns.kinds() == [Kind.TARGET_UNAVAILABLE]
        assert [row.suppressed for row in install.outbox.rows.values()] == [None, Reason.MUTED]

    def test_a_failure_that_is_held_comes_with_its_recovery(self) -> None:
        """Both at the mute's end."""
        install = an_install()
        install.outbox.mutes[PK] = a_mute(hold=True)
        install.source.lists[TARGET] = Trouble.DENIED
        install.tick()
        install.tick()
        install.lists()
        install.tick()
        assert install.sns.sent == []
        pass_time(install, HOUR)
        assert install.sns.kinds() == [Kind.TARGET_RECOVERED, Kind.TARGET_UNAVAILABLE]


class TestRaces:
    """Ticks, and somebody at the command line, at once."""

    @pytest.mark.parametrize("hold", [False, True])
    def test_one_set_after_a_tick_has_decided_comes_too_late_for_what_that_announces(self, *, hold: bool) -> None:
        """A tick decides by what it reads."""
        install = an_install()
        finishes(install)
        _after_reading(install, lambda: install.outbox.mutes.update({PK: a_mute(hold=hold)}))
        install.tick()
        pass_time(install, DAY)
        assert (len(install.sns.sent), install.outbox.rows[KEY].suppressed) == (1, None)

    @pytest.mark.parametrize("hold", [False, True])
    def test_one_removed_after_a_tick_has_decided_still_explains_what_that_held_back(self, *, hold: bool) -> None:
        """What it held is sent by the time at which the mute would have ended."""
        install = an_install()
        install.outbox.mutes[PK] = a_mute(hold=hold)
        finishes(install)
        _after_reading(install, install.outbox.mutes.clear)
        install.tick()
        pass_time(install, HOUR)
        row = install.outbox.rows[KEY]
        assert (len(install.sns.sent), row.suppressed) == ((1, None) if hold else (0, Reason.MUTED))
        assert row.mute

    @pytest.mark.parametrize("hold", [False, True])
    @pytest.mark.parametrize("first_sees_it", [False, True])
    def test_of_two_ticks_that_see_different_mutes_one_decides(self, *, hold: bool, first_sees_it: bool) -> None:
        """Announced once, or not at all."""
        install = an_install()
        finishes(install)
        one, other = ({PK: a_mute(hold=hold)}, {}) if first_sees_it else ({}, {PK: a_mute(hold=hold)})
        install.outbox.mutes = one

        def another() -> None:
            install.outbox.mutes = other
            install.tick(timedelta(0))

        _after_reading(install, another)
        install.tick()
        install.outbox.mutes = {}
        pass_time(install, DAY)
        sent = 0 if not first_sees_it and not hold else 1
        assert (len(install.sns.sent), len(install.bus.sent)) == (sent, sent)


def _after_reading(install: Install, happens: Any) -> None:
    """Let something happen once, right after a tick has read what is recorded and muted."""
    known = install.outbox.known

    def interrupted(pk: str, sks: Sequence[str]) -> Known:
        found = known(pk, sks)
        install.outbox.known = known  # type: ignore[method-assign]
        happens()
        return found

    install.outbox.known = interrupted  # type: ignore[method-assign]


def _dies(*_: object, **__: object) -> None:
    raise TimeoutError("no answer")


def test_a_mute_is_no_part_of_the_digest() -> None:
    """A quiet tick doesn't even look for one."""
    install = an_install()
    finishes(install)
    install.tick()
    install.outbox.mutes[PK] = a_mute()
    writes, install.outbox.known = install.writes, _dies  # type: ignore[method-assign, assignment]
    assert (install.tick().faults, install.writes) == ([], writes)
