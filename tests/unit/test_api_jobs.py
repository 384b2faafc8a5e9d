"""Asking for jobs as most APIs want it: page by page, and for the rest of one by its id."""

from typing import Any

import pytest

from import_watch.jobs import Counts, ImportJob, Outcome, Target, Trouble
from import_watch.listing import ListingFailedError, NotAskedError
from import_watch.sources import registry
from tests.builders import MINUTE, NOW
from tests.unit.answering import TARGETS, Answer, answering

PROFILES, POOL, LIST = TARGETS["customer-profiles"], TARGETS["cognito"], TARGETS["mailmanager"]
LISTED = {"JobId": "0f", "Status": "SUCCEEDED", "CreatedAt": 1779624000, "CompletedAt": 1779624060}
DONE = {"Items": [LISTED]}


def refusal(status: int, code: str) -> Answer:
    return Answer({"message": "no"}, status, {"x-amzn-errortype": code})


def whole(*answers: Any) -> ImportJob:
    """List one job, and ask for the rest of it."""
    jobs = answering("customer-profiles", DONE, *answers)
    found: ImportJob = jobs.source.whole(PROFILES, jobs.job(PROFILES))
    assert jobs.asked[1:] == [{"url": "/domains/shop/upload-jobs/0f"}]
    return found


@pytest.mark.parametrize(
    ("target", "items", "token", "asked"),
    [
        (PROFILES, "Items", "NextToken", ["?max-results=500", "?max-results=500&next-token=b"]),
        (POOL, "UserImportJobs", "PaginationToken", [{"MaxResults": 60}, {"MaxResults": 60, "PaginationToken": "b"}]),
        (LIST, "ImportJobs", "NextToken", [{"PageSize": 50}, {"PageSize": 50, "NextToken": "b"}]),
    ],
)
def test_every_page_is_asked_for(target: Target, items: str, token: str, asked: list[Any]) -> None:
    """By botocore's paginator or without one, as large as the API allows, to the one without token."""
    first, second = {"JobId": "a"}, {"JobId": "b"}
    jobs = answering(target.source, {items: [first], token: "b"}, {items: [second], token: None})
    pages = jobs.pages(target)
    assert [([job.id for job in page.jobs], page.more) for page in pages] == [(["a"], True), (["b"], False)]
    for was, expected in zip(jobs.asked, asked, strict=True):
        if isinstance(expected, str):
            assert was["url"] == "/domains/shop/upload-jobs" + expected
        else:
            assert {name: was.get(name) for name in ("MaxResults", "PageSize", "NextToken", "PaginationToken")} == {
                **dict.fromkeys(("MaxResults", "PageSize", "NextToken", "PaginationToken")),
                **expected,
            }


def test_pages_are_no_larger_than_what_is_set() -> None:
    """The stack's own limit holds for every source."""
    jobs = answering("cognito", {"UserImportJobs": []}, page_size=7)
    jobs.pages(POOL)
    assert jobs.asked == [{"url": "/", "UserPoolId": POOL.application_id, "MaxResults": 7}]


@pytest.mark.parametrize(("target", "items"), [(POOL, "UserImportJobs"), (LIST, "ImportJobs")])
def test_a_list_without_end_is_endless(target: Target, items: str) -> None:
    """Whether a token comes again, or too many come."""
    page = {items: [], "NextToken": "a", "PaginationToken": "a"}
    for answers, most in (([page, page], 100), ([page, {**page, "NextToken": "b", "PaginationToken": "b"}], 2)):
        with pytest.raises(ListingFailedError) as failed:
            answering(target.source, *answers, max_pages=most).pages(target)
        assert failed.value.trouble is Trouble.ENDLESS


def test_the_rest_of_a_job_refines_its_outcome() -> None:
    """What is told where a job is asked for by itself, its list didn't tell."""
    listed = answering("customer-profiles", DONE).job(PROFILES)
    assert (listed.outcome, listed.partial) == (Outcome.COMPLETED, True)
    job = whole({**LISTED, "ResultsSummary": {"UpdatedRecords": 5, "CreatedRecords": 2, "FailedRecords": 1}})
    assert (job.outcome, job.partial) == (Outcome.COMPLETED_WITH_FAILURES, False)
    assert job.details().counts == Counts(processed=8, failed=1)


def test_a_job_that_is_gone_stays_as_it_was_listed() -> None:
    """It is announced by what the list told."""
    job = whole(refusal(404, "ResourceNotFoundException"))
    assert (job.outcome, job.details().counts) == (Outcome.COMPLETED, Counts())


@pytest.mark.parametrize(
    ("answer", "trouble"),
    [
        (refusal(403, "AccessDeniedException"), Trouble.DENIED),
        (refusal(429, "ThrottlingException"), Trouble.THROTTLED),
        (Answer(b"<html>", 500), Trouble.BROKEN),
        (Answer(b"<html>", 404), Trouble.BROKEN),  # some proxy's, that knows nothing of the job
        (Answer(b'{"JobId": "0f"'), Trouble.BROKEN),
        ({}, Trouble.BROKEN),
        ({**LISTED, "Status": "IN_PROGRESS"}, Trouble.BROKEN),
        ({**LISTED, "Status": "NEW"}, Trouble.BROKEN),
        ({**LISTED, "JobId": "another"}, Trouble.BROKEN),
    ],
)
def test_a_rest_that_can_t_be_had_is_told_with_its_job(answer: Any, trouble: Trouble) -> None:
    """And a finished job that is shown as running again is nothing to be announced by."""
    with pytest.raises(ListingFailedError, match=r"^\w+: job 0f: ") as failed:
        whole(answer)
    assert failed.value.trouble is trouble


def test_a_rest_that_there_was_no_turn_for_is_no_failure_of_the_job() -> None:
    """It is left for a later tick."""
    jobs = answering("customer-profiles", DONE)
    job = jobs.job(PROFILES)

    def send(**_: object) -> None:
        raise NotAskedError

    jobs.source.client.meta.events.register_first("before-call", send)
    with pytest.raises(NotAskedError):
        jobs.source.whole(PROFILES, job)


def test_nothing_is_asked_for_where_there_is_no_rest() -> None:
    """Of a job that runs, or of a source whose lists tell all."""
    running = answering("customer-profiles", {"Items": [{"JobId": "0f", "Status": "IN_PROGRESS"}]})
    finished = answering("cognito", {"UserImportJobs": [{"JobId": "import-1", "Status": "Succeeded"}]})
    for jobs, target in ((running, PROFILES), (finished, POOL)):
        job = jobs.job(target)
        assert jobs.source.whole(target, job) is job
        assert (job.partial, len(jobs.asked)) == (False, 1)


def test_history_is_only_counted() -> None:
    """Up to the moment that is asked for."""
    jobs = answering("customer-profiles", DONE)
    (page,) = jobs.source.pages(PROFILES, NOW + MINUTE)
    assert (page.jobs, page.listed) == ([], 1)


def test_jobs_are_read_without_a_client_history_too() -> None:
    """As the command line shows them."""
    page = registry.manifest("customer-profiles").source.read(DONE["Items"], PROFILES)
    assert [(job.outcome, job.partial) for job in page.jobs] == [(Outcome.COMPLETED, True)]


def test_no_target_is_all_that_an_account_has() -> None:
    """So there are no lists to be listed."""
    assert list(answering("cognito").source.applications()) == []


def test_what_else_there_is_to_know_goes_with_what_it_may_explain(monkeypatch: pytest.MonkeyPatch) -> None:
    """A service that has ended denies its lists, or doesn't find them; mostly there is nothing."""
    source = answering("cognito").source
    assert {source.notice(trouble) for trouble in Trouble} == {""}
    monkeypatch.setattr(type(source), "ended", "It left support.")
    assert [trouble for trouble in Trouble if source.notice(trouble)] == [Trouble.DENIED, Trouble.GONE]
