"""The model's arithmetic, where it turns from one rule to another."""

from dataclasses import replace

import pytest

from bench.model import Load, dollars, fits, function_seconds, least_every, most_segments, requests, seconds

SEGMENTS = Load(segments=1_000, by_application=False)


@pytest.mark.parametrize(
    ("segments", "targets", "pages"), [(1, 1, 1), (25, 1, 1), (26, 1, 2), (1_000, 1, 40), (1_001, 2, 40)]
)
def test_an_application_s_list_grows_with_its_segments(segments: int, targets: int, pages: int) -> None:
    """Four jobs of each, a hundred a page."""
    load = Load(segments=segments, by_application=True)
    assert (load.targets, load.pages) == (targets, pages)


def test_threads_bound_what_is_slow_and_the_rate_what_is_much() -> None:
    """Whichever takes longer; and the table is asked before."""
    slow = replace(SEGMENTS, segments=32, page=1.0)
    assert seconds(slow) == pytest.approx(0.02 + 2 * 1.0)
    much = replace(SEGMENTS, segments=787, per_second=150)
    assert seconds(much) == pytest.approx(0.01 * 9 + (787 - 37) / 150 + 0.05)


def test_beyond_reach_the_work_is_handed_over_and_functions_wait_longer() -> None:
    """By as many workers as there are."""
    beyond = replace(SEGMENTS, segments=1_200)
    assert requests(SEGMENTS)["SendMessageBatch"] == 0
    assert requests(beyond)["SendMessageBatch"] == 2
    assert function_seconds(SEGMENTS) == seconds(SEGMENTS)
    assert function_seconds(beyond) == pytest.approx(2 * seconds(beyond), rel=0.01)


def test_a_watch_that_is_too_large_for_its_rate_needs_a_slower_one() -> None:
    """And what fits a rate, fits."""
    most = most_segments(1)
    assert fits(replace(SEGMENTS, segments=most))
    assert not fits(replace(SEGMENTS, segments=most + 100))
    assert least_every(replace(SEGMENTS, segments=most + 100)).every == 2


def test_half_as_many_ticks_cost_half_but_jobs_cost_the_same() -> None:
    """What happens is paid for once."""
    often, seldom = (dollars(replace(SEGMENTS, every=every, jobs=0)) for every in (1, 2))
    assert sum(often.values()) == pytest.approx(2 * sum(seldom.values()))
    assert dollars(SEGMENTS)["messages"] == dollars(replace(SEGMENTS, every=2))["messages"]


def test_idle_targets_cost_their_ledgers_but_few_listings() -> None:
    """Three of fifteen minutes' ticks list one."""
    idle = replace(SEGMENTS, idle_every=15)
    assert requests(idle)["listings"] == 200
    assert requests(idle)["BatchGetItem"] == requests(SEGMENTS)["BatchGetItem"]
    assert replace(SEGMENTS, idle_every=1).polled == 1
