"""What can go wrong between Pinpoint and its caller, to be scripted by target."""

import threading
from collections import deque
from dataclasses import dataclass
from typing import TypeAlias

from local.pinpoint.jobs import split_target


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
    """Status 200, and half of the JSON."""


Fault: TypeAlias = ApiError | Delay | HangUp | Truncated


class Faults:
    """Faults by target, spent one a call and in the order in which they were added."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._due: dict[tuple[str, str | None], deque[tuple[Fault, int | None]]] = {}

    def add(self, target: str, fault: Fault, *, times: int | None = 1) -> None:
        """Have the next so many calls meet it; with None all of them, until cleared."""
        with self._lock:
            self._due.setdefault(split_target(target), deque()).append((fault, times))

    def clear(self, target: str) -> None:
        """Let the target be well again."""
        with self._lock:
            self._due.pop(split_target(target), None)

    def spend(self, target: str) -> Fault | None:
        """Take the fault that this call meets."""
        with self._lock:
            due = self._due.get(split_target(target))
            if not due:
                return None
            fault, times = due.popleft()
            if times is None or times > 1:
                due.appendleft((fault, times and times - 1))
            return fault

    def reset(self) -> None:
        """Let all targets be well again."""
        with self._lock:
            self._due.clear()
