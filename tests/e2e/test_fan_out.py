"""A watch of 2,000 targets, deployed with its queue and its workers: as promised as any, also where a worker dies.

The emulator's mapping takes chunks four at a time, and has them come again where a worker fails. The queue's visibility
is shortened, so that nobody waits five minutes for that; what the template says of it is in `infra/test_fan_out.py`.
"""

from collections import Counter
from pathlib import Path

import pytest

from bench.fan_out import FINISHING, TARGETS, FannedOut, assembled, fanned_out
from local.emulator import Emulator
from local.pinpoint import PinpointStandIn
from tests.processes import linux_only

pytestmark = [pytest.mark.e2e, linux_only]


@pytest.fixture(scope="module")
def came(emulator: Emulator, pinpoint_server: PinpointStandIn, tmp_path_factory: pytest.TempPathFactory) -> FannedOut:
    assembly = assembled(Path(tmp_path_factory.mktemp("assembly")))
    pinpoint_server.reset()
    return fanned_out(emulator, pinpoint_server, assembly)


def test_every_target_is_polled(came: FannedOut) -> None:
    """Once, but for those whose worker was killed over them; all of them were read from a file of the bundle."""
    assert came.handed_over == len(TARGETS)
    assert came.polled.keys() == set(TARGETS)
    assert came.killed
    again = [target for target, times in came.polled.items() if times > 1]
    assert 0 < len(again) <= 100
    assert came.given_up == 0


def test_each_announcement_comes_once_on_each_channel(came: FannedOut) -> None:
    """Also those of the chunk that came again."""
    assert came.delivered == {"SNS": Counter(FINISHING), "EventBridge": Counter(FINISHING)}
