"""Amazon Cognito's user import jobs, of a user pool.

A job is created, given its file, and then started by another call; one that nobody starts expires within two days.
"""

from typing import ClassVar, Final

from import_watch.jobs import Outcome, Target
from import_watch.sources.api_jobs import ApiJobs
from import_watch.sources.manifest import Asking, Permission
from import_watch.sources.members import Members


class UserImports(ApiJobs):
    """The source `cognito`."""

    members: ClassVar = Members(
        # Not its PreSignedUrl, with which whoever has it gives a job its file, nor its CloudWatchLogsRoleArn.
        shown=(
            *("JobId", "JobName", "UserPoolId", "Status", "CompletionMessage", "PasswordHashingAlgorithm"),
            *("CreationDate", "StartDate", "CompletionDate", "ImportedUsers", "SkippedUsers", "FailedUsers"),
        ),
        status="Status",
        running=frozenset({"Created", "Pending", "InProgress", "Stopping"}),
        finished={
            "Succeeded": Outcome.COMPLETED,
            "Failed": Outcome.FAILED,
            "Stopped": Outcome.CANCELLED,
            "Expired": Outcome.CANCELLED,  # nobody started it in time
        },
        unstarted=frozenset({"Created"}),
        created="CreationDate",
        completed="CompletionDate",
        name="JobName",
        reason="CompletionMessage",
        processed=("ImportedUsers", "SkippedUsers", "FailedUsers"),
        failed="FailedUsers",
    )

    @staticmethod
    def asking(target: Target, /) -> Asking:
        """Ask for a user pool's import jobs."""
        return Asking(
            operation="ListUserImportJobs",
            parameters={"UserPoolId": target.application_id},
            items="UserImportJobs",
            size="MaxResults",
            largest=60,
            following="PaginationToken",
            token="PaginationToken",  # noqa: S106 # no secret
        )

    def arn(self, application_id: str, _segment_id: str | None, /) -> str:
        """Name the user pool."""
        return f"{self.arn_prefix}:userpool/{application_id}"


def _permissions(target: Target) -> list[Permission]:
    action = "cognito-idp:ListUserImportJobs"
    return [Permission(action, f"userpool/{target.application_id}", (Permission(action, "userpool/*"),))]


MANIFEST: Final = UserImports.described(
    name="cognito",
    title="Amazon Cognito",
    grammar="cognito:<user-pool-id>, as in cognito:eu-west-1_AbCdEfGhI",
    path="(?=.{3,55}$)[A-Za-z0-9-]+_[A-Za-z0-9]+",
    examples=("cognito:<user-pool-id>",),
    service="cognito-idp",
    arn_service="cognito-idp",
    operations=frozenset({"ListUserImportJobs"}),
    permissions=_permissions,
)
