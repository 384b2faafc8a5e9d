"""What the function logs is what alarms, dashboard and runbook go by."""

import importlib
import json
import os
import re
from contextlib import redirect_stdout
from datetime import UTC, datetime
from io import StringIO
from typing import Any
from unittest.mock import patch
from uuid import uuid4

import pytest

from infra.dashboard import BY_KIND
from local.emulator import Emulator
from local.stand_in import StandIn, import_job
from tests.adapters.function import Context, environment
from tests.adapters.state_table import SCHEMA
from tests.contract.samples import ROOT
from tests.infra.deployed import Deployed

TARGET = "pinpoint:app/segment"
RUNBOOK = (ROOT / "docs" / "operations.md").read_text("utf-8")
Measured = set[tuple[str, frozenset[str], str]]


@pytest.fixture(scope="module")
def log(emulator: Emulator, pinpoint_server: StandIn) -> list[dict[str, Any]]:
    """Run a tick that announces one job; the lines it writes."""
    name = f"monitored-{uuid4()}"
    emulator.session.client("dynamodb").create_table(TableName=name, **SCHEMA)
    topic = emulator.session.client("sns").create_topic(Name=name)["TopicArn"]
    with patch.dict(os.environ, environment(emulator, pinpoint_server, table=name, topic=topic)):
        poll = importlib.reload(importlib.import_module("import_watch.handlers.poll"))
    event = {"watch": {"name": "newsletter", "targets": [TARGET]}}
    pinpoint_server.jobs.put(TARGET)
    poll.handler(event, Context())
    now = datetime.now(UTC)
    pinpoint_server.jobs.put(TARGET, import_job(TARGET, "job", "COMPLETED", created=now, completed=now))
    written = StringIO()
    before = poll.wiring.logger.registered_handler.setStream(written)  # a logger outlives the module that made it
    with redirect_stdout(written):
        poll.handler(event, Context())
    poll.wiring.logger.registered_handler.setStream(before)
    return [json.loads(line) for line in written.getvalue().splitlines()]


def measured(log: list[dict[str, Any]]) -> Measured:
    """Every metric that CloudWatch makes of the log: namespace, dimensions, name."""
    return {
        (metrics["Namespace"], frozenset(dimensions), metric["Name"])
        for line in log
        for metrics in line.get("_aws", {}).get("CloudWatchMetrics", [])
        for dimensions in metrics["Dimensions"]
        for metric in metrics["Metrics"]
    }


def test_alarms_look_at_what_the_function_measures(deployed: Deployed, log: list[dict[str, Any]]) -> None:
    """By namespace, dimensions and name; and whatever it measures of the whole stack has an alarm."""
    alarmed = {
        (one["Namespace"], frozenset(dimension["Name"] for dimension in one["Dimensions"]), one["MetricName"])
        for one in deployed.all("AWS::CloudWatch::Alarm")
        if not one["Namespace"].startswith("AWS/")
    }
    assert alarmed <= measured(log)
    assert {one for one in measured(log) if one[1] == {"function"}} <= alarmed


def test_the_dashboard_finds_what_the_function_measures(deployed: Deployed, log: list[dict[str, Any]]) -> None:
    """By namespace, name and the dimension that keeps stacks apart."""
    body = deployed.one("AWS::CloudWatch::Dashboard")["DashboardBody"]
    found = re.findall(r'SEARCH\(\'Namespace=\\"(\w+)\\" MetricName=\\"(\w+)\\" (\w+)=', body)
    assert found
    for namespace, name, dimension in found:
        assert any(namespace == one[0] and dimension in one[1] and name == one[2] for one in measured(log)), name


def test_the_dashboard_counts_the_announcements_that_the_function_logs(log: list[dict[str, Any]]) -> None:
    """By the words of its query."""
    announced, counted, _ = BY_KIND
    message, field = re.findall('"(.*)"', announced)[0], re.findall(r"by (\w+)", counted)[0]
    assert [line[field] for line in log if line.get("message") == message] == ["completed"]


def test_the_function_s_dimension_is_its_name_in_lambda(deployed: Deployed, log: list[dict[str, Any]]) -> None:
    """Which is what a reference to it gives the alarms."""
    assert {line["function"] for line in log if "_aws" in line} == {Context().function_name}
    values = {
        dimension["Value"]
        for one in deployed.all("AWS::CloudWatch::Alarm")
        for dimension in one["Dimensions"]
        if dimension["Name"] in ("function", "FunctionName")
    }
    assert values == {"<PollerFunction>"}


def test_each_alarm_has_a_line_of_runbook(deployed_wide: Deployed) -> None:
    """And each line an alarm, which points to it; a stack that fans out has all of them."""
    lines = set(re.findall(r"^\| `([A-Za-z]+)(?:-<watch>)?` \|", RUNBOOK, re.MULTILINE))
    alarms = deployed_wide.all("AWS::CloudWatch::Alarm")
    assert lines == {runbook_line(one["AlarmName"]) for one in alarms}
    assert all(
        one["AlarmDescription"].endswith(f"docs/operations.md, {runbook_line(one['AlarmName'])}") for one in alarms
    )


def runbook_line(alarm: str) -> str:
    """Name an alarm's line: without the stack before it, and the watch behind."""
    return alarm.removeprefix("<AWS::StackName>-").partition("-")[0]
