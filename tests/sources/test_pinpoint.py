"""The source `pinpoint` keeps the contract. What is Pinpoint's alone: `tests/adapters/test_pinpoint_source.py`."""

from typing import ClassVar

from import_watch.jobs import Outcome, Trouble
from local.stand_in import import_job
from tests.sources.contract import SourceContract
from tests.sources.kit import Kit


class TestPinpoint(SourceContract):
    kit: ClassVar = Kit(
        source="pinpoint",
        targets={"pinpoint:app/seg": "apps/app/segments/seg", "pinpoint:crm": "apps/crm"},
        build=import_job,
        running=frozenset(
            {
                *("CREATED", "PREPARING_FOR_INITIALIZATION", "INITIALIZING", "PROCESSING", "PENDING_JOB", "COMPLETING"),
                *("FAILING", "CANCELLING"),
            }
        ),
        finished={"COMPLETED": Outcome.COMPLETED, "FAILED": Outcome.FAILED, "CANCELLED": Outcome.CANCELLED},
        status="JobStatus",
        created="CreationDate",
        completed="CompletionDate",
        counted=lambda processed, failed: {"TotalProcessed": processed, "TotalFailures": failed},
        private=frozenset({"Failures", "ExternalId", "RoleArn"}),
        errors={
            "TooManyRequestsException": Trouble.THROTTLED,
            "ForbiddenException": Trouble.DENIED,
            "NotFoundException": Trouble.GONE,
            "InternalServerErrorException": Trouble.BROKEN,
            "BadRequestException": Trouble.BROKEN,
            "MethodNotAllowedException": Trouble.BROKEN,
            "PayloadTooLargeException": Trouble.BROKEN,
        },
    )
