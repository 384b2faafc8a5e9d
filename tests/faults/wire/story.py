"""One story: a chapter's clean ticks, its tick in trouble, perhaps others meanwhile, two clean ticks, the verdict."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from queue import SimpleQueue
from typing import Final

from tests.faults.findings import Findings, Wanted
from tests.faults.wire.chapters import Chapter, Scene
from tests.faults.wire.lists import show
from tests.faults.wire.plan import PATIENCE, Fault, Script, Trouble
from tests.faults.wire.stage import Lane
from tests.faults.wire.worker import Running

CLEAN: Final = (1, 2)  # minutes after all trouble: the schedule's next two ticks, the second after any claim has lapsed
NOTHING: Final = Fault()


@dataclass(frozen=True, slots=True, kw_only=True)
class Story:
    """What is to be played."""

    chapter: Chapter
    fault: Fault = NOTHING
    others: Sequence[float] = ()
    """Seconds from the clock of the tick in trouble to those of the ticks that run while it is held."""

    def __str__(self) -> str:
        parts = [self.chapter.name, f"request {self.fault.at}", self.fault.trouble or "no trouble"]
        parts += ["in all attempts"] if self.fault.whole_call else []
        parts += [f"held while ticks run at {list(self.others)} s"] if self.others else []
        return ", ".join(parts)


@dataclass(slots=True)
class Performance:
    """A story being played in a lane, under names of its own."""

    lane: Lane
    story: Story
    name: str = field(init=False)
    target: str = field(init=False)
    begins: datetime = field(init=False)
    scripts: list[Script] = field(default_factory=list)
    failed: list[str] = field(default_factory=list)
    """What was said by ticks that met no trouble, and failed all the same."""

    def __post_init__(self) -> None:
        self.name = f"story-{self.lane.number}-{next(self.lane.stories)}"
        self.target = self.story.chapter.named.format(self.name)
        # A signature may be dated 5 minutes off (AWS Signature Version 4): stories take place from minute -0.5 to 7.
        self.begins = datetime.now(UTC).replace(microsecond=0) - timedelta(minutes=4)

    def moment(self, minute: float) -> datetime:
        """Tell the time at a minute of the story."""
        return self.begins + timedelta(minutes=minute)

    @property
    def first(self) -> Script:
        """The tick that trouble is made for."""
        return self.scripts[len(self.story.chapter.before)]

    @property
    def accepted(self) -> Counter[Wanted]:
        """What the channels have accepted of it."""
        return self.lane.worker.proxy.accepted(self.name)

    def play(self) -> Findings:
        """Play it to its end, and judge."""
        chapter = self.story.chapter
        for scene in chapter.before:
            self._show(scene)
            denied = Fault(operation=scene.denied, trouble=Trouble.DENIED) if scene.denied else NOTHING
            self._end(self._start(scene.minute, denied), fails=scene.fails)
        self._show(chapter.tick)
        self._trouble(chapter.tick.minute)
        latest = chapter.tick.minute + max([0, *self.story.others]) / 60
        for minutes in CLEAN:
            self._end(self._start(latest + minutes))
        return self._judged()

    def _trouble(self, minute: float) -> None:
        """Run the tick in trouble, and the others: one by one while it is held, or else all at once."""
        fault = self.story.fault
        first = self._start(minute, fault)
        others = (self._start(minute + seconds / 60) for seconds in self.story.others)
        if fault.held:
            if not first.script.held.wait(PATIENCE):
                raise TimeoutError(f"{self.story}: nothing was held")
            for other in others:
                self._end(other)
            first.script.released.set()
            self._end(first)
        else:
            for running in [first, *others]:
                self._end(running)

    def _show(self, scene: Scene) -> None:
        show(self.lane.stand_in, self.target, scene.jobs, self.moment)
        if scene.held_until is not None:
            self.lane.mute(self.name, self.moment(0), self.moment(scene.held_until))

    def _start(self, minute: float, fault: Fault = NOTHING) -> Running:
        watch = self.story.chapter.watch(self.name, self.target)
        running = self.lane.worker.start(watch, self.moment(minute), fault)
        self.scripts.append(running.script)
        return running

    def _end(self, running: Running, *, fails: bool = False) -> None:
        outcome = running.outcome()
        if outcome.result is None and not (fails or running.script.met or running.script.lost):
            self.failed.append(outcome.error or "it died")

    def _judged(self) -> Findings:
        findings, story = Findings(), str(self.story)
        lost = sum(script.lost for script in self.scripts)
        findings.judge(
            story,
            faults=sum(len(script.met) for script in self.scripts),
            allowed=lost,
            wanted=self.story.chapter.wanted(self.target, self.moment),
            delivered=self.accepted,
            pending=self.lane.pending(self.name),
        )
        kinds = self.lane.worker.proxy.kinds(self.name)
        findings.losses += [f"{story}: {wrong}" for wrong in self.story.chapter.mistold(self.target, kinds)]
        findings.losses += [f"{story}: a tick without trouble failed: {error}" for error in self.failed]
        return findings


def play(lanes: Sequence[Lane], stories: Iterable[Story]) -> Iterator[tuple[Performance, Findings]]:
    """Play stories in their order, as many at a time as there are lanes."""
    free: SimpleQueue[Lane] = SimpleQueue()
    for lane in lanes:
        free.put(lane)

    def played(story: Story) -> tuple[Performance, Findings]:
        lane = free.get()
        try:
            performance = Performance(lane, story)
            return performance, performance.play()
        finally:
            free.put(lane)

    with ThreadPoolExecutor(len(lanes)) as pool:
        yield from pool.map(played, stories)
