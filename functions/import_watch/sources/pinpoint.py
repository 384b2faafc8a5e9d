"""Amazon Pinpoint's import jobs, of a segment or of a whole application, and the account's applications.

Pinpoint's segments left support on 2026-10-30. What the API answers since is undocumented; a lasting 403, 404 or 410 is
a target that is denied or gone, never a failed job.
"""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING, Final, TypeVar

from import_watch.jobs import EVERY, ImportJob, Target, Trouble
from import_watch.listing import Applications, ListingFailedError, Page
from import_watch.sources.manifest import Asking, Manifest, Permission
from import_watch.sources.members import EVER
from import_watch.sources.paging import follow
from import_watch.sources.pinpoint_details import ID
from import_watch.sources.pinpoint_job import FINISHED, RUNNING, read_page
from import_watch.sources.pinpoint_page import Parsers
from import_watch.sources.troubles import troubles

if TYPE_CHECKING:
    from mypy_boto3_pinpoint import PinpointClient
    from mypy_boto3_pinpoint.type_defs import ApplicationsResponseTypeDef, ImportJobsResponseTypeDef

MOST: Final = 1000  # a page: what Pinpoint's own console asks for; neither the default nor a bound is documented
Response = TypeVar("Response", bound=Mapping[str, object])


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

    @staticmethod
    def read(items: Sequence[object], target: Target, /) -> Page:
        """Read jobs of a target as botocore gives them, history too."""
        return read_page({"Item": items}, target, EVER)

    @staticmethod
    def telling(_target: Target, _job_id: str, /) -> None:
        """Tell of no way: a list tells all of its jobs."""

    def whole(self, _target: Target, job: ImportJob, /) -> ImportJob:
        """Give it as it is: a list tells all of its jobs."""
        return job

    def notice(self, trouble: Trouble, /) -> str:
        """Say that Pinpoint's segments left support, where that may be why."""
        return MANIFEST.notice if trouble in {Trouble.DENIED, Trouble.GONE} else ""

    def arn(self, application_id: str, segment_id: str | None, /) -> str:
        """Name the segment, or the application where no segment is known.

        With `*`, it is the ARN that IAM has for all applications (Service Authorization Reference, Amazon Pinpoint).
        """
        application = f"{self.arn_prefix}:apps/{application_id}"
        return application if segment_id is None else f"{application}/segments/{segment_id}"

    def _fetch(self, ask: Callable[[Mapping[str, str]], Response], token: str | None) -> tuple[Response, str | None]:
        with troubles():
            response = ask({"Token": token} if token else {})
            following, is_page = response.get("NextToken"), bool({"Item", "NextToken"} & response.keys())
        if following is not None and not isinstance(following, str):
            raise ListingFailedError(Trouble.BROKEN, "a NextToken that is no text")
        if not is_page:
            # The model promises Item. A body that is cut short or is no JSON comes out of botocore's parser like this.
            raise ListingFailedError(Trouble.BROKEN, "an answer without Item: not what the service's model promises")
        return response, following

    def _ask(self, target: Target, following: Mapping[str, str]) -> "ImportJobsResponseTypeDef":
        application_id, page_size = target.application_id, str(min(self.page_size, MOST))
        if target.segment_id is None:
            jobs = self.client.get_import_jobs(ApplicationId=application_id, PageSize=page_size, **following)
            return jobs["ImportJobsResponse"]
        of_segment = self.client.get_segment_import_jobs(
            ApplicationId=application_id, SegmentId=target.segment_id, PageSize=page_size, **following
        )
        return of_segment["ImportJobsResponse"]

    def _ask_applications(self, following: Mapping[str, str]) -> "ApplicationsResponseTypeDef":
        return self.client.get_apps(PageSize=str(min(self.page_size, MOST)), **following)["ApplicationsResponse"]


def _application_id(raw: object) -> str | None:
    value = raw.get("Id") if isinstance(raw, Mapping) else None
    return value if isinstance(value, str) and re.fullmatch(ID, value) else None


def _asking(target: Target) -> Asking:
    of_segment = {} if target.segment_id is None else {"SegmentId": target.segment_id}
    return Asking(
        operation="GetSegmentImportJobs" if of_segment else "GetImportJobs",
        parameters={"ApplicationId": target.application_id, **of_segment},
        payload="ImportJobsResponse",
        items="Item",
        id="Id",
        size="PageSize",
        size_type=str,
        largest=MOST,
        following="Token",
    )


_EVERY_APPLICATION: Final = "apps/*"
_ALL_APPLICATIONS_JOBS: Final = Permission("mobiletargeting:GetImportJobs", _EVERY_APPLICATION)


def _permissions(target: Target) -> list[Permission]:
    application, segment_jobs = f"apps/{target.application_id}", "mobiletargeting:GetSegmentImportJobs"
    if target.application_id == EVERY:
        # Listing the applications is allowed on `apps/*` by AWS's Service Authorization Reference, and on `apps` by
        # Amazon Pinpoint's developer guide. Either allows nothing but that.
        applications = [Permission("mobiletargeting:GetApps", one) for one in (_EVERY_APPLICATION, "apps")]
        return [_ALL_APPLICATIONS_JOBS, *applications]
    if target.segment_id is None:
        return [Permission(_ALL_APPLICATIONS_JOBS.action, application, (_ALL_APPLICATIONS_JOBS,))]
    wider = (Permission(segment_jobs, f"{application}/*"), Permission(segment_jobs, _EVERY_APPLICATION))
    return [Permission(segment_jobs, f"{application}/segments/{target.segment_id}", wider)]


MANIFEST: Final = Manifest(
    name="pinpoint",
    title="Amazon Pinpoint",
    grammar="pinpoint:<application-id>[/<segment-id>], ids of 1-64 letters, digits, '_' or '-', or pinpoint:*",
    path=rf"({ID}(/{ID})?|\*)",
    examples=("pinpoint:<application-id>/<segment-id>", "pinpoint:<application-id>", "pinpoint:*"),
    service="pinpoint",
    arn_service="mobiletargeting",
    asking=_asking,
    lists=frozenset({"GetApps"}),
    operations=frozenset({"GetApps", "GetImportJobs", "GetSegmentImportJobs"}),
    permissions=_permissions,
    running=RUNNING,
    finished=FINISHED,
    by_options=True,
    notice="Amazon Pinpoint's segments left support on 2026-10-30: it may no longer serve this account.",
    source=PinpointImportJobs,
    parsers=Parsers,
)
