"""A process: one tick of the product's, stopped before each of its effects, on a clock of its own."""

import re
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, Final, cast

# It carries no types of its own, and what is used of it here is three calls.
from greenlet import GreenletExit, greenlet  # type: ignore[import-untyped]

from import_watch.policy import Watch
from import_watch.tick import Tick
from tests.fakes import Install, a_poll
from tests.faults.simulation.gates import (
    CHANNEL,
    LEDGERS,
    OUTBOX,
    Answer,
    Effect,
    Gate,
    Reply,
    SourceGate,
    TableDownError,
    reply,
)
from tests.faults.simulation.worlds import plain

if TYPE_CHECKING:
    from import_watch.announce import Outbox
    from import_watch.channels import Channel, People
    from import_watch.poll import Ledgers


@dataclass(frozen=True, slots=True, kw_only=True)
class Birth:
    """What a process begins with."""

    number: int
    watch: Watch
    at: datetime
    ahead: timedelta
    """How far its clock is ahead of the world's."""


DEFECT: Final = re.compile(rf"\b(?!{TableDownError.__name__})\w+Error\(")
"""An exception in a tick's faults that nothing which was done to it explains."""

Told = list[tuple[datetime, Reply]]
"""What a process was told, and when."""


@dataclass
class Process:
    """One tick. Its code is deterministic, so what it was told is all that its state depends on."""

    birth: Birth
    install: Install
    told: Told = field(default_factory=list)
    seen: int = 0
    """Fingerprint of what it was told, and when."""
    effect: Effect | None = field(init=False)
    """What it is about to do; None once it has ended."""

    def __post_init__(self) -> None:
        self._dead = False
        self._now = self.birth.at
        self._greenlet = greenlet(self._run)
        self._switch()
        for moment, outcome in self.told:
            self._now = moment
            self._switch(outcome)

    def step(self, answer: Answer) -> None:
        """Let its next effect come out in one way, and run on to the one after it."""
        if self.effect is None:
            raise ValueError("it has ended")
        outcome = reply(self.effect, answer)
        if answer is Answer.REPEAT:
            return
        self._now = self.install.clock.now
        self.told.append((self._now, outcome))
        self.seen = hash((self.seen, self._now, plain(outcome.value), repr(outcome.error)))
        self._switch(outcome)

    def kill(self) -> None:
        """End it as a machine does that is switched off: whatever its code would do on the way out has no effect."""
        self._dead = True
        self._greenlet.throw()
        self.effect = None

    def _switch(self, *outcome: Reply) -> None:
        self.effect = cast("Effect | None", self._greenlet.switch(*outcome))

    def _through(self, effect: Effect) -> Any:
        if self._dead:
            raise GreenletExit
        return self._greenlet.parent.switch(effect).get()

    def _clock(self) -> datetime:
        return self._now + self.birth.ahead

    def _run(self) -> None:
        install, through = self.install, self._through
        poll = a_poll(
            watch=self.birth.watch,
            ledgers=cast("Ledgers", Gate(LEDGERS, install.ledgers, through)),
            outbox=cast("Outbox", Gate(OUTBOX, install.outbox, through)),
            source=SourceGate(install.source, through),
            channels={
                "sns": cast("Channel", Gate(CHANNEL, install.sns, through)),
                "eventbridge": cast("Channel", Gate(CHANNEL, install.bus, through)),
            },
            people={
                "email": cast("People", Gate(CHANNEL, install.email, through)),
                "chat": cast("People", Gate(CHANNEL, install.chat, through)),
            },
            clock=self._clock,
            token=f"tick-{self.birth.number}",
            lease=install.lease,
            budget=install.budget,
            log=install.log,
        )
        report = Tick(poll=poll, each=map).run()
        if defects := [fault for fault in report.faults if DEFECT.search(fault)]:
            raise AssertionError(f"a tick that breaks off by itself shows nothing: {defects}")
