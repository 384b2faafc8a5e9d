"""Rules that hold for any story, found out with stories that nobody thought of."""

from collections import Counter
from datetime import timedelta
from random import Random

from hypothesis import given
from hypothesis import strategies as st

from import_watch.announcements import Receipt
from import_watch.jobs import ImportJob, Outcome, Trouble
from tests.builders import MINUTE, NOW, TARGET, a_job, a_watch
from tests.fakes import Install

outcomes = st.sampled_from([None, *Outcome])
finishes = st.one_of(st.none(), st.integers(-120, 30).map(lambda minutes: NOW + timedelta(minutes=minutes)))
jobs = st.builds(
    lambda number, outcome, completed, created: a_job(f"job-{number}", outcome, completed=completed, created=created),
    st.integers(0, 400),
    outcomes,
    finishes,
    st.one_of(st.none(), st.integers(-600, 0).map(lambda minutes: NOW + timedelta(minutes=minutes))),
)
listings = st.lists(jobs, max_size=30, unique_by=lambda job: job.id)


def an_install() -> Install:
    """Build an install that has sighted its target half an hour before the stories' present."""
    install = Install(a_watch())
    install.clock.now = NOW - timedelta(minutes=30)
    install.tick()
    install.clock.now = NOW
    return install


def deliveries(install: Install) -> Counter[str]:
    """Count what SNS got, by announcement."""
    return Counter(announcement.key.sk for announcement in install.sns.sent)


@given(listings)
def test_polling_again_announces_and_writes_nothing(listing: list[ImportJob]) -> None:
    """Whatever was listed, a second look at the same changes nothing."""
    install = an_install()
    install.lists(*listing)
    install.tick(timedelta(0))
    sent, writes = deliveries(install), install.writes
    install.tick(timedelta(0))
    assert (deliveries(install), install.writes) == (sent, writes)
    assert set(sent.values()) <= {1}


@given(listings, st.randoms(use_true_random=False), st.integers(1, 7))
def test_order_pages_and_repeats_do_not_matter(listing: list[ImportJob], random: Random, size: int) -> None:
    """Shuffled, cut into any pages, with entries listed twice: the same announcements."""
    plain, mixed = an_install(), an_install()
    plain.lists(*listing)
    entries = listing + listing[::2]
    random.shuffle(entries)
    mixed.source.lists[TARGET] = [entries[n : n + size] for n in range(0, len(entries), size)] or [[]]
    plain.tick()
    mixed.tick()
    assert deliveries(plain) == deliveries(mixed)
    assert plain.ledgers.rows == mixed.ledgers.rows


@given(listings, listings)
def test_one_tick_with_all_is_many_ticks_with_parts(first: list[ImportJob], second: list[ImportJob]) -> None:
    """It doesn't matter at which tick a finished job is seen first."""
    finished = [job for job in {job.id: job for job in first + second}.values() if job.outcome]
    once, twice = an_install(), an_install()
    once.lists(*finished)
    once.tick()
    half = len(finished) // 2
    twice.lists(*finished[:half])
    twice.tick(timedelta(0))
    twice.lists(*finished)
    twice.tick()
    assert deliveries(once) == deliveries(twice)


@given(listings, st.lists(st.sampled_from([Receipt.FAILED, Receipt.UNKNOWN, Receipt.DELIVERED]), max_size=6))
def test_no_announcement_is_lost_whatever_the_channel_answers(listing: list[ImportJob], answers: list[Receipt]) -> None:
    """Known failures and lost replies are followed by a delivery, once each, within two clean ticks of the lease."""
    install, calm = an_install(), an_install()
    for story in (install, calm):
        story.lists(*listing)
    for answer in answers:
        install.sns.receipts["*"] = answer
        install.tick(timedelta(seconds=20))
        calm.tick(timedelta(seconds=20))
    install.sns.receipts.clear()
    for _ in range(4):
        install.tick()
        calm.tick()
    assert deliveries(install) == deliveries(calm)
    assert install.outbox.pending() == []


@given(listings, st.lists(st.one_of(st.sampled_from(Trouble), st.none()), max_size=8))
def test_listings_that_fail_decide_nothing(listing: list[ImportJob], troubles: list[Trouble | None]) -> None:
    """Whatever they show before they fail; in the end the announcements are those of a complete listing."""
    install, calm = an_install(), an_install()
    calm.lists(*listing)
    calm.tick(timedelta(0))
    for trouble in troubles:
        known = about_jobs(install)
        install.source.lists[TARGET] = [listing] if trouble is None else [listing, trouble]
        install.tick(MINUTE / 60)
        assert trouble is None or about_jobs(install) == known
    install.lists(*listing)
    install.clock.now = NOW
    install.tick()
    assert about_jobs(install) == about_jobs(calm)


def about_jobs(install: Install) -> Counter[str]:
    """Count the deliveries that are not about targets."""
    return Counter({sk: count for sk, count in deliveries(install).items() if not sk.startswith("#target#")})
