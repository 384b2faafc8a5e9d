"""What linters say of the template: nothing but what is listed here with its reason, and each is shown to bite."""

import json
import subprocess
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from infra.acknowledged import POLL, WORKER
from tests.infra.conftest import REPOSITORY
from tests.infra.deployed import HASH
from tests.infra.policies import documents

TOOLS = REPOSITORY / ".tools" / "security" / "bin"

HOLES = {
    "Resources": {
        "Topic": {"Type": "AWS::SNS::Topic", "Properties": {"TopicNome": "misspelt, and not encrypted"}},
        "Policy": {
            "Type": "AWS::IAM::ManagedPolicy",
            "Properties": {
                "PolicyDocument": {
                    "Version": "2012-10-17",
                    "Statement": [
                        {
                            "Effect": "Allow",
                            "Action": "sns:Publish",
                            "Resource": "arn:aws:sqs:us-east-1:123456789012:q",
                        },
                        {"Effect": "Allow", "Action": "sns:PublishBatch", "Resource": {"Ref": "Topic"}},
                    ],
                }
            },
        },
    }
}
# parliament doesn't know who may assume a role, nor that a key's policy is about that key alone.
NOT_PARLIAMENTS = {"AWS::IAM::Role", "AWS::KMS::Key"}
BITES = {
    "cfn-lint": {"E3002 Topic", "W3037 Policy"},
    "checkov": {"CKV_AWS_26 Topic"},
    "parliament": {"RESOURCE_MISMATCH Policy", "UNKNOWN_ACTION sns:PublishBatch Policy"},
}

FUNCTIONS = {"PollerFunction": POLL, "WorkersFunction": WORKER}
STAYS = {
    "cfn-lint": {
        f"W3005 {function}": "CDK makes a function depend on its role, which the reference to it does, too."
        for function in FUNCTIONS
    },
    "checkov": {
        **{
            f"{rule} {function}": reasons[f"NIST.800.53.R5::NIST.800.53.R5-{same}"]
            for function, reasons in FUNCTIONS.items()
            for rule, same in (
                ("CKV_AWS_115", "LambdaConcurrency"),
                ("CKV_AWS_116", "LambdaDLQ"),
                ("CKV_AWS_117", "LambdaInsideVPC"),
            )
        },
        **{
            f"CKV_AWS_173 {function}": "Names and numbers, no secret; Lambda encrypts them at rest with its own key."
            for function in FUNCTIONS
        },
        "CKV_AWS_119 StateTable": "It outlives the stack, so its key must too: it is AWS's own (docs/adr/0014).",
    },
    "parliament": {
        f"UNKNOWN_ACTION profile:{operation} {policy}": (
            "Its list is older than these; cfn-lint's has them, and would tell of an action that is none (W3037)."
        )
        for operation in ("GetUploadJob", "ListUploadJobs")
        for policy in ("PollerPolicy1", "WorkersPolicy1")
    },
}


@pytest.fixture(scope="module")
def findings(
    assembly: Path, two_watches: Path, every_source: Path, tmp_path_factory: pytest.TempPathFactory
) -> Mapping[str, Mapping[str, set[str]]]:
    """Run the linters side by side: by linter and template, the findings, each a rule and the resource it is about."""
    if not TOOLS.exists():
        pytest.fail(f"{TOOLS} is missing: run `make check` or `make test`, which set it up")
    directory = tmp_path_factory.mktemp("linted")
    (policies := directory / "policies").mkdir()
    templates = {
        "holes": HOLES,
        **{
            name: json.loads((out / "ImportWatch.template.json").read_text())
            for name, out in (("shipped", assembly), ("two-watches", two_watches), ("every-source", every_source))
        },
    }
    for name, template in templates.items():
        (directory / f"{name}.json").write_text(json.dumps(template))
        for resource, document in documents(template):
            if template["Resources"][resource]["Type"] not in NOT_PARLIAMENTS:
                (policies / f"{name}.{resource}.json").write_text(json.dumps(document))
    files = [f"{name}.json" for name in templates]
    running = {
        "cfn-lint": start(directory, "cfn-lint", "--format", "json", *files),
        "checkov": start(
            directory, "checkov", "--skip-download", "--framework", "cloudformation", "--output", "json", "-f", *files
        ),
        "parliament": start(directory, "parliament", "--json", "--directory", "policies"),
    }
    found: dict[str, dict[str, set[str]]] = {}
    for linter, process in running.items():
        output, errors = process.communicate()
        assert output, errors
        found[linter] = {name: set() for name in templates}
        for template, rule, resource in READERS[linter](output):
            found[linter][template].add(f"{rule} {resource if template == 'holes' else resource[:-HASH]}")
    return found


def start(directory: Path, *command: str) -> subprocess.Popen[str]:
    return subprocess.Popen(  # noqa: S603 - our own tools
        [TOOLS / command[0], *command[1:]], cwd=directory, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )


def of_cfn_lint(output: str) -> Iterator[tuple[str, str, str]]:
    for one in json.loads(output):
        yield Path(one["Filename"]).stem, one["Rule"]["Id"], one["Location"]["Path"][1]


def of_checkov(output: str) -> Iterator[tuple[str, str, str]]:
    for one in json.loads(output)["results"]["failed_checks"]:
        yield Path(one["file_path"]).stem, one["check_id"], one["resource"].rpartition(".")[2]


def of_parliament(output: str) -> Iterator[tuple[str, str, str]]:
    for line in output.splitlines():
        one = json.loads(line)
        template, resource = Path(one["location"]["filepath"]).stem.split(".")
        which = f" {one['location']['string']}" if one["issue"] == "UNKNOWN_ACTION" else ""
        yield template, f"{one['issue']}{which}", resource


READERS = {"cfn-lint": of_cfn_lint, "checkov": of_checkov, "parliament": of_parliament}


@pytest.mark.parametrize("template", ["shipped", "two-watches", "every-source"])
@pytest.mark.parametrize("linter", STAYS)
def test_all_that_a_linter_finds_is_listed_with_its_reason_and_still_found(
    findings: Any, linter: str, template: str
) -> None:
    """Mend what is new; take off the list what is found no more."""
    everything = template == "every-source"
    there = {one for one in STAYS[linter] if everything or not ("Workers" in one or linter == "parliament")}
    assert findings[linter][template] == there


@pytest.mark.parametrize("linter", BITES)
def test_a_linter_sees_a_hole(findings: Any, linter: str) -> None:
    """It has read the templates, and would tell."""
    assert findings[linter]["holes"] >= BITES[linter]
