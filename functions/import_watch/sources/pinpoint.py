"""Amazon Pinpoint's import jobs, of a segment or of a whole application, and the account's applications.

Pinpoint's segments left support on 2026-10-30. What the API answers since is undocumented; a lasting 403, 404 or 410 is
a target that is denied or gone, never a failed job.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from http import HTTPStatus
from json import JSONDecodeError
from typing import TYPE_CHECKING, Final, TypeVar

from botocore.exceptions import BotoCoreError, ClientError
from botocore.parsers import ResponseParserError

from import_watch.confidential import redacted
from import_watch.jobs import ID, Target, Trouble
from import_watch.listing import Applications, ListingFailedError, Page
from import_watch.sources.paging import follow
from import_watch.sources.pinpoint_job import read_page
from import_watch.sources.pinpoint_page import NotAPageError

if TYPE_CHECKING:
    from mypy_boto3_pinpoint import PinpointClient
    from mypy_boto3_pinpoint.type_defs import ApplicationsResponseTypeDef, ImportJobsResponseTypeDef

Response = TypeVar("Response", bound=Mapping[str, object])

SOURCE: Final = "pinpoint"
MAX_DETAIL: Final = 1024  # characters; botocore takes a whole body for an error's message where it is no JSON
# What botocore's parser raises at a body that is no JSON, is nested too deep, or is of another shape than the model's.
UNREADABLE: Final = (ResponseParserError, AttributeError, KeyError, RecursionError, TypeError, ValueError)


@dataclass(frozen=True, slots=True, kw_only=True)
class PinpointImportJobs:
    """The source `pinpoint`."""

    client: "PinpointClient"
    arn_prefix: str
    """Partition, Region and account, as in `arn:aws:mobiletargeting:eu-west-1:123456789012`."""
    page_size: int
    max_pages: int

    def pages(self, target: Target, history_before: datetime, /) -> Iterator[Page]:
        """Yield every page of a target's jobs; ListingFailedError where that can't be done."""
        for response, more in follow(partial(self._fetch, partial(self._ask, target)), self.max_pages):
            yield read_page(response, target, history_before, more=more)

    def applications(self) -> Iterator[Applications]:
        """Yield every page of the account's applications; ListingFailedError where that can't be done."""
        for response, more in follow(partial(self._fetch, self._ask_applications), self.max_pages):
            ids = [_application_id(raw) for raw in response.get("Item") or []]
            usable = [one for one in ids if one is not None]
            yield Applications(ids=usable, more=more, flaws=["no usable Id"] * (len(ids) - len(usable)))

    def arn(self, application_id: str, segment_id: str | None, /) -> str:
        """Name the segment, or the application where no segment is known.

        With `*`, it is the ARN that IAM has for all applications (Service Authorization Reference, Amazon Pinpoint).
        """
        application = f"{self.arn_prefix}:apps/{application_id}"
        return application if segment_id is None else f"{application}/segments/{segment_id}"

    def _fetch(self, ask: Callable[[Mapping[str, str]], Response], token: str | None) -> tuple[Response, str | None]:
        try:
            response = ask({"Token": token} if token else {})
            following, is_page = response.get("NextToken"), bool({"Item", "NextToken"} & response.keys())
        except ClientError as error:
            raise ListingFailedError(trouble(error), redacted(_said(error))[:MAX_DETAIL]) from None
        except BotoCoreError as error:
            raise ListingFailedError(Trouble.BROKEN, redacted(repr(error))[:MAX_DETAIL]) from None
        except UNREADABLE as error:
            raise ListingFailedError(Trouble.BROKEN, _unreadable(error)) from None
        if following is not None and not isinstance(following, str):
            raise ListingFailedError(Trouble.BROKEN, "a NextToken that is no text")
        if not is_page:
            # The model promises Item. A body that is cut short or is no JSON comes out of botocore's parser like this.
            raise ListingFailedError(Trouble.BROKEN, "an answer without Item: not what the service's model promises")
        return response, following

    def _ask(self, target: Target, following: Mapping[str, str]) -> "ImportJobsResponseTypeDef":
        application_id, page_size = target.application_id, str(self.page_size)
        if target.segment_id is None:
            jobs = self.client.get_import_jobs(ApplicationId=application_id, PageSize=page_size, **following)
            return jobs["ImportJobsResponse"]
        of_segment = self.client.get_segment_import_jobs(
            ApplicationId=application_id, SegmentId=target.segment_id, PageSize=page_size, **following
        )
        return of_segment["ImportJobsResponse"]

    def _ask_applications(self, following: Mapping[str, str]) -> "ApplicationsResponseTypeDef":
        return self.client.get_apps(PageSize=str(self.page_size), **following)["ApplicationsResponse"]


def trouble(error: ClientError) -> Trouble:
    """Tell throttled, denied, gone and broken apart, by the error's code, else by its HTTP status."""
    code, status = _code(error), error.response["ResponseMetadata"]["HTTPStatusCode"]
    if status == HTTPStatus.TOO_MANY_REQUESTS or code.startswith(("TooManyRequests", "Throttl")):
        return Trouble.THROTTLED
    if status in (HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN) or code.startswith(("Forbidden", "AccessDenied")):
        return Trouble.DENIED
    if status in (HTTPStatus.NOT_FOUND, HTTPStatus.GONE) or code.startswith("NotFound"):
        return Trouble.GONE
    return Trouble.BROKEN


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


def _application_id(raw: object) -> str | None:
    value = raw.get("Id") if isinstance(raw, Mapping) else None
    return value if isinstance(value, str) and re.fullmatch(ID, value) else None
