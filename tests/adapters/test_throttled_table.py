"""A table that throttles, in DynamoDB's own words, whichever call it is: nothing is lost, hardly anything doubled."""

import json
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from io import BytesIO
from types import ModuleType
from typing import Any
from unittest.mock import patch

import pytest
import time_machine
from botocore.awsrequest import AWSResponse
from botocore.compat import HTTPHeaders
from botocore.exceptions import ReadTimeoutError

from import_watch.handlers.wiring import TickFailedError
from import_watch.jobs import JOB_KINDS
from local.inbox import Inbox
from local.stand_in import ApiError, StandIn, import_job
from tests.adapters.function import Context

TARGET, OTHER = "pinpoint:app/seg", "pinpoint:app/other"
EVENT = {
    "watch": {
        "name": "newsletter",
        "targets": [TARGET, OTHER],
        "policy": {"eventBus": None, "notify": sorted(JOB_KINDS - {"cancelled"})},
    }
}
Matches = Callable[[str, dict[str, Any]], bool]


def update(expression: str) -> Matches:
    return lambda operation, body: operation == "UpdateItem" and expression in body["UpdateExpression"]


CALLS: dict[str, Matches] = {
    "recording": lambda operation, body: operation == "PutItem" and "packed" in body["Item"],
    "suppressing": lambda operation, body: operation == "PutItem" and "suppressed" in body["Item"],
    "claiming": update("SET claim"),
    "settling": update("settledAt"),
    "claiming first sight": update("SET sightingBy"),
    "settling a ledger": update("digest"),
    "noting a failure": update("SET failingReason"),
    "noting it is announced": update("SET unavailableSince"),
    "noting a recovery": update("REMOVE failingSince"),
    "reading items": lambda operation, _: operation == "BatchGetItem",
    "reading leftovers": lambda operation, _: operation == "Query",
}


class Raw(BytesIO):
    """A body as botocore reads it."""

    def stream(self, **_: object) -> Iterator[bytes]:
        yield self.read()


def answer(status: int, body: object) -> AWSResponse:
    return AWSResponse("", status, HTTPHeaders(), Raw(json.dumps(body).encode()))


@dataclass
class Throttle:
    """Lets so many of the matching calls fail, in all their attempts, as a throttled table does."""

    matches: Matches
    code: str
    attempts: int
    calls: int
    armed: bool = True
    met: int = 0

    @property
    def failed(self) -> int:
        return self.met // self.attempts

    def __call__(self, request: Any, event_name: str, **_: object) -> AWSResponse | None:
        if not self.armed or self.failed == self.calls:
            return None
        if not self.matches(event_name.rpartition(".")[2], json.loads(request.body)):
            return None
        self.met += 1
        error = {"__type": f"com.amazonaws.dynamodb.v20120810#{self.code}", "message": "slow down"}
        return answer(400, error)


@contextmanager
def meeting(client: Any, fault: Any) -> Iterator[time_machine.Traveller]:
    """Let the client's requests meet the fault; time stands still, also where botocore pauses."""
    client.meta.events.register("before-send", fault)
    with time_machine.travel(datetime.now(UTC), tick=False) as time, patch("botocore.endpoint.time.sleep"):
        yield time
    client.meta.events.unregister("before-send", fault)


def tick(poll: ModuleType, time: time_machine.Traveller) -> None:
    """Run one, whether it fails or not, and let a minute pass."""
    with suppress(TickFailedError):
        poll.handler(EVENT, Context())
    time.shift(60)


def finish(pinpoint: StandIn, job_id: str, *, target: str = TARGET, **facts: Any) -> None:
    status, now = facts.pop("status", "COMPLETED"), datetime.now(UTC)
    pinpoint.jobs.put(target, import_job(target, job_id, status, created=now, completed=now))


def a_story(poll: ModuleType, pinpoint: StandIn, time: time_machine.Traveller) -> None:
    """Jobs that finish while SNS loses a reply, one that nobody wants, a target that fails and recovers."""
    finish(pinpoint, "job-1")
    finish(pinpoint, "unwanted", status="CANCELLED")
    with patch.object(poll.wiring.clients.sns, "publish_batch", side_effect=ReadTimeoutError(endpoint_url="x")):
        tick(poll, time)
    finish(pinpoint, "job-2")
    pinpoint.faults.add(OTHER, ApiError("ForbiddenException"), times=None)
    for _ in range(3):
        tick(poll, time)
    pinpoint.faults.reset()
    finish(pinpoint, "job-3", target=OTHER)
    for _ in range(6):
        tick(poll, time)


@pytest.mark.parametrize(
    ("name", "calls", "code"),
    [
        *((name, 5, "ThrottlingException") for name in CALLS),
        *((name, 1, "ProvisionedThroughputExceededException") for name in ("recording", "claiming", "settling")),
    ],
)
def test_whatever_is_throttled_nothing_is_lost(  # noqa: PLR0917 # fixtures, which pytest names, and the case
    poll: ModuleType, pinpoint: StandIn, inbox: Inbox, name: str, calls: int, code: str
) -> None:
    """For one call or for ticks on end; only what couldn't be settled is sent more than once."""
    client = poll.wiring.clients.dynamodb
    attempts = client.meta.config.retries["total_max_attempts"]
    throttle = Throttle(CALLS[name], code, attempts, calls, armed=name == "claiming first sight")
    with meeting(client, throttle) as time:
        finish(pinpoint, "history")
        tick(poll, time)
        throttle.armed = True
        a_story(poll, pinpoint, time)
    assert throttle.failed >= 1, "there is such a call"
    received = [mail.message for mail in inbox.receive(at_least=3)]
    about = Counter(message.get("jobId", message["kind"]) for message in received)
    assert about.keys() - {"target_unavailable", "target_recovered"} == {"job-1", "job-2", "job-3"}
    assert ("target_unavailable" in about) == ("target_recovered" in about)
    copies = Counter(message["id"] for message in received)
    assert sum(copies.values()) - len(copies) <= (throttle.failed if name == "settling" else 0)


def test_a_target_whose_ledger_can_t_be_begun_is_first_seen_when_it_can(
    poll: ModuleType, pinpoint: StandIn, inbox: Inbox
) -> None:
    """There is no telling its history from its news before."""
    client = poll.wiring.clients.dynamodb
    throttle = Throttle(update("firstSeenAt"), "ThrottlingException", attempts=3, calls=4)
    with meeting(client, throttle) as time:
        finish(pinpoint, "before")
        for _ in range(3):
            tick(poll, time)
        finish(pinpoint, "since")
        tick(poll, time)
    assert throttle.failed == 4
    assert [mail.message["jobId"] for mail in inbox.receive(at_least=1)] == ["since"]


@pytest.mark.parametrize("calls", [3, 12])
def test_items_that_stay_unread_for_a_while_or_for_ticks_on_end(
    poll: ModuleType, pinpoint: StandIn, inbox: Inbox, calls: int
) -> None:
    """`UnprocessedKeys` are no items that are not there: nothing is begun anew or announced again."""
    left = iter(range(calls))

    def unprocessed(request: Any, event_name: str, **_: object) -> AWSResponse | None:
        if not event_name.endswith("BatchGetItem") or next(left, None) is None:
            return None
        return answer(200, {"Responses": {}, "UnprocessedKeys": json.loads(request.body)["RequestItems"]})

    with meeting(poll.wiring.clients.dynamodb, lambda **_: None) as time:
        tick(poll, time)
    with meeting(poll.wiring.clients.dynamodb, unprocessed) as time:
        a_story(poll, pinpoint, time)
    copies = Counter(mail.message.get("jobId", mail.message["kind"]) for mail in inbox.receive(at_least=5))
    assert copies == dict.fromkeys(["job-1", "job-2", "job-3", "target_unavailable", "target_recovered"], 1)
