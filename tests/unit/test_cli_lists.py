"""Job lists as they are now."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, cast

from import_watch.jobs import Counts, Target, Trouble
from import_watch.listing import ListingFailedError, Page
from import_watch_cli.stack.lists import Listed, Pace, read_lists
from import_watch_cli.stack.sources import sources_of
from tests.builders import EVER, NOW, OTHER, TARGET, a_job
from tests.fakes import Clock

if TYPE_CHECKING:
    from import_watch.listing import Source
    from import_watch_cli.stack.deployment import Deployment

ACCOUNT = Target("pinpoint", "*")


@dataclass(frozen=True)
class Pages:
    """A source of made-up pages; a list that it doesn't have is gone."""

    pages_of: dict[Target, list[Page]]

    def pages(self, target: Target, _history_before: datetime, /) -> Iterator[Page]:
        if target not in self.pages_of:
            raise ListingFailedError(Trouble.GONE, "not there")
        yield from self.pages_of[target]

    def notice(self, trouble: Trouble, /) -> str:
        return f"of {trouble}"


def page(*jobs: Any, more: bool = False) -> Page:
    return Page(jobs=jobs, listed=len(jobs), more=more)


def read(*targets: Target, pages: dict[Target, list[Page]]) -> dict[Target, Listed]:
    return read_lists({"pinpoint": cast("Source", Pages(pages))}, targets, lambda job: job.id == "wanted", EVER)


def test_each_list_is_read_to_its_end_for_the_jobs_that_are_wanted() -> None:
    """One that can't be tells why, and spoils no other; an account has no list of jobs."""
    wanted = a_job("wanted")
    listed = read(OTHER, TARGET, TARGET, ACCOUNT, pages={TARGET: [page(a_job("other"), more=True), page(wanted)]})
    assert listed == {
        OTHER: Listed(jobs={}, trouble=Trouble.GONE, detail="not there", notice="of gone"),
        TARGET: Listed(jobs={"wanted": wanted}),
    }


@dataclass
class FakeDeployment:
    """A stack that gave its function these settings."""

    settings: dict[str, str]
    function: str = "the-function"

    @property
    def connection(self) -> "FakeDeployment":
        return self

    def client(self, service: str) -> "FakeDeployment":
        assert service == "lambda"
        return self

    def get_function_configuration(self, *, FunctionName: str) -> dict[str, Any]:  # noqa: N803 - Lambda's own
        assert FunctionName == self.function
        return {"Environment": {"Variables": self.settings}}

    def sources(self, **settings: int) -> dict[str, int]:
        return settings


def test_a_list_is_as_long_as_the_function_takes_it() -> None:
    """However long the stack lets lists be, of whatever source."""
    deployment = FakeDeployment({"PAGE_SIZE": "50", "MAX_PAGES": "2000"})
    settings: object = sources_of(cast("Deployment", deployment))
    assert settings == {"page_size": 50, "max_pages": 2000}


def test_of_a_job_listed_more_than_once_the_furthest_counts() -> None:
    """Whatever the order."""
    runs, further, ended = a_job("wanted", None), a_job("wanted", None, counts=Counts(processed=9)), a_job("wanted")
    for first, second, best in ((runs, further, further), (further, runs, further), (ended, further, ended)):
        assert read(TARGET, pages={TARGET: [page(first, more=True), page(second)]})[TARGET].jobs["wanted"] is best


def test_requests_are_spread_over_time() -> None:
    """As many as a second has at once, and no more than that in each second after."""
    clock = Clock()

    def sleep(seconds: float) -> None:
        clock.move(timedelta(seconds=seconds))

    pace = Pace(10, clock=lambda: clock().timestamp(), sleep=sleep)
    for _ in range(40):
        pace.turn()
    assert timedelta(seconds=2.9) < clock() - NOW < timedelta(seconds=3.1)
