"""A call as it came in, and who may make it."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeAlias

from local.stand_in.api import Parameters


@dataclass(frozen=True, slots=True)
class Call:
    """A call as it came in."""

    operation: str
    parameters: Parameters
    target: str
    """The list that was asked for, as a watch names it."""
    job: str | None = None
    """The job, where one was asked for."""


Guard: TypeAlias = Callable[[Call], str | None]
"""Says why a call is forbidden, or nothing where it isn't."""
