"""How close a quiet tick comes to what the network allows: pages of a list come one by one, lists at once."""

from collections.abc import Iterable, Mapping
from typing import Final

from bench.apart import apart
from bench.figures import Figure, Spread, at_most
from bench.function import cold_started, segments
from bench.rounds import wall
from bench.stage import UNBOUNDED, Stage

APPLICATION: Final = "finished-5x100-50"
PAGES: Final = 5  # a target
PAGE: Final = 0.05  # seconds
ROUNDS: Final = 9
SHARE: Final = "200"  # requests a second, as deployed unless set otherwise


def figures(stage: Stage) -> Iterable[Figure]:
    """Time ticks over 32 and 64 targets."""
    for targets, threads, limit, rate in ((32, 8, 1.25, SHARE), (64, 16, 1.30, UNBOUNDED)):
        environment = stage.environment(THREADS=str(threads), REQUESTS_PER_SECOND=rate)
        bound = targets * PAGES / threads * PAGE
        yield Figure(
            what=f"tick over {targets} targets x {PAGES} pages of 100 jobs, {PAGE * 1000:.0f} ms a page, "
            f"{threads} threads: time, to the latency bound of {bound:.2f} s",
            value=Spread.of(seconds / bound for seconds in apart(ticks, environment, targets, ROUNDS)),
            bar=at_most(limit),
        )


def ticks(environment: Mapping[str, str], targets: int, rounds: int) -> list[float]:
    """Time quiet ticks, in seconds, with connections open as between any two ticks of a function that is warm."""
    names = segments(APPLICATION, targets)
    with cold_started(environment) as function:
        function.know(names)
        function.quiet(names)
        return [wall(lambda: function.quiet(names)) for _ in range(rounds)]
