from collections.abc import Iterator

import pytest

from local.emulator import Emulator
from local.stand_in import StandIn
from tests.faults.wire.proxy import Proxy


@pytest.fixture(scope="module")
def proxy(emulator: Emulator, pinpoint_server: StandIn) -> Iterator[Proxy]:
    with Proxy(emulator.url, pinpoint_server.url) as running:
        yield running
