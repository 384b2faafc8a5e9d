"""Customer Profiles' upload jobs, of a domain. Targets: `customer-profiles:<domain>`."""

from collections.abc import Mapping
from datetime import datetime
from typing import Final, TypedDict, Unpack

from local.stand_in.api import Api, Detail, ImportJob, Listing, Parameters


class UploadMembers(TypedDict, total=False):
    """What a job need not have, or has otherwise than usual; the last three are GetUploadJob's alone."""

    DisplayName: str
    StatusReason: str
    DataExpiry: int  # days
    Fields: Mapping[str, object]
    UniqueKey: str
    ResultsSummary: Mapping[str, int]


def upload_job(
    target: str,
    job_id: str,
    status: str,
    *,
    created: datetime,
    completed: datetime | None = None,
    **members: Unpack[UploadMembers],
) -> ImportJob:
    """Build a job, of an id of 32 digits in `0-9a-f`; it has no counts and no reason unless they are given."""
    return {
        "JobId": job_id,
        "DisplayName": f"Upload to {target.removeprefix('customer-profiles:')}",
        "Status": status,
        "CreatedAt": created,
        **({"CompletedAt": completed} if completed else {}),
        "DataExpiry": 366,
        "Fields": {"email": {"Source": "_source.email", "Target": "_profile.EmailAddress", "ContentType": "STRING"}},
        "UniqueKey": "email",
        **members,
    }


def _target(parameters: Parameters) -> str:
    return f"customer-profiles:{parameters['DomainName']}"


API: Final = Api(
    source="customer-profiles",
    service="customer-profiles",
    endpoint="AWS_ENDPOINT_URL_CUSTOMER_PROFILES",
    operations={
        "ListUploadJobs": Listing(
            target=_target, items="Items", size="MaxResults", start="NextToken", following="NextToken"
        ),
        "GetUploadJob": Detail(target=_target, job="JobId"),
    },
    id="JobId",
    invalid="BadRequestException",
    gone="ResourceNotFoundException",
    denied="AccessDeniedException",
)
