"""The rule packs find nothing that isn't acknowledged, and nothing is acknowledged that they don't find."""

import json
from pathlib import Path
from typing import Any

import pytest
from aws_cdk import App, Stack
from aws_cdk import aws_sqs as sqs

import app
from infra import poller
from infra.acknowledged import FAILURE_QUEUE, acknowledge
from infra.review import FindingsError, synthesize

ACKNOWLEDGED = "aws:cdk:acknowledged-rules"
PACKS = {"AwsSolutions", "Serverless", "NIST.800.53.R5"}


def load(assembly: Path, name: str) -> Any:
    return json.loads((assembly / name).read_text())


@pytest.mark.parametrize("configuration", ["assembly", "two_watches", "many_targets", "whole_account"])
def test_each_finding_is_acknowledged_and_each_acknowledgement_is_of_a_finding(
    configuration: str, request: pytest.FixtureRequest
) -> None:
    """For the cdk.json that ships, every setting, more targets than a role can name, and applications nobody names."""
    assembly: Path = request.getfixturevalue(configuration)
    packs = load(assembly, "validation-report.json")["pluginReports"]
    assert {pack["pluginName"] for pack in packs} == PACKS
    assert [pack["violations"] for pack in packs] == [[]] * len(PACKS)
    found = {(one["acknowledgedAt"], one["acknowledgedId"]) for pack in packs for one in pack["suppressedViolations"]}
    acknowledged = {
        (path.removeprefix("/"), rule)
        for path, entries in load(assembly, "ImportWatch.metadata.json").items()
        for entry in entries
        if entry["type"] == ACKNOWLEDGED
        for rule in entry["data"]
    }
    assert acknowledged == found


def test_the_cdk_json_that_ships_widens_nothing(assembly: Path) -> None:
    """A wildcard is acknowledged where targets don't fit, and only there."""
    packs = load(assembly, "validation-report.json")["pluginReports"]
    rules = {one["ruleName"] for pack in packs for one in pack["suppressedViolations"]}
    assert not any("IAM5" in rule for rule in rules)


def test_a_finding_stops_the_synthesis_and_is_named(tmp_path: Path) -> None:
    """A queue without TLS, of which only something else is acknowledged."""
    sample = App(analytics_reporting=False, outdir=str(tmp_path))
    acknowledge(sqs.Queue(Stack(sample, "Sample"), "Queue"), FAILURE_QUEUE)
    named = "Not in infra/acknowledged.py: Sample/Queue/Resource: AwsSolutions-SQS4: The SQS queue does not require"
    with pytest.raises(FindingsError, match=f"^{named}[^;]*$"):
        synthesize(sample)


def test_app_py_says_it_in_one_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever changes the stack reads it at the next synthesis."""
    monkeypatch.setattr(poller, "POLL", {})
    monkeypatch.setattr(app, "bundle", lambda directory: (directory / "code.py").write_text("# stands in"))
    monkeypatch.setenv("CDK_OUTDIR", str(tmp_path))
    with pytest.raises(SystemExit, match=r"^Not in .*: ImportWatch/Poller/Function/Resource: AwsSolutions-L1: .*$"):
        app.main()


def test_an_error_that_is_no_finding_is_not_called_one(tmp_path: Path) -> None:
    """It passes through as it is."""
    stack = Stack(sample := App(analytics_reporting=False, outdir=str(tmp_path)), "Sample")
    for name in ("One", "Other"):
        sqs.CfnQueue(stack, name).override_logical_id("Same")
    with pytest.raises(RuntimeError, match="Same"):
        synthesize(sample)
