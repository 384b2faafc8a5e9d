"""The source `mailmanager` keeps the contract."""

from typing import ClassVar

from import_watch.jobs import Outcome, Trouble
from local.stand_in import address_list_import_job
from tests.sources.contract import SourceContract
from tests.sources.kit import Kit


class TestMailManager(SourceContract):
    kit: ClassVar = Kit(
        source="mailmanager",
        targets={"mailmanager:al-0123456789": "mailmanager-address-list/al-0123456789"},
        build=address_list_import_job,
        running=frozenset({"CREATED", "PROCESSING"}),
        unstarted=frozenset({"CREATED"}),
        finished={"COMPLETED": Outcome.COMPLETED, "FAILED": Outcome.FAILED, "STOPPED": Outcome.CANCELLED},
        status="Status",
        created="CreatedTimestamp",
        completed="CompletedTimestamp",
        name="Name",
        reason="Error",
        why="The file has no column of addresses",
        counted=lambda processed, failed: {"ImportedItemsCount": processed - failed, "FailedItemsCount": failed},
        private=frozenset({"PreSignedUrl"}),
        errors={
            "ThrottlingException": Trouble.THROTTLED,
            "AccessDeniedException": Trouble.DENIED,
            "ResourceNotFoundException": Trouble.GONE,
            "InternalFailure": Trouble.BROKEN,
            "ValidationException": Trouble.BROKEN,
        },
    )
