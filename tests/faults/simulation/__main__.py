"""Run a sample of the simulation, or of some scenarios; the exit code tells whether the delivery bound held."""

import sys
from collections.abc import Sequence

from tests.faults.simulation.scenarios import SCENARIOS
from tests.faults.simulation.suite import sample


def main(names: Sequence[str]) -> int:
    """Say what was found, a few of each."""
    findings = sample(_say, names or SCENARIOS)
    _say(f"{len(findings.losses)} losses, {len(findings.doubles)} doubles beyond the bound")
    for one in findings.losses[:3] + findings.doubles[:3]:
        _say(one)
    return 0 if findings.clean else 1


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
