"""What of a watch or a target may need a look."""

from enum import StrEnum


class Need(StrEnum):
    """What needs a look, most urgent first."""

    TICK_FAILED = "tick_failed"
    TICK_LATE = "tick_late"
    PAUSED = "paused"
    QUARANTINED = "quarantined"
    PENDING_LONG = "pending_long"
    FAILING = "failing"
    UNLISTED = "unlisted"
    OVERDUE = "overdue"
