import signal
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest

from local.assembly import Assembly, synthesize
from local.deployment import deploy
from local.emulator import Emulator
from local.stand_in import StandIn, endpoints
from tests.adapters.stand_in_cases import CASES
from tests.cli.command import Command
from tests.e2e.stack import Stack

# A shell that starts the tests in the background has them ignore Ctrl-C, and commands would inherit that.
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)

STORIES = [f"pinpoint:stories/{number:02}" for number in range(1, 31)]
"""Targets of the watch `stories`: a test that changes the table takes one that no other test of its file has."""
MIXED = [*(case.target for case in CASES), "pinpoint:shop"]
"""Those of the watch `mixed`: a list of each source."""
WATCHES: list[dict[str, Any]] = [
    {"name": "newsletter", "every": "1 day", "targets": ["pinpoint:app/segment"], "email": ["team@example.com"]}
    | {"chat": True, "digestAbove": 3},
    {"name": "customers", "every": "1 day", "targets": ["pinpoint:crm"]},
    {"name": "stories", "every": "1 day", "targets": STORIES},
    {"name": "mixed", "every": "1 day", "targets": MIXED},
]


@dataclass(frozen=True, kw_only=True)
class Operated(Stack):
    """A deployed stack, and the command line that operates it."""

    command: Command
    pinpoint: StandIn


@pytest.fixture
def command(pinpoint: StandIn) -> Command:
    """Give the command where the stand-in is all there is of AWS."""
    return Command(environment=endpoints(pinpoint.url))


@pytest.fixture(scope="session")
def operated_assembly(tmp_path_factory: pytest.TempPathFactory) -> Assembly:
    return synthesize({"import-watch": {"watches": WATCHES}}, Path(tmp_path_factory.mktemp("operated")))


@pytest.fixture(scope="module")
def deployed(emulator: Emulator, operated_assembly: Assembly, request: pytest.FixtureRequest) -> Stack:
    """Deploy it for one file's tests alone."""
    assembly = replace(operated_assembly, stack=request.module.__name__.rpartition(".")[2].replace("_", "-"))
    return Stack(emulator, assembly, deploy(emulator, assembly))


@pytest.fixture
def operated(deployed: Stack, pinpoint: StandIn) -> Operated:
    """Give the file's stack, its schedules asleep for all that a test can see, and the command that finds it."""
    environment = {
        "AWS_ENDPOINT_URL": deployed.emulator.url,
        **endpoints(pinpoint.url),
        "IMPORT_WATCH_STACK": deployed.assembly.stack,
    }
    return Operated(
        emulator=deployed.emulator,
        assembly=deployed.assembly,
        outputs=deployed.outputs,
        command=Command(environment=environment),
        pinpoint=pinpoint,
    )
