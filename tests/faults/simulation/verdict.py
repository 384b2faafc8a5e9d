"""How a scenario ends, whichever way it went: judged after two clean ticks."""

from dataclasses import dataclass, field

from tests.faults.findings import Findings
from tests.faults.simulation.walk import Walk
from tests.faults.simulation.worlds import Ending, copied, ending, fingerprint


@dataclass(slots=True)
class Verdict:
    """Judges walks of one scenario. Equal worlds end alike, so each is brought to its end once."""

    findings: Findings
    endings: dict[object, Ending] = field(default_factory=dict)

    def on(self, name: str, walk: Walk) -> None:
        """Count a walk in."""
        simulation = walk.simulation
        world = fingerprint(simulation.install), walk.happened
        if world not in self.endings:
            self.endings[world] = _ending(walk)
        end = self.endings[world]
        self.findings.judge(
            f"{name}{simulation.story}",
            faults=simulation.faults,
            allowed=simulation.allowed,
            wanted=end.wanted,
            delivered=end.delivered,
            pending=end.pending,
        )


def _ending(walk: Walk) -> Ending:
    install = copied(walk.simulation.install)
    for event in walk.scenario.happens[walk.happened :]:
        event(install)
    return ending(install, [install.watch], walk.scenario.finished)
