"""What no policy of the stack may say, whoever changes it next: roles', key's, queues' and topics' alike."""

import json
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from import_watch.sources import registry
from infra.permissions import needed
from tests.infra.conftest import read
from tests.infra.contexts import targets_of
from tests.infra.policies import documents

KEY, ROLE, TOPIC = "AWS::KMS::Key", "AWS::IAM::Role", "AWS::SNS::TopicPolicy"
POLICY = "AWS::IAM::ManagedPolicy"
ACCOUNT = {"AWS": "arn:aws:iam::123456789012:root"}
LAMBDA = {"Service": "lambda.amazonaws.com"}  # takes a role for whoever may pass it, and nobody else
WIDENED = re.compile(r"arn:aws:mobiletargeting:[^*]+:apps/[^*/]+/\*")
# What a source needs wide (its manifest, by the Service Authorization Reference): by an action, how its resource ends.
WIDE = {
    (one.action, one.resource)
    for source in registry.MODULES
    for one in needed(targets_of(source), [])
    if "*" in one.resource
}
UNLIMITED = {"ses:ListImportJobs"}  # knows no resources
ITS_STREAMS = re.compile(r"arn:aws:logs:[^*]+:log-group:[^*]+:\*")  # how a log group's own ARN ends
LIMITS = {"aws:SourceArn", "aws:SourceAccount", "kms:EncryptionContext:aws:logs:arn"}


def holes(of_type: str, document: Mapping[str, Any]) -> Iterator[str]:
    """Tell what is too wide in a policy; a statement that denies can't be."""
    for one in document["Statement"]:
        if one["Effect"] == "Deny":
            continue
        principal = one.get("Principal")
        # A key's own policy speaks of that key alone; this line of it lets IAM policies count at all.
        for_the_account = of_type == KEY and (principal, one["Action"]) == (ACCOUNT, "kms:*")
        if one.keys() & {"NotAction", "NotResource", "NotPrincipal"}:
            yield "all but something"
        if not for_the_account and any("*" in action for action in listed(one.get("Action", []))):
            yield "any action"
        actions = listed(one.get("Action", []))
        resources = [
            each
            for each in listed(one.get("Resource", []))
            if not all((action, each.rpartition(":")[2]) in WIDE for action in actions)
        ]
        if of_type != KEY and any(map(is_wide, resources)):
            yield "any resource"
        if not (principal in (None, LAMBDA) or for_the_account or is_limited(principal, one.get("Condition", {}))):
            yield "anybody"


def is_wide(resource: str) -> bool:
    return "*" in resource and not (WIDENED.fullmatch(resource) or ITS_STREAMS.fullmatch(resource))


def is_limited(principal: Any, condition: Mapping[str, Mapping[str, object]]) -> bool:
    """Tell whether it is one service that can act, and only for something of this account."""
    return set(principal) == {"Service"} and any(LIMITS & keys.keys() for keys in condition.values())


def listed(value: str | list[str]) -> list[str]:
    return [value] if isinstance(value, str) else value


@pytest.mark.parametrize("configuration", ["two_watches", "many_targets", "whole_account", "every_source"])
def test_no_policy_is_wider_than_it_need_be(configuration: str, request: pytest.FixtureRequest) -> None:
    """No wildcard in any action; in resources, only where an application is widened or all are listed; nobody else."""
    template = read(request.getfixturevalue(configuration)).template
    found = [(name, template["Resources"][name]["Type"], document) for name, document in documents(template)]
    assert {of_type for _, of_type, _ in found} == {KEY, ROLE, TOPIC, POLICY, "AWS::SQS::QueuePolicy"}
    assert [(name, hole) for name, of_type, document in found for hole in holes(of_type, document)] == []


def test_all_applications_are_named_only_to_list_them_and_their_jobs(whole_account: Path) -> None:
    """A segment is named for itself even then; and who polls what was handed over has no need of the list."""
    wide = [
        (action, resource)
        for _, document in documents(read(whole_account).template)
        for one in document["Statement"]
        for action in listed(one["Action"])
        for resource in listed(one.get("Resource", []))
        if ":apps" in resource
    ]
    prefix = "arn:aws:mobiletargeting:us-east-1:123456789012:"
    assert [(action.partition(":")[2], resource.removeprefix(prefix)) for action, resource in wide] == [
        ("GetApps", "apps"),
        ("GetApps", "apps/*"),
        ("GetImportJobs", "apps/*"),
        ("GetSegmentImportJobs", "apps/app/segments/segment"),
        ("GetImportJobs", "apps/*"),
        ("GetSegmentImportJobs", "apps/app/segments/segment"),
    ]


def test_what_sources_need_wide_is_written_down_here() -> None:
    """As much as AWS can't name more narrowly, and no more."""
    assert {one for one in WIDE if one[0] not in UNLIMITED} <= {
        ("mobiletargeting:GetApps", "apps/*"),
        ("mobiletargeting:GetImportJobs", "apps/*"),
        ("ses:GetImportJob", "import-job/*"),
    }
    assert {resource for action, resource in WIDE if action in UNLIMITED} <= {"*"}


def test_what_knows_no_resources_is_allowed_only_where_a_watch_names_it(two_watches: Path, every_source: Path) -> None:
    """One source's needs are no other's."""
    unlimited = [{action for action, _ in unlimited_in(stack)} for stack in (two_watches, every_source)]
    assert unlimited == [set(), {action for action, resource in WIDE if resource == "*"}]


def unlimited_in(stack: Path) -> Iterator[tuple[str, str]]:
    template = read(stack).template
    for name, document in documents(template):
        for one in document["Statement"]:
            if template["Resources"][name]["Type"] == POLICY and one["Resource"] == "*":
                yield from ((action, name) for action in listed(one["Action"]))


def test_what_fits_is_exact(two_watches: Path) -> None:
    """No application is widened where each segment can be named."""
    template = json.dumps(read(two_watches).template)
    assert "apps/" in template
    assert not re.search(r"apps/[^\"]*\*", template)


@pytest.mark.parametrize(
    ("of_type", "change", "hole"),
    [
        (POLICY, {"Action": "dynamodb:*"}, "any action"),
        (POLICY, {"Action": ["sns:Publish", "sns:Get*"]}, "any action"),
        (POLICY, {"Resource": "*"}, "any resource"),
        (POLICY, {"Resource": ["arn:aws:mobiletargeting:us-east-1:123456789012:apps/*"]}, "any resource"),
        (POLICY, {"NotAction": "iam:*"}, "all but something"),
        (TOPIC, {"Principal": "*"}, "anybody"),
        (TOPIC, {"Principal": {"AWS": "*"}, "Condition": {"StringEquals": {"aws:SourceAccount": "1"}}}, "anybody"),
        (TOPIC, {"Principal": {"Service": "cloudwatch.amazonaws.com"}}, "anybody"),
        (TOPIC, {"Principal": ACCOUNT, "Action": "kms:*"}, "any action"),
        (ROLE, {"Principal": {"Service": "scheduler.amazonaws.com"}}, "anybody"),
        (KEY, {"Principal": {"AWS": "*"}, "Action": "kms:*"}, "any action"),
    ],
)
def test_a_hole_is_seen(of_type: str, change: dict[str, Any], hole: str) -> None:
    """Or the test above would say nothing."""
    statement = {"Effect": "Allow", "Action": "sns:Publish", "Resource": "arn:aws:sns:us-east-1:123456789012:topic"}
    assert hole in set(holes(of_type, {"Statement": [{**statement, **change}]}))
