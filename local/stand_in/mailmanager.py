"""Mail Manager's address list import jobs, of an address list. Targets: `mailmanager:<address-list-id>`."""

from datetime import datetime
from typing import Final, TypedDict, Unpack

from local.stand_in.api import Api, ImportJob, Listing, Parameters
from local.stand_in.presigned import presigned_url


class AddressMembers(TypedDict, total=False):
    """What a job need not have, or has otherwise than usual."""

    Name: str
    ImportedItemsCount: int
    FailedItemsCount: int
    StartTimestamp: datetime
    Error: str


def address_list_import_job(
    target: str,
    job_id: str,
    status: str,
    *,
    created: datetime,
    completed: datetime | None = None,
    **members: Unpack[AddressMembers],
) -> ImportJob:
    """Build a job; it has the pre-signed URL that its file is sent to."""
    return {
        "JobId": job_id,
        "Name": f"addresses-of-{job_id}",
        "Status": status,
        "PreSignedUrl": presigned_url(f"{job_id}.csv"),
        "ImportDataFormat": {"ImportDataType": "CSV"},
        "AddressListId": target.removeprefix("mailmanager:"),
        "CreatedTimestamp": created,
        **({"CompletedTimestamp": completed} if completed else {}),
        **members,
    }


def _target(parameters: Parameters) -> str:
    return f"mailmanager:{parameters['AddressListId']}"


API: Final = Api(
    source="mailmanager",
    service="mailmanager",
    endpoint="AWS_ENDPOINT_URL_MAILMANAGER",
    operations={
        "ListAddressListImportJobs": Listing(
            target=_target, items="ImportJobs", size="PageSize", start="NextToken", following="NextToken"
        )
    },
    id="JobId",
    invalid="ValidationException",
    gone="ResourceNotFoundException",
    denied="AccessDeniedException",
)
