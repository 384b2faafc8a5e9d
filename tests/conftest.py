from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, settings

from import_watch.handlers import ready
from local.emulator import Emulator, running_emulator
from local.stand_in import StandIn

# Only a whole handler turns the collector on again; tests that import a part of one need it, too.
ready()

# No test here is about wall time: a slow machine must not fail one.
settings.register_profile("project", settings.default, deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("project")


@pytest.fixture(scope="session")
def pinpoint_server() -> Iterator[StandIn]:
    with StandIn() as stand_in:
        yield stand_in


@pytest.fixture
def pinpoint(pinpoint_server: StandIn) -> Iterator[StandIn]:
    pinpoint_server.reset()
    yield pinpoint_server
    try:
        pinpoint_server.check()
    finally:
        pinpoint_server.reset()  # or a guard would be in the way of what uses the server itself


@pytest.fixture
def services(pinpoint: StandIn) -> StandIn:
    """Give the same: what serves Pinpoint serves all that can be watched."""
    return pinpoint


@pytest.fixture(scope="session")
def emulator(pinpoint_server: StandIn) -> Iterator[Emulator]:
    with running_emulator(services_url=pinpoint_server.url) as running:
        yield running
