"""The commands in docs/operations.md, run as they stand against the deployed stack."""

import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from local.emulator import REGION
from local.inbox import subscribe_inbox
from local.stand_in import StandIn
from tests.contract.samples import ROOT
from tests.e2e.stack import OTHER, SEGMENT, Stack, finished

pytestmark = pytest.mark.e2e

PAGE = (ROOT / "docs" / "operations.md").read_text("utf-8")
FIRST_LINES = re.findall("```sh\n(.*?)```", PAGE, re.DOTALL)[0]


def commands(heading: str) -> list[str]:
    """Give the blocks of commands under a heading."""
    (section,) = re.findall(rf"^## {heading}\n(.*?)(?=^## |\Z)", PAGE, re.MULTILINE | re.DOTALL)
    return re.findall("```sh\n(.*?)```", section, re.DOTALL)


def run(stack: Stack, block: str, **given: str) -> str:
    """Run a block behind the page's first lines, with variables as somebody would set them; what it prints."""
    environment = {
        "PATH": f"{Path(sys.executable).parent}:{os.defpath}",
        "HOME": "/nonexistent",
        "AWS_DEFAULT_REGION": REGION,
        "AWS_ACCESS_KEY_ID": "test",
        "AWS_SECRET_ACCESS_KEY": "test",
        **given,
    }
    # Version 1 of the command line has an address of its own for SQS.
    local = f'aws() {{ command aws --endpoint-url "{stack.emulator.url}" "$@"; }}\n'
    done = subprocess.run(  # noqa: S603 - our own page
        ["/bin/sh", "-euc", local + FIRST_LINES + block], env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.fixture
def seen(stack: Stack, pinpoint: StandIn, newsletter: dict[str, Any]) -> dict[str, Any]:
    """Give a watch that has seen its targets empty."""
    pinpoint.jobs.put(SEGMENT)
    pinpoint.jobs.put(OTHER)
    stack.tick(newsletter)
    return newsletter


@pytest.mark.parametrize("queue", ["Schedules", "Notifications", "Operations"])
def test_what_was_not_delivered_can_be_read_and_purged(stack: Stack, queue: str) -> None:
    """Of ticks, messages and alarms alike."""
    _, purge = commands("Failed ticks")
    sqs = stack.emulator.session.client("sqs")
    (url,) = [url for url in sqs.list_queues()["QueueUrls"] if f"/ImportWatch-{queue}Undelivered" in url]
    sqs.send_message(QueueUrl=url, MessageBody="not delivered")
    assert "not delivered" in run(stack, purge.replace(" Schedules", f" {queue}"))
    left = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["ApproximateNumberOfMessages"])["Attributes"]
    assert left["ApproximateNumberOfMessages"] == "0"


def test_schedules_can_be_paused_and_resumed(stack: Stack) -> None:
    """Without any other change."""
    (pause,) = commands("Pause")
    before = schedules(stack)
    assert {schedule["State"] for schedule in before} == {"ENABLED"}
    run(stack, pause)
    assert schedules(stack) == [{**schedule, "State": "DISABLED"} for schedule in before]
    run(stack, pause, state="ENABLED")
    assert schedules(stack) == before


def schedules(stack: Stack) -> list[dict[str, Any]]:
    scheduler = stack.emulator.session.client("scheduler")
    names = [one["Name"] for one in scheduler.list_schedules(NamePrefix="ImportWatch-")["Schedules"]]
    found = [dict(scheduler.get_schedule(Name=name)) for name in names]
    return [
        {key: schedule[key] for key in ("Name", "Description", "ScheduleExpression", "Target", "State")}
        for schedule in found
    ]


def test_a_table_can_be_restored_in_its_place(stack: Stack, pinpoint: StandIn, seen: dict[str, Any]) -> None:
    """With index, protection and backups; the function goes on with it."""
    pinpoint.jobs.put(SEGMENT, finished("job"))
    stack.tick(seen)
    restore, replace = commands("A lost or damaged table")
    run(stack, restore, moment="2100-01-01T00:00:00Z")
    run(stack, replace)
    table = stack.outputs["StateTableName"]
    dynamodb = stack.emulator.session.client("dynamodb")
    description = dynamodb.describe_table(TableName=table)["Table"]
    assert [index["IndexName"] for index in description["GlobalSecondaryIndexes"]] == ["pending"]
    assert description["DeletionProtectionEnabled"]
    backups = dynamodb.describe_continuous_backups(TableName=table)["ContinuousBackupsDescription"]
    assert backups["PointInTimeRecoveryDescription"]["PointInTimeRecoveryStatus"] == "ENABLED"
    assert stack.tick(seen)["announced"] == 0


def test_an_alarm_reaches_those_on_duty(stack: Stack) -> None:
    """When it begins and when it is over, with its line of the runbook."""
    inbox = subscribe_inbox(stack.emulator, stack.outputs["OperationsTopicArn"])
    cloudwatch = stack.emulator.session.client("cloudwatch")
    for state in ("ALARM", "OK"):
        cloudwatch.set_alarm_state(AlarmName="ImportWatch-OldestPending", StateValue=state, StateReason="a test")
    told = [mail.message for mail in inbox.receive(at_least=2) if mail.message["AlarmName"].endswith("OldestPending")]
    assert [message["NewStateValue"] for message in told] == ["ALARM", "OK"]
    assert "docs/operations.md, OldestPending" in told[0]["AlarmDescription"]
