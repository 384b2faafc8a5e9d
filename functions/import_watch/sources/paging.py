"""Following a token from page to page, and noticing when that would never end."""

from collections.abc import Callable, Iterable, Iterator
from typing import TypeVar

from import_watch.jobs import Trouble
from import_watch.listing import ListingFailedError

Response = TypeVar("Response")


def follow(
    fetch: Callable[[str | None], tuple[Response, str | None]], max_pages: int
) -> Iterator[tuple[Response, bool]]:
    """Yield every page and whether more follow, an empty one that has a token among them.

    A token seen before, or too many pages, end the listing as endless.
    """
    return guarded(_walked(fetch), max_pages)


def _walked(fetch: Callable[[str | None], tuple[Response, str | None]]) -> Iterator[tuple[Response, str | None]]:
    token: str | None = None
    while True:
        response, token = fetch(token)
        yield response, token


def guarded(responses: Iterable[tuple[Response, str | None]], max_pages: int) -> Iterator[tuple[Response, bool]]:
    """Yield pages, each of which comes with its token, and whether more follow; endless as in `follow`."""
    seen: set[str] = set()
    for number, (response, token) in enumerate(responses, start=1):
        yield response, bool(token)
        if not token:
            return
        if token in seen:
            raise ListingFailedError(Trouble.ENDLESS, f"page token repeated after {number} pages")
        if number == max_pages:
            raise ListingFailedError(Trouble.ENDLESS, f"more than {max_pages} pages")
        seen.add(token)
