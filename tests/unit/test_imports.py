"""What a cold start loads: each import is paid for."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.unit.test_settings import WHOLE

FUNCTIONS = Path(__file__).parents[2] / "functions"
BATCH = "aws_lambda_powertools.utilities.batch"


PEOPLE = {f"import_watch.{name}" for name in ("adapters.people", "chats", "digests")}


def loaded(handler: str, **settings: str) -> set[str]:
    """Import a handler in a fresh interpreter; the modules that it loads."""
    code = f"import sys, import_watch.handlers.{handler}; print(*sys.modules)"
    environment = {
        **WHOLE,
        **settings,
        "AWS_DEFAULT_REGION": "us-east-1",
        "PYTHONPATH": str(FUNCTIONS),
        "PATH": os.defpath,
    }
    command = [sys.executable, "-c", code]
    return set(subprocess.run(command, env=environment, capture_output=True, text=True, check=True).stdout.split())  # noqa: S603 - our own code


@pytest.mark.parametrize(("handler", "batches"), [("poll", False), ("worker", True)])
def test_neither_pydantic_nor_x_ray_is_loaded(handler: str, *, batches: bool) -> None:
    """Even where they are installed; and what takes messages apart, only where there are messages."""
    modules = loaded(handler)
    assert not modules & {"pydantic", "aws_xray_sdk"}
    assert (BATCH in modules) is batches


@pytest.mark.parametrize("handler", ["poll", "worker"])
def test_people_s_channels_are_loaded_only_where_there_are_people(handler: str) -> None:
    """Where they are, that is done while the function starts."""
    assert not PEOPLE & loaded(handler)
    for topic in ("EMAIL_TOPIC_ARN", "CHAT_TOPIC_ARN"):
        assert loaded(handler, **{topic: WHOLE["TOPIC_ARN"]}) >= PEOPLE
