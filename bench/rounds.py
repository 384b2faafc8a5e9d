"""Measuring two things in turn, A B A B, so that whatever else the machine does falls on both."""

import gc
import time
from collections.abc import Callable

from bench.figures import Spread

Measure = Callable[[], float]


def ratio(ours: Measure, theirs: Measure, rounds: int) -> Spread:
    """Compare by rounds: ours to theirs, measured one right after the other, each first in every other round."""
    ratios = []
    for number in range(rounds):
        if number % 2:
            base = theirs()
            ratios.append(ours() / base)
        else:
            mine = ours()
            ratios.append(mine / theirs())
    return Spread.of(ratios)


def wall(call: Callable[[], object]) -> float:
    """Take the time that passes during a call, in seconds."""
    began = time.perf_counter()
    call()
    return time.perf_counter() - began


def cpu(call: Callable[[], object]) -> float:
    """Take the CPU time of all threads of this process during a call, in seconds; its garbage is its own."""
    gc.collect()
    began = time.process_time()
    call()
    return time.process_time() - began
