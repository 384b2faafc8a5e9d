"""Memory that a long list takes, above what the function holds when idle; each sample in a process of its own."""

import gc
import resource
import sys
import tracemalloc
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Final

from bench.apart import apart
from bench.figures import Figure, Spread, at_most
from bench.function import cold_started, segments
from bench.stage import Stage

MB: Final = 1e6
PROC: Final = Path("/proc/self")
SMALL: Final = "history-1x200-0"


def figures(stage: Stage) -> Iterable[Figure]:
    """Take the peak of the process, as Lambda does, and the peak of what Python itself allocated."""
    environment = stage.environment(PAGE_SIZE="200")
    for pages, which, meaning, bar in (
        (500, "history", "finished long ago", at_most(10)),
        (150, "finished", "finished lately", None),
    ):
        application = f"{which}-{pages}x200-0"
        apart(know, environment, application)
        for how, measured, samples in (("resident", resident, 3), ("allocated", allocated, 1)):
            yield Figure(
                what=f"memory above idle, peak {how}: one target of {200 * pages:,} jobs {meaning}, in {pages} pages",
                value=Spread.of(apart(peak, environment, application, measured) / MB for _ in range(samples)),
                bar=bar,
                unit="MB",
            )


def know(environment: Mapping[str, str], application: str) -> None:
    """Let the list be known, in a process whose memory is not measured."""
    with cold_started(environment) as function:
        function.know(segments(application, 1))


def peak(environment: Mapping[str, str], application: str, measured: Callable[[Callable[[], object]], int]) -> int:
    """Measure a quiet tick over the long list, in bytes, after ticks over a short one."""
    with cold_started(environment) as function:
        for _ in range(2):
            function.tick(segments(SMALL, 1))
        gc.collect()
        return measured(lambda: function.quiet(segments(application, 1)))


def resident(call: Callable[[], object]) -> int:
    """Take by how much the process's memory peaks above what it held before."""
    if not (PROC / "clear_refs").exists():
        before = _highest()
        call()
        return _highest() - before
    (PROC / "clear_refs").write_text("5", "utf-8")  # the peak begins anew (proc_pid_clear_refs(5))
    before = _status("VmRSS")
    call()
    return _status("VmHWM") - before


def allocated(call: Callable[[], object]) -> int:
    """Take the peak of what Python allocates during a call."""
    tracemalloc.start()
    call()
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    return most


def _status(name: str) -> int:
    (line,) = (line for line in (PROC / "status").read_text("utf-8").splitlines() if line.startswith(f"{name}:"))
    return int(line.split()[1]) * 1024


def _highest() -> int:
    highest = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return highest if sys.platform == "darwin" else highest * 1024
