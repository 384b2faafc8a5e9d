"""The proxy between a function and its services does what it says, and knows what came of it."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any
from uuid import uuid4

import pytest
from botocore.config import Config
from botocore.exceptions import ClientError, ConnectionClosedError, ReadTimeoutError
from botocore.parsers import ResponseParserError

from local.emulator import Emulator
from local.inbox import Inbox, subscribe_inbox
from tests.faults.wire.plan import ANSWERED, CRASHES, LOST, PATIENCE, TIMED_OUT, Fault, Script, Trouble
from tests.faults.wire.proxy import Proxy
from tests.faults.wire.services import EVENTBRIDGE, SNS

pytestmark = pytest.mark.e2e

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

    def publish(self, patience: float = PATIENCE) -> None:
        message = json.dumps({"default": json.dumps({"id": "1", "watch": self.watch})})
        entry: Any = {"Id": "0", "Message": message, "MessageStructure": "json"}
        self._connected("sns", patience).publish_batch(TopicArn=self.topic, PublishBatchRequestEntries=[entry])

    def put_event(self) -> Any:
        detail = json.dumps({"id": "1", "watch": self.watch})
        entry: Any = {"Source": "import-watch", "DetailType": "Import Job Completed", "Detail": detail}
        return self._connected("events", PATIENCE).put_events(Entries=[entry])

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


@pytest.mark.parametrize("trouble", Trouble)
def test_trouble_is_what_its_name_says(client: Client, trouble: Trouble) -> None:
    """To the client, to the subscriber, and in the proxy's own books."""
    error, acted = WHAT_A_CLIENT_SEES[trouble]
    script = client.script(Fault(at=1, trouble=trouble))
    with pytest.raises(error):
        client.publish(0.5 if trouble in TIMED_OUT else PATIENCE)
    script.settle()
    assert len(client.inbox.receive(at_least=acted)) == acted
    assert client.proxy.accepted(client.watch)["1", SNS] == acted
    assert script.lost == (trouble in LOST)
    if trouble in CRASHES:
        assert client.victim.wait(10) == -signal.SIGKILL


@pytest.mark.parametrize("trouble", sorted(ANSWERED))
def test_a_refusal_is_in_the_service_s_own_words(client: Client, trouble: Trouble) -> None:
    """So that the client takes it for what it is."""
    client.script(Fault(at=1, trouble=trouble))
    with pytest.raises(ClientError) as refused:
        client.put_event()
    code, status = refused.value.response["Error"]["Code"], refused.value.response["ResponseMetadata"]
    assert (code, status["HTTPStatusCode"]) == REFUSALS[trouble]


def test_a_json_reply_that_is_truncated_looks_like_an_empty_one(client: Client) -> None:
    """The SDK doesn't raise; the service has acted."""
    client.script(Fault(at=1, trouble=Trouble.TRUNCATED))
    assert client.put_event().keys() == {"ResponseMetadata"}
    assert client.proxy.accepted(client.watch)["1", EVENTBRIDGE] == 1


def test_only_the_request_named_meets_it(client: Client) -> None:
    client.script(Fault(at=2, trouble=Trouble.BROKEN))
    client.publish()
    with pytest.raises(ClientError):
        client.publish()
    client.publish()
    assert client.proxy.accepted(client.watch)["1", SNS] == 2


def test_a_request_is_held_with_its_process_until_it_is_released(client: Client) -> None:
    """Nothing is forwarded before; and the process goes on when there is something to be read."""
    script = client.script(Fault(at=1, held=True))
    with ThreadPoolExecutor(1) as pool:
        publishing = pool.submit(client.publish)
        assert script.held.wait(PATIENCE)
        assert os.WIFSTOPPED(os.waitpid(client.victim.pid, os.WUNTRACED)[1])
        assert not client.proxy.accepted(client.watch)
        script.released.set()
        publishing.result(PATIENCE)
    assert os.WIFCONTINUED(os.waitpid(client.victim.pid, os.WCONTINUED)[1])
    assert client.proxy.accepted(client.watch)["1", SNS] == 1
