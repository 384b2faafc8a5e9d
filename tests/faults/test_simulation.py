"""The delivery bound, under a scheduler that means harm; and the scheduler: it must find what is known."""

from dataclasses import replace
from datetime import timedelta

import pytest

from import_watch.jobs import timestamp
from tests.fakes import Install
from tests.faults.simulation.gates import Answer
from tests.faults.simulation.operators import they_are_asked_for_again
from tests.faults.simulation.scenario import Scenario
from tests.faults.simulation.scenarios import ONE, SCENARIOS, a_job_finishes
from tests.faults.simulation.simulation import Simulation
from tests.faults.simulation.suite import A_SAMPLE, EVERY_WAY, EXTREMES, Part

SHORT = timedelta(seconds=40)
"""A lease that ends before the function must."""


@pytest.mark.parametrize("name", SCENARIOS)
def test_the_bound_holds(name: str) -> None:
    """Two ticks, one fault anywhere, one tick held up anywhere while the other goes on."""
    findings = Part(name=name, bounds=A_SAMPLE).explore().findings
    assert findings.losses + findings.doubles == []
    assert findings.clean


def test_the_bound_holds_in_every_order() -> None:
    """Two ticks whose effects come in any order, and one of which may die anywhere; equal states are merged."""
    every_order = replace(EVERY_WAY, answers=(), starts=EXTREMES, merged=True)
    findings = Part(name="a job finishes", bounds=every_order).explore().findings
    assert findings.losses + findings.doubles == []
    assert findings.clean


def test_a_lease_shorter_than_the_function_s_time_is_found_out() -> None:
    """Without any fault, a second tick takes over what the first is still about to send."""
    no_faults = replace(A_SAMPLE, faults=0, starts=EXTREMES)
    hasty = Scenario(begin=lambda: replace(a_job_finishes(), lease=SHORT), finished=ONE)
    findings = Part(name="a job finishes", bounds=no_faults).explore(hasty).findings
    assert findings.losses == []
    assert findings.doubles
    assert findings.faults == 0


def test_a_replay_that_leaves_the_claim_is_found_out() -> None:
    """Whoever sent it before, and asks again to settle that, its reply lost, would settle the replay unsent."""

    def they_are_asked_for_again_under_the_old_claim(install: Install) -> None:
        claims = {key: row.claim for key, row in install.outbox.rows.items()}
        they_are_asked_for_again(install)
        for key, row in install.outbox.rows.items():
            row.claim = claims[key]

    careless = replace(SCENARIOS["sent again"], happens=(they_are_asked_for_again_under_the_old_claim,))
    findings = Part(name="sent again", bounds=A_SAMPLE).explore(careless).findings
    assert findings.losses
    assert findings.doubles == []


def test_letting_go_what_a_tick_has_taken_is_found_out() -> None:
    """A mute's end and its being lifted may come at once: that tick is sending it."""

    def it_is_let_go_whatever_happens(install: Install) -> None:
        for row in install.outbox.rows.values():
            if row.due:
                row.due = row.released = timestamp(install.clock.now)

    no_faults = replace(A_SAMPLE, faults=0, starts=EXTREMES)
    careless = replace(SCENARIOS["a mute holds"], happens=(it_is_let_go_whatever_happens,))
    findings = Part(name="a mute holds", bounds=replace(no_faults, ticks=3)).explore(careless).findings
    assert findings.losses == []
    assert findings.doubles


def test_the_dead_do_nothing() -> None:
    """Product code has blocks that run on the way out, and send; a machine that is switched off runs none of them."""
    simulation = Simulation(install=a_job_finishes())
    process = simulation.begin()
    while process.effect and process.effect.name != "record":
        simulation.step(process, Answer.GO)
    simulation.step(process, Answer.GO)
    simulation.step(process, Answer.CRASH)
    (row,) = simulation.install.outbox.rows.values()
    assert (row.claim, row.delivered) == ("tick-1", {})
    assert simulation.install.sns.sent == simulation.install.bus.sent == []
    assert simulation.processes == {}


def test_what_goes_on_from_a_moment_kept_goes_on_alike() -> None:
    """A process begun anew and told the same stands where the first one stood, in a world of its own."""
    simulation = Simulation(install=a_job_finishes())
    process = simulation.begin()
    for _ in range(6):
        simulation.step(process, Answer.GO)
    other = simulation.freeze().thaw()
    assert other.state() == simulation.state()
    while other.processes:
        other.step(other.processes[1], Answer.GO)
    assert other.state() != simulation.state()
    while process.effect:
        simulation.step(process, Answer.GO)
    assert other.state() == simulation.state()
