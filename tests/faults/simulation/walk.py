"""One way through a scenario: where it stands, and which moves the bounds leave it."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import timedelta
from functools import partial

from tests.faults.simulation.gates import Answer
from tests.faults.simulation.process import Process
from tests.faults.simulation.scenario import Scenario
from tests.faults.simulation.simulation import AT_ONCE, TIMEOUT, Simulation

EDGE = TIMEOUT - timedelta(milliseconds=1)
"""So much later, one that has just begun still lives."""


@dataclass(frozen=True, slots=True)
class Start:
    """How a further tick begins: how much later, and on a clock how far ahead."""

    after: timedelta = AT_ONCE
    ahead: timedelta = AT_ONCE


@dataclass(frozen=True, slots=True, kw_only=True)
class Bounds:
    """How far to go, and whether to go on only once from equal states."""

    ticks: int
    faults: int
    answers: tuple[Answer, ...]
    """The faults to try, a crash apart."""
    starts: tuple[Start, ...]
    preemptions: int
    """How often another may go on although the one that went last could have."""
    both: int
    """How many faults and preemptions together."""
    merged: bool


Move = Callable[["Walk"], None]


@dataclass(slots=True, kw_only=True)
class Walk:
    """A simulation, and what the bounds need to know of the way that led here."""

    simulation: Simulation
    scenario: Scenario
    bounds: Bounds
    last: int = 0
    """Number of the process that went last."""
    preemptions: int = 0
    happened: int = 0
    moved: int = 0

    @classmethod
    def begin(cls, scenario: Scenario, bounds: Bounds) -> "Walk":
        """Begin with one tick under way."""
        walk = cls(simulation=Simulation(install=scenario.begin()), scenario=scenario, bounds=bounds)
        walk.start(Start())
        return walk

    def moves(self) -> Iterator[Move]:
        """Give all that may come next. What leads to the same worlds as something else given is left out."""
        current = self.simulation.processes.get(self.last)
        if current:
            yield from self._steps(current, self._faults_left)
            if not current.told:  # when it began doesn't matter until it does something, so it may as well do it now
                return
            if self._faults_left:  # a death is felt by what isn't done any more, so it may as well come now
                yield partial(Walk.step, number=self.last, answer=Answer.CRASH)
        if not current or self._preemptions_left:
            yield from self._turns(current)
        # What happens is seen by who looks, so it may as well happen right before.
        looking = any(
            one.effect and one.effect.name in self.scenario.matters_to for one in self.simulation.processes.values()
        )
        if looking and self.happened < len(self.scenario.happens):
            yield Walk.happen

    def step(self, number: int, answer: Answer) -> None:
        """Let a process do the next thing."""
        self._turn_to(number)
        self.simulation.step(self.simulation.processes[number], answer)

    def start(self, start: Start) -> None:
        """Let time pass, and another tick begin."""
        self._turn_to(self.simulation.begun + 1)
        self.simulation.wait(start.after)
        self.simulation.begin(ahead=start.ahead)

    def happen(self) -> None:
        """Let the next thing happen that happens by itself."""
        self.simulation.happen(self.scenario.happens[self.happened])
        self.happened += 1
        self.moved += 1

    def freeze(self) -> Callable[[Move], "Walk"]:
        """Keep this moment, to make other moves from."""
        frozen, still = self.simulation.freeze(), replace(self)

        def go_on(move: Move) -> Walk:
            walk = replace(still, simulation=frozen.thaw())
            move(walk)
            return walk

        return go_on

    def state(self) -> object:
        """Give a value that is equal where all that may follow is."""
        live = self.last if self.last in self.simulation.processes else 0
        return self.simulation.state(), live, self.happened

    def spent(self) -> tuple[int, ...]:
        """Give what the bounds limit; from an equal state, more can follow where less is spent."""
        return self.preemptions, self.simulation.faults, self.simulation.allowed

    @property
    def trouble(self) -> int:
        """How much of what the bounds limit is spent."""
        return self.preemptions + self.simulation.faults

    @property
    def _faults_left(self) -> int:
        return min(self.bounds.faults - self.simulation.faults, self.bounds.both - self.trouble)

    @property
    def _preemptions_left(self) -> int:
        return min(self.bounds.preemptions - self.preemptions, self.bounds.both - self.trouble)

    def _turn_to(self, number: int) -> None:
        self.preemptions += self.last in self.simulation.processes and number != self.last
        self.last = number
        self.moved += 1

    def _turns(self, current: Process | None) -> Iterator[Move]:
        """Give what others than the current process may do, those included that have yet to begin."""
        faults_left = min(self._faults_left, self.bounds.both - self.trouble - bool(current))
        for process in self.simulation.processes.values():
            if process is not current:
                yield from self._steps(process, faults_left)
        if self.simulation.begun < self.bounds.ticks:
            for start in self.bounds.starts:
                if len(self.simulation.outlived(start.after)) <= faults_left:
                    yield partial(Walk.start, start=start)

    def _steps(self, process: Process, faults_left: int) -> Iterator[Move]:
        number, changes = process.birth.number, process.effect is not None and process.effect.changes
        yield partial(Walk.step, number=number, answer=Answer.GO)
        if faults_left:
            for answer in self.bounds.answers:
                if changes or answer is Answer.REFUSE:
                    yield partial(Walk.step, number=number, answer=answer)
