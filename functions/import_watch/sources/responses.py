"""The pages of a list as a client is answered them: what stands on each, and the token that leads to the next."""

from collections.abc import Iterator
from typing import Any

from botocore import xform_name

from import_watch.jobs import Trouble
from import_watch.listing import ListingFailedError
from import_watch.sources.manifest import Asking
from import_watch.sources.troubles import troubles
from import_watch.sources.values import Raw


def responses(client: Any, asking: Asking, page_size: int) -> Iterator[tuple[list[object], str | None]]:  # noqa: ANN401
    """Yield each page, of no more jobs than asked for and than the API gives; ListingFailedError where one fails."""
    asked = _asked(client, asking, min(page_size, asking.largest))
    while True:
        with troubles():
            response = next(asked)
        token = response.get(asking.token)
        if token is not None and not isinstance(token, str):
            raise ListingFailedError(Trouble.BROKEN, f"a {asking.token} that is no text")
        yield response.get(asking.items) or [], token


def _asked(client: Any, asking: Asking, size: int) -> Iterator[Raw]:  # noqa: ANN401
    """Ask by botocore's paginator, where it has one."""
    name = xform_name(asking.operation)
    if client.can_paginate(name):
        yield from client.get_paginator(name).paginate(**asking.parameters, PaginationConfig={"PageSize": size})
    else:
        following: dict[str, str] = {}
        while True:
            response = getattr(client, name)(**asking.parameters, **{asking.size: size}, **following)
            yield response
            following = {asking.following: response[asking.token]}
