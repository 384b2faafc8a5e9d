"""People are told at the end of a tick, together if it is much; machines need not wait for that, nor lose by it."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from import_watch.announcements import Receipt
from import_watch.channels import Published
from import_watch.jobs import Target
from import_watch.policy import DIGEST_ABOVE
from tests.builders import DAY, MINUTE, OTHER, TARGET, a_job, a_watch
from tests.fakes import Install, MemoryChannel

AT_ONCE = timedelta(0)
LAPSED = timedelta(seconds=111)


def an_install(*targets: Target, **policy: Any) -> Install:
    """Build an install that has seen its targets empty; people are told by email."""
    install = Install(a_watch(*targets, **{"email": True, **policy}))
    install.tick()
    return install


def finish(install: Install, count: int, target: Target = TARGET) -> None:
    """Let so many jobs of a target finish."""
    name = target.segment_id
    install.lists(*(a_job(f"{name}-{n:04}", completed=install.clock.now) for n in range(count)), target=target)


def jobs(channel: MemoryChannel) -> list[str]:
    return sorted(announcement.key.sk for announcement in channel.sent)


def test_people_are_told_last() -> None:
    """Of all targets, once machines have everything."""
    install = an_install(TARGET, OTHER)
    had: list[tuple[int, int]] = []
    publish = install.email.publish

    def told(*args: Any) -> Published:
        had.append((len(install.sns.sent), len(install.bus.sent)))
        return publish(*args)

    install.email.publish = told  # type: ignore[method-assign]
    finish(install, 2)
    finish(install, 2, OTHER)
    install.tick()
    assert had == [(4, 4)]
    assert jobs(install.email) == jobs(install.sns) == jobs(install.bus)
    assert install.outbox.pending() == []


@pytest.mark.parametrize(
    ("above", "count", "digests", "calls"),
    [
        (DIGEST_ABOVE, 20, [], 2),
        (DIGEST_ABOVE, 21, [21], 1),
        (1, 2, [2], 1),
        (None, 21, [], 3),
        (300, 250, [], 25),
        (300, 301, [200, 101], 2),
        (1, 450, [200, 200, 50], 3),
    ],
)
def test_above_the_threshold_it_is_one_message(above: int | None, count: int, digests: list[int], calls: int) -> None:
    """Or as few as can name all; up to it, each by itself."""
    install = an_install(digest_above=above)
    finish(install, count)
    assert install.tick().faults == []
    assert (install.email.digests, install.email.calls) == (digests, calls)
    assert jobs(install.email) == [f"seg-{n:04}#finished" for n in range(count)]
    assert install.outbox.pending() == []


def test_a_digest_is_of_a_whole_tick() -> None:
    """Of all its targets, and of what earlier ticks left."""
    install = an_install(TARGET, OTHER, digest_above=2)
    install.email.down = "no answer"
    finish(install, 1)
    assert install.tick().faults == ["email arn:aws:sns:us-east-1:123456789012:emails: no answer"]
    install.email.down = None
    finish(install, 2, OTHER)
    install.tick()
    assert install.email.digests == [3]
    assert jobs(install.email) == ["other-0000#finished", "other-0001#finished", "seg-0000#finished"]


def test_watches_are_told_apart() -> None:
    """What another watch left is told in a message of its own, and above the usual threshold."""
    install = an_install(digest_above=None)
    finish(install, 25)
    install.email.down = "no answer"
    install.tick()
    install.email.down = None
    other = replace(install, watch=a_watch(OTHER, name="other", email=True, digest_above=1))
    other.tick()
    finish(other, 2, OTHER)
    other.tick()
    assert (install.email.digests, len(install.email.sent)) == ([25, 2], 27)


def test_what_is_sent_again_is_told_apart_from_what_is_new() -> None:
    """A message says of all that it names whether it was sent before."""
    install = an_install(digest_above=1)
    finish(install, 2)
    install.tick()
    for key in list(install.outbox.rows):
        assert install.outbox.replay(key, install.clock.now, ["email"])
    install.lists(*(a_job(f"new-{number}", completed=install.clock.now) for number in range(3)))
    install.tick()
    assert sorted(install.email.digests) == [2, 2, 3]
    assert [one.message.facts.get("replay", False) for one in install.email.sent].count(True) == 2
    assert len(install.sns.sent) == 5


def test_each_channel_counts_for_itself() -> None:
    """One may lack more than the other."""
    install = an_install(chat=True, digest_above=2)
    install.chat.down = "no answer"
    finish(install, 2)
    install.tick()
    install.chat.down = None
    install.lists(*(a_job(f"seg-{n:04}", completed=install.clock.now - MINUTE) for n in range(3)))
    install.tick()
    assert (install.email.digests, len(install.email.sent)) == ([], 3)
    assert len(install.chat.sent) == 3
    assert install.outbox.pending() == []


class TestTrouble:
    """Every announcement and channel by itself: at least once, and once more for what is lost."""

    def test_people_who_can_t_be_told_are_by_the_next_tick_and_machines_not_again(self) -> None:
        """What is known to have failed is due at once."""
        install = an_install()
        install.email.receipts["*"] = Receipt.FAILED
        finish(install, 2)
        assert install.tick().tally.pending == 2
        assert (len(install.sns.sent), len(install.email.sent)) == (2, 0)
        install.email.receipts.clear()
        report = install.tick(AT_ONCE)
        assert (report.tally.announced, report.faults) == (2, [])
        assert (len(install.sns.sent), len(install.bus.sent), len(install.email.sent)) == (2, 2, 2)

    def test_machines_that_can_t_be_told_keep_people_from_nothing(self) -> None:
        """And people are not told again."""
        install = an_install()
        install.sns.receipts["*"] = Receipt.FAILED
        finish(install, 1)
        install.tick()
        assert len(install.email.sent) == 1
        install.sns.receipts.clear()
        install.tick()
        assert (len(install.sns.sent), len(install.bus.sent), len(install.email.sent)) == (1, 1, 1)

    def test_what_waits_for_people_is_no_other_tick_s(self) -> None:
        """Though machines lack it, and would have been told again at once."""
        install = an_install()
        install.sns.receipts["*"] = Receipt.FAILED
        finish(install, 1)
        publish, others = install.email.publish, iter([install])

        def told(*args: Any) -> Published:
            for other in others:
                other.tick(AT_ONCE)
            return publish(*args)

        install.email.publish = told  # type: ignore[method-assign]
        install.tick()
        assert len(install.email.sent) == 1

    @pytest.mark.parametrize("unknown", ["sns", "email"])
    def test_a_lost_reply_waits_its_lease_out(self, unknown: str) -> None:
        """Whichever channel's it was, and whatever is known of the other."""
        install = an_install()
        for name in ("sns", "email"):
            getattr(install, name).receipts["*"] = Receipt.UNKNOWN if name == unknown else Receipt.FAILED
        finish(install, 1)
        install.tick(AT_ONCE)
        for name in ("sns", "email"):
            getattr(install, name).receipts.clear()
        install.tick(LAPSED)
        assert install.sns.sent == install.email.sent == []
        install.tick()
        assert (len(install.sns.sent), len(install.email.sent)) == (1, 1)

    def test_a_death_before_people_are_told_is_made_good_once_the_claim_has_lapsed(self) -> None:
        """Nobody else takes it before; machines, who had it, get nothing again."""
        install = an_install(digest_above=1)
        finish(install, 3)

        def die(*_: object) -> None:
            raise SystemExit

        digest, install.email.digest = install.email.digest, die  # type: ignore[method-assign,assignment]
        with pytest.raises(SystemExit):
            install.tick(AT_ONCE)
        install.email.digest = digest  # type: ignore[method-assign]
        install.tick(LAPSED)
        assert install.email.sent == []
        install.tick()
        assert (len(install.sns.sent), len(install.bus.sent), len(install.email.sent)) == (3, 3, 3)
        assert install.email.digests == [3]

    @pytest.mark.parametrize(("late", "lapsed"), [(4, 0), (10, 0), (12, 1)])
    def test_a_tick_without_time_leaves_people_to_a_later_one(self, late: int, lapsed: int) -> None:
        """It says so, and machines have theirs; it notes that nothing was sent to people, while it may still write."""
        install = an_install(TARGET)
        finish(install, 1)
        publish = install.sns.publish
        slowly = install.clock.taking(install.budget + timedelta(seconds=late), publish)
        install.sns.publish = slowly  # type: ignore[method-assign]
        report = install.tick(LAPSED if lapsed else AT_ONCE)
        assert (report.tally.pending, len(install.sns.sent), install.email.sent) == (1, 1, [])
        assert ("no time to tell people", {"count": 1}) in install.log.lines
        install.sns.publish = publish  # type: ignore[method-assign]
        install.tick()
        assert (len(install.sns.sent), len(install.email.sent)) == (1, 1)
        assert [row.lapsed for row in install.outbox.rows.values()] == [lapsed]

    def test_who_has_lost_the_claim_tells_nobody(self) -> None:
        """The tick that took it over does."""
        install = an_install()
        finish(install, 1)
        settle = install.outbox.settle
        install.outbox.settle = lambda *_: False  # type: ignore[method-assign]
        install.tick(LAPSED)
        assert install.email.sent == []
        assert "claim lost" in install.log.events()
        install.outbox.settle = settle  # type: ignore[method-assign]
        install.tick()
        assert len(install.email.sent) == 1

    def test_a_settlement_that_fails_leaves_people_to_a_later_tick(self) -> None:
        """As it does what machines got, which is then sent once more."""
        install = an_install()
        finish(install, 2)
        settle = install.outbox.settle

        def fail(*_: object) -> bool:
            raise TimeoutError("no answer")

        install.outbox.settle = fail  # type: ignore[method-assign]
        assert "no answer" in install.tick(LAPSED).faults[0]
        assert install.email.sent == []
        install.outbox.settle = settle  # type: ignore[method-assign]
        install.tick()
        assert (len(install.sns.sent), len(install.email.sent)) == (4, 2)

    def test_a_full_digest_that_fails_fails_the_tick_and_nothing_else(self) -> None:
        """All of it waits for the next one."""
        install = an_install(digest_above=1)
        install.email.receipts["*"] = Receipt.FAILED
        finish(install, 250)
        assert install.tick().tally.pending == 250
        install.email.receipts.clear()
        install.tick()
        assert (len(install.sns.sent), len(install.email.sent), install.outbox.pending()) == (250, 250, [])

    @pytest.mark.parametrize("refuses", ["sns", "email"])
    def test_what_one_channel_refuses_for_good_the_others_have(self, refuses: str) -> None:
        """Quarantined is it for that one alone, and counted once."""
        install = an_install()
        getattr(install, refuses).receipts["*"] = Receipt.REFUSED
        finish(install, 1)
        assert sum(install.tick(LAPSED).tally.quarantined for _ in range(7)) == 1
        (row,) = install.outbox.rows.values()
        assert row.quarantined == {refuses}
        assert row.delivered.keys() == {"sns", "eventbridge", "email"} - {refuses}
        assert "announced" not in install.log.events()


def test_a_storm_is_told_within_the_tick_s_time() -> None:
    """People lag behind machines by no more than a message's worth, and hear of each job once."""
    install = an_install()
    clock, outbox = install.clock, install.outbox
    for part, names, milliseconds in (
        (outbox, ("record", "settle", "claim"), 8),
        (install.sns, ("publish",), 40),
        (install.bus, ("publish",), 40),
        (install.email, ("publish",), 40),
    ):
        for name in names:
            setattr(part, name, clock.taking(timedelta(milliseconds=milliseconds), getattr(part, name)))
    finish(install, 3000)
    for _ in range(8):
        began = clock.now
        assert install.tick(AT_ONCE).faults == []
        assert clock.now - began < install.budget + timedelta(seconds=5)
        assert len(install.sns.sent) - len(install.email.sent) <= 200
        clock.now = max(clock.now, began + MINUTE)
    assert len(install.sns.sent) == len(install.email.sent) == len(set(jobs(install.email))) == 3000
    assert max(install.email.digests) == 200


def test_each_worker_s_chunk_has_its_own_digest() -> None:
    """Chunks know nothing of one another."""
    targets = [Target("pinpoint", "app", f"seg{number}") for number in range(4)]
    install = an_install(*targets, digest_above=1)
    for target in targets:
        finish(install, 1, target)
    for part in (targets[:2], targets[2:]):
        install.chunk(replace(install.watch, targets=tuple(part)))
    assert install.email.digests == [2, 2]


def test_nobody_is_told_who_did_not_ask() -> None:
    """Then an announcement is settled once, as ever."""
    install = Install(a_watch(announce_finished_within=DAY))
    finish(install, 1)
    install.tick()
    (row,) = install.outbox.rows.values()
    assert row.delivered.keys() == {"sns", "eventbridge"}
    assert install.email.calls == install.chat.calls == 0


class TestDeadTopics:
    """People's topic may be down for long, or be removed: that is no machine's affair, and costs little."""

    def test_machines_get_what_they_lack_by_the_next_tick_whatever_people_lack(self) -> None:
        """Such as what was asked for again, or a test; the tick fails on as long as people can't be told."""
        install = an_install()
        install.lists(early := a_job("early", completed=install.clock.now))
        install.tick()
        install.email.down = "AuthorizationError"
        install.lists(early, *(a_job(f"late-{n}", completed=install.clock.now) for n in range(500)))
        install.tick()
        (key,) = [key for key in install.outbox.rows if key.sk == "early#finished"]
        assert install.outbox.replay(key, install.clock.now, ["sns"])
        assert install.tick().faults == ["email arn:aws:sns:us-east-1:123456789012:emails: AuthorizationError"]
        assert install.sns.sent[-1].key == key
        assert len(install.outbox.pending()) == 500

    def test_what_machines_don_t_take_of_one_chunk_keeps_the_next_one_from_nothing(self) -> None:
        """As long as only people's channels are down."""
        install = an_install(event_bus=None)
        install.email.down = "AuthorizationError"
        finish(install, 220)
        install.tick()
        other = replace(install, watch=a_watch(OTHER, name="other", event_bus=None))
        other.tick()
        install.sns.receipts["*"] = Receipt.FAILED
        finish(other, 20, OTHER)
        other.tick()
        install.sns.calls = 0
        install.tick()
        assert install.sns.calls == 2

    def test_what_another_watch_s_people_lack_is_tried_ten_at_a_time_and_keeps_nothing_waiting(self) -> None:
        """Its own ticks may tell them, if there are any yet."""
        install = an_install()
        install.email.down = "NotFound"
        finish(install, 600)
        install.tick(LAPSED)
        other = replace(install, watch=a_watch(OTHER, name="other"))
        other.sns.receipts["*"] = Receipt.FAILED
        other.tick()
        finish(other, 1, OTHER)
        other.tick()
        other.sns.receipts.clear()
        before = other.writes
        assert other.tick(LAPSED).faults == []
        assert other.sns.sent[-1].key.sk == "other-0000#finished"
        assert other.writes - before == 10 + 2
        for _ in range(3):
            before = other.writes
            other.tick(LAPSED)
            assert other.writes - before == 10
