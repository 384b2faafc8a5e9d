from collections.abc import Iterator

import pytest

from local.emulator import Emulator
from local.pinpoint import PinpointStandIn
from tests.faults.wire.proxy import Proxy


@pytest.fixture(scope="module")
def proxy(emulator: Emulator, pinpoint_server: PinpointStandIn) -> Iterator[Proxy]:
    with Proxy(emulator.url, pinpoint_server.url) as running:
        yield running
