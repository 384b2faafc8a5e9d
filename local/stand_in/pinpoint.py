"""Pinpoint's import jobs, of a segment or of an application, and the account's applications.

Targets: `pinpoint:<application>/<segment>`, `pinpoint:<application>`, and `pinpoint:*` for the applications.
"""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Final, TypedDict, Unpack

from local.stand_in.api import Api, ImportJob, Listing, Lists, Parameters, nested


class OptionalMembers(TypedDict, total=False):
    """What AWS leaves out of a job, more often than its reference admits."""

    CompletedPieces: int
    FailedPieces: int
    TotalPieces: int
    TotalProcessed: int
    TotalFailures: int
    Failures: list[str]
    Definition: Mapping[str, object]


def import_job(
    target: str,
    job_id: str,
    status: str,
    *,
    created: datetime,
    completed: datetime | None = None,
    **members: Unpack[OptionalMembers],
) -> ImportJob:
    """Build a job; members not given are absent, and those of `Definition` are laid over the usual ones."""
    application, _, segment = target.removeprefix("pinpoint:").partition("/")
    definition: ImportJob = {
        "DefineSegment": bool(segment),
        "ExternalId": "example-external-id",
        "Format": "CSV",
        "RegisterEndpoints": True,
        "RoleArn": "arn:aws:iam::111122223333:role/example-import",
        "S3Url": f"s3://example-bucket/{job_id}.csv",
        **({"SegmentId": segment, "SegmentName": f"Segment {segment}"} if segment else {}),
        **members.pop("Definition", {}),
    }
    return {
        "ApplicationId": application,
        "CreationDate": api_date(created),
        **({"CompletionDate": api_date(completed)} if completed else {}),
        "Definition": definition,
        "Id": job_id,
        "JobStatus": status,
        "Type": "IMPORT",
        **members,
    }


def application(application_id: str) -> dict[str, str]:
    """Build an application as the account's list shows it."""
    arn = f"arn:aws:mobiletargeting:us-east-1:000000000000:apps/{application_id}"
    return {"Arn": arn, "Id": application_id, "Name": f"Application {application_id}"}


def api_date(moment: datetime) -> str:
    """Write it as Pinpoint writes it: UTC, milliseconds, `Z`."""
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _target(parameters: Parameters) -> str:
    return "pinpoint:" + ("/".join(filter(None, map(parameters.get, ("ApplicationId", "SegmentId")))) or "*")


def _listing(payload: str) -> Listing:
    return Listing(target=_target, payload=payload, items="Item", size="PageSize", start="Token", following="NextToken")


def _shown(lists: Lists, target: str) -> list[ImportJob] | None:
    if target != "pinpoint:*":
        return nested(lists, target)
    owners = (name.removeprefix("pinpoint:").partition("/")[0] for name in lists if name.startswith("pinpoint:"))
    return [dict(application(one)) for one in dict.fromkeys(owners)]


API: Final = Api(
    source="pinpoint",
    service="pinpoint",
    endpoint="AWS_ENDPOINT_URL_PINPOINT",
    operations={
        "GetSegmentImportJobs": _listing("ImportJobsResponse"),
        "GetImportJobs": _listing("ImportJobsResponse"),
        "GetApps": _listing("ApplicationsResponse"),
    },
    id="Id",
    shown=_shown,
    invalid="BadRequestException",
    gone="NotFoundException",
    denied="ForbiddenException",
)
