"""What a tick asks of AWS when nothing happens, and when a job finishes: its requests, counted as they go out."""

from collections import Counter
from collections.abc import Iterable, Mapping
from contextlib import redirect_stdout
from datetime import UTC, datetime
from io import StringIO
from typing import Final

from bench.apart import apart
from bench.figures import Figure, at_most, exactly
from bench.function import LISTINGS, PUBLISHES, WRITES, Function, batches, cold_started, segments
from bench.model import A_JOB, LOG_BYTES
from bench.stage import Stage
from local.stand_in import StandIn, import_job

TARGETS: Final = 1000
URL: Final = "AWS_ENDPOINT_URL_PINPOINT"


def figures(stage: Stage) -> Iterable[Figure]:
    """Count a quiet tick over a thousand targets, and what a job that finishes adds."""
    quiet, busy, log = apart(_counted, stage.environment(), TARGETS)
    what = f"quiet tick over {TARGETS:,} targets"
    yield Figure(what=f"{what}: listings", value=_sum(quiet, LISTINGS), bar=exactly(TARGETS))
    yield Figure(what=f"{what}: writes", value=_sum(quiet, WRITES), bar=exactly(0))
    yield Figure(what=f"{what}: publishes", value=_sum(quiet, PUBLISHES), bar=exactly(0))
    yield Figure(what=f"{what}: BatchGetItem", value=quiet["BatchGetItem"], bar=exactly(batches(TARGETS)))
    yield Figure(what=f"{what}: Query", value=quiet["Query"], bar=exactly(1))
    yield Figure(what=f"{what}: requests in all", value=quiet.total(), bar=exactly(TARGETS + batches(TARGETS) + 1))
    yield Figure(what=f"{what}: bytes of log", value=log, bar=at_most(LOG_BYTES))
    yield Figure(
        what="a job that finishes, both channels: requests in addition",
        value=(busy - quiet).total(),
        bar=exactly(sum(A_JOB.values())),
    )


def measure(function: Function, pinpoint: StandIn, targets: int) -> tuple[Counter[str], Counter[str]]:
    """Count a quiet tick over so many targets of a job each, and one in which a single job finishes."""
    names = segments("app", targets)
    for name in names:
        pinpoint.jobs.put(name, import_job(name, "job", "PROCESSING", created=datetime.now(UTC)))
    function.tick(names)
    function.quiet(names)
    quiet = Counter(function.requests)
    pinpoint.jobs.change(names[0], "job", JobStatus="COMPLETED")
    function.tick(names)
    return quiet, Counter(function.requests)


def _counted(environment: Mapping[str, str], targets: int) -> tuple[Counter[str], Counter[str], int]:
    with StandIn() as pinpoint, cold_started({**environment, URL: pinpoint.url}) as function:
        quiet, busy = measure(function, pinpoint, targets)
        with redirect_stdout(StringIO()) as log:
            function.module.wiring.logger.registered_handler.setStream(log)
            function.quiet(segments("app", targets))
        return quiet, busy, len(log.getvalue())


def _sum(requests: Counter[str], operations: Iterable[str]) -> int:
    return sum(requests[name] for name in operations)
