"""Sending again what somebody asks for: marked, with the same id, beside ticks that may be at it."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from import_watch.announcements import MAX_REFUSALS, Key, Receipt
from import_watch.mutes import Mute
from tests.builders import DAY, HOUR, MINUTE, NOW, PK, a_job, a_watch
from tests.fakes import Install, MemoryChannel

KEY = Key(pk=PK, sk="job-1#finished")
LONG = timedelta(days=3)


def an_install(*, announced: bool = True) -> Install:
    """Build an install in which a job has finished, and was announced long ago."""
    install = Install(a_watch())
    install.tick()
    install.lists(a_job(completed=install.clock.now))
    if announced:
        install.tick()
        install.clock.move(LONG)
    return install


def marks(channel: MemoryChannel) -> list[tuple[str, object, object]]:
    """Give of each message that a channel got its id, and its mark in body and attributes."""
    messages = [sent.message for sent in channel.sent]
    return [(one.id, one.facts.get("replay"), one.attributes().get("replay")) for one in messages]


class TestReplay:
    """What was sent is sent once more."""

    def test_it_says_so_and_keeps_its_id(self) -> None:
        """In the body and for filters, and once."""
        install = an_install()
        assert install.outbox.replay(KEY, install.clock.now)
        assert [install.tick().tally.announced for _ in range(3)] == [1, 0, 0]
        for channel in (install.sns, install.bus):
            (first, again) = marks(channel)
            assert (first[1:], again[1:]) == ((None, None), (True, "true"))
            assert first[0] == again[0]

    def test_it_goes_only_where_it_is_asked_for(self) -> None:
        """The other channel has it."""
        install = an_install()
        assert install.outbox.replay(KEY, install.clock.now, ["eventbridge"])
        install.tick()
        assert (len(install.sns.sent), len(install.bus.sent)) == (1, 2)

    def test_it_stays_marked_until_it_is_accepted(self) -> None:
        """And is sent again after that alone."""
        install = an_install()
        install.outbox.replay(KEY, install.clock.now)
        install.sns.receipts["*"] = Receipt.FAILED
        install.tick()
        install.sns.receipts.clear()
        install.tick()
        assert [mark for _, mark, _ in marks(install.sns)] == [None, True]
        assert [mark for _, mark, _ in marks(install.bus)] == [None, True]
        row = install.outbox.rows[KEY]
        assert row.announcement
        assert (row.announcement.replay, row.announcement.asked_at) == (frozenset(), None)

    def test_it_waits_from_when_it_was_asked_for(self) -> None:
        """Or the alarm for what waits too long would ring at each."""
        install = an_install()
        install.outbox.replay(KEY, install.clock.now)
        install.clock.move(MINUTE)
        assert install.tick().tally.oldest == MINUTE

    def test_what_the_table_can_t_give_has_waited_all_its_life(self) -> None:
        """It can't tell what it is."""
        install = an_install()
        install.outbox.replay(KEY, install.clock.now)

        def unreadable(*_: object) -> Any:
            raise KeyError("packed")

        install.outbox.claim = unreadable  # type: ignore[method-assign]
        report = install.tick()
        assert (report.faults, report.tally.oldest) == (["KeyError('packed')"], LONG + MINUTE)

    def test_what_is_pending_is_not_replayed(self) -> None:
        """It will be sent anyhow."""
        install = an_install(announced=False)
        install.sns.receipts["*"] = Receipt.FAILED
        install.tick()
        assert not install.outbox.replay(KEY, install.clock.now)


class TestBesideTicks:
    """Each asked for at the worst moment."""

    @pytest.mark.parametrize("effect", ["record", "publish"])
    def test_while_a_tick_sends_it_it_is_refused(self, effect: str) -> None:
        """There is nothing to send again yet."""
        install = an_install(announced=False)
        answers: list[bool] = []
        part = install.outbox if effect == "record" else install.bus
        _afterwards(part, effect, lambda: answers.append(install.outbox.replay(KEY, install.clock.now)))
        install.tick()
        install.tick()
        assert answers == [False]
        assert (len(install.sns.sent), len(install.bus.sent)) == (1, 1)

    def test_a_tick_that_outlived_its_claim_settles_nothing_of_it(self) -> None:
        """It was overtaken, all was done, and somebody asked for it again: that is still to be done."""
        install = an_install(announced=False)

        def overtaken() -> None:
            install.clock.move(install.lease + MINUTE)
            install.tick(timedelta(0))
            assert install.outbox.replay(KEY, install.clock.now)

        _afterwards(install.bus, "publish", overtaken)
        install.tick()
        assert "claim lost" in install.log.events()
        assert install.outbox.pending() == [KEY]
        install.tick()
        assert [mark for _, mark, _ in marks(install.sns)] == [None, None, True]

    def test_of_two_who_ask_at_once_one_is_told_so(self) -> None:
        """And it is sent once more, not twice."""
        install = an_install()
        assert [install.outbox.replay(KEY, install.clock.now) for _ in range(2)] == [True, False]
        install.tick()
        assert len(install.sns.sent) == 2


class TestRedrive:
    """What was given up is tried anew."""

    def test_it_is_sent_as_if_for_the_first_time(self) -> None:
        """Unmarked, as its channel never had it; and it may be refused as often as before."""
        install = an_install(announced=False)
        install.sns.receipts["*"] = Receipt.REFUSED
        for _ in range(MAX_REFUSALS):
            install.tick()
        assert install.outbox.redrive(KEY, install.clock.now)
        assert [install.tick().tally.quarantined for _ in range(MAX_REFUSALS)] == [0] * (MAX_REFUSALS - 1) + [1]
        assert install.outbox.redrive(KEY, install.clock.now)
        install.sns.receipts.clear()
        install.tick()
        assert (marks(install.sns)[0][1], len(install.sns.sent), len(install.bus.sent)) == (None, 1, 1)

    def test_it_waits_from_when_it_was_asked_for(self) -> None:
        """Or the alarm for what waits too long would ring at each."""
        install = an_install(announced=False)
        install.sns.receipts["*"] = Receipt.REFUSED
        for _ in range(MAX_REFUSALS):
            install.tick()
        install.clock.move(LONG)
        assert install.outbox.redrive(KEY, install.clock.now)
        install.clock.move(MINUTE)
        assert install.tick().tally.oldest == MINUTE


class TestUnmuting:
    """What a mute held is let go."""

    def held(self) -> Install:
        install = an_install(announced=False)
        mute = Mute(by="ann", reason="a migration", since=NOW, until=NOW + HOUR, hold=True)
        install.outbox.mutes[PK] = mute
        install.tick()
        return install

    def test_the_next_tick_sends_it(self) -> None:
        """Once, and its age counts from there."""
        install = self.held()
        assert install.outbox.release(KEY, install.outbox.rows[KEY].due, install.clock.now)
        report = install.tick()
        assert (report.tally.announced, report.tally.oldest) == (1, timedelta(0))
        install.clock.move(DAY)
        install.tick()
        assert (len(install.sns.sent), len(install.bus.sent)) == (1, 1)

    def test_what_a_tick_has_taken_at_the_mute_s_end_is_not_let_go_once_more(self) -> None:
        """That tick is sending it."""
        install = self.held()
        seen, answers = install.outbox.rows[KEY].due, list[bool]()
        install.clock.now = NOW + HOUR
        _afterwards(install.outbox, "claim", lambda: answers.append(install.outbox.release(KEY, seen, NOW + HOUR)))
        install.tick()
        install.tick()
        assert answers == [False]
        assert (len(install.sns.sent), len(install.bus.sent)) == (1, 1)


def _afterwards(part: Any, name: str, happens: Callable[[], object]) -> None:
    """Let something happen once, right after a call."""
    method = getattr(part, name)

    def interrupted(*args: Any) -> Any:
        answer = method(*args)
        setattr(part, name, method)
        happens()
        return answer

    setattr(part, name, interrupted)
