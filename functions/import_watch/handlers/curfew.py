"""Late in the function's time no call is tried any more: one that it doesn't outlive would take its metrics along."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Final

from botocore.exceptions import BotoCoreError
from botocore.hooks import BaseEventHooks

NEVER: Final = datetime.max.replace(tzinfo=UTC)


class OutOfTimeError(BotoCoreError):
    """A call, or another attempt of it, was not begun."""

    fmt = "not tried, or not again: the function's time is running out"


@dataclass(slots=True)
class Curfew:
    """Watches over all clients of a session, in all threads. The adapters take it for a time-out."""

    clock: Callable[[], datetime]
    end: datetime = NEVER
    """When the function's time is up; each invocation tells it anew."""

    def watch(self, events: BaseEventHooks, before_end: Mapping[str, timedelta]) -> None:
        """Let a client, or those that a session makes from now on, begin no attempt later than so long before the end.

        By the ids of their services.
        """
        for service, margin in before_end.items():
            events.register(f"before-send.{service}", partial(self._check, margin))

    def left(self, margin: timedelta) -> timedelta:
        """Tell how long an attempt may still begin, if none may so long before the end."""
        return self.end - margin - self.clock()

    def _check(self, margin: timedelta, **_: object) -> None:
        if self.left(margin) <= timedelta(0):
            raise OutOfTimeError
