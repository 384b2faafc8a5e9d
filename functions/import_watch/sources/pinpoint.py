"""Amazon Pinpoint's import jobs, of a segment or of a whole application.

Pinpoint's segments left support on 2026-10-30. What the API answers since is undocumented; a lasting 403, 404 or 410 is
a target that is denied or gone, never a failed job.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from http import HTTPStatus
from typing import TYPE_CHECKING, Final

from botocore.exceptions import BotoCoreError, ClientError
from botocore.parsers import ResponseParserError

from import_watch.confidential import redacted
from import_watch.jobs import Target, Trouble
from import_watch.listing import ListingFailedError, Page
from import_watch.sources.paging import follow
from import_watch.sources.pinpoint_job import read_job

if TYPE_CHECKING:
    from mypy_boto3_pinpoint import PinpointClient
    from mypy_boto3_pinpoint.type_defs import ImportJobsResponseTypeDef

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

    def pages(self, target: Target, /) -> Iterator[Page]:
        """Yield every page of a target's jobs; ListingFailedError where that can't be done."""
        for response, more in follow(lambda token: self._fetch(target, token), self.max_pages):
            yield _page(response, target, more=more)

    def arn(self, application_id: str, segment_id: str | None, /) -> str:
        """Name the segment, or the application where no segment is known."""
        application = f"{self.arn_prefix}:apps/{application_id}"
        return application if segment_id is None else f"{application}/segments/{segment_id}"

    def _fetch(self, target: Target, token: str | None) -> tuple["ImportJobsResponseTypeDef", str | None]:
        try:
            response = self._ask(target, {"Token": token} if token else {})
            following, is_page = response.get("NextToken"), bool({"Item", "NextToken"} & response.keys())
        except ClientError as error:
            raise ListingFailedError(trouble(error), redacted(str(error))[:MAX_DETAIL]) from None
        except (BotoCoreError, *UNREADABLE) as error:
            raise ListingFailedError(Trouble.BROKEN, redacted(repr(error))[:MAX_DETAIL]) from None
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


def trouble(error: ClientError) -> Trouble:
    """Tell throttled, denied, gone and broken apart, by the error's code, else by its HTTP status."""
    code, status = error.response["Error"]["Code"], error.response["ResponseMetadata"]["HTTPStatusCode"]
    if status == HTTPStatus.TOO_MANY_REQUESTS or code.startswith(("TooManyRequests", "Throttl")):
        return Trouble.THROTTLED
    if status in (HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN) or code.startswith(("Forbidden", "AccessDenied")):
        return Trouble.DENIED
    if status in (HTTPStatus.NOT_FOUND, HTTPStatus.GONE) or code.startswith("NotFound"):
        return Trouble.GONE
    return Trouble.BROKEN


def _page(response: "ImportJobsResponseTypeDef", target: Target, *, more: bool) -> Page:
    read = [read_job(raw, target) for raw in response.get("Item") or []]
    flaws = [flaw for _, found in read for flaw in found]
    return Page(jobs=[job for job, _ in read if job is not None], more=more, flaws=flaws)
