"""What a target costs as their number grows: the same, or less."""

from collections.abc import Iterable, Mapping
from itertools import pairwise
from typing import Final

from bench.apart import apart
from bench.figures import Figure, Spread, at_most
from bench.function import Function, cold_started, segments
from bench.rounds import cpu, ratio
from bench.stage import Stage

APPLICATION: Final = "finished-1x20-0"
NUMBERS: Final = (10, 100, 1000)
MOST: Final = 1.1
ROUNDS: Final = 7


def figures(stage: Stage) -> Iterable[Figure]:
    """Compare each number of targets with the next, by requests and by CPU time."""
    for fewer, more in pairwise(NUMBERS):
        requests, time = apart(compared, stage.environment(), fewer, more)
        for what, value in (("requests", requests), ("CPU", time)):
            yield Figure(
                what=f"{what} a target of a quiet tick over {more:,} targets, to one over {fewer:,}",
                value=value,
                bar=at_most(MOST),
            )


def compared(environment: Mapping[str, str], fewer: int, more: int) -> tuple[float, Spread]:
    """Give what a target costs of more, to what it costs of fewer: requests, CPU time."""
    with cold_started(environment) as function:
        function.know(segments(APPLICATION, more))
        requests = [_requests(function, number) / number for number in (fewer, more)]
        time = ratio(lambda: _time(function, more), lambda: _time(function, fewer), ROUNDS)
        return requests[1] / requests[0], time


def _requests(function: Function, number: int) -> int:
    function.quiet(segments(APPLICATION, number))
    return function.requests.total()


def _time(function: Function, number: int) -> float:
    """Take the CPU time of a target, over as many ticks as have some hundred of them: one alone is too short."""
    names = segments(APPLICATION, number)
    ticks = -(-NUMBERS[1] // number)
    return cpu(lambda: [function.quiet(names) for _ in range(ticks)]) / (ticks * number)
