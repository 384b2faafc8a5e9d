"""Asking Pinpoint for pages of jobs, which stay as the AWS command line shows them."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from import_watch.jobs import Target
from import_watch_cli.speech.errors import RefusedError

if TYPE_CHECKING:
    from mypy_boto3_pinpoint import PinpointClient

PAGE_SIZE: Final = "1000"  # jobs; what Pinpoint's own console asks for. The API's default is undocumented
MAX_PAGES: Final = 100_000
PAYLOAD: Final = "ImportJobsResponse"


class BrokenAnswerError(RefusedError):
    """An answer that is no page: it may well be one when it is asked for again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """Which jobs are asked for, and how."""

    target: Target
    page_size: str | None = None
    token: str | None = None
    """Where to start."""

    @property
    def operation(self) -> str:
        """The API's operation."""
        return operation(self.target.segment_id)

    @property
    def parameters(self) -> dict[str, str]:
        """The operation's parameters, by their API names."""
        every = {
            "ApplicationId": self.target.application_id,
            "SegmentId": self.target.segment_id,
            "PageSize": self.page_size,
            "Token": self.token,
        }
        return {name: value for name, value in every.items() if value is not None}


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """Jobs as botocore reads them: members in the model's order."""

    jobs: list[dict[str, Any]]
    token: str | None
    """Leads to the page after it."""


def operation(segment_id: str | None) -> str:
    """Name the operation that lists a segment's jobs, or an application's."""
    return "GetImportJobs" if segment_id is None else "GetSegmentImportJobs"


def pages(client: "PinpointClient", asked: Asked, *, whole: bool = True) -> Iterator[Page]:
    """Yield every page, or one; a page that is none, or a list without end, is a RefusedError."""
    from import_watch.listing import ListingFailedError  # noqa: PLC0415 - with boto3, as below
    from import_watch.sources.paging import follow  # noqa: PLC0415

    parameters = asked.parameters
    if not whole:
        yield _page(client, parameters)
        return
    parameters.setdefault("PageSize", PAGE_SIZE)

    def fetch(token: str | None) -> tuple[Page, str | None]:
        page = _page(client, parameters | ({"Token": token} if token else {}))
        return page, page.token

    try:
        for page, _ in follow(fetch, MAX_PAGES):
            yield page
    except ListingFailedError as error:
        raise RefusedError(f"Pinpoint's list of jobs has no end: {error.detail}") from None


def _page(client: "PinpointClient", parameters: Mapping[str, str]) -> Page:
    from botocore.exceptions import BotoCoreError, ClientError  # noqa: PLC0415 - takes longer than all else

    from import_watch.sources.troubles import UNREADABLE  # noqa: PLC0415

    ask: Any = client.get_segment_import_jobs if "SegmentId" in parameters else client.get_import_jobs
    try:
        answer = ask(**parameters)[PAYLOAD]
        items, token = answer.get("Item"), answer.get("NextToken") or None
    except (BotoCoreError, ClientError):
        raise
    except UNREADABLE as error:
        # The error's text may be all of the body.
        raise BrokenAnswerError(f"Pinpoint's answer is no page of jobs ({type(error).__name__})") from None
    if items is None and token is None:
        raise BrokenAnswerError("Pinpoint's answer is no page of jobs: it has no Item")
    return Page(jobs=[job for job in items or [] if job is not None], token=token)
