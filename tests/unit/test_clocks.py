"""Two ticks whose clocks differ: up to a minute as promised, and what an hour, out of contract, does."""

from collections import Counter
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from import_watch.announcements import Receipt
from import_watch.changes import Reason
from import_watch.jobs import Kind, Trouble
from tests.builders import HOUR, MINUTE, NOW, OTHER, TARGET, a_job, a_watch
from tests.fakes import Clock, Install, MemoryChannel

SECOND = timedelta(seconds=1)
LONGEST = 49 * SECOND
"""How long a tick may have been under way: just less than the function's time."""
EFFECTS = ("record", "publish", "settle")


def an_install() -> Install:
    install = Install(a_watch())
    install.tick()
    return install


def with_clock(install: Install, skew: timedelta) -> Install:
    """Run the same install in a process whose clock differs."""
    return replace(install, clock=Clock(install.clock.now + skew))


def deliveries(channel: MemoryChannel) -> Counter[str]:
    return Counter(announcement.key.sk for announcement in channel.sent)


def to_be_overtaken(install: Install, by: Install, *, effect: str) -> None:
    """Let the other install's tick run, long after this one's has begun, just before an effect of it."""
    part: Any = install.sns if effect == "publish" else install.outbox
    act = getattr(part, effect)

    def overtake(*args: Any) -> Any:
        setattr(part, effect, act)
        for clock in (install.clock, by.clock):
            clock.move(LONGEST)
        by.tick(timedelta(0))
        return act(*args)

    setattr(part, effect, overtake)


@pytest.mark.parametrize("effect", EFFECTS)
@pytest.mark.parametrize("skew", [-59 * SECOND, -30 * SECOND, 30 * SECOND, 59 * SECOND])
def test_within_a_minute_each_job_is_announced_once(skew: timedelta, effect: str) -> None:
    """Whichever clock is ahead, wherever the one tick overtakes the other, and however long that has been at it."""
    install = an_install()
    other = with_clock(install, skew)
    install.lists(*(a_job(f"job-{number}", completed=NOW) for number in range(5)))
    to_be_overtaken(install, other, effect=effect)
    install.tick()
    for each in (other, install) * 3:
        each.tick()
    for channel in (install.sns, install.bus):
        assert deliveries(channel) == {f"job-{number}#finished": 1 for number in range(5)}
    assert install.outbox.pending() == []


@pytest.mark.parametrize("skew", [-59 * SECOND, 59 * SECOND])
def test_within_a_minute_a_lost_reply_is_followed_by_one_more_send(skew: timedelta) -> None:
    """Neither clock takes the claim for lapsed while its tick may still run, and each finds it lapsed after."""
    install = an_install()
    other = with_clock(install, skew)
    install.lists(a_job(completed=NOW))
    install.sns.receipts["*"] = Receipt.UNKNOWN
    install.tick(LONGEST)
    other.clock.move(LONGEST)
    install.sns.receipts.clear()
    other.tick(timedelta(0))
    assert install.sns.sent == []
    for clock in (install.clock, other.clock):
        clock.move(2 * MINUTE)
    other.tick()
    install.tick()
    assert deliveries(install.sns) == {"job-1#finished": 1}


class TestAnHour:
    """Out of contract: `docs/architecture.md` says what happens, and this is how it is known."""

    @pytest.mark.parametrize("effect", EFFECTS)
    @pytest.mark.parametrize("skew", [-HOUR, HOUR])
    def test_nothing_is_lost_and_a_tick_under_way_is_sent_once_more_by_one_ahead(
        self, skew: timedelta, effect: str
    ) -> None:
        """It takes claims for lapsed that are not: a copy more for each such overlap, with the same id."""
        install = an_install()
        other = with_clock(install, skew)
        install.lists(a_job(completed=NOW))
        to_be_overtaken(install, other, effect=effect)
        install.tick()
        for each in (other, install) * 3:
            each.tick()
        assert set(deliveries(install.sns)) == {"job-1#finished"}
        copies = len(install.sns.sent)
        assert copies == (1 if effect == "record" or skew < timedelta(0) else 2)
        assert len({sent.message.id for sent in install.sns.sent}) == 1

    def test_what_one_ahead_left_unknown_waits_for_it_or_an_hour(self) -> None:
        """The other sees its claim hold that much longer."""
        install = an_install()
        ahead = with_clock(install, HOUR)
        install.lists(a_job(completed=NOW))
        install.sns.receipts["*"] = Receipt.UNKNOWN
        ahead.tick()
        install.sns.receipts.clear()
        for _ in range(62):
            install.tick()
        assert install.sns.sent == []
        install.tick()
        assert deliveries(install.sns) == {"job-1#finished": 1}

    def test_overdue_comes_an_hour_early(self) -> None:
        """By a clock ahead; once all the same."""
        install = an_install()
        install.lists(a_job(outcome=None, created=NOW - 5 * HOUR))
        install.tick()
        assert install.sns.sent == []
        with_clock(install, HOUR).tick()
        install.clock.move(2 * HOUR)
        install.tick()
        assert install.sns.kinds() == [Kind.OVERDUE]

    def test_a_target_is_unavailable_at_once_instead_of_after_a_quarter_of_an_hour(self) -> None:
        """Once all the same."""
        install = Install(a_watch(TARGET, OTHER))
        install.tick()
        install.source.lists[TARGET] = Trouble.THROTTLED
        install.tick()
        with_clock(install, HOUR).tick()
        for _ in range(30):
            install.tick()
        assert install.sns.kinds() == [Kind.TARGET_UNAVAILABLE]

    def test_first_sight_by_one_behind_announces_the_hour_before(self) -> None:
        """News an hour old."""
        install = Install(a_watch())
        install.lists(a_job(completed=NOW - MINUTE))
        with_clock(install, -HOUR).tick()
        assert install.sns.kinds() == [Kind.COMPLETED]

    def test_first_sight_by_one_ahead_loses_nothing_where_the_first_listing_succeeds(self) -> None:
        """What finishes after it is announced."""
        install = Install(a_watch())
        with_clock(install, HOUR).tick()
        install.lists(a_job(completed=NOW + SECOND))
        install.tick()
        assert install.sns.kinds() == [Kind.COMPLETED]

    def test_first_sight_by_one_ahead_suppresses_up_to_an_hour_where_the_first_listing_fails(self) -> None:
        """Recorded, with the reason: what finishes until the hour is over or a listing is complete."""
        install = Install(a_watch())
        install.source.lists[TARGET] = Trouble.DENIED
        with_clock(install, HOUR).tick()
        install.clock.move(30 * MINUTE)
        install.lists(a_job("suppressed", completed=install.clock.now))
        install.tick()
        install.lists(a_job("announced", completed=install.clock.now))
        install.tick()
        assert [sent.key.sk for sent in install.sns.sent] == ["announced#finished"]
        recorded = {key.sk: row.suppressed for key, row in install.outbox.rows.items()}
        assert (recorded["suppressed#finished"], recorded["announced#finished"]) == (Reason.FIRST_SIGHT, None)

    def test_first_sight_by_one_two_hours_ahead_takes_the_next_hour_for_history(self) -> None:
        """That is lost: neither announced nor recorded."""
        install = Install(a_watch())
        with_clock(install, 2 * HOUR).tick()
        install.lists(a_job("lost", completed=NOW + HOUR - SECOND), a_job("announced", completed=NOW + HOUR + SECOND))
        install.clock.move(2 * HOUR)
        install.tick()
        assert [key.sk for key in install.outbox.rows] == ["announced#finished"]
