"""The simulation's part of the fault suite: what is explored, how far, and what came of it."""

from collections.abc import Callable, Iterable
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, replace
from itertools import chain, islice
from multiprocessing import get_context
from os import cpu_count

from import_watch.settings import CLOCK_SKEW
from tests.faults.findings import Findings
from tests.faults.simulation.explore import Exploration
from tests.faults.simulation.gates import Answer
from tests.faults.simulation.partial import PARTIAL
from tests.faults.simulation.scenario import Scenario
from tests.faults.simulation.scenarios import SCENARIOS
from tests.faults.simulation.simulation import AT_ONCE
from tests.faults.simulation.verdict import Verdict
from tests.faults.simulation.walk import EDGE, Bounds, Start

FAILURES = (Answer.REFUSE, Answer.LOSE, Answer.REPEAT)
STARTS = tuple(Start(after, ahead) for after in (AT_ONCE, EDGE) for ahead in (AT_ONCE, CLOCK_SKEW))
"""At the same moment or when the first is about to be ended; on an equal clock or one as far ahead as is allowed."""
EXTREMES = (STARTS[0], STARTS[-1])

EVERY_ORDER = Bounds(ticks=2, faults=1, answers=FAILURES, starts=STARTS, preemptions=99, both=99, merged=True)
"""Two ticks, their effects in every order, and at most one fault of any kind at any of them."""
EVERY_WAY = replace(EVERY_ORDER, starts=EXTREMES, merged=False)
"""The same from fewer beginnings, also from states that equal earlier ones."""
THREE_TICKS = Bounds(ticks=3, faults=2, answers=FAILURES, starts=EXTREMES, preemptions=2, both=2, merged=True)
"""Three ticks, and two faults, two preemptions or one of each."""
CLOSER = replace(THREE_TICKS, both=3)
"""The same, but two faults and a preemption, or a fault and two preemptions."""
SMALL = ("a job finishes", "leftovers", "a target fails")
"""The scenarios that can be gone through that closely in half a minute each."""
IN_EVERY_ORDER = ("a job finishes", "a list tells less")
A_SAMPLE = Bounds(ticks=2, faults=1, answers=FAILURES, starts=STARTS[:1], preemptions=1, both=2, merged=True)
"""Two ticks that begin at the same moment, one fault, one preemption."""
SHARES = 16


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """Some of the ways that may be gone from one scenario, and what was found on them."""

    name: str
    bounds: Bounds
    share: int = 0
    shares: int = 1

    def explore(self, scenario: Scenario | None = None) -> "Explored":
        """Go them."""
        exploration = Exploration(
            scenario=scenario or SCENARIOS[self.name], bounds=self.bounds, share=self.share, shares=self.shares
        )
        verdict = Verdict(Findings())
        for walk in exploration.ends():
            verdict.on(self.name, walk)
        return Explored(verdict.findings, exploration.states)


@dataclass(frozen=True, slots=True)
class Explored:
    """What was found, and in how many states."""

    findings: Findings
    states: int


def run(say: Callable[[str], None]) -> Findings:
    """Explore all that the bounds allow, on every core."""
    each = {name: Part(name=name, bounds=CLOSER if name in SMALL else THREE_TICKS) for name in SCENARIOS}
    every_way = [Part(name="a job finishes", bounds=EVERY_WAY, share=share, shares=SHARES) for share in range(SHARES)]
    parts = {
        "three ticks, two faults, equal states merged": [each[name] for name in each if name not in PARTIAL],
        "the same of lists that tell less": [each[name] for name in PARTIAL],
        "two ticks, one fault, every order": [Part(name=name, bounds=EVERY_ORDER) for name in IN_EVERY_ORDER],
        "two ticks, one fault, every way": every_way,
    }
    findings = Findings()
    with ProcessPoolExecutor(cpu_count(), mp_context=get_context("spawn")) as pool:
        explored = pool.map(Part.explore, chain.from_iterable(parts.values()))
        for what, some in parts.items():
            findings.add(_summed(what, islice(explored, len(some)), say))
    return findings


def sample(say: Callable[[str], None], names: Iterable[str]) -> Findings:
    """Explore a little of each of these scenarios, in this process."""
    parts = [Part(name=name, bounds=A_SAMPLE) for name in names]
    return _summed("two ticks, one fault, one preemption, equal states merged", [part.explore() for part in parts], say)


def _summed(what: str, explored: Iterable[Explored], say: Callable[[str], None]) -> Findings:
    findings, states = Findings(), 0
    for one in explored:
        findings.add(one.findings)
        if not one.findings.deliveries:
            findings.losses.append(f"{what}: a part of it delivered nothing at all")
        states += one.states
    say(f"{what}: {states:,} states, {findings.points:,} runs, {findings.faults:,} faults")
    return findings
