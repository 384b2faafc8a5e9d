"""Amazon SES's import jobs, into the account's suppression list or into its contact lists.

When a job finished, why it failed and where its file is, is told only where it is asked for by itself (GetImportJob).
As listed, a finished one has no date: it is looked at for as long as it is listed.
"""

from typing import ClassVar, Final

from import_watch.jobs import Outcome, Target
from import_watch.sources.api_jobs import ApiJobs
from import_watch.sources.manifest import Asking, Permission
from import_watch.sources.members import Members


class ListImports(ApiJobs):
    """The source `ses`."""

    members: ClassVar = Members(
        # Not FailureInfo's FailedRecordsS3Url: whoever has it, has the records that failed.
        shown=(
            *("JobId", "JobStatus", "CreatedTimestamp", "CompletedTimestamp", "ImportDestination", "ImportDataSource"),
            *("ProcessedRecordsCount", "FailedRecordsCount", "FailureInfo.ErrorMessage"),
        ),
        status="JobStatus",
        running=frozenset({"CREATED", "PROCESSING"}),
        finished={"COMPLETED": Outcome.COMPLETED, "FAILED": Outcome.FAILED, "CANCELLED": Outcome.CANCELLED},
        created="CreatedTimestamp",
        completed="CompletedTimestamp",
        reason="FailureInfo.ErrorMessage",
        processed=("ProcessedRecordsCount",),
        failed="FailedRecordsCount",
    )
    detail: ClassVar = "GetImportJob"

    @staticmethod
    def asking(target: Target, /) -> Asking:
        """Ask for the import jobs into a kind of list."""
        return Asking(
            operation="ListImportJobs",
            parameters={"ImportDestinationType": target.application_id.replace("-", "_").upper()},
            items="ImportJobs",
            size="PageSize",
            largest=50,  # AWS tells no bound for this list; the least that it tells for any of SES's is this one
        )

    def arn(self, _application_id: str, _segment_id: str | None, /) -> str:
        """Name the import jobs: the lists themselves have no ARN."""
        return f"{self.arn_prefix}:{_JOBS}"


_JOBS: Final = "import-job/*"


def _permissions(_target: Target) -> list[Permission]:
    # The list knows no resources (Service Authorization Reference, Amazon Simple Email Service v2).
    return [Permission("ses:ListImportJobs", "*"), Permission("ses:GetImportJob", _JOBS)]


MANIFEST: Final = ListImports.described(
    name="ses",
    title="Amazon SES",
    grammar="ses:suppression-list, ses:contact-list",
    path="(suppression-list|contact-list)",
    examples=("ses:suppression-list", "ses:contact-list"),
    service="sesv2",
    arn_service="ses",
    operations=frozenset({"ListImportJobs", "GetImportJob"}),
    permissions=_permissions,
)
