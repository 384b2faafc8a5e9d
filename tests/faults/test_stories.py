"""Stories that no bound was drawn around: several ticks of two watches, whatever fails, in a world that changes."""

from datetime import timedelta
from typing import TYPE_CHECKING

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, precondition, rule

from import_watch.jobs import Kind, Trouble
from import_watch.policy import Watch
from import_watch.settings import CLOCK_SKEW
from tests.builders import PK, TARGET, a_job, a_watch
from tests.faults.findings import Findings
from tests.faults.simulation.beginnings import an_install
from tests.faults.simulation.gates import Answer
from tests.faults.simulation.operators import a_mute, it_is_let_go, they_are_asked_for_again
from tests.faults.simulation.partial import as_listed, half_failed
from tests.faults.simulation.process import Process
from tests.faults.simulation.scenario import Event
from tests.faults.simulation.simulation import AT_ONCE, TIMEOUT, Simulation
from tests.faults.simulation.worlds import ending

if TYPE_CHECKING:
    from import_watch.jobs import ImportJob

WATCHES = (a_watch(), a_watch(name="billing"))
MOST_TICKS, MOST_JOBS = 4, 4

ones = st.integers(0, 11)
"""Which of those that there are."""


def some_tick_runs(story: "Stories") -> bool:
    return bool(story.simulation.processes)


class Stories(RuleBasedStateMachine):
    """Goes on as it likes; in the end every job that finished must have been announced by both watches."""

    def __init__(self) -> None:
        super().__init__()
        self.simulation = Simulation(install=an_install(*WATCHES))
        self.jobs: dict[str, ImportJob] = {}
        self.details: dict[str, ImportJob] = {}
        """Of finished jobs that are listed in part, what they are."""
        self.trouble: Trouble | None = None
        self.denial: Trouble | None = None
        """Why none of those can be asked for."""
        self._list()

    @precondition(lambda story: len(story.simulation.processes) < MOST_TICKS)
    @rule(watch=st.sampled_from(WATCHES), ahead=st.sampled_from([AT_ONCE, CLOCK_SKEW]))
    def a_tick_begins(self, watch: Watch, ahead: timedelta) -> None:
        self.simulation.begin(watch=watch, ahead=ahead)

    @precondition(some_tick_runs)
    @rule(one=ones, steps=st.integers(1, 15))
    def a_tick_goes_on(self, one: int, steps: int) -> None:
        process = self._process(one)
        for _ in range(steps):
            if process.effect:
                self.simulation.step(process, Answer.GO)

    @precondition(some_tick_runs)
    @rule(one=ones, answer=st.sampled_from([Answer.REFUSE, Answer.LOSE, Answer.REPEAT]))
    def a_call_fails(self, one: int, answer: Answer) -> None:
        process = self._process(one)
        changes = process.effect is not None and process.effect.changes
        self.simulation.step(process, answer if changes else Answer.REFUSE)

    @precondition(some_tick_runs)
    @rule(one=ones)
    def a_process_dies(self, one: int) -> None:
        self.simulation.step(self._process(one), Answer.CRASH)

    @rule(seconds=st.sampled_from([1, 30, 49, 110]))
    def time_passes(self, seconds: int) -> None:
        self.simulation.wait(timedelta(seconds=seconds))

    @precondition(lambda story: len(story.jobs) < MOST_JOBS)
    @rule()
    def a_job_appears(self) -> None:
        name = f"job-{len(self.jobs)}"
        self.jobs[name] = a_job(name, None, created=self.simulation.install.clock.now)
        self._list()

    @precondition(lambda story: story.jobs)
    @rule(one=ones)
    def a_job_finishes(self, one: int) -> None:
        name = sorted(self.jobs)[one % len(self.jobs)]
        if self.jobs[name].outcome is None:
            self.jobs[name] = a_job(name, completed=self.simulation.install.clock.now)
            self._list()

    @precondition(lambda story: story.jobs)
    @rule(one=ones, well=st.booleans())
    def a_job_finishes_whose_list_tells_less(self, one: int, well: bool) -> None:  # noqa: FBT001 # drawn by name
        name = sorted(self.jobs)[one % len(self.jobs)]
        if self.jobs[name].outcome is None:
            finished = self.simulation.install.clock.now
            self.jobs[name] = as_listed(name, finished)
            self.details[name] = a_job(name, completed=finished) if well else half_failed(name, finished)
            self._list()

    @rule(denial=st.none() | st.sampled_from(Trouble))
    def details_fail_or_are_back(self, denial: Trouble | None) -> None:
        self.denial = denial
        self._list()

    @rule(trouble=st.none() | st.sampled_from(Trouble))
    def the_target_fails_or_is_back(self, trouble: Trouble | None) -> None:
        self.trouble = trouble
        self._list()

    @rule(hold=st.booleans(), seconds=st.sampled_from([30, 110]))
    def somebody_mutes(self, hold: bool, seconds: int) -> None:  # noqa: FBT001 # drawn by name
        install = self.simulation.install
        install.outbox.mutes[PK] = a_mute(hold=hold, until=install.clock.now + timedelta(seconds=seconds))

    @rule(what=st.sampled_from([it_is_let_go, they_are_asked_for_again]))
    def somebody_unmutes_or_replays(self, what: Event) -> None:
        self.simulation.happen(what)

    def teardown(self) -> None:
        self.simulation.wait(TIMEOUT)
        self.trouble = self.denial = None
        self._list()
        jobs = {**self.jobs, **self.details}
        finished = {name: Kind(job.outcome) for name, job in jobs.items() if job.outcome}
        end = ending(self.simulation.install, WATCHES, finished)
        findings = Findings()
        findings.judge(
            self.simulation.story,
            faults=self.simulation.faults,
            allowed=self.simulation.allowed,
            wanted=end.wanted,
            delivered=end.delivered,
            pending=end.pending,
        )
        assert findings.losses + findings.doubles == []

    def _process(self, one: int) -> Process:
        processes = list(self.simulation.processes.values())
        return processes[one % len(processes)]

    def _list(self) -> None:
        jobs = list(self.jobs.values())
        pages = [jobs[: MOST_JOBS // 2], jobs[MOST_JOBS // 2 :]]
        source = self.simulation.install.source
        source.lists[TARGET] = self.trouble or pages
        source.wholes |= {(TARGET, name): self.denial or job for name, job in self.details.items()}


TestStories = Stories.TestCase
TestStories.settings = settings(derandomize=True, max_examples=80, stateful_step_count=40)
