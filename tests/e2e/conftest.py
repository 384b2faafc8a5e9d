import json
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest

from local.assembly import Assembly, synthesize
from local.deployment import deploy
from local.emulator import Emulator
from tests.e2e.stack import WATCHES, Stack


@pytest.fixture(scope="session")
def assembly(tmp_path_factory: pytest.TempPathFactory) -> Assembly:
    context = {"import-watch": {"watches": WATCHES, "pageSize": 40}}
    return synthesize(context, Path(tmp_path_factory.mktemp("assembly")))


@pytest.fixture(scope="session")
def stack(emulator: Emulator, assembly: Assembly) -> Stack:
    return Stack(emulator, assembly, deploy(emulator, assembly))


@pytest.fixture
def newsletter(stack: Stack) -> dict[str, Any]:
    """Take the schedule's own input, under a name that is this test's alone."""
    watch: dict[str, Any] = json.loads(stack.assembly.schedule_inputs["newsletter"])["watch"]
    return {**watch, "name": f"newsletter-{uuid4().hex[:8]}"}
