"""Following tokens: to the end, and no further than there is one."""

import pytest

from import_watch.jobs import Trouble
from import_watch.listing import ListingFailedError
from import_watch.sources.paging import follow


def pages(*tokens: str | None, max_pages: int = 100) -> list[tuple[int, bool]]:
    """Follow scripted tokens, the page's number standing for its content."""
    asked: list[str | None] = []

    def fetch(token: str | None) -> tuple[int, str | None]:
        asked.append(token)
        return len(asked), tokens[len(asked) - 1]

    found = list(follow(fetch, max_pages))
    assert asked == [None, *tokens[:-1]]
    return found


def test_every_page_is_followed_to_the_one_without_token() -> None:
    """Each tells whether more follow."""
    assert pages("a", "b", None) == [(1, True), (2, True), (3, False)]


def test_an_empty_token_is_none() -> None:
    """Pinpoint would take it for page one again."""
    assert pages("a", "") == [(1, True), (2, False)]


def test_a_token_seen_before_is_endless() -> None:
    """Whether at once or in a circle."""
    for tokens in (["a", "a"], ["a", "b", "c", "b"]):
        with pytest.raises(ListingFailedError) as error:
            pages(*tokens)
        assert error.value.trouble is Trouble.ENDLESS


def test_too_many_pages_are_endless() -> None:
    """The limit itself is allowed."""
    assert len(pages("a", "b", None, max_pages=3)) == 3
    with pytest.raises(ListingFailedError, match="more than 2 pages"):
        pages("a", "b", None, max_pages=2)
