"""A watch of 2,000 targets, deployed with its queue and its workers: as promised as any, also where a worker dies.

The emulator's mapping takes chunks four at a time, and has them come again where a worker fails. The queue's visibility
is shortened, so that nobody waits five minutes for that; what the template says of it is in `infra/test_fan_out.py`.
"""

import json
from collections import Counter
from pathlib import Path

import pytest

from bench.deployed import Run
from bench.fan_out import FINISHING, TARGETS, FannedOut, assembled, fanned_out
from local.emulator import Emulator
from local.stand_in import StandIn
from tests.e2e.grants import Grant, role_of
from tests.e2e.stack import SEGMENT, Stack
from tests.processes import linux_only

pytestmark = [pytest.mark.e2e, linux_only]


@pytest.fixture(scope="module")
def run(emulator: Emulator, tmp_path_factory: pytest.TempPathFactory) -> Run:
    return Run.deployed(emulator, assembled(Path(tmp_path_factory.mktemp("assembly"))))


@pytest.fixture(scope="module")
def came(run: Run, pinpoint_server: StandIn) -> FannedOut:
    pinpoint_server.reset()
    return fanned_out(run, pinpoint_server)


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


def test_a_message_that_is_none_blocks_nothing_and_is_kept(run: Run, pinpoint: StandIn) -> None:
    """After three tries it is out of the way, for a person to look at; what stood behind it is polled meanwhile."""
    pinpoint.jobs.put(SEGMENT)
    run.shorten_visibility(1)
    kept = run.given_up()
    run.send("no chunk", json.dumps({"watch": {"name": "many", "targets": [SEGMENT]}}))
    run.await_workers()
    assert run.given_up() == kept + 1
    assert SEGMENT in {call.target for call in pinpoint.calls}


def test_what_may_not_be_handed_over_fails_the_tick(run: Run) -> None:
    """The error says which action was denied."""
    stack = Stack(run.emulator, run.assembly, dict(run.outputs))
    with role_of(stack).without(Grant("sqs:SendMessageBatch", "<ChunksQueue.Arn>")):
        failed = stack.invoke(json.loads(run.assembly.schedule_inputs["many"])["watch"])
    assert "not authorized to perform: sqs:SendMessageBatch" in str(failed.error)
