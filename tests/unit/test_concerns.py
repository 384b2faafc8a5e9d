"""What the stack's alarms look at: nothing while all is well, and what is wrong for as long as it is."""

from import_watch.announcements import Receipt
from import_watch.jobs import Target, Trouble
from tests.builders import MINUTE, OTHER, TARGET, a_job, a_watch
from tests.fakes import Install

ALL_IS_WELL = {"OldestPending": 0, "Quarantined": 0, "UnavailableTargets": 0, "Throttled": 0}


def an_install(*targets: Target) -> Install:
    install = Install(a_watch(*targets))
    install.tick()
    return install


def concerns(install: Install, name: str, ticks: int) -> list[int]:
    return [install.tick().concerns()[name] for _ in range(ticks)]


def test_a_tick_that_announces_has_no_concerns() -> None:
    """Nor has one in which nothing happens."""
    install = an_install()
    install.lists(a_job(completed=install.clock.now))
    assert [install.tick().concerns() for _ in range(2)] == [ALL_IS_WELL] * 2


def test_pending_ages_from_its_record_until_it_is_sent() -> None:
    """However often it was tried meanwhile."""
    install = an_install()
    install.lists(a_job(completed=install.clock.now))
    install.sns.down = "no answer"
    assert concerns(install, "OldestPending", 4) == [0, 60, 120, 180]
    install.sns.down = None
    assert concerns(install, "OldestPending", 2) == [240, 0]


def test_the_oldest_of_all_that_is_left_counts() -> None:
    """Whichever is tried first."""
    install = an_install()
    install.sns.receipts["*"] = Receipt.FAILED
    for number in range(3):
        install.lists(*(a_job(f"job-{earlier}", completed=install.clock.now) for earlier in range(number + 1)))
        install.tick()
    assert concerns(install, "OldestPending", 1) == [180]


def test_a_quarantine_is_counted_when_it_happens() -> None:
    """Once an announcement and channel."""
    install = an_install()
    install.lists(a_job(completed=install.clock.now))
    install.sns.receipts["*"] = Receipt.REFUSED
    assert concerns(install, "Quarantined", 7) == [0, 0, 0, 0, 1, 0, 0]


def test_a_target_that_is_gone_counts_from_the_second_tick_until_it_is_back() -> None:
    """As long as subscribers have been told that it is unavailable."""
    install = an_install(TARGET, OTHER)
    install.source.lists[TARGET] = Trouble.GONE
    assert concerns(install, "UnavailableTargets", 4) == [0, 1, 1, 1]
    install.lists()
    assert concerns(install, "UnavailableTargets", 1) == [0]


def test_a_passing_trouble_counts_after_a_quarter_of_an_hour() -> None:
    """But that it is throttled, at once; and it stays unavailable if it then fails otherwise."""
    install = an_install(TARGET, OTHER)
    install.source.lists[TARGET] = Trouble.THROTTLED
    ticks = [install.tick().concerns() for _ in range(17)]
    assert [tick["Throttled"] for tick in ticks] == [1] * 17
    assert [tick["UnavailableTargets"] for tick in ticks] == [0] * 15 + [1] * 2
    install.source.lists[TARGET] = Trouble.BROKEN
    assert [install.tick(MINUTE).concerns()[name] for name in ("Throttled", "UnavailableTargets")] == [0, 1]
