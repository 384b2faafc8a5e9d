"""Almost free when nothing happens: counted in requests, by the benchmark that the README quotes."""

import pytest

from bench.quiet_tick import counting, measure
from local.emulator import Emulator
from local.pinpoint import ApiError, PinpointStandIn


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
