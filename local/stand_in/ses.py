"""SES's import jobs. Targets: `ses:suppression-list` and `ses:contact-list`, which every account has."""

from collections.abc import Mapping
from datetime import datetime
from itertools import chain
from typing import Any, Final, TypedDict, Unpack

from local.stand_in.api import Api, Detail, ImportJob, Listing, Lists, Parameters
from local.stand_in.presigned import presigned_url

SUPPRESSIONS: Final = "ses:suppression-list"
CONTACTS: Final = "ses:contact-list"
EVERYTHING: Final = "ses:*"
TARGETS: Final = {None: EVERYTHING, "SUPPRESSION_LIST": SUPPRESSIONS, "CONTACT_LIST": CONTACTS}
DESTINATIONS: Final[Mapping[str, Mapping[str, Any]]] = {
    SUPPRESSIONS: {"SuppressionListDestination": {"SuppressionListImportAction": "PUT"}},
    CONTACTS: {"ContactListDestination": {"ContactListName": "example-list", "ContactListImportAction": "PUT"}},
}


class EmailMembers(TypedDict, total=False):
    """What a job need not have, or has otherwise than usual; the last two are GetImportJob's alone."""

    ImportDestination: Mapping[str, object]
    ProcessedRecordsCount: int
    FailedRecordsCount: int
    ImportDataSource: Mapping[str, str]
    FailureInfo: Mapping[str, str]


def email_import_job(
    target: str,
    job_id: str,
    status: str,
    *,
    created: datetime,
    completed: datetime | None = None,
    **members: Unpack[EmailMembers],
) -> ImportJob:
    """Build a job; one that failed, or has failed records, comes with a pre-signed URL of those unless told otherwise.

    GetImportJob alone shows it, and when the job was completed.
    """
    failed = status == "FAILED" or members.get("FailedRecordsCount")
    failure = {"FailedRecordsS3Url": presigned_url(f"{job_id}/failed.csv"), "ErrorMessage": "Some records are invalid"}
    return {
        "JobId": job_id,
        "ImportDestination": DESTINATIONS[target],
        "JobStatus": status,
        "CreatedTimestamp": created,
        **({"CompletedTimestamp": completed} if completed else {}),
        "ImportDataSource": {"S3Url": f"s3://example-bucket/{job_id}.csv", "DataFormat": "CSV"},
        **({"FailureInfo": failure} if failed else {}),
        **members,
    }


def _target(parameters: Parameters) -> str:
    return TARGETS[parameters.get("ImportDestinationType")]


def _shown(lists: Lists, target: str) -> list[ImportJob]:
    names = (SUPPRESSIONS, CONTACTS) if target == EVERYTHING else (target,)
    return list(chain.from_iterable(lists.get(name, {}).values() for name in names))


API: Final = Api(
    source="ses",
    service="sesv2",
    endpoint="AWS_ENDPOINT_URL_SESV2",
    operations={
        "ListImportJobs": Listing(
            target=_target, items="ImportJobs", size="PageSize", start="NextToken", following="NextToken"
        ),
        "GetImportJob": Detail(job="JobId"),
    },
    id="JobId",
    shown=_shown,
    invalid="BadRequestException",
    gone="NotFoundException",
    denied="AccessDeniedException",
)
