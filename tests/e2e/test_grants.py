"""The function's role holds what its ticks need and nothing else: each grant is taken away, and missed."""

from collections import Counter
from typing import Any
from uuid import uuid4

import pytest

from local.assembly import Assembly
from local.emulator import Emulator
from local.inbox import Inbox, catch_events
from local.stand_in import StandIn
from tests.e2e.grants import Grant, Role, guard_by, role_of
from tests.e2e.stack import APPLICATION, OTHER, SEGMENT, Stack, deployed_apart, finished
from tests.infra import test_stack as template

pytestmark = pytest.mark.e2e

TARGETS = (SEGMENT, OTHER, APPLICATION)
APPS = "arn:<AWS::Partition>:mobiletargeting:<AWS::Region>:<AWS::AccountId>:apps"
DEFAULT_BUS = "arn:<AWS::Partition>:events:<AWS::Region>:<AWS::AccountId>:event-bus/default"

FAIL_THE_TICK = [
    Grant("dynamodb:BatchGetItem", "<StateTable.Arn>"),
    Grant("dynamodb:PutItem", "<StateTable.Arn>"),
    Grant("dynamodb:Query", "<StateTable.Arn>/index/pending"),
    Grant("dynamodb:UpdateItem", "<StateTable.Arn>"),
    Grant("events:PutEvents", DEFAULT_BUS),
    Grant("sns:PublishBatch", "<ChatTopic>"),  # on AWS, sns:Publish: see local/concessions.py
    Grant("sns:PublishBatch", "<EmailTopic>"),
    Grant("sns:PublishBatch", "<NotificationsTopic>"),
]
FAIL_A_TARGET = {
    Grant("mobiletargeting:GetImportJobs", f"{APPS}/crm"): APPLICATION,
    Grant("mobiletargeting:GetSegmentImportJobs", f"{APPS}/app/segments/other"): OTHER,
    Grant("mobiletargeting:GetSegmentImportJobs", f"{APPS}/app/segments/segment"): SEGMENT,
}
# What the emulator does without asking IAM, and the test that holds the template to it.
ONLY_IN_THE_TEMPLATE = {
    Grant("kms:Decrypt", "<EncryptionKey.Arn>"): template.test_what_the_function_may_do,
    Grant("kms:GenerateDataKey", "<EncryptionKey.Arn>"): template.test_what_the_function_may_do,
    Grant("logs:CreateLogStream", "<PollerLogs.Arn>"): template.test_what_the_function_may_do,
    Grant("logs:PutLogEvents", "<PollerLogs.Arn>"): template.test_what_the_function_may_do,
    Grant("sqs:SendMessageBatch", "<PollerFailedTicks.Arn>"): template.test_failed_ticks_are_kept_not_retried,
}


@pytest.fixture(scope="module")
def stack(emulator: Emulator, assembly: Assembly) -> Stack:
    return deployed_apart(emulator, assembly, "Grants")


@pytest.fixture(scope="module")
def role(stack: Stack) -> Role:
    return role_of(stack)


@pytest.fixture
def watch(stack: Stack, pinpoint: StandIn) -> dict[str, Any]:
    """Give a watch of all targets, each sighted, with a job that has finished since."""
    pinpoint.guard = guard_by(stack)
    watch = {"name": f"watch-{uuid4().hex[:8]}", "targets": list(TARGETS), "policy": {"email": True, "chat": True}}
    for target in TARGETS:
        pinpoint.jobs.put(target)
    assert stack.tick(watch)["failing"] == []
    for target in TARGETS:
        pinpoint.jobs.put(target, finished("job", target=target))
    return watch


def test_each_grant_is_missed_or_held_to_the_template(role: Role) -> None:
    """A grant that no tick needs, or that no list here names, has no place in the role."""
    assert role.grants.keys() == {*FAIL_THE_TICK, *FAIL_A_TARGET, *ONLY_IN_THE_TEMPLATE}


@pytest.mark.parametrize("grant", FAIL_THE_TICK, ids=str)
def test_without_it_the_tick_fails_and_with_it_the_next_one_delivers(
    stack: Stack, role: Role, watch: dict[str, Any], grant: Grant
) -> None:
    """The error says which action was denied; nothing is lost, nothing comes twice."""
    inbox, events = stack.inbox(watch["name"]), catch_events(stack.emulator)
    with role.without(grant):
        failed = stack.invoke(watch)
    assert f"not authorized to perform: {grant.action}" in str(failed.error)
    stack.tick(watch)
    assert announced(inbox, watch) == announced(events, watch) == Counter(TARGETS)


@pytest.mark.parametrize(("grant", "target"), FAIL_A_TARGET.items(), ids=str)
def test_without_it_the_target_fails_and_with_it_the_next_tick_delivers(
    stack: Stack, role: Role, watch: dict[str, Any], grant: Grant, target: str
) -> None:
    """The log says which action was denied; the other targets don't wait."""
    inbox = stack.inbox(watch["name"])
    with role.without(grant):
        denied = stack.invoke(watch)
    assert (denied.error, denied.payload["failing"]) == (None, [target])
    assert f"not authorized to perform: {grant.action}" in denied.log
    stack.tick(watch)
    assert announced(inbox, watch) == Counter(TARGETS)


def announced(inbox: Inbox, watch: dict[str, Any]) -> Counter[str]:
    """Count the watch's messages by target; others are an earlier test's leftovers."""
    mails = inbox.receive(at_least=len(TARGETS))
    return Counter(mail.message["target"] for mail in mails if mail.message["watch"] == watch["name"])
