"""Almost free when nothing happens: counted in requests, by the benchmark that the README quotes."""

from collections import Counter
from datetime import UTC, datetime

import pytest

from bench.quiet_tick import counting, measure
from local.emulator import Emulator
from local.pinpoint import ApiError, PinpointStandIn, import_job


@pytest.mark.parametrize(("targets", "reads"), [(1, 1), (100, 1), (101, 2)])
def test_a_quiet_tick_lists_reads_and_does_nothing_else(
    emulator: Emulator, pinpoint: PinpointStandIn, targets: int, reads: int
) -> None:
    """N listings, one BatchGetItem a hundred targets, one query; no write, no publish."""
    with counting(emulator, pinpoint) as bench:
        requests = measure(bench, targets, jobs=1)
    assert requests["nothing happens"] == {"GetSegmentImportJobs": targets, "BatchGetItem": reads, "Query": 1}
    assert requests["one job finishes"] == {
        "GetSegmentImportJobs": targets,
        "BatchGetItem": reads + 1,
        "Query": 1,
        "PutItem": 1,
        "UpdateItem": 2,
        "PublishBatch": 1,
        "PutEvents": 1,
    }


@pytest.mark.parametrize(("applications", "pages", "reads"), [(0, 1, 0), (1, 1, 1), (100, 1, 1), (101, 2, 2)])
def test_a_whole_account_takes_one_more_of_each(
    emulator: Emulator, pinpoint: PinpointStandIn, applications: int, pages: int, reads: int
) -> None:
    """One request for each page of its list, and one for its ledger; no write, no publish."""
    for number in range(applications):
        target = f"pinpoint:app-{number}"
        pinpoint.jobs.put(target, import_job(target, "job", "PROCESSING", created=datetime.now(UTC)))
    quiet = Counter({"GetApps": pages, "GetImportJobs": applications, "BatchGetItem": reads + 1, "Query": 1})
    with counting(emulator, pinpoint) as bench:
        bench.tick(["pinpoint:*"])
        assert bench.tick(["pinpoint:*"]) == +quiet


def test_so_does_one_whose_account_goes_on_failing(emulator: Emulator, pinpoint: PinpointStandIn) -> None:
    """It lists the applications that are known."""
    for target in ("pinpoint:one", "pinpoint:two"):
        pinpoint.jobs.put(target)
    with counting(emulator, pinpoint) as bench:
        bench.tick(["pinpoint:*"])
        pinpoint.faults.add("pinpoint:*", ApiError("ForbiddenException"), times=None)
        for _ in range(2):
            bench.tick(["pinpoint:*"])
        assert bench.tick(["pinpoint:*"]) == {"GetApps": 1, "GetImportJobs": 2, "BatchGetItem": 2, "Query": 1}


def test_so_does_one_in_which_a_target_goes_on_failing(emulator: Emulator, pinpoint: PinpointStandIn) -> None:
    """For the same reason as before, once that is announced."""
    target = "pinpoint:app/segment-0"
    with counting(emulator, pinpoint) as bench:
        measure(bench, 2, jobs=1)
        pinpoint.faults.add(target, ApiError("ForbiddenException"), times=None)
        names = [target, "pinpoint:app/segment-1"]
        for _ in range(2):
            bench.tick(names)
        assert bench.tick(names) == {"GetSegmentImportJobs": 2, "BatchGetItem": 1, "Query": 1}
