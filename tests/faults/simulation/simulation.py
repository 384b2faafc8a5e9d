"""A world and the ticks that run in it, at one moment: moved on step by step, copied, and compared with others."""

from dataclasses import dataclass, field, replace
from datetime import timedelta

from import_watch.policy import Watch
from import_watch.settings import CLOCK_SKEW
from tests.fakes import Install
from tests.faults.simulation.gates import CHANNEL, Answer
from tests.faults.simulation.process import Birth, Process, Told
from tests.faults.simulation.scenario import Event
from tests.faults.simulation.worlds import copied, fingerprint

TIMEOUT = Install.lease - CLOCK_SKEW
"""The function's: a claim outlasts it by what clocks may differ."""
AT_ONCE = timedelta(0)


@dataclass(frozen=True, slots=True)
class Story:
    """What was done until now, as a list of lines that shares its beginning with other stories."""

    line: str = ""
    before: "Story | None" = None

    def __str__(self) -> str:
        return self.line if self.before is None else f"{self.before}, {self.line}"


@dataclass(slots=True, kw_only=True)
class Simulation:
    """The world, the processes that live in it, and what went wrong until now."""

    install: Install
    story: Story = Story()
    processes: dict[int, Process] = field(default_factory=dict)
    """Those that live, by number."""
    begun: int = 0
    faults: int = 0
    allowed: int = 0
    """The faults that may each bring one more delivery: those at a send, unless it is refused, or at its settling."""

    def begin(self, *, ahead: timedelta = AT_ONCE, watch: Watch | None = None) -> Process:
        """Start a tick, on a clock that is ahead of the world's."""
        self.begun += 1
        birth = Birth(number=self.begun, watch=watch or self.install.watch, at=self.install.clock.now, ahead=ahead)
        self.processes[birth.number] = process = Process(birth, self.install)
        self._tell(f"{birth.number} begins" + (f" {ahead} ahead" if ahead else ""))
        return process

    def step(self, process: Process, answer: Answer) -> None:
        """Let one process do one thing, or fail at it."""
        effect = process.effect
        assert effect is not None, "it lives"
        self._tell(f"{process.birth.number} {answer} {effect.name}")
        if answer is not Answer.GO:
            self.faults += 1
            self.allowed += effect.acknowledges or (effect.kind == CHANNEL and answer is not Answer.REFUSE)
        if answer is Answer.CRASH:
            process.kill()
        else:
            process.step(answer)
        if process.effect is None:
            del self.processes[process.birth.number]

    def outlived(self, by: timedelta) -> list[Process]:
        """Tell which processes will have run out of their time, should so much pass."""
        return [one for one in self.processes.values() if self.install.clock.now + by - one.birth.at >= TIMEOUT]

    def wait(self, by: timedelta) -> None:
        """Let time pass. Lambda ends a process that runs out of its time."""
        if by:
            self._tell(f"{by} pass")
        for process in self.outlived(by):
            self.step(process, Answer.CRASH)
        self.install.clock.move(by)

    def happen(self, event: Event) -> None:
        """Let something happen in the world."""
        self._tell(event.__name__)
        event(self.install)

    def close(self) -> None:
        """End every process, without another effect of any."""
        for process in self.processes.values():
            process.kill()

    def state(self) -> object:
        """Give a value that is equal where all that follows is."""
        processes = tuple(
            (one.birth.number, one.birth.at, one.birth.ahead, one.seen) for one in self.processes.values()
        )
        return fingerprint(self.install), processes, self.begun

    def freeze(self) -> "Frozen":
        """Keep this moment."""
        processes = [(one.birth, list(one.told), one.seen) for one in self.processes.values()]
        return Frozen(replace(self, install=copied(self.install), processes={}), processes)

    def _tell(self, line: str) -> None:
        self.story = Story(line, self.story)


@dataclass(frozen=True, slots=True)
class Frozen:
    """A simulation at one moment, to go on from any number of times."""

    still: Simulation
    processes: list[tuple[Birth, Told, int]]

    def thaw(self) -> Simulation:
        """Go on: each process is begun anew and told again what it was told."""
        install = copied(self.still.install)
        processes = {birth.number: Process(birth, install, list(told), seen) for birth, told, seen in self.processes}
        return replace(self.still, install=install, processes=processes)
