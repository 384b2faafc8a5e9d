"""`make faults`: a fault at every request, every order of two ticks, and edits that must not go unseen.

Exits with 1 if anything was lost, doubled beyond the bound, or not noticed.
"""

import sys
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Final

from rich.console import Console
from rich.table import Table

from tests.faults.findings import Findings
from tests.faults.mutations import MUTATIONS, Mutation, survives_simulation, survivors
from tests.faults.simulation import suite as simulation
from tests.faults.wire import suite as wire

Say = Callable[[str], None]

PARTS: Final[dict[str, Callable[[Say], Findings]]] = {"over HTTP": wire.run, "simulated": simulation.run}
WORKERS: Final = 2  # mutations tested at a time, each in processes of its own
MOST_SHOWN: Final = 20  # losses and doubles that are told in full


def main() -> int:
    """Run all parts, print what they found, and judge."""
    console, began = Console(highlight=False), time.monotonic()

    def say(step: str) -> None:
        console.print(f"{time.monotonic() - began:4.0f} s  {step}", style="dim", soft_wrap=True)

    found = {name: part(say) for name, part in PARTS.items()}
    say(f"{len(MUTATIONS)} edits that break a promise")
    unnoticed = edits_unnoticed()
    console.print(_table(found), *_wrong(found), *unnoticed, sep="\n")
    console.print(f"{len(MUTATIONS) - len(unnoticed)} of {len(MUTATIONS)} edits that break a promise were noticed.")
    console.print(f"Took {time.monotonic() - began:.0f} seconds.", style="dim")
    held = all(part.clean for part in found.values()) and not unnoticed
    console.print(
        "The promises held." if held else "A promise did not hold.", style="bold green" if held else "bold red"
    )
    return 0 if held else 1


def edits_unnoticed() -> list[str]:
    """Say which edits pass a test that is named for them, or pass the simulation that should show them."""
    with ThreadPoolExecutor(WORKERS) as pool:
        return [line for line in pool.map(_unnoticed, MUTATIONS) if line]


def _unnoticed(mutation: Mutation) -> str:
    passed = survivors(mutation, mutation.caught_by)
    if mutation.shown_by and survives_simulation(mutation):
        passed.append(f"the simulated ticks of {mutation.shown_by!r}")
    return f"{mutation}: not noticed by {', '.join(passed)}" if passed else ""


def _table(found: dict[str, Findings]) -> Table:
    together = Findings()
    for part in found.values():
        together.add(part)
    columns = {**found, "together": together}
    table = Table(box=None, header_style="bold")
    table.add_column("")
    for name in columns:
        table.add_column(name, justify="right")
    counts: dict[str, Callable[[Findings], int]] = {
        "points tried": lambda part: part.points,
        "faults injected": lambda part: part.faults,
        "deliveries": lambda part: part.deliveries,
        "losses": lambda part: len(part.losses),
        "doubles beyond the bound": lambda part: len(part.doubles),
    }
    for name, count in counts.items():
        table.add_row(name, *(f"{count(part):,}" for part in columns.values()))
    return table


def _wrong(found: dict[str, Findings]) -> list[str]:
    wrong = [f"{name}: {line}" for name, part in found.items() for line in (*part.losses, *part.doubles)]
    return wrong[:MOST_SHOWN] + ([f"... and {len(wrong) - MOST_SHOWN} more"] if len(wrong) > MOST_SHOWN else [])


if __name__ == "__main__":
    try:
        sys.exit(main())
    except KeyboardInterrupt:
        sys.exit("Interrupted: what was found so far proves nothing.")
