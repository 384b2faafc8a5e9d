"""Listing again and again until all followed jobs have ended, whatever comes in between that may pass."""

import time
from collections.abc import Callable, Iterator
from http import HTTPStatus

from import_watch_cli.jobs.alone import missing
from import_watch_cli.jobs.followed import Followed
from import_watch_cli.jobs.listing import BrokenAnswerError, Page
from import_watch_cli.jobs.screens import Screen
from import_watch_cli.speech.errors import EndError, Exit


def follow(
    listing: Callable[[], Iterator[Page]],
    followed: Followed,
    screen: Screen,
    *,
    every: float,
    sleep: Callable[[float], None] = time.sleep,
) -> Exit:
    """Follow to the end; what can't pass is raised, and Ctrl-C ends it."""
    try:
        with screen.open():
            while trouble := _look(listing, followed, screen, first=True):
                screen.looked(followed, trouble)
                sleep(every)
            screen.looked(followed, "")
            if followed.choice.job is not None and not followed.jobs:
                raise missing(followed.asked, followed.choice.job)
            if followed.is_over:
                screen.end("no job is running")
            while not followed.is_over:
                sleep(every)
                screen.looked(followed, _look(listing, followed, screen, first=False))
        if followed.jobs:
            screen.end(followed.summary())
    except KeyboardInterrupt:
        raise EndError("interrupted", Exit.INTERRUPTED) from None
    return followed.exit


def _look(listing: Callable[[], Iterator[Page]], followed: Followed, screen: Screen, *, first: bool) -> str:
    """List once; the reason where that was no use, and may be the next time."""
    from botocore.exceptions import BotoCoreError, ClientError  # noqa: PLC0415 - takes longer than all else

    try:
        for change in followed.look(listing()):
            screen.changed(change)
    except (BotoCoreError, ClientError, BrokenAnswerError) as error:
        if not (_is_throttled(error) or (not first and _may_pass(error))):
            raise
        return " ".join(str(error).split())
    return ""


def _is_throttled(error: Exception) -> bool:
    from botocore.exceptions import ClientError  # noqa: PLC0415

    from import_watch.jobs import Trouble  # noqa: PLC0415
    from import_watch.sources.troubles import trouble  # noqa: PLC0415

    return isinstance(error, ClientError) and trouble(error) is Trouble.THROTTLED


def _may_pass(error: Exception) -> bool:
    """Tell a service or a network that is unwell from a request that is wrong, or not allowed."""
    from botocore.exceptions import ClientError, HTTPClientError  # noqa: PLC0415

    if isinstance(error, ClientError):
        status: int = error.response["ResponseMetadata"]["HTTPStatusCode"]
        return status >= HTTPStatus.INTERNAL_SERVER_ERROR
    return isinstance(error, HTTPClientError | BrokenAnswerError)
