"""What the emulator's driver promises, with a small stack of its own."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
from contextlib import AbstractContextManager
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from local.assembly import Assembly, Template, read_assembly
from local.deployment import DeploymentError, deploy
from local.emulator import Emulator, EmulatorError, running_emulator
from local.inbox import Inbox, catch_events, subscribe_inbox
from local.invocation import invoke
from local.stand_in import StandIn, import_job
from tests.processes import group, linux_only

pytestmark = pytest.mark.e2e

BUCKET = "assets-${AWS::AccountId}-${AWS::Region}"
CODE = """
import json, os, botocore.session

connect = botocore.session.get_session().create_client

def handler(event, context):
    print("asked for", event["do"])
    match event["do"]:
        case "list":
            answer = connect("pinpoint").get_import_jobs(ApplicationId=event["application"])
            return [job["Id"] for job in answer["ImportJobsResponse"]["Item"]]
        case "announce":
            kind = {"kind": {"DataType": "String", "StringValue": event["kind"]}}
            message = {"Id": "1", "Message": json.dumps(event), "MessageAttributes": kind}
            connect("sns").publish_batch(TopicArn=os.environ["TOPIC"], PublishBatchRequestEntries=[message])
            entry = {"Source": "import-watch", "DetailType": "Import Job Completed", "Detail": json.dumps(event)}
            connect("events").put_events(Entries=[entry])
        case "show environment":
            return dict(os.environ)
        case "fail":
            raise LookupError("as asked")
"""
OWNER = """
import time
from local.emulator import running_emulator

with running_emulator(services_url="http://127.0.0.1:9") as emulator:
    print(emulator.pid, flush=True)
    time.sleep(60)
"""
TLS_ONLY = {
    "Effect": "Deny",
    "Principal": "*",
    "Action": "sns:Publish",
    "Resource": {"Ref": "Topic"},
    "Condition": {"Bool": {"aws:SecureTransport": "false"}},
}


def template(*grants: str) -> Template:
    return {
        "Resources": {
            "Role": role("lambda", [{"Effect": "Allow", "Action": list(grants), "Resource": "*"}]),
            "Function": {
                "Type": "AWS::Lambda::Function",
                "Properties": {
                    "Code": {"S3Bucket": {"Fn::Sub": BUCKET}, "S3Key": "code.zip"},
                    "Environment": {"Variables": {"TOPIC": {"Ref": "Topic"}}},
                    "Handler": "index.handler",
                    "Role": {"Fn::GetAtt": ["Role", "Arn"]},
                    "Runtime": "python3.13",
                    "Timeout": 30,
                },
            },
            "Topic": {"Type": "AWS::SNS::Topic"},
            "TopicPolicy": {
                "Type": "AWS::SNS::TopicPolicy",
                "Properties": {
                    "Topics": [{"Ref": "Topic"}],
                    "PolicyDocument": {"Version": "2012-10-17", "Statement": [TLS_ONLY]},
                },
            },
        },
        "Outputs": {"Function": {"Value": {"Ref": "Function"}}, "Topic": {"Value": {"Ref": "Topic"}}},
    }


def role(service: str, statements: list[dict[str, object]]) -> Template:
    trust = {"Effect": "Allow", "Principal": {"Service": f"{service}.amazonaws.com"}, "Action": "sts:AssumeRole"}
    policy = {"PolicyName": "grants", "PolicyDocument": {"Version": "2012-10-17", "Statement": statements}}
    return {
        "Type": "AWS::IAM::Role",
        "Properties": {
            "AssumeRolePolicyDocument": {"Version": "2012-10-17", "Statement": [trust]},
            "Policies": [policy],
        },
    }


@pytest.fixture(scope="module")
def assembly(tmp_path_factory: pytest.TempPathFactory) -> Assembly:
    out = tmp_path_factory.mktemp("cdk.out")
    code = out / "asset.1"
    code.mkdir()
    (code / "index.py").write_text(CODE)
    (out / "Sample.template.json").write_text(json.dumps(template("sns:PublishBatch", "events:PutEvents")))
    places = {"Sample.template.json": "template.json", "asset.1": "code.zip"}
    files = {
        path: {"source": {"path": path}, "destinations": {"here": {"bucketName": BUCKET, "objectKey": key}}}
        for path, key in places.items()
    }
    (out / "Sample.assets.json").write_text(json.dumps({"files": files}))
    return read_assembly(out)


@pytest.fixture(scope="module")
def outputs(emulator: Emulator, assembly: Assembly) -> dict[str, str]:
    return deploy(emulator, assembly)


@pytest.fixture(scope="module")
def inbox(emulator: Emulator, outputs: dict[str, str]) -> Inbox:
    return subscribe_inbox(emulator, outputs["Topic"], filter_policy={"kind": ["completed"]})


def test_the_same_files_make_the_same_zip(assembly: Assembly) -> None:
    (code,) = assembly.assets
    before = code.read()
    os.utime(code.source / "index.py", (0, 0))
    assert code.read() == before


def test_a_function_finds_pinpoint_at_the_stand_in(
    emulator: Emulator, outputs: dict[str, str], pinpoint: StandIn
) -> None:
    target = "pinpoint:app-1/segment-1"
    pinpoint.jobs.put(target, import_job(target, "job-1", "COMPLETED", created=datetime.now(UTC)))
    reply = invoke(emulator, outputs["Function"], json.dumps({"do": "list", "application": "app-1"}))
    assert reply.payload == ["job-1"]
    assert [call.target for call in pinpoint.calls] == ["pinpoint:app-1"]


def test_what_a_function_sends_arrives_on_the_topic_and_on_the_bus(
    emulator: Emulator, outputs: dict[str, str], inbox: Inbox
) -> None:
    events = catch_events(emulator)
    failed, completed = ({"do": "announce", "kind": kind} for kind in ("failed", "completed"))
    for sent in (failed, completed):
        assert invoke(emulator, outputs["Function"], json.dumps(sent)).error is None
    assert [(got.message, got.attributes) for got in inbox.receive(at_least=1)] == [(completed, {"kind": "completed"})]
    caught = events.receive(at_least=2)
    assert [got.message for got in caught] == [failed, completed]
    assert caught[0].attributes == {"source": "import-watch", "detail-type": "Import Job Completed"}
    assert inbox.receive() == []


def test_a_failing_function_shows_its_error_and_its_log(emulator: Emulator, outputs: dict[str, str]) -> None:
    reply = invoke(emulator, outputs["Function"], json.dumps({"do": "fail"}))
    assert reply.error == "as asked"
    assert "asked for fail" in reply.log


def test_the_developers_environment_reaches_neither_emulator_nor_function(
    assembly: Assembly, monkeypatch: pytest.MonkeyPatch
) -> None:
    hostile = {
        "AWS_PROFILE": "missing",
        "AWS_SESSION_TOKEN": "secret",
        "AWS_ENDPOINT_URL_SQS": "http://127.0.0.1:9",
        "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS": "true",
        "HTTP_PROXY": "http://127.0.0.1:9",
        "PYTHONPATH": "elsewhere",
        "AUTH": "false",
    }
    for name, value in hostile.items():
        monkeypatch.setenv(name, value)
    with unreachable() as emulator:
        assert emulator.session.client("sqs").list_queues()["ResponseMetadata"]["HTTPStatusCode"] == 200
        seen = invoke(emulator, deploy(emulator, assembly)["Function"], json.dumps({"do": "show environment"})).payload
    assert {name: seen.get(name) for name in hostile} == {
        **dict.fromkeys(hostile),
        "AUTH": "true",
        "AWS_SESSION_TOKEN": seen["AWS_SESSION_TOKEN"],  # of the function's role
    }
    assert seen["AWS_SESSION_TOKEN"] != "secret"  # noqa: S105 - made up here


def test_a_grant_taken_away_is_denied_and_a_large_template_deploys(emulator: Emulator, assembly: Assembly) -> None:
    padding = {"Metadata": {"padding": "x" * 60_000}}
    without = replace(assembly, template={**template("events:PutEvents"), **padding}, stack="Denied")
    outputs = deploy(emulator, without)
    reply = invoke(emulator, outputs["Function"], json.dumps({"do": "announce", "kind": "completed"}))
    assert "not authorized to perform: sns:PublishBatch" in str(reply.error)
    deploy(emulator, replace(without, template=assembly.template))
    reply = invoke(emulator, outputs["Function"], json.dumps({"do": "announce", "kind": "completed"}))
    assert reply.error is None


def test_a_stack_that_does_not_come_up_says_why(emulator: Emulator, assembly: Assembly) -> None:
    broken = template("sns:PublishBatch")
    broken["Resources"]["Odd"] = {"Type": "AWS::SNS::Topic", "Properties": {"TopicName": {"Fn::ImportValue": "none"}}}
    with pytest.raises(DeploymentError, match="Odd: Export 'none' not found"):
        deploy(emulator, replace(assembly, stack="Broken", template=broken))


@linux_only
def test_nothing_is_left_after_an_exception(assembly: Assembly) -> None:
    running: list[int] = []  # the emulator first
    with pytest.raises(KeyboardInterrupt):
        _interrupt_after_an_invocation(assembly, running)
    assert len(running) > 2, "the function runs in a process of its own"
    assert not group(running[0])


@linux_only
@pytest.mark.parametrize("ending", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL])
def test_nothing_is_left_of_it_however_its_owner_ends(ending: signal.Signals, tmp_path: Path) -> None:
    command = [sys.executable, "-c", OWNER]
    environment = {**os.environ, "TMPDIR": str(tmp_path)}
    with subprocess.Popen(  # noqa: S603
        command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
    ) as owner:
        assert owner.stdout
        pid = int(owner.stdout.readline())
        assert group(pid)
        owner.send_signal(ending)
    deadline = time.monotonic() + 10
    while group(pid) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert not group(pid)


def test_a_missing_emulator_says_what_sets_it_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("local.emulator.INTERPRETER", Path("/nowhere/python"))
    with pytest.raises(EmulatorError, match="/nowhere/python is missing: run `make"), unreachable():
        pass


def test_an_emulator_that_does_not_start_shows_its_log(monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        monkeypatch.setattr("local.emulator._free_port", lambda: taken.getsockname()[1])
        with pytest.raises(EmulatorError, match="already in use"), unreachable():
            pass


def unreachable() -> AbstractContextManager[Emulator]:
    return running_emulator(services_url="http://127.0.0.1:9")


def _interrupt_after_an_invocation(assembly: Assembly, running: list[int]) -> None:
    with unreachable() as emulator:
        invoke(emulator, deploy(emulator, assembly)["Function"], json.dumps({"do": "show environment"}))
        running += [emulator.pid, *group(emulator.pid)]
        raise KeyboardInterrupt
