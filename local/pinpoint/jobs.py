"""Import jobs as the Pinpoint API shows them."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, TypeAlias, TypedDict, Unpack

ImportJob: TypeAlias = dict[str, Any]


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
    application, segment = split_target(target)
    definition: ImportJob = {
        "DefineSegment": segment is not None,
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


def split_target(target: str) -> tuple[str, str | None]:
    """Take `pinpoint:<application>/<segment>`, `pinpoint:<application>`, or `pinpoint:*`, apart."""
    application, _, segment = target.removeprefix("pinpoint:").partition("/")
    return application, segment or None
