"""Which jobs `--follow` follows, and when it is over."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from botocore.exceptions import ClientError, NoCredentialsError, ReadTimeoutError

from import_watch.jobs import Target
from import_watch.sources.registry import manifest
from import_watch_cli.jobs.choice import Choice, statuses
from import_watch_cli.jobs.followed import Followed
from import_watch_cli.jobs.following import follow
from import_watch_cli.jobs.listing import Asked, BrokenAnswerError, Page
from import_watch_cli.jobs.screens import Lines, in_words
from import_watch_cli.speech.errors import EndError, Exit, RefusedError
from local.stand_in import import_job
from tests.builders import HOUR, NOW

TARGET = Target("pinpoint", "app", "seg")


def a_raw_job(job_id: str, status: str, **facts: Any) -> dict[str, Any]:
    ended = status in {"COMPLETED", "FAILED", "CANCELLED"}
    return import_job(str(TARGET), job_id, status, created=NOW - HOUR, completed=NOW if ended else None, **facts)


def listing(**jobs: str) -> list[Page]:
    return [Page(jobs=[a_raw_job(job_id, status) for job_id, status in jobs.items()], token=None)]


def following(**choice: Any) -> Followed:
    return Followed(choice=Choice(**choice), asked=Asked(target=TARGET), complete=never)


def never(_: dict[str, Any]) -> dict[str, Any]:
    raise AssertionError("its list tells all")


def looked(followed: Followed, pages: list[Page]) -> list[str]:
    return [change.facts.id for change in followed.look(pages)]


def test_what_runs_is_followed_until_it_has_ended() -> None:
    """What had ended before is not; each change is told once."""
    followed = following()
    assert looked(followed, listing(old="FAILED", a="CREATED", b="PROCESSING")) == ["a", "b"]
    assert looked(followed, listing(old="FAILED", a="CREATED", b="COMPLETED")) == ["b"]
    assert looked(followed, listing(old="FAILED", a="CREATED", b="COMPLETED")) == []
    assert followed.is_over is False
    assert looked(followed, listing(old="FAILED", a="COMPLETED", b="COMPLETED")) == ["a"]
    assert (followed.is_over, followed.exit, followed.summary()) == (True, Exit.FINE, "2 jobs: 2 completed")


def test_what_appears_meanwhile_is_followed_too() -> None:
    """Even if it has already ended when it is first seen."""
    followed = following()
    looked(followed, listing(a="CREATED"))
    assert looked(followed, listing(a="COMPLETED", quick="FAILED", new="CREATED")) == ["a", "quick", "new"]
    assert not followed.is_over
    looked(followed, listing(a="COMPLETED", quick="FAILED", new="CANCELLED"))
    assert (followed.exit, followed.summary()) == (Exit.FINDING, "3 jobs: 1 completed, 1 failed, 1 cancelled")


def test_since_and_status_choose_what_is_followed() -> None:
    """What finished since then counts in the end; a job of another status is left alone until it has that."""
    recent = following(since=NOW - HOUR / 2, statuses=statuses(["FAILED"], manifest("pinpoint")))
    assert looked(recent, listing(a="FAILED", b="COMPLETED", c="PROCESSING")) == ["a"]
    assert (recent.is_over, recent.exit) == (True, Exit.FINDING)
    assert looked(recent, listing(a="FAILED", b="COMPLETED", c="FAILED")) == ["c"]


def test_completed_with_failures_is_no_good_end() -> None:
    """Though Pinpoint calls it COMPLETED."""
    followed = following(since=NOW - HOUR)
    list(followed.look([Page(jobs=[a_raw_job("a", "COMPLETED", TotalFailures=1)], token=None)]))
    assert (followed.exit, followed.summary()) == (Exit.FINDING, "1 job: 1 completed with failures")


def test_a_job_that_is_listed_no_more_is_waited_for_no_longer() -> None:
    """It is a finding. A listing that broke off doesn't tell of any."""
    followed = following()
    looked(followed, listing(a="CREATED", b="CREATED"))

    def broken() -> Iterator[Page]:
        yield from listing(b="CREATED")
        raise BrokenAnswerError("no page")

    with pytest.raises(BrokenAnswerError):
        list(followed.look(broken()))
    assert not followed.gone
    looked(followed, listing(b="COMPLETED"))
    assert (followed.is_over, followed.exit) == (True, Exit.FINDING)
    assert followed.summary() == "2 jobs: 1 completed, 1 listed no more"


def test_a_job_without_an_id_is_not_followed() -> None:
    """It could be any other, the next time."""
    followed = following()
    assert list(followed.look([Page(jobs=[{"JobStatus": "CREATED"}], token=None)])) == []
    assert followed.is_over


def refusal(code: str, status: int) -> ClientError:
    answer: Any = {"Error": {"Code": code}, "ResponseMetadata": {"HTTPStatusCode": status}}
    return ClientError(answer, "GetSegmentImportJobs")


THROTTLED, UNWELL = refusal("TooManyRequestsException", 429), refusal("InternalServerErrorException", 500)
DENIED, GONE = refusal("ForbiddenException", 403), refusal("NotFoundException", 404)
SLOW = ReadTimeoutError(endpoint_url="http://pinpoint")


class Script:
    """Listings one after the other; an exception in the place of one is raised."""

    def __init__(self, *steps: list[Page] | BaseException) -> None:
        self._steps = iter(steps)

    def __call__(self) -> Iterator[Page]:
        step = next(self._steps)
        if isinstance(step, BaseException):
            raise step
        yield from step


def follow_all(script: Callable[[], Iterator[Page]]) -> Exit:
    return follow(script, following(), Lines(in_words, aside=False), every=1, sleep=lambda _: None)


def test_what_may_pass_is_waited_out(capsys: pytest.CaptureFixture[str]) -> None:
    """Throttling at any time, else a service, network or answer that is unwell; each told once."""
    runs, ended = listing(a="CREATED"), listing(a="COMPLETED")
    broken = BrokenAnswerError("no page")
    assert follow_all(Script(THROTTLED, THROTTLED, runs, UNWELL, UNWELL, SLOW, broken, THROTTLED, ended)) is Exit.FINE
    out, err = capsys.readouterr()
    assert [line.split()[-2:] for line in out.splitlines()] == [["Segment", "seg"]] * 2 + [["1", "completed"]]
    assert len(err.splitlines()) == 5
    assert err.startswith("import-watch: still following: An error occurred (TooManyRequestsException)")


@pytest.mark.parametrize("error", [DENIED, GONE, NoCredentialsError(), RefusedError("no end")])
def test_what_does_not_pass_ends_it(error: Exception) -> None:
    """Denied or gone, for instance."""
    with pytest.raises(type(error)):
        follow_all(Script(listing(a="CREATED"), error))


@pytest.mark.parametrize("error", [UNWELL, SLOW])
def test_what_is_unwell_from_the_beginning_is_not_waited_for(error: Exception) -> None:
    """It may be a wrong address."""
    with pytest.raises(type(error)):
        follow_all(Script(error))


def test_ctrl_c_ends_it_with_a_code_of_its_own() -> None:
    """By one line."""
    with pytest.raises(EndError, match="interrupted") as ended:
        follow_all(Script(listing(a="CREATED"), KeyboardInterrupt()))
    assert ended.value.code is Exit.INTERRUPTED
