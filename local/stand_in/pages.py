"""Pages of a list, and the tokens that lead from one to the next."""

import base64
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from local.stand_in.api import ImportJob


class InvalidTokenError(ValueError):
    """The token is not one that this list gave out."""


@dataclass(frozen=True, slots=True)
class Page:
    """One answer; the token leads to the page after the first one that carries it."""

    jobs: Sequence[ImportJob] = ()
    """Or applications, in the account's list."""
    token: str | None = None


def cut(target: str, jobs: Sequence[ImportJob], *, size: int, token: str | None) -> Page:
    """Give the page that the token leads to."""
    start = _position(target, token) if token else 0
    end = start + size
    return Page(jobs[start:end], _token(target, end) if end < len(jobs) else None)


def scripted(pages: Iterable[Page], token: str | None) -> Page:
    """Give the page after the first one that carries the token."""
    remaining = iter(pages)
    if token and not any(page.token == token for page in remaining):
        raise InvalidTokenError("invalid token")
    return next(remaining)


def _token(target: str, position: int) -> str:
    return base64.urlsafe_b64encode(json.dumps([target, position]).encode()).decode()


def _position(target: str, token: str) -> int:
    try:
        owner, position = json.loads(base64.urlsafe_b64decode(token))
    except (ValueError, TypeError) as error:
        raise InvalidTokenError("invalid token") from error
    if owner != target or not isinstance(position, int):
        raise InvalidTokenError("the token belongs to another list")
    return position
