"""The function's handler in this process: real clients, over HTTP, against emulator and stand-in."""

import json
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from io import StringIO
from types import ModuleType
from typing import TYPE_CHECKING, Any
from unittest.mock import patch

import pytest
from botocore.exceptions import ReadTimeoutError

from import_watch.adapters.items import from_item
from import_watch.handlers.clients import ATTEMPTS, CONNECT_TIMEOUT, READ_TIMEOUT
from import_watch.handlers.wiring import RESERVE, TickFailedError
from import_watch.inputs import InvalidWatchError
from import_watch.jobs import parse_timestamp
from import_watch.sources import pinpoint_page
from local.inbox import Inbox
from local.stand_in import ApiError, StandIn, import_job
from tests.adapters.function import Context

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

TARGET, OTHER = "pinpoint:app/seg", "pinpoint:app/other"


def an_event(*targets: str, **facts: Any) -> dict[str, Any]:
    return {"watch": {"name": "newsletter", "targets": list(targets or (TARGET, OTHER)), **facts}}


def a_job(job_id: str, status: str = "COMPLETED", **facts: Any) -> dict[str, Any]:
    now = datetime.now(UTC)
    return import_job(TARGET, job_id, status, created=now - timedelta(minutes=1), completed=now, **facts)


def test_a_finished_job_reaches_the_subscriber_once(poll: ModuleType, pinpoint: StandIn, inbox: Inbox) -> None:
    """And the result tells what was done."""
    assert poll.handler(an_event(), Context()) == {
        "watch": "newsletter",
        "targets": 2,
        "pages": 2,
        "jobs": 0,
        "announced": 0,
        "pending": 0,
        "suppressed": 0,
        "failing": [],
    }
    pinpoint.jobs.put(TARGET, a_job("job-1", TotalFailures=3))
    results = [poll.handler(an_event(), Context()) for _ in range(2)]
    assert [result["announced"] for result in results] == [1, 0]
    assert [mail.message["kind"] for mail in inbox.receive(at_least=1)] == ["completed_with_failures"]


def test_pages_are_decoded_without_the_model(poll: ModuleType) -> None:
    """The function's own session has the parser that does so."""
    with patch.object(pinpoint_page, "decode", wraps=pinpoint_page.decode) as decoding:
        poll.handler(an_event(), Context())
    assert decoding.call_count == 2


def test_metrics_are_a_line_by_watch_and_a_line_of_the_stack_s(
    poll: ModuleType, capsys: pytest.CaptureFixture[str]
) -> None:
    """Both by function, so that two stacks of an account don't mix; no further dimension, as each costs."""
    by_watch, of_the_stack = metrics_of(poll, capsys)
    assert dimensions(by_watch) == ("ImportWatch", {"function": "poll", "watch": "newsletter"})
    assert names_and_units(by_watch) == {
        "Pages": "Count",
        "Jobs": "Count",
        "Announced": "Count",
        "Pending": "Count",
        "Quarantined": "Count",
        "FailingTargets": "Count",
        "Heartbeat": "Count",
        "TickDuration": "Milliseconds",
    }
    assert (by_watch["Heartbeat"], by_watch["Pages"]) == ([1.0], [2.0])
    assert dimensions(of_the_stack) == ("ImportWatch", {"function": "poll"})
    assert names_and_units(of_the_stack) == {
        "OldestPending": "Seconds",
        "Quarantined": "Count",
        "UnavailableTargets": "Count",
        "Throttled": "Count",
    }
    assert all(of_the_stack[name] == [0.0] for name in names_and_units(of_the_stack)), "all is well"


def metrics_of(poll: ModuleType, capsys: pytest.CaptureFixture[str]) -> list[dict[str, Any]]:
    """Run a tick; the lines of its log that CloudWatch makes metrics of."""
    capsys.readouterr()
    poll.handler(an_event(), Context())
    return [json.loads(line) for line in capsys.readouterr().out.splitlines() if '"_aws"' in line]


def dimensions(line: dict[str, Any]) -> tuple[str, dict[str, str]]:
    """Give the line's namespace and its one set of dimensions."""
    (metrics,) = line["_aws"]["CloudWatchMetrics"]
    (names,) = metrics["Dimensions"]
    return metrics["Namespace"], {name: line[name] for name in names}


def names_and_units(line: dict[str, Any]) -> dict[str, str]:
    (metrics,) = line["_aws"]["CloudWatchMetrics"]
    return {metric["Name"]: metric["Unit"] for metric in metrics["Metrics"]}


def test_every_target_down_fails_the_invocation(
    poll: ModuleType, pinpoint: StandIn, capsys: pytest.CaptureFixture[str]
) -> None:
    """After the tick is done, and without a heartbeat."""
    for target in (TARGET, OTHER):
        pinpoint.faults.add(target, ApiError("InternalServerErrorException"), times=None)
    with pytest.raises(TickFailedError, match="every target is throttled or broken"):
        poll.handler(an_event(), Context())
    assert '"Heartbeat":[0.0]' in capsys.readouterr().out.replace(" ", "")


def test_a_target_that_is_gone_does_not(poll: ModuleType) -> None:
    """It is named in the result."""
    assert poll.handler(an_event("pinpoint:app/missing"), Context())["failing"] == ["pinpoint:app/missing"]


def test_no_bus_is_used_where_none_is_wanted(poll: ModuleType, pinpoint: StandIn, inbox: Inbox) -> None:
    """`eventBus: null`."""
    event = an_event(policy={"eventBus": None})
    poll.handler(event, Context())
    pinpoint.jobs.put(TARGET, a_job("job-1"))
    assert poll.handler(event, Context())["announced"] == 1
    assert len(inbox.receive(at_least=1)) == 1


def test_every_log_line_is_json_and_names_the_watch(poll: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    """Those of trouble, too."""
    monkeypatch.setattr(poll.wiring.logger.registered_handler, "stream", log := StringIO())
    poll.handler(an_event("pinpoint:app/missing"), Context())
    lines = [json.loads(line) for line in log.getvalue().splitlines()]
    assert [(line["message"], line["watch"]) for line in lines] == [
        ("target failing", "newsletter"),
        ("tick", "newsletter"),
    ]


def test_without_time_nothing_is_begun(poll: ModuleType) -> None:
    """What is kept back is kept for calls under way to end; and such a tick has failed."""
    with pytest.raises(TickFailedError, match="no time for any target"):
        poll.handler(an_event(), Context(seconds=20))


def test_a_call_begun_at_the_deadline_ends_within_the_function_s_time(poll: ModuleType) -> None:
    """With all its attempts and the pauses between them; and as many connections as threads."""
    pauses = sum(2**number for number in range(ATTEMPTS - 1))  # seconds, botocore's standard mode at the longest
    assert ATTEMPTS * (CONNECT_TIMEOUT + READ_TIMEOUT) + pauses <= RESERVE.total_seconds()
    clients = poll.wiring.clients
    for client in (clients.dynamodb, clients.events, poll.wiring.sources["pinpoint"].client, clients.sns):
        config = client.meta.config
        assert (config.connect_timeout, config.read_timeout) == (CONNECT_TIMEOUT, READ_TIMEOUT)
        assert config.retries == {"mode": "standard", "total_max_attempts": ATTEMPTS}
        assert config.max_pool_connections == poll.wiring.settings.threads


def test_a_claim_outlasts_the_function(
    poll: ModuleType, pinpoint: StandIn, dynamodb: "DynamoDBClient", table: str
) -> None:
    """As recorded: by the function's 50 seconds, and a minute for clocks that differ."""
    poll.handler(an_event(TARGET), Context())
    pinpoint.jobs.put(TARGET, a_job("job-1"))
    closed = patch.object(poll.wiring.clients.sns, "publish_batch", side_effect=ReadTimeoutError(endpoint_url="x"))
    with closed, pytest.raises(TickFailedError):
        poll.handler(an_event(TARGET), Context())
    items = [from_item(item) for item in dynamodb.scan(TableName=table)["Items"] if "pendingDue" in item]
    (lease,) = (parse_timestamp(item["pendingDue"]) - parse_timestamp(item["recordedAt"]) for item in items)
    assert lease == timedelta(seconds=110)


def test_an_input_that_is_no_watch_is_refused(poll: ModuleType) -> None:
    """With its reason, before anything is done."""
    with pytest.raises(InvalidWatchError, match=r"^watch\.targets: \[\] is not allowed"):
        poll.handler({"watch": {"name": "newsletter", "targets": []}}, Context())


def test_overlapping_ticks_announce_each_job_once(poll: ModuleType, pinpoint: StandIn, inbox: Inbox) -> None:
    """Two and more at once."""
    poll.handler(an_event(), Context())
    pinpoint.jobs.put(TARGET, *(a_job(f"job-{n}") for n in range(30)))
    with ThreadPoolExecutor(3) as pool:
        results = list(pool.map(lambda _: poll.handler(an_event(), Context()), range(3)))
    assert sum(result["announced"] for result in results) == 30
    assert len(inbox.receive(at_least=30)) == 30


def test_a_storm_takes_several_ticks_and_announces_each_job_once(
    poll: ModuleType, pinpoint: StandIn, inbox: Inbox
) -> None:
    """With a second of work each; every one takes on where the last one stopped."""
    poll.handler(an_event(TARGET), Context())
    pinpoint.jobs.put(TARGET, *(a_job(f"job-{number}") for number in range(300)))
    announced = [0]
    while sum(announced) < 300:
        announced.append(poll.handler(an_event(TARGET), Context(seconds=21))["announced"])
        assert announced[-1] > 0
    assert poll.handler(an_event(TARGET), Context())["announced"] == 0
    received = inbox.receive(at_least=300)
    assert len({mail.message["id"] for mail in received}) == len(received) == 300
