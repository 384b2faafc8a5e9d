"""Faults over real HTTP: that the proxy does what it says, and a sample of the stories."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from botocore.config import Config
from botocore.exceptions import ClientError, ConnectionClosedError, ReadTimeoutError
from botocore.parsers import ResponseParserError

from local.emulator import Emulator
from local.inbox import Inbox, subscribe_inbox
from local.pinpoint import PinpointStandIn
from tests.faults.wire import suite
from tests.faults.wire.chapters import ALL_AT_ONCE
from tests.faults.wire.plan import ANSWERED, CRASHES, LOST, PATIENCE, Fault, Script, Trouble
from tests.faults.wire.proxy import Proxy
from tests.faults.wire.services import EVENTBRIDGE, SNS
from tests.faults.wire.stage import Lane, running_lanes
from tests.faults.wire.stories import ENDINGS, LATEST, SINGLE, TOO_LATE
from tests.faults.wire.story import Story, play
from tests.processes import group, linux_only

pytestmark = pytest.mark.e2e


@pytest.fixture(scope="module")
def proxy(emulator: Emulator, pinpoint_server: PinpointStandIn) -> Iterator[Proxy]:
    with Proxy(emulator.url, pinpoint_server.url) as running:
        yield running


@pytest.fixture(scope="module")
def lanes(
    emulator: Emulator, pinpoint_server: PinpointStandIn, proxy: Proxy, tmp_path_factory: pytest.TempPathFactory
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
        """Whether it was to record, to publish or to settle."""
        places = [first(operation) for operation in ("PutItem", "PublishBatch", "UpdateItem")]
        faults = [Fault(at=at, trouble=Trouble.BROKEN, whole_call=True) for at in places]
        findings = suite.played(lanes, [Story(chapter=ALL_AT_ONCE, fault=fault) for fault in faults])
        assert (findings.points, findings.losses, findings.doubles) == (3, [], [])

    def test_a_lease_that_a_tick_outlives_doubles_and_the_judge_sees_it(
        self, lanes: Sequence[Lane], first: Callable[[str], int]
    ) -> None:
        """By which we know that it would see one elsewhere."""
        fault = Fault(at=first("PublishBatch"), held=True)
        findings = suite.played(lanes, [Story(chapter=ALL_AT_ONCE, fault=fault, others=[TOO_LATE])])
        assert (len(findings.losses), len(findings.doubles)) == (0, 14), "seven jobs on two channels"

    def test_a_suite_that_sees_no_double_where_there_must_be_one_says_so(self, lanes: Sequence[Lane]) -> None:
        """As when nothing at all was held."""
        blind = suite.outlived(lanes, [Story(chapter=ALL_AT_ONCE)])
        assert blind.losses == ["ticks outlived their leases, and nobody saw a double: the suite is blind"]

    def test_subscribers_get_what_the_proxy_saw_accepted(
        self, emulator: Emulator, lanes: Sequence[Lane], first: Callable[[str], int]
    ) -> None:
        """Seven jobs on two channels, and all of it again, as the process died before it could settle."""
        fault = Fault(at=first("PublishBatch"), trouble=Trouble.KILLED_AFTER)
        findings = suite.received(emulator, lanes[0], [Story(chapter=ALL_AT_ONCE, fault=fault)])
        assert (findings.deliveries, findings.losses, findings.doubles) == (28, [], [])


WHAT_A_CLIENT_SEES = {
    Trouble.REFUSED: (ConnectionClosedError, 0),
    Trouble.SWALLOWED: (ReadTimeoutError, 0),
    Trouble.LATE: (ReadTimeoutError, 1),
    Trouble.CUT: (ConnectionClosedError, 1),
    Trouble.TRUNCATED: (ResponseParserError, 1),
    Trouble.THROTTLED: (ClientError, 0),
    Trouble.BROKEN: (ClientError, 0),
    Trouble.UNAVAILABLE: (ClientError, 0),
    Trouble.DENIED: (ClientError, 0),
    Trouble.KILLED_BEFORE: (ConnectionClosedError, 0),
    Trouble.KILLED_AFTER: (ConnectionClosedError, 1),
}
"""And how often the service acted."""
REFUSALS = {
    Trouble.THROTTLED: ("ThrottlingException", 429),
    Trouble.BROKEN: ("InternalException", 500),
    Trouble.UNAVAILABLE: ("ServiceUnavailable", 503),
    Trouble.DENIED: ("AccessDeniedException", 400),
}


@pytest.fixture
def victim() -> Iterator["subprocess.Popen[bytes]"]:
    """Start a process that waits to be killed or stopped."""
    with subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE) as process:
        yield process
        process.kill()


@dataclass
class Client:
    """Publishes by the proxy, to a subscriber of its own; the proxy takes it for a tick in that process."""

    proxy: Proxy
    emulator: Emulator
    victim: "subprocess.Popen[bytes]"
    monkeypatch: pytest.MonkeyPatch
    watch: str = field(default_factory=lambda: f"watch-{uuid4()}")

    def script(self, fault: Fault) -> Script:
        """Begin a tick with that fault in its way."""
        script = Script(id=str(uuid4()), fault=fault, pid=self.victim.pid)
        self.proxy.expect(script)
        self.monkeypatch.setenv("AWS_LAMBDA_FUNCTION_NAME", "poll")
        self.monkeypatch.setenv("_X_AMZN_TRACE_ID", script.id)
        return script

    @cached_property
    def inbox(self) -> Inbox:
        return subscribe_inbox(self.emulator, self.topic)

    @cached_property
    def topic(self) -> str:
        return self.emulator.session.client("sns").create_topic(Name=self.watch)["TopicArn"]

    def publish(self, patience: float = 0.5) -> None:
        message = json.dumps({"default": json.dumps({"id": "1", "watch": self.watch})})
        entry: Any = {"Id": "0", "Message": message, "MessageStructure": "json"}
        self._connected("sns", patience).publish_batch(TopicArn=self.topic, PublishBatchRequestEntries=[entry])

    def put_event(self) -> Any:
        detail = json.dumps({"id": "1", "watch": self.watch})
        entry: Any = {"Source": "import-watch", "DetailType": "Import Job Completed", "Detail": detail}
        return self._connected("events", 0.5).put_events(Entries=[entry])

    def _connected(self, service: Any, patience: float) -> Any:
        once = Config(read_timeout=patience, retries={"total_max_attempts": 1})
        return self.emulator.session.client(service, endpoint_url=self.proxy.urls[0], config=once)


@pytest.fixture
def client(
    proxy: Proxy, emulator: Emulator, victim: "subprocess.Popen[bytes]", monkeypatch: pytest.MonkeyPatch
) -> Client:
    monkeypatch.setattr("tests.faults.wire.proxy.TOO_LONG", 1.0)
    made = Client(proxy, emulator, victim, monkeypatch)
    made.script(Fault())
    assert made.inbox.receive() == []
    return made


class TestProxy:
    """It does what it says, and knows what came of it."""

    @pytest.mark.parametrize("trouble", Trouble)
    def test_trouble_is_what_its_name_says(self, client: Client, trouble: Trouble) -> None:
        """To the client, to the subscriber, and in the proxy's own books."""
        error, acted = WHAT_A_CLIENT_SEES[trouble]
        script = client.script(Fault(at=1, trouble=trouble))
        with pytest.raises(error):
            client.publish()
        script.settle()
        assert len(client.inbox.receive(at_least=acted)) == acted
        assert client.proxy.accepted(client.watch)["1", SNS] == acted
        assert script.lost == (trouble in LOST)
        if trouble in CRASHES:
            assert client.victim.wait(10) == -signal.SIGKILL

    @pytest.mark.parametrize("trouble", sorted(ANSWERED))
    def test_a_refusal_is_in_the_service_s_own_words(self, client: Client, trouble: Trouble) -> None:
        """So that the client takes it for what it is."""
        client.script(Fault(at=1, trouble=trouble))
        with pytest.raises(ClientError) as refused:
            client.put_event()
        code, status = refused.value.response["Error"]["Code"], refused.value.response["ResponseMetadata"]
        assert (code, status["HTTPStatusCode"]) == REFUSALS[trouble]

    def test_a_json_reply_that_is_truncated_looks_like_an_empty_one(self, client: Client) -> None:
        """The SDK doesn't raise; the service has acted."""
        client.script(Fault(at=1, trouble=Trouble.TRUNCATED))
        assert client.put_event().keys() == {"ResponseMetadata"}
        assert client.proxy.accepted(client.watch)["1", EVENTBRIDGE] == 1

    def test_only_the_request_named_meets_it(self, client: Client) -> None:
        client.script(Fault(at=2, trouble=Trouble.BROKEN))
        client.publish()
        with pytest.raises(ClientError):
            client.publish()
        client.publish()
        assert client.proxy.accepted(client.watch)["1", SNS] == 2

    def test_a_request_is_held_with_its_process_until_it_is_released(self, client: Client) -> None:
        """Nothing is forwarded before; and the process goes on when there is something to be read."""
        script = client.script(Fault(at=1, held=True))
        with ThreadPoolExecutor(1) as pool:
            publishing = pool.submit(client.publish, patience=PATIENCE)
            assert script.held.wait(PATIENCE)
            assert os.WIFSTOPPED(os.waitpid(client.victim.pid, os.WUNTRACED)[1])
            assert not client.proxy.accepted(client.watch)
            script.released.set()
            publishing.result(PATIENCE)
        assert os.WIFCONTINUED(os.waitpid(client.victim.pid, os.WCONTINUED)[1])
        assert client.proxy.accepted(client.watch)["1", SNS] == 1


OWNER = """
import sys, time
from datetime import UTC, datetime
from pathlib import Path
from tests.faults.wire.plan import Fault
from tests.faults.wire.proxy import Proxy
from tests.faults.wire.worker import running_worker

scratch = Path(sys.argv[1])
function = {"_HANDLER": "slow.handler", "AWS_LAMBDA_FUNCTION_NAME": "slow", "FUNCTION_TIMEOUT_SECONDS": "50"}
with running_worker(function, Proxy(), scratch / "bundle", scratch) as worker:
    print(worker.start({}, datetime.now(UTC), Fault()).script.pid, flush=True)
    time.sleep(60)
"""


@linux_only
@pytest.mark.parametrize("ending", [signal.SIGINT, signal.SIGKILL])
def test_no_tick_outlives_its_owner_however_that_ends(ending: signal.Signals, tmp_path: Path) -> None:
    """One that is stopped, as it may be, wouldn't end by itself."""
    (tmp_path / "bundle").mkdir()
    (tmp_path / "bundle" / "slow.py").write_text("import time\ndef handler(event, context): time.sleep(60)\n")
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
