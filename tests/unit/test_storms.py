"""More than a tick can do: storms of jobs, lists without end, channels that stay away for an hour."""

from collections import Counter
from datetime import timedelta
from itertools import pairwise

import pytest

from import_watch.announcements import Receipt
from import_watch.jobs import Kind, Target, Trouble
from tests.builders import MINUTE, NOW, OTHER, PK, TARGET, a_job, a_watch
from tests.fakes import Install, MemoryChannel

# What calls take in the model, generously.
WRITE, PUBLISH, READ = timedelta(milliseconds=8), timedelta(milliseconds=40), timedelta(milliseconds=20)
PAGE = timedelta(milliseconds=100)


def an_install(*targets: Target) -> Install:
    """Build an install that has seen its targets empty."""
    install = Install(a_watch(*targets))
    install.tick()
    return install


def pace(install: Install) -> None:
    """Let every call take its time."""
    for part, name, time in (
        (install.outbox, "record", WRITE),
        (install.outbox, "settle", WRITE),
        (install.outbox, "claim", WRITE),
        (install.outbox, "known", READ),
        (install.sns, "publish", PUBLISH),
        (install.bus, "publish", PUBLISH),
    ):
        setattr(part, name, install.clock.taking(time, getattr(part, name)))
    install.source.after_page = lambda: install.clock.move(PAGE)


def deliveries(channel: MemoryChannel) -> Counter[str]:
    return Counter(announcement.key.sk for announcement in channel.sent)


def test_ten_thousand_jobs_between_two_ticks() -> None:
    """Each is announced once; every tick takes on where the last one stopped, in the time that it has."""
    install = an_install()
    pace(install)
    jobs = [a_job(f"job-{number:05}", completed=install.clock.now) for number in range(10_000)]
    install.source.lists[TARGET] = [jobs[number : number + 100] for number in range(0, len(jobs), 100)]
    sent = [0]
    while sent[-1] < len(jobs):
        began = install.clock.now
        assert install.tick(timedelta(0)).faults == []
        assert install.clock.now - began < install.budget + MINUTE / 60
        install.clock.now = began + MINUTE
        sent.append(len(install.sns.sent))
    assert min(more - less for less, more in pairwise(sent[:-1])) > 800
    install.tick()
    for channel in (install.sns, install.bus):
        assert set(deliveries(channel).values()) == {1}
        assert len(channel.sent) == len(jobs)
    assert install.outbox.pending() == []


@pytest.mark.parametrize("away", [("sns",), ("bus",), ("sns", "bus")])
def test_a_channel_that_is_away_for_an_hour(away: tuple[str, ...]) -> None:
    """Nothing is quarantined, every tick says so and fails; then all goes out, once each, on both channels."""
    install = an_install()
    jobs = [a_job(f"job-{number:02}", completed=install.clock.now + number * MINUTE) for number in range(60)]
    for number in range(60):
        install.lists(*jobs[: number + 1])
        for name in away:
            getattr(install, name).down = "no answer"
        report = install.tick()
        assert report.tally.quarantined == 0
        assert [fault.split()[0] for fault in report.faults] == [
            {"bus": "eventbridge"}.get(name, name) for name in away
        ]
    install.sns.down = install.bus.down = None
    for _ in range(3):
        assert install.tick().faults == []
    for channel in (install.sns, install.bus):
        assert deliveries(channel) == {f"{job.id}#finished": 1 for job in jobs}
    assert install.outbox.pending() == []


def test_a_channel_that_fails_every_entry_for_an_hour() -> None:
    """The same where its calls succeed and each entry doesn't, by no fault of its own."""
    install = an_install()
    install.lists(*(a_job(f"job-{number:02}", completed=install.clock.now) for number in range(25)))
    install.sns.receipts["*"] = Receipt.FAILED
    assert [install.tick().tally.quarantined for _ in range(60)] == [0] * 60
    install.sns.receipts.clear()
    install.tick()
    assert set(deliveries(install.sns).values()) == set(deliveries(install.bus).values()) == {1}
    assert (len(install.sns.sent), install.outbox.pending()) == (25, [])


class TestAListWithoutEnd:
    """A target of 500 pages that a tick can't finish."""

    def an_install(self) -> Install:
        others = tuple(Target("pinpoint", "app", f"seg-{number}") for number in range(4))
        install = an_install(TARGET, *others)
        pace(install)
        install.source.lists[TARGET] = [[a_job(f"huge-{n}", completed=install.clock.now)] for n in range(500)]
        for target in others:
            install.lists(a_job(target.segment_id or "", completed=install.clock.now), target=target)
        return install

    def test_it_decides_nothing_and_starves_nobody(self) -> None:
        """The others' jobs go out, once each; of its own not one, not even on the pages that were read."""
        install = self.an_install()
        before = install.ledgers.rows[PK]
        for _ in range(10):
            install.tick()
        assert deliveries(install.sns) == {f"seg-{number}#finished": 1 for number in range(4)}
        after = install.ledgers.rows[PK]
        assert after.failing_reason is Trouble.BROKEN
        assert (after.digest, after.settled_before) == (before.digest, before.settled_before)

    def test_it_is_unavailable_after_a_quarter_of_an_hour_and_the_log_says_how_far_it_got(self) -> None:
        """Once."""
        install = self.an_install()
        for _ in range(40):
            install.tick()
        (unavailable,) = [sent.message for sent in install.sns.sent if sent.message.kind is Kind.TARGET_UNAVAILABLE]
        assert unavailable.facts["reason"] == Trouble.BROKEN
        details = [str(facts["detail"]) for event, facts in install.log.lines if event == "target failing"]
        assert all(detail.startswith("not read to its end in time; ") for detail in details)
        assert all(200 <= int(detail.split()[-3]) <= 300 for detail in details)

    def test_it_recovers_by_itself_where_it_gets_shorter(self) -> None:
        """And all that it lists is announced."""
        install = self.an_install()
        for _ in range(40):
            install.tick()
        install.source.lists[TARGET] = [[a_job(f"huge-{n}", completed=NOW + MINUTE)] for n in range(100)]
        for _ in range(5):
            install.tick()
        sent = deliveries(install.sns)
        assert sum(sent.values()) == len(sent) == 4 + 2 + 100


@pytest.mark.parametrize("page", [1, 2, 3])
def test_the_function_s_end_in_the_middle_of_a_listing_decides_nothing(page: int) -> None:
    """Nor does it keep the next tick from anything."""
    install = an_install(TARGET, OTHER)
    install.source.lists[TARGET] = [[a_job(f"job-{number}", completed=install.clock.now)] for number in range(3)]
    left = iter(range(page - 1))

    def die() -> None:
        if next(left, None) is None:
            raise SystemExit

    install.source.after_page = die
    with pytest.raises(SystemExit):
        install.tick()
    assert (install.outbox.rows, install.sns.sent) == ({}, [])
    install.source.after_page = lambda: None
    install.tick()
    assert deliveries(install.sns) == {f"job-{number}#finished": 1 for number in range(3)}
