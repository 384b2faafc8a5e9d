"""The source `customer-profiles` keeps the contract."""

from typing import ClassVar

from import_watch.jobs import Outcome, Trouble
from local.stand_in import upload_job
from tests.sources.contract import SourceContract
from tests.sources.kit import Kit


class TestCustomerProfiles(SourceContract):
    kit: ClassVar = Kit(
        source="customer-profiles",
        targets={"customer-profiles:crm": "domains/crm"},
        build=upload_job,
        running=frozenset({"CREATED", "IN_PROGRESS"}),
        unstarted=frozenset({"CREATED"}),
        finished={
            "SUCCEEDED": Outcome.COMPLETED,
            "PARTIALLY_SUCCEEDED": Outcome.COMPLETED_WITH_FAILURES,
            "FAILED": Outcome.FAILED,
            "STOPPED": Outcome.CANCELLED,
        },
        status="Status",
        created="CreatedAt",
        completed="CompletedAt",
        name="DisplayName",
        reason="StatusReason",
        why="VALIDATION_FAILURE",
        counted=lambda processed, failed: {
            "ResultsSummary": {"UpdatedRecords": 0, "CreatedRecords": processed - failed, "FailedRecords": failed}
        },
        private=frozenset({"Fields", "UniqueKey"}),
        errors={
            "ThrottlingException": Trouble.THROTTLED,
            "AccessDeniedException": Trouble.DENIED,
            "ResourceNotFoundException": Trouble.GONE,
            "InternalServerException": Trouble.BROKEN,
            "BadRequestException": Trouble.BROKEN,
        },
    )
