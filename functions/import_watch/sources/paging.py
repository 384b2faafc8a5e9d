"""Following a token from page to page, and noticing when that would never end."""

from collections.abc import Callable, Iterator
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
    token: str | None = None
    seen: set[str] = set()
    for _ in range(max_pages):
        response, token = fetch(token)
        yield response, bool(token)
        if not token:
            return
        if token in seen:
            raise ListingFailedError(Trouble.ENDLESS, f"page token repeated after {len(seen) + 1} pages")
        seen.add(token)
    raise ListingFailedError(Trouble.ENDLESS, f"more than {max_pages} pages")
