"""What is to go wrong in one tick, and what the proxy saw of that tick."""

import os
import signal
import threading
from collections import Counter
from contextlib import suppress
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final

from tests.faults.wire import services
from tests.faults.wire.services import Call

PATIENCE: Final = 60.0  # seconds; what takes longer here is broken


class Trouble(StrEnum):
    """What happens to a request."""

    REFUSED = "refused"
    """The connection closes, and nothing is forwarded."""
    SWALLOWED = "swallowed"
    """No answer within the client's time, and nothing is forwarded."""
    LATE = "late"
    """No answer within the client's time; forwarded after that."""
    CUT = "cut"
    """The service acts; the connection closes instead of a reply."""
    TRUNCATED = "truncated"
    """The service acts; of its reply, half of the body arrives. (boto3 takes no notice of a body that breaks off.)"""
    THROTTLED = services.THROTTLED
    BROKEN = services.BROKEN
    UNAVAILABLE = services.UNAVAILABLE
    DENIED = services.DENIED
    """Answered in the service's own words, as a 429, a 500, a 503 and a refusal for good; nothing is forwarded."""
    KILLED_BEFORE = "killed before"
    """The process dies, and nothing is forwarded."""
    KILLED_AFTER = "killed after"
    """The service acts; the process dies instead of learning about it."""


ANSWERED: Final = frozenset({Trouble.THROTTLED, Trouble.BROKEN, Trouble.UNAVAILABLE, Trouble.DENIED})
TIMED_OUT: Final = frozenset({Trouble.SWALLOWED, Trouble.LATE})
CRASHES: Final = frozenset({Trouble.KILLED_BEFORE, Trouble.KILLED_AFTER})
UNFORWARDED: Final = ANSWERED | {Trouble.REFUSED, Trouble.SWALLOWED, Trouble.KILLED_BEFORE}
LOST: Final = CRASHES | TIMED_OUT | {Trouble.CUT, Trouble.TRUNCATED}
"""Crashes, time-outs and lost acknowledgements: what may cost a second delivery."""
SENDING: Final = frozenset({"PublishBatch", "PutEvents", "UpdateItem"})
"""Where they may: at what sends, and at what notes that it was sent."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """Trouble at one request of a tick; the default is none."""

    at: int = 0
    """Which request, counted from 1."""
    trouble: Trouble | None = None
    whole_call: bool = False
    """Whether all of the SDK's further attempts at the same call meet it, too."""
    held: bool = False
    """Whether the process is stopped there until it is released."""
    operation: str | None = None
    """Instead of one request, all of this operation."""


@dataclass(slots=True, kw_only=True)
class Script:
    """One tick's plan, and its record. The proxy's threads share it with the story that it is part of."""

    id: str
    fault: Fault
    pid: int
    calls: list[Call] = field(default_factory=list)
    met: list[tuple[Call, Trouble]] = field(default_factory=list)
    """The requests that met with trouble."""
    held: threading.Event = field(default_factory=threading.Event)
    """Set when the process is stopped."""
    released: threading.Event = field(default_factory=threading.Event)
    _changed: threading.Condition = field(default_factory=threading.Condition)
    _under_way: int = 0

    def begin(self, call: Call) -> Trouble | None:
        """Count a request in, hold it if it is the one to be held, and tell what happens to it."""
        with self._changed:
            self._under_way += 1
            self.calls.append(call)
            trouble = self.fault.trouble if self._is_struck(call) else None
            if trouble:
                self.met.append((call, trouble))
        if self._is_held(call):
            self.signal(signal.SIGSTOP)  # its own time-outs stand still with it
            self.held.set()
            self.released.wait(PATIENCE)
        return trouble

    def end(self, call: Call) -> None:
        """Count a request out, and let the process go on if it was held: what there is to be read is there."""
        if self._is_held(call):
            self.signal(signal.SIGCONT)
        with self._changed:
            self._under_way -= 1
            self._changed.notify_all()

    def settle(self) -> None:
        """Wait until nothing of this tick is under way any more, not even what its client has given up."""
        with self._changed:
            if not self._changed.wait_for(lambda: not self._under_way, PATIENCE):
                raise TimeoutError(f"{self.calls[-1]} is still under way")

    def signal(self, number: signal.Signals) -> None:
        """Stop, continue or kill the process, unless it is gone."""
        with suppress(ProcessLookupError):
            os.kill(self.pid, number)

    @property
    def lost(self) -> int:
        """Count the crashes, time-outs and lost acknowledgements that may cost a second delivery.

        A machine that is busy elsewhere may bring time-outs of its own; the SDK's further attempts tell of them.
        """
        attempts = Counter(call.invocation for call in self.calls if call.operation in SENDING)
        met = Counter(call.invocation for call, _ in self.met)
        unprovoked = sum(max(0, attempts[each] - 1 - met[each]) for each in attempts)
        provoked = [call for call, trouble in self.met if trouble in LOST and call.operation in SENDING]
        return len(provoked) + unprovoked + self._broke_off()

    def _broke_off(self) -> bool:
        """Tell whether the table refused, in all attempts, to note what was published: a crash like another."""
        publishes = [place for place, call in enumerate(self.calls) if call.messages]
        refused = [call for call, trouble in self.met if trouble not in LOST and call.operation == "UpdateItem"]
        return bool(self.fault.whole_call and refused and publishes and publishes[0] < self.fault.at)

    def _is_held(self, call: Call) -> bool:
        return self.fault.held and self._is_named(call)

    def _is_struck(self, call: Call) -> bool:
        if self.fault.operation:
            return call.operation == self.fault.operation
        return self._is_named(call) or (self.fault.whole_call and self._is_repeated(call))

    def _is_named(self, call: Call) -> bool:
        return len(self.calls) >= self.fault.at > 0 and self.calls[self.fault.at - 1] is call

    def _is_repeated(self, call: Call) -> bool:
        return len(self.calls) > self.fault.at and self.calls[self.fault.at - 1].invocation == call.invocation
