"""What can go wrong between a service and its caller, to be scripted by target."""

import threading
from dataclasses import dataclass
from typing import TypeAlias

from local.stand_in.registry import api_of


@dataclass(frozen=True, slots=True)
class ApiError:
    """One of the service's own errors, by the name of its shape, such as `TooManyRequestsException`."""

    code: str
    message: str = "scripted"


@dataclass(frozen=True, slots=True)
class Delay:
    """The answer is right, but late."""

    seconds: float


@dataclass(frozen=True, slots=True)
class HangUp:
    """The connection closes without an answer."""


@dataclass(frozen=True, slots=True)
class Truncated:
    """Status 200, and half of the body."""


Fault: TypeAlias = ApiError | Delay | HangUp | Truncated


@dataclass(slots=True, kw_only=True)
class _Due:
    fault: Fault
    times: int | None
    operation: str | None
    job: str | None

    def meets(self, operation: str, job: str | None) -> bool:
        return self.operation in {None, operation} and self.job in {None, job}


class Faults:
    """Faults by target, spent one a call and in the order in which they were added."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._due: dict[str, list[_Due]] = {}

    def add(
        self, target: str, fault: Fault, *, times: int | None = 1, operation: str | None = None, job: str | None = None
    ) -> None:
        """Have the next so many calls meet it; with None all of them, until cleared.

        With an operation, such as `GetUploadJob`, or a job's id, only calls of that operation, or for that job, do.
        """
        if operation not in {None, *api_of(target).operations}:
            raise ValueError(f"{target} is not asked for by {operation}")
        with self._lock:
            due = self._due.setdefault(target, [])
            due.append(_Due(fault=fault, times=times, operation=operation, job=job))

    def clear(self, target: str) -> None:
        """Let the target be well again."""
        with self._lock:
            self._due.pop(target, None)

    def spend(self, target: str, operation: str, job: str | None) -> Fault | None:
        """Take the fault that this call meets."""
        with self._lock:
            queue = self._due.get(target, [])
            due = next((due for due in queue if due.meets(operation, job)), None)
            if not due:
                return None
            if due.times is not None:
                due.times -= 1
                if due.times <= 0:
                    queue.remove(due)
            return due.fault

    def reset(self) -> None:
        """Let all targets be well again."""
        with self._lock:
            self._due.clear()
