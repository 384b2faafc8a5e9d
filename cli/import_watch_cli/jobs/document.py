"""All pages as one answer, as if the list had come on a single page."""

from collections.abc import Iterable, Iterator
from contextlib import closing, contextmanager
from typing import TYPE_CHECKING, Any

from import_watch_cli.jobs.listing import Page
from import_watch_cli.jobs.spool import Spool

if TYPE_CHECKING:
    from import_watch.sources.manifest import Asking


def document(pages: Iterable[Page], asking: "Asking") -> dict[str, Any]:
    """Gather all pages in memory, for a query."""
    token: list[str | None] = []
    jobs = [job for page in _noting(pages, token) for job in page.jobs]
    return answer(asking, jobs, *token)


@contextmanager
def spooled(pages: Iterable[Page], asking: "Asking") -> Iterator[dict[str, Any]]:
    """Gather all pages in a temporary file, for what reads them more than once."""
    token: list[str | None] = []
    with closing(Spool(job for page in _noting(pages, token) for job in page.jobs)) as jobs:
        yield answer(asking, jobs, *token)


def _noting(pages: Iterable[Page], token: list[str | None]) -> Iterator[Page]:
    for page in pages:
        token[:] = [page.token]
        yield page


def answer(asking: "Asking", jobs: list[Any] | Spool, token: str | None = None) -> dict[str, Any]:
    """Put jobs into an answer as the API has it."""
    page = {asking.items: jobs, **({asking.token: token} if token else {})}
    return {asking.payload: page} if asking.payload else page
