"""The tick as a whole: what is announced, what isn't, and what is written for it."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from functools import partial
from hashlib import sha256
from typing import Any
from unittest.mock import patch

import pytest

from import_watch.announcements import Key, Receipt
from import_watch.changes import Reason
from import_watch.channels import Published
from import_watch.jobs import JOB_KINDS, Counts, Kind, Outcome, Target, Trouble
from import_watch.ledger import first_ledger
from tests.builders import DAY, HOUR, MINUTE, NOW, OTHER, PK, TARGET, a_job, a_watch
from tests.fakes import Install


def an_install(*targets: Target, **policy: Any) -> Install:
    """Build an install that has seen its targets empty, so that whatever comes is news."""
    install = Install(a_watch(*targets, **policy))
    install.tick()
    return install


def test_a_job_that_finishes_is_announced_once_on_both_channels() -> None:
    """Once on SNS, once on EventBridge, however often it is listed again."""
    install = an_install()
    install.lists(a_job(completed=install.clock.now))
    for _ in range(3):
        install.tick()
    assert install.sns.kinds() == install.bus.kinds() == [Kind.COMPLETED]


def test_the_message_is_the_same_on_every_channel() -> None:
    """One id, one JSON."""
    install = an_install()
    install.lists(a_job(completed=install.clock.now))
    install.tick()
    assert install.sns.sent[0].message == install.bus.sent[0].message


def test_no_bus_means_no_event() -> None:
    """`eventBus: null` leaves SNS alone."""
    install = an_install(event_bus=None)
    install.lists(a_job(completed=install.clock.now))
    install.tick()
    assert (len(install.sns.sent), len(install.bus.sent)) == (1, 0)


@pytest.mark.parametrize("outcome", list(Outcome))
def test_every_outcome_is_a_kind(outcome: Outcome) -> None:
    """A job is announced as what it ended as."""
    install = an_install()
    install.lists(a_job(outcome=outcome, completed=install.clock.now))
    install.tick()
    assert install.sns.kinds() == [Kind(outcome)]


def test_a_job_first_seen_finished_is_announced() -> None:
    """It ran between two ticks."""
    install = an_install()
    install.lists(a_job(created=NOW + timedelta(seconds=10), completed=NOW + timedelta(seconds=20)))
    install.tick()
    assert install.sns.kinds() == [Kind.COMPLETED]


def test_a_job_finished_without_a_date_is_announced() -> None:
    """CompletionDate is optional in practice."""
    install = an_install()
    install.lists(a_job(completed=None))
    install.tick()
    assert install.sns.kinds() == [Kind.COMPLETED]


def test_a_quiet_tick_writes_and_publishes_nothing() -> None:
    """Almost free when nothing happens."""
    install = an_install(TARGET, OTHER)
    install.lists(a_job(completed=install.clock.now), a_job("job-2", None))
    install.tick()
    writes, calls = install.writes, install.sns.calls + install.bus.calls
    install.tick()
    assert (install.writes, install.sns.calls + install.bus.calls) == (writes, calls)


def writes_of(install: Install) -> int:
    """Run a tick; how much it wrote."""
    before = install.writes
    install.tick()
    return install.writes - before


class TestFirstSight:
    """A target's history is not news."""

    def test_what_finished_before_is_silent(self) -> None:
        """Neither history nor the last hour is announced; the hour is recorded with its reason."""
        install = Install(a_watch())
        install.lists(a_job("old", completed=NOW - DAY), a_job("recent", completed=NOW - MINUTE), a_job("undated"))
        report = install.tick()
        assert (install.sns.sent, report.tally.suppressed) == ([], 2)
        assert {(key.sk, row.suppressed) for key, row in install.outbox.rows.items()} == {
            ("recent#finished", Reason.FIRST_SIGHT),
            ("undated#finished", Reason.FIRST_SIGHT),
        }

    def test_what_finishes_after_is_announced(self) -> None:
        """Also what was running at first sight."""
        install = Install(a_watch())
        install.lists(a_job("old", completed=NOW - DAY), a_job("running", None))
        install.tick()
        install.lists(a_job("old", completed=NOW - DAY), a_job("running", completed=install.clock.now))
        install.tick()
        assert [announcement.key.sk for announcement in install.sns.sent] == ["running#finished"]

    def test_it_survives_a_listing_that_fails(self) -> None:
        """T0 is written before the first listing: what finishes while the target is denied is announced after."""
        install = Install(a_watch())
        install.source.lists[TARGET] = Trouble.DENIED
        install.tick()
        install.lists(a_job("before", completed=NOW - MINUTE), a_job("since", completed=NOW + timedelta(seconds=30)))
        install.tick()
        assert [announcement.key.sk for announcement in install.sns.sent] == ["since#finished"]

    def test_it_can_reach_back(self) -> None:
        """`announceFinishedWithin` moves T0 back."""
        install = Install(a_watch(announce_finished_within=2 * HOUR))
        install.lists(a_job("long ago", completed=NOW - 3 * HOUR), a_job("lately", completed=NOW - HOUR))
        install.tick()
        assert [announcement.key.sk for announcement in install.sns.sent] == ["lately#finished"]

    def test_an_added_target_has_its_own(self) -> None:
        """Adding a target to a running install announces none of its history, and all that finishes after."""
        install = an_install()
        install.watch = a_watch(TARGET, OTHER)
        install.lists(a_job("history", completed=NOW - MINUTE), target=OTHER)
        install.tick()
        install.lists(a_job("history", completed=NOW - MINUTE), a_job("new", completed=install.clock.now), target=OTHER)
        install.tick()
        assert [announcement.key.sk for announcement in install.sns.sent] == ["new#finished"]

    def test_a_renamed_watch_begins_again(self) -> None:
        """What finishes between its last tick and its first under the new name is history, unless it reaches back."""
        for within, announced in ((timedelta(0), []), (HOUR, ["meanwhile#finished"])):
            install = an_install()
            install.lists(a_job("meanwhile", completed=install.clock.now))
            install.clock.move(MINUTE)
            install.watch = a_watch(name="renamed", announce_finished_within=within)
            install.tick()
            assert [announcement.key.sk for announcement in install.sns.sent] == announced

    def test_a_hung_job_is_overdue_even_then(self) -> None:
        """Whether it hangs doesn't depend on when we came."""
        install = Install(a_watch())
        install.lists(a_job(outcome=None, created=NOW - DAY))
        install.tick()
        assert install.sns.kinds() == [Kind.OVERDUE]

    def test_only_one_of_two_ticks_may_call_it_history(self) -> None:
        """A tick that saw the job running has sighted the target; a slower one must not suppress the finished job."""
        install = Install(a_watch())
        slow = install.poll()
        ledger = install.ledgers.begin(PK, first_ledger(slow.watch.policy, NOW))
        install.lists(a_job(outcome=None))
        install.tick(timedelta(0))
        install.lists(a_job())
        assert slow.target(TARGET, ledger).tally.suppressed == 0
        install.tick()
        assert install.sns.kinds() == [Kind.COMPLETED]


class TestSuppression:
    """What is not sent is recorded, with the reason."""

    def test_unwanted_kinds(self) -> None:
        """A later change of policy doesn't flood."""
        install = an_install(notify=frozenset({Kind.FAILED}))
        install.lists(a_job(completed=install.clock.now))
        install.tick()
        install.watch = a_watch()
        install.tick()
        assert install.sns.sent == []
        assert [row.suppressed for row in install.outbox.rows.values()] == [Reason.UNWANTED]

    def test_an_outcome_that_becomes_wanted_turns_pending(self) -> None:
        """The counters arrived late: what was suppressed as completed had failures."""
        install = an_install(notify=JOB_KINDS - {Kind.COMPLETED})
        finished = install.clock.now
        install.lists(a_job(completed=finished))
        install.tick()
        install.lists(a_job(outcome=Outcome.COMPLETED_WITH_FAILURES, completed=finished, counts=Counts(failed=3)))
        install.tick()
        install.tick()
        assert install.sns.kinds() == [Kind.COMPLETED_WITH_FAILURES]

    def test_what_is_late(self) -> None:
        """A target taken out and put back doesn't announce what nobody waits for any more."""
        install = an_install()
        install.clock.move(10 * DAY)
        install.lists(
            a_job("late", completed=install.clock.now - 8 * DAY), a_job("ok", completed=install.clock.now - DAY)
        )
        report = install.tick()
        assert [announcement.key.sk for announcement in install.sns.sent] == ["ok#finished"]
        assert report.tally.suppressed == 1

    def test_started_is_announced_only_when_wanted(self) -> None:
        """It exists for running jobs only, and nothing is recorded where nobody wants it."""
        install = an_install()
        install.lists(a_job(outcome=None))
        install.tick()
        assert install.outbox.rows == {}
        install.watch = a_watch(notify=JOB_KINDS)
        install.tick()
        install.tick()
        assert install.sns.kinds() == [Kind.STARTED]

    def test_overdue_then_finished_are_two_milestones(self) -> None:
        """Each is announced once."""
        install = an_install()
        install.lists(a_job(outcome=None, created=NOW - 7 * HOUR))
        install.tick()
        install.tick()
        install.lists(a_job(completed=install.clock.now, created=NOW - 7 * HOUR))
        install.tick()
        assert install.sns.kinds() == [Kind.COMPLETED, Kind.OVERDUE]

    def test_a_job_that_nobody_has_started_is_started_once_somebody_does(self) -> None:
        """Its list has it from its creation on."""
        install = an_install(notify=JOB_KINDS)
        for never_started in (True, True, False, False):
            install.lists(a_job("job-1", None, created=NOW, never_started=never_started))
            install.tick()
            assert install.sns.kinds() == ([] if never_started else [Kind.STARTED])


class TestDelivery:
    """1 <= deliveries <= 1 + crashes, time-outs and lost replies."""

    def test_a_known_failure_is_sent_by_the_next_tick(self) -> None:
        """With the same id."""
        install = an_install()
        install.lists(a_job(completed=install.clock.now))
        install.sns.receipts["*"] = Receipt.FAILED
        assert install.tick().tally.pending == 1
        install.sns.receipts.clear()
        assert install.tick().tally.announced == 1
        assert install.sns.sent[0].message == install.bus.sent[0].message
        assert len(install.bus.sent) == 1

    def test_a_lost_reply_waits_its_lease_out(self) -> None:
        """Nobody knows whether it arrived, so it isn't sent again before the tick that sent it must have ended."""
        install = an_install()
        install.lists(a_job(completed=install.clock.now))
        install.sns.receipts["*"] = Receipt.UNKNOWN
        install.tick()
        install.sns.receipts.clear()
        assert install.tick().tally.announced == 0
        assert install.tick().tally.announced == 1
        assert install.outbox.pending() == []

    def test_a_channel_that_is_down_fails_the_invocation_and_nothing_is_lost(self) -> None:
        """And it is asked once a tick, not once an announcement."""
        install = an_install()
        install.lists(*(a_job(f"job-{n}", completed=install.clock.now) for n in range(25)))
        install.sns.down = "no answer"
        report = install.tick()
        assert any("no answer" in fault for fault in report.faults)
        assert (install.sns.calls, len(install.bus.sent)) == (1, 25)
        for _ in range(20):
            assert install.tick().tally.quarantined == 0
        install.sns.down = None
        install.tick()
        assert (len(install.sns.sent), install.outbox.pending()) == (25, [])

    def test_what_is_refused_for_its_content_is_quarantined_after_five_attempts(self) -> None:
        """The rest goes out."""
        install = an_install()
        install.lists(a_job("poison", completed=install.clock.now), a_job("fine", completed=install.clock.now))
        install.sns.receipts[POISON_ID] = Receipt.REFUSED
        quarantined = [install.tick().tally.quarantined for _ in range(6)]
        assert quarantined == [0, 0, 0, 0, 1, 0]
        assert ([announcement.key.sk for announcement in install.sns.sent], install.outbox.pending()) == (
            ["fine#finished"],
            [],
        )

    def test_a_renamed_watch_strands_nothing(self) -> None:
        """What is pending carries all that is needed to send it."""
        install = an_install()
        install.lists(a_job(completed=install.clock.now))
        install.sns.receipts["*"] = Receipt.FAILED
        install.tick()
        install.sns.receipts.clear()
        install.watch = a_watch(OTHER, name="renamed")
        assert install.tick().tally.announced == 1
        assert install.sns.sent[0].message.facts["watch"] == "newsletter"

    def test_a_bus_that_nobody_sends_to_any_more_keeps_nothing_waiting(self) -> None:
        """What is pending on it stays pending; the ticks of today's watches neither fail nor wait for it."""
        install = an_install(event_bus="removed")
        install.lists(*(a_job(f"old-{number:02}", completed=install.clock.now) for number in range(15)))
        install.bus.down = "AccessDenied"
        assert install.tick().faults == ["eventbridge removed: AccessDenied"]
        install.watch = a_watch(OTHER, name="today", event_bus=None)
        install.sns.receipts["*"] = Receipt.FAILED
        install.tick()
        install.lists(a_job("new", completed=install.clock.now), target=OTHER)
        install.tick()
        install.sns.receipts.clear()
        assert install.tick().faults == []
        assert install.sns.sent[-1].key.sk == "new#finished"
        assert len(install.outbox.pending()) == 15
        costs = [writes_of(install) for _ in range(10)]
        assert max(costs) <= 10, "no more than a chunk is tried at a time"
        assert sum(costs) <= 15 * 10 / 2, "each is tried when its claim has lapsed, not at every tick"

    def test_a_backlog_is_left_alone_while_its_destination_is_down(self) -> None:
        """One chunk finds that out; the other announcements aren't touched."""
        install = an_install()
        install.lists(*(a_job(f"job-{number:02}", completed=install.clock.now) for number in range(40)))
        install.sns.down = install.bus.down = "no answer"
        install.tick()
        install.bus.down = None
        assert writes_of(install) == 10 + 10
        assert len(install.bus.sent) == 10

    def test_what_a_channel_can_t_put_into_words_is_told(self) -> None:
        """And stays pending."""
        install = an_install(event_bus=None)
        install.lists(a_job(completed=install.clock.now))
        install.sns.publish = lambda *_: Published([Receipt.FAILED], unwritable=["no words"])  # type: ignore[method-assign]
        install.tick()
        assert ("announcement can't be written", {"channel": "sns", "error": "no words"}) in install.log.lines
        assert len(install.outbox.pending()) == 1

    def test_what_is_pending_for_a_channel_without_an_address_keeps_no_other_waiting(self) -> None:
        """Such as what somebody made pending by hand for a channel that its watch doesn't have."""
        install = an_install(event_bus=None)
        install.lists(*(a_job(f"job-{number}", completed=install.clock.now) for number in range(5)))
        install.sns.receipts["*"] = Receipt.FAILED
        install.tick()
        install.sns.receipts.clear()
        row = install.outbox.rows[Key(pk=PK, sk="job-2#finished")]
        assert row.announcement is not None
        row.announcement = replace(row.announcement, pending=frozenset({"sns", "eventbridge"}))
        assert [install.tick().faults for _ in range(6)] == [[]] * 6
        assert sorted(sent.key.sk for sent in install.sns.sent) == [f"job-{number}#finished" for number in range(5)]

    def test_a_channel_that_breaks_off_leaves_the_other_settled(self) -> None:
        """A defect of one is unknown there, and no reason to send twice elsewhere."""
        install = an_install()
        install.lists(a_job(completed=install.clock.now))

        def broken(*_: object) -> object:
            raise KeyError("defect")

        publish, install.sns.publish = install.sns.publish, broken  # type: ignore[method-assign, assignment]
        for _ in range(6):
            install.tick()
        assert len(install.bus.sent) == 1
        assert "channel broke off" in install.log.events()
        install.sns.publish = publish  # type: ignore[method-assign]
        for _ in range(2):
            install.tick()
        assert (len(install.sns.sent), len(install.bus.sent)) == (1, 1)

    def test_leftovers_get_a_quarter_of_the_time(self) -> None:
        """A backlog can't keep new jobs from being seen."""
        install = an_install()
        install.lists(*(a_job(f"job-{n:02}", completed=install.clock.now) for n in range(40)))
        install.sns.receipts["*"] = Receipt.FAILED
        install.tick()
        install.sns.receipts.clear()
        slow = install.clock.taking(timedelta(seconds=5), install.sns.publish)
        install.sns.publish = slow  # type: ignore[method-assign]
        install.tick()
        assert len(install.sns.sent) == 20


POISON_ID = sha256(b"pinpoint|app|poison|finished").hexdigest()


def die_before_noting(install: Install) -> None:
    """Run a tick that announces a target's failure, and whose process ends before the ledger says so."""
    with patch.object(install.ledgers, "unavailable", side_effect=SystemExit), pytest.raises(SystemExit):
        install.tick()


class TestFailingTargets:
    """One bad target never blocks another, and says once that it is bad and once that it is back."""

    @pytest.mark.parametrize("trouble", [Trouble.DENIED, Trouble.GONE, Trouble.ENDLESS])
    def test_unavailable_on_the_second_tick_then_back(self, trouble: Trouble) -> None:
        """Once each, while the other target's jobs go out."""
        install = an_install(TARGET, OTHER)
        install.source.lists[TARGET] = trouble
        install.lists(a_job(completed=install.clock.now), target=OTHER)
        assert install.tick().failing == {TARGET: trouble}
        assert install.sns.kinds() == [Kind.COMPLETED]
        for _ in range(4):
            assert install.tick().faults == []
        install.lists()
        install.tick()
        install.tick()
        assert install.sns.kinds() == [Kind.COMPLETED, Kind.TARGET_RECOVERED, Kind.TARGET_UNAVAILABLE]
        facts = [announcement.message.facts for announcement in install.sns.sent[1:]]
        assert {fact["reason"] for fact in facts} == {trouble}
        assert len({fact["failingSince"] for fact in facts}) == 1

    @pytest.mark.parametrize("trouble", [Trouble.THROTTLED, Trouble.BROKEN])
    def test_throttled_and_broken_have_a_quarter_of_an_hour(self, trouble: Trouble) -> None:
        """They often pass by themselves."""
        install = an_install(TARGET, OTHER)
        install.source.lists[TARGET] = trouble
        for _ in range(15):
            install.tick()
        assert install.sns.sent == []
        install.tick()
        assert install.sns.kinds() == [Kind.TARGET_UNAVAILABLE]

    def test_a_blip_is_silent(self) -> None:
        """One failing tick is announced neither as such nor as recovered."""
        install = an_install()
        install.source.lists[TARGET] = Trouble.GONE
        install.tick()
        install.lists()
        install.tick()
        assert install.sns.sent == []
        assert install.ledgers.rows[PK].failing_since is None

    def test_failing_on_for_the_same_reason_writes_nothing(self) -> None:
        """Almost free when nothing changes."""
        install = an_install()
        install.source.lists[TARGET] = Trouble.GONE
        for _ in range(2):
            install.tick()
        writes = install.writes
        install.tick()
        assert install.writes == writes

    def test_every_target_throttled_or_broken_fails_the_invocation(self) -> None:
        """Denied and gone don't: they are their owner's affair."""
        install = an_install(TARGET, OTHER)
        install.source.lists = {TARGET: Trouble.THROTTLED, OTHER: Trouble.BROKEN}
        assert install.tick().faults == ["every target is throttled or broken"]
        install.source.lists = {TARGET: Trouble.THROTTLED, OTHER: Trouble.GONE}
        assert install.tick().faults == []

    def test_a_crash_between_announcing_and_noting_it_still_recovers(self) -> None:
        """The announcement itself is what counts, not the note in the ledger."""
        install = an_install()
        install.source.lists[TARGET] = Trouble.GONE
        install.tick()
        die_before_noting(install)
        install.lists()
        install.tick()
        assert install.sns.kinds() == [Kind.TARGET_RECOVERED, Kind.TARGET_UNAVAILABLE]

    @pytest.mark.parametrize("known", [True, False])
    def test_a_death_before_it_is_noted_does_not_send_it_again(self, *, known: bool) -> None:
        """The next tick sends it as a leftover, and must not take it for its own recording afterwards."""
        install = an_install()
        install.source.lists[TARGET] = Trouble.GONE
        install.tick(5 * MINUTE)
        install.sns.receipts["*"] = Receipt.FAILED if known else Receipt.UNKNOWN
        die_before_noting(install)
        install.clock.move(5 * MINUTE)
        install.sns.receipts.clear()
        install.tick()
        install.tick()
        assert install.sns.kinds() == install.bus.kinds() == [Kind.TARGET_UNAVAILABLE]

    def test_a_failure_that_another_tick_saw_end_in_between_is_silent(self) -> None:
        """It found nothing to take back, and so nothing may be said any more that would have to be."""
        install = an_install()
        install.source.lists[TARGET] = Trouble.GONE
        install.tick()
        record = install.outbox.record

        def recovering(*args: Any) -> bool:
            install.outbox.record = record  # type: ignore[method-assign]
            install.lists()
            install.tick(timedelta(0))
            return record(*args)

        install.outbox.record = recovering  # type: ignore[method-assign]
        install.tick()
        install.tick()
        assert install.sns.kinds() == []
        assert [row.suppressed for row in install.outbox.rows.values()] == [Reason.RECOVERED]

    @pytest.mark.parametrize("method", ["recovering", "recovered"])
    def test_a_death_before_a_failure_is_forgotten_hides_no_other(self, method: str) -> None:
        """It is seen to end, and the process dies; the target fails again: that is announced as another failure."""
        install = an_install()
        install.source.lists[TARGET] = Trouble.GONE
        for _ in range(2):
            install.tick()
        install.lists()
        with patch.object(install.ledgers, method, side_effect=SystemExit), pytest.raises(SystemExit):
            install.tick()
        install.source.lists[TARGET] = Trouble.GONE
        for _ in range(2):
            install.tick()
        unavailable = [sent for sent in install.sns.sent if sent.message.kind is Kind.TARGET_UNAVAILABLE]
        assert len(unavailable) == 1 + install.sns.kinds().count(Kind.TARGET_RECOVERED)

    def test_denied_once_among_passing_troubles_is_not_twice_in_a_row(self) -> None:
        """But nothing may go on for more than a quarter of an hour unannounced, however it alternates."""
        install = an_install(TARGET, OTHER)
        minutes = 0
        while not install.sns.sent:
            install.source.lists[TARGET] = Trouble.THROTTLED if minutes % 2 else Trouble.DENIED
            install.tick()
            minutes += 1
        assert minutes == 16

    def test_a_defect_with_one_target_is_a_fault_and_leaves_the_others(self) -> None:
        """Nothing is swallowed: the invocation fails, after the others are done."""
        install = an_install(TARGET, OTHER)
        install.lists(a_job("broken", completed=install.clock.now))
        install.lists(a_job("fine", completed=install.clock.now), target=OTHER)
        known = install.outbox.known

        def failing(pk: str, sks: list[str]) -> object:
            if pk == PK:
                raise RuntimeError("table down")
            return known(pk, sks)

        install.outbox.known = failing  # type: ignore[method-assign, assignment]
        report = install.tick()
        assert len(report.faults) == 1
        assert "table down" in report.faults[0]
        assert "target broke off" in install.log.events()
        assert [announcement.key.sk for announcement in install.sns.sent] == ["fine#finished"]

    def test_a_listing_in_between_breaks_the_row_though_it_has_more_jobs_than_time(self) -> None:
        """A storm after an outage is no outage."""
        install = an_install()
        install.source.lists[TARGET] = Trouble.DENIED
        install.tick()
        install.lists(*(a_job(f"job-{number}", completed=install.clock.now) for number in range(40)))
        install.sns.publish = partial(_slowly, install, install.sns.publish)  # type: ignore[method-assign] # but slow
        assert install.tick().tally.announced < 40
        install.source.lists[TARGET] = Trouble.DENIED
        install.tick()
        assert Kind.TARGET_UNAVAILABLE not in install.sns.kinds()


def _slowly(install: Install, publish: Callable[..., Published], *given: Any) -> Published:
    install.clock.move(timedelta(seconds=40))
    return publish(*given)


class TestTime:
    """A tick does what it can in its time, and loses nothing of the rest."""

    def test_an_incomplete_listing_decides_nothing(self) -> None:
        """The deadline in the middle of a listing is a broken listing."""
        install = an_install()
        install.source.lists[TARGET] = [[a_job(f"job-{n}", completed=install.clock.now)] for n in range(3)]
        install.source.after_page = lambda: install.clock.move(timedelta(seconds=20))
        assert install.tick().failing == {TARGET: Trouble.BROKEN}
        assert (install.sns.sent, install.outbox.rows) == ([], {})

    def test_a_listing_that_ends_with_the_time_is_complete(self) -> None:
        """It isn't broken, and some of what it shows is announced: else a list that takes all the time would starve."""
        install = an_install()
        install.lists(a_job(completed=install.clock.now))
        install.source.after_page = lambda: install.clock.move(timedelta(seconds=31))
        assert install.tick().failing == {}
        assert install.sns.kinds() == [Kind.COMPLETED]

    @pytest.mark.parametrize(("seconds", "sent"), [(0.1, 10), (1, 2), (4, 1)])
    def test_late_recording_leaves_time_to_publish_and_settle(self, seconds: float, sent: int) -> None:
        """Where the table crawls, fewer changes are begun with; one at least."""
        install = an_install()
        install.lists(*(a_job(f"job-{number:02}", completed=install.clock.now) for number in range(15)))
        install.source.after_page = lambda: install.clock.move(timedelta(seconds=30))
        slow = install.clock.taking(timedelta(seconds=seconds), install.outbox.record)
        install.outbox.record = slow  # type: ignore[method-assign]
        install.tick()
        assert len(install.outbox.rows) == len(install.sns.sent) == sent
        assert install.outbox.pending() == []

    def test_leftovers_are_claimed_in_their_share_of_the_time(self) -> None:
        """Each of them, where the table crawls; not a chunk at a time."""
        install = an_install()
        install.lists(*(a_job(f"job-{number:02}", completed=install.clock.now) for number in range(15)))
        install.sns.receipts["*"] = Receipt.FAILED
        install.tick()
        install.sns.receipts.clear()
        slow = install.clock.taking(timedelta(seconds=4), install.outbox.claim)
        install.outbox.claim = slow  # type: ignore[method-assign]
        install.tick()
        assert len(install.sns.sent) == 2

    def test_no_target_is_begun_late_and_none_starves(self) -> None:
        """Where a tick has time for one target only, ticks at different minutes take different ones."""
        targets = tuple(Target("pinpoint", "app", f"seg-{n}") for n in range(5))
        install = Install(a_watch(*targets))
        install.source.lists = {
            target: [[a_job(target.segment_id or "", None, created=NOW - DAY)]] for target in targets
        }
        install.source.after_page = lambda: install.clock.move(timedelta(seconds=31))
        for _ in range(30):
            assert install.tick().targets == 1
        assert len(install.sns.sent) == len(targets)

    def test_a_tick_without_time_is_a_failed_one(self) -> None:
        """Its heart doesn't beat."""
        install = an_install(TARGET, OTHER)
        install.budget = timedelta(0)
        report = install.tick()
        assert (report.targets, report.left, report.faults) == (0, 2, ["no time for any target"])
        assert report.measures()["Heartbeat"] == 0
