"""What can go wrong with a request for jobs: as a target's trouble, and in words that hold nothing confidential."""

from collections.abc import Iterator
from contextlib import contextmanager
from http import HTTPStatus
from json import JSONDecodeError
from typing import Final

from botocore.exceptions import BotoCoreError, ClientError
from botocore.parsers import ResponseParserError

from import_watch.confidential import redacted
from import_watch.jobs import Trouble
from import_watch.listing import ListingFailedError

MAX_DETAIL: Final = 1024  # characters; botocore takes a whole body for an error's message where it is no JSON
# What botocore's parser raises at a body that can't be decoded, is nested too deep, or is of another shape than the
# model's.
UNREADABLE: Final = (
    *(ResponseParserError, AttributeError, KeyError, OverflowError, RecursionError, TypeError, ValueError),
)


class NotAPageError(ResponseParserError):
    """What a body should be and isn't, in words that hold nothing of it."""


@contextmanager
def troubles() -> Iterator[None]:
    """Turn what goes wrong with a request, or with reading its answer, into a ListingFailedError."""
    try:
        yield
    except ListingFailedError:  # a page that was not asked for
        raise
    except ClientError as error:
        raise ListingFailedError(trouble(error), redacted(_said(error))[:MAX_DETAIL]) from None
    except BotoCoreError as error:
        raise ListingFailedError(Trouble.BROKEN, redacted(repr(error))[:MAX_DETAIL]) from None
    except UNREADABLE as error:
        raise ListingFailedError(Trouble.BROKEN, _unreadable(error)) from None


def trouble(error: ClientError) -> Trouble:
    """Tell throttled, denied, gone and broken apart, by the error's code, else by its HTTP status."""
    code, status = _code(error), error.response["ResponseMetadata"]["HTTPStatusCode"]
    if status == HTTPStatus.TOO_MANY_REQUESTS or code.startswith(THROTTLES):
        return Trouble.THROTTLED
    if status in (HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN) or code.startswith(DENIALS):
        return Trouble.DENIED
    if status in (HTTPStatus.NOT_FOUND, HTTPStatus.GONE) or is_gone(error):
        return Trouble.GONE
    return Trouble.BROKEN


def is_gone(error: ClientError) -> bool:
    """Tell whether the service itself says so: a status alone may be anybody's between."""
    return _code(error).startswith(("NotFound", "ResourceNotFound"))


# A service that answers in JSON has the status 400 for nearly every error.
THROTTLES: Final = ("TooManyRequests", "Throttl", "RequestThrottl", "RequestLimitExceeded", "LimitExceeded", "SlowDown")
DENIALS: Final = (
    *("Forbidden", "AccessDenied", "NotAuthorized", "OptInRequired", "SubscriptionRequired", "AccountSuspended"),
    *("UnrecognizedClient", "InvalidClientTokenId", "InvalidSignature", "IncompleteSignature", "ExpiredToken"),
    *("MissingAuthenticationToken", "InvalidAccessKeyId", "SignatureDoesNotMatch"),
)


def _code(error: ClientError) -> str:
    # botocore raises it from status 300 on, and parses an error from 301 on.
    return error.response.get("Error", {}).get("Code", "")


def _said(error: ClientError) -> str:
    """Tell what the service says; no message where it names no error, as that may be any body, failed rows and all."""
    code, status = _code(error), error.response["ResponseMetadata"]["HTTPStatusCode"]
    return str(error) if code and not code.isdecimal() else f"HTTP status {status}, and no error that has a name"


def _unreadable(error: Exception) -> str:
    """Tell what is wrong with a body, and where: an exception's own text may hold all of it."""
    match error:
        case UnicodeDecodeError():
            return f"{type(error).__name__}: {error.reason} at byte {error.start}"
        case JSONDecodeError():
            return f"{type(error).__name__}: {error.msg} at character {error.pos}"
        case NotAPageError():
            return str(error)
        case _:
            return type(error).__name__
