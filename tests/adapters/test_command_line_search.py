"""How the command line finds a job, and hears of ticks, where several watches and a whole account are at it."""

import json
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, cast
from uuid import uuid4

import boto3
import pytest
from botocore.exceptions import ClientError

from import_watch.adapters.items import to_item
from import_watch.jobs import Target
from import_watch_cli.explain.explanation import explain
from import_watch_cli.explain.search import Found, Search
from import_watch_cli.stack.ticks import LastTick, hear
from import_watch_cli.table.polled import polled
from import_watch_cli.table.state import State
from local.emulator import REGION, Emulator
from local.stand_in import ApiError, StandIn, import_job
from tests.builders import DAY, HOUR, MINUTE, TOPIC, a_job, a_watch
from tests.cli.items import announced_item, ledger_item
from tests.unit.test_cli_polled import a_deployment

if TYPE_CHECKING:
    from import_watch_cli.stack.deployment import Deployment

SEGMENT, APPLICATION = "pinpoint:app/seg", "pinpoint:app"
WATCHES = {"news": SEGMENT, "app": APPLICATION, "all": "pinpoint:*", "other": "pinpoint:crm"}


@dataclass
class Clients:
    """The emulator's clients and the stand-in's, some of which may be refused."""

    emulator: Emulator
    pinpoint: StandIn
    refused: set[str] = field(default_factory=set)
    parsers: Any = None

    def client(self, service: str) -> Any:
        if service in self.refused:
            return Refusing()
        if service == "lambda":
            return Configured()
        return self.emulator.session.client(cast("Any", service))

    def of_jobs(self, service: str) -> Any:
        session: Any = boto3.Session("test", "test", region_name=REGION)
        return session.client(service, endpoint_url=self.pinpoint.url)


class Configured:
    """Lambda, where the function is as the stack sets it up by default."""

    def get_function_configuration(self, **_: str) -> Any:
        return {"Environment": {"Variables": {"PAGE_SIZE": "100", "MAX_PAGES": "1000"}}}


class Refusing:
    """A client of somebody who may do nothing."""

    def __getattr__(self, operation: str) -> Any:
        def refuse(*_: object, **__: object) -> Any:
            raise ClientError({"Error": {"Code": "AccessDeniedException", "Message": "no"}}, operation)

        return refuse


@dataclass
class Place:
    """A deployment of these watches."""

    deployment: "Deployment"
    clients: Clients
    state: State
    pinpoint: StandIn

    def put(self, *items: dict[str, Any]) -> None:
        for item in items:
            self.state.client.put_item(TableName=self.state.table, Item=to_item(item))

    def found(self, job_id: str) -> Found:
        lists = polled(self.deployment, self.state)
        return Search(self.deployment, self.state, job_id, lists, datetime.now(UTC)).found()


@pytest.fixture
def place(emulator: Emulator, pinpoint: StandIn, table: str) -> Place:
    clients = Clients(emulator, pinpoint)
    group = f"group-{uuid4()}"
    emulator.session.client("logs").create_log_group(logGroupName=group)
    watches = [a_watch(Target.parse(target), name=name) for name, target in WATCHES.items()]
    deployment = a_deployment(
        *watches, connection=clients, outputs={"PollFunctionName": group, "NotificationsTopicArn": TOPIC}
    )
    resources = [("AWS::Logs::LogGroup", "PollerLogs", group)]
    object.__setattr__(deployment, "resources", resources)
    state = State(client=emulator.session.client("dynamodb"), table=table)
    for target in (SEGMENT, "pinpoint:crm"):
        pinpoint.jobs.put(target)
    made = Place(deployment, clients, state, pinpoint)
    made.put(ledger_item("all", "pinpoint:*", datetime.now(UTC) - DAY, applications={"app", "gone"}))
    return made


def test_each_watch_that_polls_for_a_job_gives_an_answer(place: Place) -> None:
    """By its segment, its application, or as one of the account's; a list that is read by two is read once."""
    now = datetime.now(UTC)
    place.pinpoint.jobs.put(SEGMENT, import_job(SEGMENT, "j", "COMPLETED", created=now - HOUR, completed=now))
    place.put(announced_item("news", SEGMENT, a_job("j", completed=now), now))
    for watch, target in (("app", APPLICATION), ("all", APPLICATION)):
        place.put(ledger_item(watch, target, now - DAY))
    found = place.found("j")
    codes = {(known.watch.name, str(known.target)): explain(known).code for known in found.known}
    assert codes == {
        ("news", SEGMENT): "delivered",
        ("app", APPLICATION): "undecided",
        ("all", APPLICATION): "undecided",
    }
    assert [call.operation for call in place.pinpoint.calls] == ["GetImportJobs"]


def test_a_job_of_which_nothing_is_recorded_is_looked_for_in_every_list(place: Place) -> None:
    """Of an account, in those of the applications known; what can't be read might have it."""
    now = datetime.now(UTC)
    place.pinpoint.jobs.put(SEGMENT, import_job(SEGMENT, "j", "PROCESSING", created=now))
    assert {known.watch.name: explain(known).code for known in place.found("j").known} == dict.fromkeys(
        ("news", "app", "all"), "running"
    )
    place.pinpoint.faults.add("pinpoint:crm", ApiError("ForbiddenException"), times=None)
    nothing = place.found("k")
    assert (nothing.known, nothing.lists) == ([], 4)
    assert nothing.unavailable == {"pinpoint:gone": "it is not found", "pinpoint:crm": "access is denied"}


def beat(place: Place, watch: str, at: datetime, *, failed: bool) -> None:
    """Leave in the log what a tick leaves."""
    logs, group = place.clients.client("logs"), place.deployment.outputs["PollFunctionName"]
    stream = f"stream-{uuid4()}"
    logs.create_log_stream(logGroupName=group, logStreamName=stream)
    milliseconds = int(at.timestamp() * 1000)
    metrics = {"_aws": {"Timestamp": milliseconds}, "watch": watch, "TickDuration": [9.0], "Heartbeat": [1.0 - failed]}
    lines = ["START RequestId: TickDuration news", json.dumps(metrics)]
    events = [{"timestamp": milliseconds, "message": line} for line in lines]
    logs.put_log_events(logGroupName=group, logStreamName=stream, logEvents=events)


def test_ticks_are_heard_of_by_the_log(place: Place) -> None:
    """Each watch's own, as far back as three of its periods."""
    now = datetime.now(UTC).replace(microsecond=0)
    beat(place, "news", now - 2 * HOUR, failed=False)
    beat(place, "news", now - HOUR, failed=True)
    beat(place, "all", now - 9 * DAY, failed=False)
    heard = hear(place.deployment, place.deployment.scheduled, now)
    assert heard["news"].last == LastTick(at=now - HOUR, failed=True)
    assert [heard[name].last for name in ("app", "all", "other")] == [None] * 3
    assert {one.since for one in heard.values()} == {now - 3 * DAY}


def test_ticks_are_heard_of_by_the_metric_where_the_log_may_not_be_read(place: Place) -> None:
    """And where that may not either, why not is told, and nothing called late."""
    now = datetime.now(UTC).replace(second=0, microsecond=0)
    dimensions = [{"Name": "function", "Value": place.deployment.function}, {"Name": "watch", "Value": "news"}]
    for minutes, value in ((20, 1.0), (10, 0.0)):
        datum = {"MetricName": "Heartbeat", "Dimensions": dimensions, "Value": value, "Unit": "Count"}
        place.clients.client("cloudwatch").put_metric_data(
            Namespace="ImportWatch", MetricData=[{**datum, "Timestamp": now - minutes * MINUTE}]
        )
    place.clients.refused = {"logs"}
    heard = hear(place.deployment, place.deployment.scheduled, now)
    last = heard["news"].last
    assert last is not None
    assert (last.failed, now - last.at < 15 * MINUTE) == (True, True)
    assert heard["app"].is_late(DAY, now)
    place.clients.refused = {"logs", "cloudwatch"}
    heard = hear(place.deployment, place.deployment.scheduled, now)
    assert "AccessDenied" in heard["news"].refused
    assert not heard["news"].is_late(DAY, now)
