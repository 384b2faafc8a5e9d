"""What is to be sent, and for how long it has been."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final

from import_watch_cli.table.records import Record

if TYPE_CHECKING:
    from import_watch_cli.table.state import State, Waiting

LONGEST_WAIT: Final = timedelta(minutes=5)
"""How long an announcement may be pending, as the alarm OldestPending has it."""


def has_waited_long(record: Record, now: datetime) -> bool:
    """Tell whether it should have been sent by now."""
    return record.waits() and now - record.waiting_since > LONGEST_WAIT


def waiting(state: "State", wanted: Callable[["Waiting"], bool]) -> list[Record]:
    """Read those pending in the whole stack that are wanted by what the index shows, as they stand now."""
    keys = [(one.pk, one.sk) for one in state.waiting() if wanted(one)]
    return [record for record in state.records(keys, messages=False) if record.waits()]


def waiting_long(state: "State", now: datetime) -> list[Record]:
    """Read those that should have been sent by now."""
    # Nothing has waited for longer than since it was recorded, which the index shows.
    old = waiting(state, lambda one: one.recorded_at is None or now - one.recorded_at > LONGEST_WAIT)
    return [record for record in old if has_waited_long(record, now)]
