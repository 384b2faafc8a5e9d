"""All pages as one answer, as if the list had come on a single page."""

from collections.abc import Iterable, Iterator
from contextlib import closing, contextmanager
from typing import Any

from import_watch_cli.jobs.listing import PAYLOAD, Page
from import_watch_cli.jobs.spool import Spool


def document(pages: Iterable[Page]) -> dict[str, Any]:
    """Gather all pages in memory, for a query."""
    token: list[str | None] = []
    return _document([job for page in _noting(pages, token) for job in page.jobs], token)


@contextmanager
def spooled(pages: Iterable[Page]) -> Iterator[dict[str, Any]]:
    """Gather all pages in a temporary file, for what reads them more than once."""
    token: list[str | None] = []
    with closing(Spool(job for page in _noting(pages, token) for job in page.jobs)) as jobs:
        yield _document(jobs, token)


def _noting(pages: Iterable[Page], token: list[str | None]) -> Iterator[Page]:
    for page in pages:
        token[:] = [page.token]
        yield page


def _document(jobs: list[Any] | Spool, token: list[str | None]) -> dict[str, Any]:
    return {PAYLOAD: {"Item": jobs, **({"NextToken": token[0]} if token and token[0] else {})}}
