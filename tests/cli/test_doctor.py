"""`import-watch doctor`."""

import json
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from import_watch.adapters.items import to_item
from import_watch.jobs import timestamp
from local.inbox import subscribe_inbox
from local.stand_in import ApiError
from tests.cli.conftest import WATCHES, Operated
from tests.cli.untouched import table_of

pytestmark = pytest.mark.e2e

BELOW_WATCH = "name, policy, targets, targetsFile"


def lines_of(operated: Operated, *arguments: str, code: int, **environment: str) -> dict[str, list[tuple[str, str]]]:
    """Run it; what each check says, by check, with its verdict."""
    run = operated.command("doctor", *arguments, "--output", "json", **environment)
    assert (run.returncode, run.stderr) == (code, "")
    said = json.loads(run.stdout)
    assert said["stack"] == operated.assembly.stack
    found: dict[str, list[tuple[str, str]]] = {}
    for line in said["checks"]:
        assert bool(line.get("do")) is (line["verdict"] == "finding"), line
        found.setdefault(line["check"], []).append((line["verdict"], line["says"]))
    return found


@pytest.fixture
def well(operated: Operated) -> Operated:
    """Give a deployment that nothing is wrong with: all targets are listed, all watches had a tick."""
    for topic in ("OperationsTopicArn", "ChatTopicArn"):
        subscribe_inbox(operated.emulator, operated.outputs[topic])
    allow(operated, "as-on-aws", "sns:Publish")  # by its name on AWS, for a batch, too: see local/concessions.py
    for watch in WATCHES:
        for target in watch["targets"]:
            operated.pinpoint.jobs.put(target)
        operated.tick({name: watch[name] for name in ("name", "targets")})
    # The emulator judges an alarm by what any other stack measures, too.
    cloudwatch = operated.emulator.session.client("cloudwatch")
    for alarm in parts(operated, "AWS::CloudWatch::Alarm", ""):
        cloudwatch.set_alarm_state(AlarmName=alarm, StateValue="OK", StateReason="a test")
    unmeasured = f"{operated.assembly.stack}-ThrottledTargets"
    cloudwatch.set_alarm_state(AlarmName=unmeasured, StateValue="INSUFFICIENT_DATA", StateReason="a test")
    return operated


def allow(operated: Operated, name: str, action: str, effect: str = "Allow") -> None:
    statement = {"Effect": effect, "Action": action, "Resource": "*"}
    document = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
    operated.emulator.session.client("iam").put_role_policy(
        RoleName=operated.role, PolicyName=name, PolicyDocument=document
    )


def parts(operated: Operated, kind: str, beginning: str) -> list[str]:
    resources = operated.emulator.session.client("cloudformation").list_stack_resources(
        StackName=operated.assembly.stack
    )["StackResourceSummaries"]
    return [
        one["PhysicalResourceId"]
        for one in resources
        if one["ResourceType"] == kind and one["LogicalResourceId"].startswith(beginning)
    ]


def test_where_all_is_well_it_says_so(well: Operated) -> None:
    """What could not be looked at is named, and is no finding; nothing is changed."""
    before = table_of(well)
    words = well.command("doctor")
    assert (words.returncode, words.stderr) == (0, "")
    assert words.stdout.splitlines()[-1] == "0 findings, 1 not checked, 15 OK"
    assert "\nOK           targets: 37 of 37 targets answer\n" in words.stdout
    asked = len(well.pinpoint.calls)
    found = lines_of(well, "--no-targets", code=0)
    assert "targets" not in found
    assert len(well.pinpoint.calls) == asked
    count = len(parts(well, "AWS::CloudWatch::Alarm", ""))
    assert found["alarms"] == [
        ("not_checked", f"1 of {count} alarms have measured nothing yet: {well.assembly.stack}-ThrottledTargets")
    ]
    assert table_of(well) == before


def test_everything_that_is_wrong_is_a_finding(well: Operated) -> None:
    """All at once; each with what to do."""
    stack = well.assembly.stack
    with ExitStack() as mended:
        for wrong in (schedule_off, schedule_broken, bus_gone, environment_changed, role_limited, pending_for_long):
            mended.enter_context(wrong(well))
        session = well.emulator.session
        session.client("sqs").send_message(QueueUrl=well.outputs["FailedTicksQueueUrl"], MessageBody="{}")
        session.client("cloudwatch").set_alarm_state(
            AlarmName=f"{stack}-Quarantined", StateValue="ALARM", StateReason="a test"
        )
        session.client("cloudwatch").disable_alarm_actions(AlarmNames=[f"{stack}-OldestPending"])
        session.client("cloudwatch").delete_alarms(AlarmNames=[f"{stack}-FailedTicks"])
        well.pinpoint.faults.add("pinpoint:crm", ApiError("ForbiddenException"), times=None)
        found = lines_of(well, code=1)
    findings = {check: [says for verdict, says in lines if verdict == "finding"] for check, lines in found.items()}
    assert {check for check, says in findings.items() if says} == {
        *("schedules", "event buses", "settings", "role", "pending", "queues", "alarms", "targets")
    }
    broken, off = findings["schedules"]
    assert broken.endswith("doesn't hold a watch: watch: None is not allowed; allowed: an object of " + BELOW_WATCH)
    assert off == "the schedule of customers is disabled: it has no ticks"
    assert findings["event buses"] == ["there is no event bus 'gone'"]
    assert findings["settings"] == [
        "the function's REQUESTS_PER_SECOND is '0', not a whole number from 1",
        "the function's logLevel is ERROR: tail can't show what is announced or suppressed",
    ]
    table = f"arn:aws:dynamodb:us-east-1:000000000000:table/{well.outputs['StateTableName']}"
    assert f"the function may not dynamodb:PutItem on {table}: explicitDeny" in findings["role"]
    assert any(says.startswith("the function may not events:PutEvents on ") for says in findings["role"])
    assert findings["pending"] == ["pending for more than five minutes: stories#pinpoint:stories/01 old#finished"]
    assert findings["queues"] == ["1 kept: events of failed ticks"]
    disabled, alarm, gone = findings["alarms"]
    assert alarm.startswith(f"{stack}-Quarantined is in alarm, as of ")
    assert disabled == f"the actions of {stack}-OldestPending are disabled: it tells nobody"
    assert gone == f"the alarm {stack}-FailedTicks is gone"
    assert findings["targets"][0].startswith("pinpoint:crm is denied: ")


def test_one_who_may_little_sees_what_is_missing(operated: Operated) -> None:
    """Each action is named, and what can be looked at is."""
    iam = operated.emulator.session.client("iam")
    iam.create_user(UserName="limited")
    key = iam.create_access_key(UserName="limited")["AccessKey"]
    actions = ["cloudformation:*", "lambda:GetFunctionConfiguration", "scheduler:GetSchedule", "sts:*"]
    statement = {"Effect": "Allow", "Action": actions, "Resource": "*"}
    document = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
    iam.put_user_policy(UserName="limited", PolicyName="little", PolicyDocument=document)
    as_limited = {"AWS_ACCESS_KEY_ID": key["AccessKeyId"], "AWS_SECRET_ACCESS_KEY": key["SecretAccessKey"]}
    found = lines_of(operated, "--no-targets", code=1, **as_limited)
    verdicts = {check: {verdict for verdict, _ in lines} for check, lines in found.items()}
    assert {check for check, said in verdicts.items() if said == {"finding"}} == {
        *("reads", "event buses", "subscriptions", "alarms", "queues", "pending")
    }
    assert verdicts["role"] == verdicts["ticks"] == {"not_checked"}
    assert verdicts["stack"] == verdicts["schedules"] == verdicts["settings"] == {"ok"}
    missing = "\n".join(says for lines in found.values() for _, says in lines)
    for action in ("dynamodb:Query", "logs:FilterLogEvents", "sns:ListSubscriptionsByTopic", "sqs:GetQueueAttributes"):
        assert action in missing


def test_where_there_is_no_stack_it_says_so(operated: Operated) -> None:
    """And how to name it."""
    run = operated.command("doctor", "--stack", "nope")
    assert (run.returncode, run.stdout) == (3, "")
    assert run.stderr == "import-watch: there is no stack 'nope' here; name it by --stack, and its Region\n"


def _schedule(operated: Operated, watch: str, **changed: Any) -> dict[str, Any]:
    client = operated.emulator.session.client("scheduler")
    (name,) = parts(operated, "AWS::Scheduler::Schedule", f"Schedules{watch}")
    given: Any = client.get_schedule(Name=name)
    kept = {key: given[key] for key in ("Name", "ScheduleExpression", "State", "Target", "FlexibleTimeWindow")}
    client.update_schedule(**{**kept, **changed})
    return kept


@contextmanager
def schedule_off(operated: Operated) -> Iterator[None]:
    before = _schedule(operated, "customers", State="DISABLED")
    yield
    _schedule(operated, "customers", **before)


@contextmanager
def schedule_broken(operated: Operated) -> Iterator[None]:
    before = _schedule(operated, "stories")
    _schedule(operated, "stories", Target={**before["Target"], "Input": "{}"})
    yield
    _schedule(operated, "stories", **before)


@contextmanager
def bus_gone(operated: Operated) -> Iterator[None]:
    given = json.loads(operated.assembly.schedule_inputs["newsletter"])
    given["watch"]["policy"]["eventBus"] = "gone"
    before = _schedule(operated, "newsletter")
    _schedule(operated, "newsletter", Target={**before["Target"], "Input": json.dumps(given)})
    yield
    _schedule(operated, "newsletter", **before)


@contextmanager
def environment_changed(operated: Operated) -> Iterator[None]:
    client, name = operated.emulator.session.client("lambda"), operated.outputs["PollFunctionName"]
    given = client.get_function_configuration(FunctionName=name)["Environment"]["Variables"]
    wrong = {**given, "REQUESTS_PER_SECOND": "0", "POWERTOOLS_LOG_LEVEL": "ERROR"}
    client.update_function_configuration(FunctionName=name, Environment={"Variables": wrong})
    client.get_waiter("function_updated_v2").wait(FunctionName=name, WaiterConfig={"Delay": 1})
    yield
    client.update_function_configuration(FunctionName=name, Environment={"Variables": given})


@contextmanager
def role_limited(operated: Operated) -> Iterator[None]:
    allow(operated, "limited", "dynamodb:PutItem", effect="Deny")
    yield
    operated.emulator.session.client("iam").delete_role_policy(RoleName=operated.role, PolicyName="limited")


@contextmanager
def pending_for_long(operated: Operated) -> Iterator[None]:
    client, table = operated.emulator.session.client("dynamodb"), operated.outputs["StateTableName"]
    key = {"pk": "stories#pinpoint:stories/01", "sk": "old#finished"}
    long_ago = timestamp(datetime.now(UTC) - timedelta(minutes=6))
    facts = {"recordedAt": long_ago, "pendingDue": long_ago, "pendingShard": "pending", "id": "x", "kind": "completed"}
    client.put_item(TableName=table, Item=to_item({**key, **facts}))
    yield
    client.delete_item(TableName=table, Key=to_item(key))
