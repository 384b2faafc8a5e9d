"""Plays the story scene by scene, watching the inboxes all the while, and in the end waits for the schedule itself."""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import partial

from local.demo.audience import Audience
from local.demo.cost import Cost, counted
from local.demo.scene import Scene
from local.demo.stage import Stage
from local.demo.story import Story
from local.demo.verdict import CHANNELS, Arrival, News, times

SCHEDULE_FIRES = 60.0  # seconds after the deployment at the earliest: the emulator looks every ten seconds
LOOKS_EVERY = 0.2  # seconds
LONGEST = 140.0  # seconds after the deployment: room for the schedule's second firing, should the first come early
ENCORE = 1.0  # seconds in which something could still arrive that should not


@dataclass(slots=True, kw_only=True)
class Play:
    """One performance, and what came of it."""

    stage: Stage
    audience: Audience
    arrivals: list[Arrival] = field(default_factory=list)
    failed_ticks: list[str] = field(default_factory=list)
    quiet_tick: Cost | None = None
    fired_after: float | None = None
    _opened: float = field(default_factory=time.monotonic)

    def run(self, story: Story) -> None:
        """Play all of it."""
        self.audience.opens()
        for scene in story.scenes:
            self._watch(scene.at)
            self._play(scene)
        self._watch(LONGEST, until=partial(self._all_here, story.scenes[-1].expected))
        self._watch(self._elapsed + ENCORE)

    @property
    def _elapsed(self) -> float:
        return time.monotonic() - self._opened

    def _play(self, scene: Scene) -> None:
        self.audience.scene(scene.title)
        self.stage.change(scene)
        for target, status in scene.answers.items():
            self.audience.shows(target, "", f"{status.value} {status.phrase}")
        if scene.past:
            self.audience.shows(scene.past[0].target, f"{len(scene.past)} old ones", scene.past[0].status)
        for job in scene.jobs:
            self.audience.shows(job.target, job.id, job.status)
        if scene.counted:
            self.quiet_tick = counted(
                self.stage.emulator, self.stage.stand_in, self.stage.story.source, partial(self._tick, scene.ticks)
            )
        elif scene.ticks:
            self._tick(scene.ticks)

    def _tick(self, times_at_once: int) -> None:
        for run in self.stage.tick(times_at_once):
            self.audience.ticked(run)
            if run.error:
                self.failed_ticks.append(f"a tick failed: {run.error}")

    def _watch(self, end: float, until: Callable[[], bool] = lambda: False) -> None:
        """Watch the inboxes and the schedule, so many seconds from the beginning on at the longest."""
        while True:
            if self.fired_after is None and self.stage.schedule_fired:
                self.fired_after = self._elapsed
                self.audience.fired(self.fired_after)
            for arrival in self.stage.arrivals():
                self.arrivals.append(arrival)
                self.audience.landed(arrival)
            left = end - self._elapsed
            if left <= 0 or until():
                return
            time.sleep(min(left, LOOKS_EVERY))

    def _all_here(self, expected: Sequence[News]) -> bool:
        return all(times(news, channel, self.arrivals) for news in expected for channel in CHANNELS)
