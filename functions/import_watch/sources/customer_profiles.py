"""Amazon Connect Customer Profiles' upload jobs, of a domain: what took the place of Pinpoint's segment imports.

A job is created, given its file, and then started by another call; one that nobody starts stays as it is for ever.
Its counts are told only where it is asked for by itself (GetUploadJob).
"""

from typing import ClassVar, Final

from import_watch.jobs import Outcome, Target
from import_watch.sources.api_jobs import ApiJobs
from import_watch.sources.manifest import Asking, Permission
from import_watch.sources.members import Members

DOMAIN: Final = "[A-Za-z0-9_-]{1,64}"


class UploadJobs(ApiJobs):
    """The source `customer-profiles`."""

    members: ClassVar = Members(
        # Not its `Fields`, nor its `UniqueKey`: they say what is known of customers.
        shown=(
            *("JobId", "DisplayName", "Status", "StatusReason", "CreatedAt", "CompletedAt", "DataExpiry"),
            "ResultsSummary",
        ),
        status="Status",
        running=frozenset({"CREATED", "IN_PROGRESS"}),
        finished={
            "SUCCEEDED": Outcome.COMPLETED,
            "PARTIALLY_SUCCEEDED": Outcome.COMPLETED_WITH_FAILURES,
            "FAILED": Outcome.FAILED,
            "STOPPED": Outcome.CANCELLED,
        },
        unstarted=frozenset({"CREATED"}),
        created="CreatedAt",
        completed="CompletedAt",
        name="DisplayName",
        reason="StatusReason",
        processed=("ResultsSummary.UpdatedRecords", "ResultsSummary.CreatedRecords", "ResultsSummary.FailedRecords"),
        failed="ResultsSummary.FailedRecords",
    )
    detail: ClassVar = "GetUploadJob"

    @staticmethod
    def asking(target: Target, /) -> Asking:
        """Ask for a domain's upload jobs."""
        return Asking(
            operation="ListUploadJobs",
            parameters={"DomainName": target.application_id},
            items="Items",
            size="MaxResults",
            largest=500,
        )

    @staticmethod
    def detail_parameters(target: Target, job_id: str, /) -> dict[str, str]:
        """Name a job of a domain."""
        return {"DomainName": target.application_id, "JobId": job_id}

    def arn(self, application_id: str, _segment_id: str | None, /) -> str:
        """Name the domain."""
        return f"{self.arn_prefix}:domains/{application_id}"


def _permissions(target: Target) -> list[Permission]:
    return [
        Permission(action, f"domains/{target.application_id}", (Permission(action, "domains/*"),))
        for action in ("profile:ListUploadJobs", "profile:GetUploadJob")
    ]


MANIFEST: Final = UploadJobs.described(
    name="customer-profiles",
    title="Amazon Connect Customer Profiles",
    grammar="customer-profiles:<domain>, of 1-64 letters, digits, '_' or '-'",
    path=DOMAIN,
    examples=("customer-profiles:<domain>",),
    service="customer-profiles",
    arn_service="profile",
    operations=frozenset({"ListUploadJobs", "GetUploadJob"}),
    permissions=_permissions,
)
