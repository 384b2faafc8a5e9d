"""A thousand segments as one application's listing: the same jobs, seen in fewer calls."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Final

from bench.apart import apart
from bench.figures import Figure, at_least
from bench.function import LISTINGS, cold_started, segments
from bench.quiet_tick import URL
from bench.stage import Stage
from local.stand_in import StandIn, import_job

SEGMENTS: Final = 1000
PAGE: Final = 20  # jobs
TIMES: Final = 19


def figures(stage: Stage) -> Iterable[Figure]:
    """Count the listing calls of both ways."""
    environments = [stage.environment(PAGE_SIZE=str(PAGE)) for _ in range(2)]
    by_segment, by_application = apart(counted, *environments)
    yield Figure(
        what=f"{SEGMENTS:,} segments with a job each, {PAGE} a page: listing calls of {SEGMENTS:,} segment targets "
        f"({by_segment:,}), to those of one application target ({by_application:,})",
        value=by_segment / by_application,
        bar=at_least(TIMES),
    )


def counted(for_segments: Mapping[str, str], for_application: Mapping[str, str]) -> tuple[int, int]:
    """Count the calls of a quiet tick over the segments, and over their application."""
    names = segments("app", SEGMENTS)
    with StandIn() as pinpoint:
        for name in names:
            job = import_job(name, f"job-of-{name.partition('/')[2]}", "PROCESSING", created=datetime.now(UTC))
            pinpoint.jobs.put(name, job)
        return (
            _calls({**for_segments, URL: pinpoint.url}, names),
            _calls({**for_application, URL: pinpoint.url}, ["pinpoint:app"]),
        )


def _calls(environment: Mapping[str, str], targets: Sequence[str]) -> int:
    with cold_started(environment) as function:
        function.tick(targets)
        if (jobs := function.quiet(targets)["jobs"]) != SEGMENTS:
            raise RuntimeError(f"{jobs} jobs seen of {SEGMENTS}")
        return function.asked(LISTINGS)
