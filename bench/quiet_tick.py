"""What a tick asks of AWS when nothing happens, and when a job finishes: its requests, counted as they go out."""

from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Final

from bench.apart import apart
from bench.figures import Figure, exactly
from bench.function import LISTINGS, PUBLISHES, WRITES, Function, batches, cold_started, segments
from bench.stage import Stage
from local.pinpoint import PinpointStandIn, import_job

TARGETS: Final = 1000
URL: Final = "AWS_ENDPOINT_URL_PINPOINT"
A_JOB: Final = {"BatchGetItem": 1, "PutItem": 1, "UpdateItem": 2, "PublishBatch": 1, "PutEvents": 1}
"""What a job that finishes takes: is it announced? then record, publish on both channels, settle; and its ledger."""


def figures(stage: Stage) -> Iterable[Figure]:
    """Count a quiet tick over a thousand targets, and what a job that finishes adds."""
    quiet, busy = apart(_counted, stage.environment(), TARGETS)
    what = f"quiet tick over {TARGETS:,} targets"
    yield Figure(what=f"{what}: listings", value=_sum(quiet, LISTINGS), bar=exactly(TARGETS))
    yield Figure(what=f"{what}: writes", value=_sum(quiet, WRITES), bar=exactly(0))
    yield Figure(what=f"{what}: publishes", value=_sum(quiet, PUBLISHES), bar=exactly(0))
    yield Figure(what=f"{what}: BatchGetItem", value=quiet["BatchGetItem"], bar=exactly(batches(TARGETS)))
    yield Figure(what=f"{what}: Query", value=quiet["Query"], bar=exactly(1))
    yield Figure(what=f"{what}: requests in all", value=quiet.total(), bar=exactly(TARGETS + batches(TARGETS) + 1))
    yield Figure(
        what="a job that finishes, both channels: requests in addition",
        value=(busy - quiet).total(),
        bar=exactly(sum(A_JOB.values())),
    )


def measure(function: Function, pinpoint: PinpointStandIn, targets: int) -> tuple[Counter[str], Counter[str]]:
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


def _counted(environment: Mapping[str, str], targets: int) -> tuple[Counter[str], Counter[str]]:
    with PinpointStandIn() as pinpoint, cold_started({**environment, URL: pinpoint.url}) as function:
        return measure(function, pinpoint, targets)


def _sum(requests: Counter[str], operations: Iterable[str]) -> int:
    return sum(requests[name] for name in operations)
