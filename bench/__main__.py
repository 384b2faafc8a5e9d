"""Measures all that the README claims of speed and cost, or the concerns named as arguments, and prints one table.

The exit code is 1 if a bar doesn't hold.
"""

import sys
import time
from collections.abc import Callable, Iterable, Mapping
from typing import Final

from bench import (
    cold_start,
    fan_out,
    growth,
    latency,
    memory,
    one_application,
    page_cost,
    quiet_tick,
    shell_loop,
    simulation,
    write_units,
)
from bench.figures import Figure
from bench.stage import Stage, running_stage
from bench.table import machine, missed, show

CONCERNS: Final[Mapping[str, Callable[[Stage], Iterable[Figure]]]] = {
    "cold-start": cold_start.figures,
    "latency": latency.figures,
    "shell-loop": shell_loop.figures,
    "page-cost": page_cost.figures,
    "memory": memory.figures,
    "quiet-tick": quiet_tick.figures,
    "growth": growth.figures,
    "one-application": one_application.figures,
    "fan-out": fan_out.figures,
    "write-units": write_units.figures,
    "simulation": simulation.figures,
}


def main(names: Iterable[str]) -> int:
    """Measure; how many bars don't hold."""
    chosen = [*names] or [*CONCERNS]
    if unknown := set(chosen) - CONCERNS.keys():
        raise SystemExit(f"{', '.join(sorted(unknown))}: no such benchmark; there are {', '.join(CONCERNS)}")
    above, figures = machine(), list[Figure]()
    with running_stage() as stage:
        for name in chosen:
            began = time.monotonic()
            figures += CONCERNS[name](stage)
            print(f"{name}: {time.monotonic() - began:.0f} s", file=sys.stderr, flush=True)  # noqa: T201 - progress
    show(figures, above)
    return missed(figures)


if __name__ == "__main__":
    sys.exit(min(main(sys.argv[1:]), 1))
