"""Cognito's user import jobs, of a user pool. Targets: `cognito:<user-pool-id>`."""

from datetime import datetime
from typing import Final, TypedDict, Unpack

from local.stand_in.api import Api, ImportJob, Listing, Parameters
from local.stand_in.presigned import presigned_url


class UserMembers(TypedDict, total=False):
    """What a job need not have, or has otherwise than usual."""

    JobName: str
    StartDate: datetime
    ImportedUsers: int
    SkippedUsers: int
    FailedUsers: int
    CompletionMessage: str
    PasswordHashingAlgorithm: str


def user_import_job(
    target: str,
    job_id: str,
    status: str,
    *,
    created: datetime,
    completed: datetime | None = None,
    **members: Unpack[UserMembers],
) -> ImportJob:
    """Build a job, of an id such as `import-4Tb2vS`; it has the pre-signed URL that its file is sent to."""
    return {
        "JobName": f"Users of {job_id}",
        "JobId": job_id,
        "UserPoolId": target.removeprefix("cognito:"),
        "PreSignedUrl": presigned_url(f"{job_id}.csv"),
        "CreationDate": created,
        **({"CompletionDate": completed} if completed else {}),
        "Status": status,
        "CloudWatchLogsRoleArn": "arn:aws:iam::111122223333:role/example-import",
        **members,
    }


def _target(parameters: Parameters) -> str:
    return f"cognito:{parameters['UserPoolId']}"


API: Final = Api(
    source="cognito",
    service="cognito-idp",
    endpoint="AWS_ENDPOINT_URL_COGNITO_IDENTITY_PROVIDER",
    operations={
        "ListUserImportJobs": Listing(
            target=_target,
            items="UserImportJobs",
            size="MaxResults",
            start="PaginationToken",
            following="PaginationToken",
        )
    },
    id="JobId",
    invalid="InvalidParameterException",
    gone="ResourceNotFoundException",
    denied="AccessDeniedException",
)
