"""Reading jobs by the names that an API has for their members, whatever stands there."""

from datetime import UTC, datetime
from typing import Any

import pytest

from import_watch.jobs import Counts, ImportJob, Outcome, Target
from import_watch.sources.members import Members
from tests.builders import EVER, MINUTE, NOW

TARGET = Target("made-up", "list")
MEMBERS = Members(
    shown=("Id", "State", "Made", "Inner.Told", "Inner.Deeper.Told"),
    id="Id",
    status="State",
    running=frozenset({"NEW", "RUNS"}),
    finished={"DONE": Outcome.COMPLETED, "SOME": Outcome.COMPLETED_WITH_FAILURES, "BROKE": Outcome.FAILED},
    unstarted=frozenset({"NEW"}),
    created="Made",
    completed="Ended",
    name="Inner.Name",
    reason="Inner.Why",
    processed=("Good", "Bad"),
    failed="Bad",
)


def read(raw: Any) -> tuple[ImportJob | None, list[str]]:
    """Read a page of one job, and what is wrong with it."""
    page = MEMBERS.page([raw], TARGET, EVER)
    job = page.jobs[0] if page.jobs else None
    return job, [*page.flaws, *(job.details().flaws if job else ())]


@pytest.mark.parametrize(
    ("raw", "flaw"),
    [
        (None, "no job, but something else"),
        ("job", "no job, but something else"),
        ({}, "no usable Id"),
        *(({"Id": value}, "no usable Id") for value in (None, "", 7, ["a"], "a\nb", "a" * 257, "\ud800", "é" * 129)),
        ({"Id": "https://b/k?X-Amz-Signature=0"}, "no usable Id"),
    ],
)
def test_a_job_without_id_is_a_flaw(raw: Any, flaw: str) -> None:
    """It can't be told from others."""
    assert read(raw) == (None, [flaw])


@pytest.mark.parametrize(
    ("facts", "outcome", "flaws"),
    [
        ({"State": "RUNS"}, None, []),
        ({"State": "DONE"}, Outcome.COMPLETED, []),
        ({"State": "SOME"}, Outcome.COMPLETED_WITH_FAILURES, []),
        ({"State": "BROKE", "Bad": 3}, Outcome.FAILED, []),
        ({}, None, ["no State"]),
        ({"State": ""}, None, ["no State"]),
        ({"State": ["DONE"]}, None, ["no State"]),
        ({"State": "done"}, None, ["unknown State 'done'"]),
        ({"State": "x" * 70}, None, [f"unknown State '{'x' * 64}'"]),
        ({"State": "s3://b?X-Amz-Signature=0"}, None, ["unknown State 's3://b?[removed]'"]),
        ({"State": "DONE", "Bad": 0}, Outcome.COMPLETED, []),
        ({"State": "DONE", "Bad": -1}, Outcome.COMPLETED, []),
        ({"State": "DONE", "Bad": 1}, Outcome.COMPLETED_WITH_FAILURES, []),
        ({"State": "DONE", "Bad": 1.0}, Outcome.COMPLETED_WITH_FAILURES, []),
        ({"State": "DONE", "Bad": "many"}, Outcome.COMPLETED_WITH_FAILURES, ["Bad is no number"]),
        ({"State": "DONE", "Bad": [1]}, Outcome.COMPLETED_WITH_FAILURES, ["Bad is no number"]),
        ({"State": "DONE", "Bad": 10**400}, Outcome.COMPLETED_WITH_FAILURES, []),
        ({"State": "DONE", "Bad": True}, Outcome.COMPLETED_WITH_FAILURES, ["Bad is no number"]),
        ({"State": "DONE", "Bad": float("nan")}, Outcome.COMPLETED_WITH_FAILURES, ["Bad is no number"]),
        ({"State": "DONE", "Good": "x"}, Outcome.COMPLETED, ["Good is no number"]),
    ],
)
def test_a_status_says_how_a_job_is(facts: dict[str, Any], outcome: Outcome | None, flaws: list[str]) -> None:
    """A completed one has failures at any sign of them; one of a status that nobody knows is running."""
    job, found = read({"Id": "a", **facts})
    assert job
    assert (job.outcome, found) == (outcome, flaws)


@pytest.mark.parametrize(
    ("made", "ended", "read_as", "flaws"),
    [
        (NOW, NOW + MINUTE, (NOW, NOW + MINUTE), []),
        (NOW, NOW, (NOW, NOW), []),
        (None, None, (None, None), []),
        ("2026-05-24T12:00:00Z", None, (NOW, None), []),
        (NOW, NOW - MINUTE, (NOW, None), ["Ended before Made"]),
        ("soon", 1779624000, (None, None), ["Made is no date", "Ended is no date"]),
        (1779624000.5, [NOW], (None, None), ["Made is no date", "Ended is no date"]),
        ("0001-01-01T00:00:00+10:00", None, (None, None), ["Made is no date"]),
        (datetime.max.replace(tzinfo=UTC), None, (datetime.max.replace(tzinfo=UTC), None), []),
    ],
)
def test_a_date_is_one_or_a_flaw(made: Any, ended: Any, read_as: Any, flaws: list[str]) -> None:
    """And a job doesn't end before it was made."""
    job, found = read({"Id": "a", "State": "DONE", "Made": made, "Ended": ended})
    assert job
    assert ((job.created_at, job.completed_at), found) == (read_as, flaws)


def test_history_is_counted_and_not_kept() -> None:
    """Up to the moment that is asked for; what is undated, or runs, never is."""
    old, new = {"State": "BROKE", "Ended": NOW}, {"State": "BROKE", "Ended": NOW + MINUTE}
    jobs = [
        *({"Id": "old", **old}, {"Id": "new", **new}, {"Id": "undated", "State": "DONE"}),
        *({"Id": "runs", "State": "RUNS", "Ended": NOW}, {"State": "RUNS"}),
    ]
    page = MEMBERS.page(jobs, TARGET, NOW, more=True)
    assert [job.id for job in page.jobs] == ["new", "undated", "runs"]
    assert [job.details().status for job in page.jobs] == ["BROKE", "DONE", "RUNS"]
    assert (page.listed, page.more, page.flaws) == (4, True, ["no usable Id"])


def test_only_what_finished_is_partial() -> None:
    """Nothing is announced of the others that their list doesn't tell."""
    jobs = MEMBERS.page([{"Id": "a", "State": "DONE"}, {"Id": "b", "State": "RUNS"}], TARGET, EVER, partial=True).jobs
    assert [job.partial for job in jobs] == [True, False]


@pytest.mark.parametrize(
    ("good", "bad", "counts"),
    [
        (None, None, Counts()),
        (2, None, Counts(processed=2)),
        (None, 1, Counts(processed=1, failed=1)),
        (2.0, 0, Counts(processed=2, failed=0)),
        ("2", 1, Counts(processed=1, failed=1)),
    ],
)
def test_counters_add_up_as_far_as_they_are_told(good: Any, bad: Any, counts: Counts) -> None:
    """What is no whole number isn't told."""
    job, _ = read({"Id": "a", "State": "DONE", "Good": good, "Bad": bad})
    assert job
    assert job.details().counts == counts


def test_what_is_told_is_what_is_named() -> None:
    """Members within members too, dates as AWS writes them, and nothing else."""
    inner = {"Name": "n", "Why": "w", "Told": [NOW, {"at": NOW}], "Untold": "secret", "Deeper": {"Told": 1, "Not": 2}}
    job, _ = read({"Id": "a", "State": "NEW", "Made": NOW, "Ended": None, "Inner": inner, "Untold": "secret"})
    assert job
    details, date = job.details(), "2026-05-24T12:00:00.000Z"
    assert (details.status, details.name, details.status_reason, details.never_started) == ("NEW", "n", "w", True)
    assert details.application_id == "list"
    assert details.as_listed == {
        "Id": "a",
        "State": "NEW",
        "Made": date,
        "Inner": {"Told": [date, {"at": date}], "Deeper": {"Told": 1}},
    }


@pytest.mark.parametrize("inner", [None, {}, "text", {"Name": "", "Why": 7}])
def test_what_is_not_there_is_not_told(inner: Any) -> None:
    """Whatever stands in its place."""
    job, _ = read({"Id": "a", "State": "RUNS", "Inner": inner})
    assert job
    details = job.details()
    assert (details.name, details.status_reason, details.never_started) == (None, None, False)
    assert details.as_listed == {"Id": "a", "State": "RUNS"}
