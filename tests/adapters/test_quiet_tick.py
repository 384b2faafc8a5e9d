"""Almost free when nothing happens: counted in requests, by the benchmark that the README quotes."""

from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from bench.function import Function, cold_started
from bench.model import A_JOB
from bench.quiet_tick import measure
from local.emulator import Emulator
from local.stand_in import ApiError, StandIn, import_job
from tests.adapters.function import environment


@pytest.fixture
def function(emulator: Emulator, pinpoint: StandIn, topic: str, table: str) -> Iterator[Function]:
    with cold_started(environment(emulator, pinpoint, table=table, topic=topic)) as started:
        yield started


@pytest.mark.parametrize(("targets", "reads"), [(1, 1), (100, 1), (101, 2)])
def test_a_quiet_tick_lists_reads_and_does_nothing_else(
    function: Function, pinpoint: StandIn, targets: int, reads: int
) -> None:
    """N listings, one BatchGetItem a hundred targets, one query; no write, no publish."""
    quiet, busy = measure(function, pinpoint, targets)
    assert quiet == {"GetSegmentImportJobs": targets, "BatchGetItem": reads, "Query": 1}
    assert busy - quiet == A_JOB


@pytest.mark.parametrize(("applications", "pages", "reads"), [(0, 1, 0), (1, 1, 1), (100, 1, 1), (101, 2, 2)])
def test_a_whole_account_takes_one_more_of_each(
    function: Function, pinpoint: StandIn, applications: int, pages: int, reads: int
) -> None:
    """One request for each page of its list, and one for its ledger; no write, no publish."""
    for number in range(applications):
        target = f"pinpoint:app-{number}"
        pinpoint.jobs.put(target, import_job(target, "job", "PROCESSING", created=datetime.now(UTC)))
    for _ in range(2):
        function.tick(["pinpoint:*"])
    quiet = Counter({"GetApps": pages, "GetImportJobs": applications, "BatchGetItem": reads + 1, "Query": 1})
    assert function.requests == +quiet


def test_so_does_one_whose_account_goes_on_failing(function: Function, pinpoint: StandIn) -> None:
    """It lists the applications that are known."""
    for target in ("pinpoint:one", "pinpoint:two"):
        pinpoint.jobs.put(target)
    function.tick(["pinpoint:*"])
    pinpoint.faults.add("pinpoint:*", ApiError("ForbiddenException"), times=None)
    for _ in range(3):
        function.tick(["pinpoint:*"])
    assert function.requests == {"GetApps": 1, "GetImportJobs": 2, "BatchGetItem": 2, "Query": 1}


def test_so_does_one_in_which_a_target_goes_on_failing(function: Function, pinpoint: StandIn) -> None:
    """For the same reason as before, once that is announced."""
    target = "pinpoint:app/segment-0"
    measure(function, pinpoint, 2)
    pinpoint.faults.add(target, ApiError("ForbiddenException"), times=None)
    names = [target, "pinpoint:app/segment-1"]
    for _ in range(3):
        function.tick(names)
    assert function.requests == {"GetSegmentImportJobs": 2, "BatchGetItem": 1, "Query": 1}
