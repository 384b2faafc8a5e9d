"""A sample of the faults over real HTTP, and that nothing is left of what they take."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from local.emulator import Emulator
from local.stand_in import StandIn
from tests.faults.wire import suite
from tests.faults.wire.chapters import ALL_AT_ONCE, PEOPLE_ARE_TOLD
from tests.faults.wire.plan import PATIENCE, Fault, Trouble
from tests.faults.wire.proxy import Proxy
from tests.faults.wire.services import EMAIL
from tests.faults.wire.stage import Lane, running_lanes
from tests.faults.wire.stories import ENDINGS, LATEST, SINGLE, TOO_LATE
from tests.faults.wire.story import Story, play
from tests.faults.wire.uploads import DETAILS_ARE_BACK, FINE, HALF, UPLOADS
from tests.processes import group, linux_only

pytestmark = pytest.mark.e2e


@pytest.fixture(scope="module")
def lanes(
    emulator: Emulator, pinpoint_server: StandIn, proxy: Proxy, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Sequence[Lane]]:
    with running_lanes(emulator, pinpoint_server, proxy, tmp_path_factory.mktemp("lanes"), 4) as running:
        yield running


@pytest.fixture(scope="module")
def first(lanes: Sequence[Lane]) -> Callable[[str], int]:
    """Find the first request of an operation, in the tick in which all finishes at once."""
    ((performance, _),) = play(lanes, [Story(chapter=ALL_AT_ONCE)])
    operations = [call.operation for call in performance.first.calls]
    return lambda operation: 1 + operations.index(operation)


class TestSample:
    """Of the stories that the suite plays in full."""

    def test_whatever_goes_wrong_at_a_publish_all_is_delivered_and_little_doubled(
        self, lanes: Sequence[Lane], first: Callable[[str], int]
    ) -> None:
        """Each kind of trouble, and each ending of a tick while which another one ran."""
        faults = [Fault(at=first("PublishBatch"), trouble=trouble) for trouble in SINGLE]
        held = [Fault(at=first("PutEvents"), trouble=ending, held=True) for ending in ENDINGS]
        stories = [Story(chapter=ALL_AT_ONCE, fault=fault) for fault in faults]
        stories += [Story(chapter=ALL_AT_ONCE, fault=fault, others=[LATEST]) for fault in held]
        findings = suite.played(lanes, stories)
        assert (findings.points, findings.losses, findings.doubles) == (len(stories), [], [])
        assert findings.deliveries > 14 * len(stories), "some of it twice"

    def test_a_call_that_fails_in_all_attempts_is_made_good(
        self, lanes: Sequence[Lane], first: Callable[[str], int]
    ) -> None:
        """To record, to publish, or to settle: what was published, and couldn't be settled, goes out again."""
        places = [first(operation) for operation in ("PutItem", "PublishBatch", "UpdateItem")]
        faults = [Fault(at=at, trouble=Trouble.BROKEN, whole_call=True) for at in places]
        findings = suite.played(lanes, [Story(chapter=ALL_AT_ONCE, fault=fault) for fault in faults])
        assert (findings.losses, findings.doubles) == ([], [])
        assert findings.deliveries == 14 + 14 + 16, "one of seven jobs again, on two channels"

    def test_whatever_goes_wrong_when_people_are_told_machines_get_nothing_again(self, lanes: Sequence[Lane]) -> None:
        """Two jobs, on three channels; a digest whose reply is lost is sent once more."""
        ((performance, found),) = play(lanes, [Story(chapter=PEOPLE_ARE_TOLD)])
        assert (found.deliveries, found.losses, found.doubles) == (6, [], [])
        at = 1 + [call.channel for call in performance.first.calls].index(EMAIL)
        troubles = (Trouble.KILLED_BEFORE, Trouble.KILLED_AFTER, Trouble.CUT, Trouble.DENIED)
        findings = suite.played(
            lanes, [Story(chapter=PEOPLE_ARE_TOLD, fault=Fault(at=at, trouble=each)) for each in troubles]
        )
        assert (findings.losses, findings.doubles) == ([], [])
        assert findings.deliveries == 6 + 8 + 8 + 6

    def test_whatever_goes_wrong_with_a_detail_no_job_is_lost_or_told_as_its_list_shows_it(
        self, lanes: Sequence[Lane]
    ) -> None:
        """Each kind of trouble at the first of them, and other ticks that have them while one is held there."""
        ((performance, found),) = play(lanes, [Story(chapter=UPLOADS)])
        assert (found.deliveries, found.losses, found.doubles) == (8, [], [])
        at = 1 + [call.operation for call in performance.first.calls].index("GetUploadJob")
        stories = [Story(chapter=UPLOADS, fault=Fault(at=at, trouble=trouble)) for trouble in (*SINGLE, Trouble.DENIED)]
        lasting = [Fault(at=at, trouble=trouble, whole_call=True) for trouble in (Trouble.REFUSED, Trouble.BROKEN)]
        stories += [Story(chapter=chapter, fault=fault) for chapter in (UPLOADS, DETAILS_ARE_BACK) for fault in lasting]
        held = [Fault(at=at, trouble=ending, held=True) for ending in ENDINGS]
        stories += [Story(chapter=UPLOADS, fault=fault, others=[LATEST]) for fault in held]
        findings = suite.played(lanes, stories)
        assert (findings.points, findings.losses, findings.doubles) == (len(stories), [], [])
        assert findings.deliveries == 8 * len(stories), "nothing of it twice"

    def test_a_half_failed_import_that_is_told_as_completed_is_found_out(self, lanes: Sequence[Lane]) -> None:
        """As one would be that is gone before it can be asked for."""
        gone = replace(UPLOADS, name="half is gone", tick=replace(UPLOADS.tick, jobs=[replace(HALF, gone=True)]))
        ((_, found),) = play(lanes, [Story(chapter=replace(gone, jobs=[(HALF.id, "finished"), (FINE.id, "finished")]))])
        (loss,) = found.losses
        assert loss.endswith(f"{HALF.id} was told as completed, and is completed_with_failures")

    def test_a_lease_that_a_tick_outlives_doubles_and_the_judge_sees_it(
        self, lanes: Sequence[Lane], first: Callable[[str], int]
    ) -> None:
        """By which we know that it would see one elsewhere."""
        fault = Fault(at=first("PublishBatch"), held=True)
        findings = suite.played(lanes, [Story(chapter=ALL_AT_ONCE, fault=fault, others=[TOO_LATE])])
        assert (len(findings.losses), len(findings.doubles)) == (0, 14), "seven jobs on two channels"

    def test_a_suite_that_sees_no_double_where_there_must_be_one_says_so(self, lanes: Sequence[Lane]) -> None:
        """As when nothing at all was held."""
        said: list[str] = []
        blind = suite.outlived(lanes, [Story(chapter=ALL_AT_ONCE)], said.append)
        assert said == ["leases outlived: 1 points, 0 doubles seen"]
        assert blind.losses == ["ticks outlived their leases, and nobody saw a double: the suite is blind"]

    def test_subscribers_get_what_the_proxy_saw_accepted(
        self, emulator: Emulator, lanes: Sequence[Lane], first: Callable[[str], int]
    ) -> None:
        """Seven jobs on two channels, and all of it again, as the process died before it could settle."""
        fault = Fault(at=first("PublishBatch"), trouble=Trouble.KILLED_AFTER)
        said: list[str] = []
        findings = suite.received(emulator, lanes, [Story(chapter=ALL_AT_ONCE, fault=fault)], said.append)
        assert said == ["subscribers got 28 messages, 28 were accepted"]
        assert (findings.deliveries, findings.losses, findings.doubles) == (28, [], [])


SLEEPER = """
import time

def handler(event, context):
    time.sleep(event["watch"]["seconds"])
"""
OWNER = """
import sys, time
from datetime import UTC, datetime
from pathlib import Path
from tests.faults.wire.plan import Fault
from tests.faults.wire.proxy import Proxy
from tests.faults.wire.services import EMAIL
from tests.faults.wire.worker import running_worker

scratch = Path(sys.argv[1])
function = {"_HANDLER": "sleeper.handler", "AWS_LAMBDA_FUNCTION_NAME": "sleeper", "FUNCTION_TIMEOUT_SECONDS": "50"}
with running_worker(function, Proxy(), scratch / "bundle", scratch) as worker:
    worker.start({"seconds": 0}, datetime.now(UTC), Fault()).outcome()
    print(worker.start({"seconds": 60}, datetime.now(UTC), Fault()).script.pid, flush=True)
    time.sleep(60)
"""


@linux_only
@pytest.mark.parametrize("ending", [signal.SIGINT, signal.SIGKILL])
def test_no_tick_outlives_its_owner_however_that_ends(ending: signal.Signals, tmp_path: Path) -> None:
    """One that is stopped, as it may be, wouldn't end by itself."""
    (tmp_path / "bundle").mkdir()
    (tmp_path / "bundle" / "sleeper.py").write_text(SLEEPER)
    command = [sys.executable, "-c", OWNER, str(tmp_path)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL) as owner:  # noqa: S603
        assert owner.stdout
        tick = int(owner.stdout.readline())
        zygote = os.getpgid(tick)
        os.kill(tick, signal.SIGSTOP)
        assert {tick, zygote} <= set(group(zygote))
        owner.send_signal(ending)
    deadline = time.monotonic() + PATIENCE
    while group(zygote) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert not group(zygote)
