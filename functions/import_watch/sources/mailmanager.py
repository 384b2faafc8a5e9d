"""Amazon SES Mail Manager's import jobs, of an address list.

A job is created, given its file, and then started by another call; one that nobody starts stays as it is.
"""

from typing import ClassVar, Final

from import_watch.jobs import Outcome, Target
from import_watch.sources.api_jobs import ApiJobs
from import_watch.sources.manifest import Asking, Permission
from import_watch.sources.members import Members


class AddressListImports(ApiJobs):
    """The source `mailmanager`."""

    members: ClassVar = Members(
        # Not its PreSignedUrl: with it, whoever has it gives a job its file.
        shown=(
            *("JobId", "Name", "AddressListId", "Status", "Error", "ImportDataFormat", "CreatedTimestamp"),
            *("StartTimestamp", "CompletedTimestamp", "ImportedItemsCount", "FailedItemsCount"),
        ),
        status="Status",
        running=frozenset({"CREATED", "PROCESSING"}),
        finished={"COMPLETED": Outcome.COMPLETED, "FAILED": Outcome.FAILED, "STOPPED": Outcome.CANCELLED},
        unstarted=frozenset({"CREATED"}),
        created="CreatedTimestamp",
        completed="CompletedTimestamp",
        name="Name",
        reason="Error",
        processed=("ImportedItemsCount", "FailedItemsCount"),
        failed="FailedItemsCount",
    )

    @staticmethod
    def asking(target: Target, /) -> Asking:
        """Ask for an address list's import jobs."""
        return Asking(
            operation="ListAddressListImportJobs",
            parameters={"AddressListId": target.application_id},
            items="ImportJobs",
            size="PageSize",
            largest=50,
        )

    def arn(self, application_id: str, _segment_id: str | None, /) -> str:
        """Name the address list."""
        return f"{self.arn_prefix}:mailmanager-address-list/{application_id}"


def _permissions(target: Target) -> list[Permission]:
    action = "ses:ListAddressListImportJobs"
    wider = Permission(action, "mailmanager-address-list/*")
    return [Permission(action, f"mailmanager-address-list/{target.application_id}", (wider,))]


MANIFEST: Final = AddressListImports.described(
    name="mailmanager",
    title="Amazon SES Mail Manager",
    grammar="mailmanager:<address-list-id>, of 1-255 letters, digits or '-'",
    path="[A-Za-z0-9-]{1,255}",
    examples=("mailmanager:<address-list-id>",),
    service="mailmanager",
    arn_service="ses",
    operations=frozenset({"ListAddressListImportJobs"}),
    permissions=_permissions,
)
