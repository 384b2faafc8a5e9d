"""The source `ses` keeps the contract."""

from typing import ClassVar

from import_watch.jobs import Outcome, Trouble
from local.stand_in import email_import_job
from tests.sources.contract import SourceContract
from tests.sources.kit import Kit


class TestSes(SourceContract):
    kit: ClassVar = Kit(
        source="ses",
        targets={"ses:suppression-list": "*", "ses:contact-list": "*"},
        resources={"GetImportJob": "import-job/*"},
        build=email_import_job,
        running=frozenset({"CREATED", "PROCESSING"}),
        finished={"COMPLETED": Outcome.COMPLETED, "FAILED": Outcome.FAILED, "CANCELLED": Outcome.CANCELLED},
        status="JobStatus",
        created="CreatedTimestamp",
        completed="CompletedTimestamp",
        reason="FailureInfo.ErrorMessage",
        why="The file has no column of addresses",
        counted=lambda processed, failed: {"ProcessedRecordsCount": processed, "FailedRecordsCount": failed},
        private=frozenset({"FailedRecordsS3Url"}),
        errors={
            "TooManyRequestsException": Trouble.THROTTLED,
            "AccessDeniedException": Trouble.DENIED,
            "NotFoundException": Trouble.GONE,
            "InternalFailure": Trouble.BROKEN,
            "BadRequestException": Trouble.BROKEN,
        },
    )
