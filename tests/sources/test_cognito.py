"""The source `cognito` keeps the contract."""

from typing import ClassVar

from import_watch.jobs import Outcome, Trouble
from local.stand_in import user_import_job
from tests.sources.contract import SourceContract
from tests.sources.kit import Kit


class TestCognito(SourceContract):
    kit: ClassVar = Kit(
        source="cognito",
        targets={"cognito:eu-west-1_AbCdEfGhI": "userpool/eu-west-1_AbCdEfGhI"},
        build=user_import_job,
        id="import-{:010}".format,
        running=frozenset({"Created", "Pending", "InProgress", "Stopping"}),
        unstarted=frozenset({"Created"}),
        finished={
            "Succeeded": Outcome.COMPLETED,
            "Failed": Outcome.FAILED,
            "Stopped": Outcome.CANCELLED,
            "Expired": Outcome.CANCELLED,
        },
        status="Status",
        created="CreationDate",
        completed="CompletionDate",
        name="JobName",
        reason="CompletionMessage",
        why="TooManyUsersFailed",
        counted=lambda processed, failed: {
            "ImportedUsers": processed - failed - 2,
            "SkippedUsers": 2,
            "FailedUsers": failed,
        },
        private=frozenset({"PreSignedUrl", "CloudWatchLogsRoleArn"}),
        errors={
            "TooManyRequestsException": Trouble.THROTTLED,
            "ThrottlingException": Trouble.THROTTLED,
            "AccessDeniedException": Trouble.DENIED,
            "NotAuthorizedException": Trouble.DENIED,
            "ResourceNotFoundException": Trouble.GONE,
            "InternalErrorException": Trouble.BROKEN,
            "InvalidParameterException": Trouble.BROKEN,
        },
    )
