"""A watch of the whole account, deployed: its role may list every application, and no segment."""

import json
from collections import Counter
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest

from local.assembly import Assembly, synthesize
from local.emulator import Emulator
from local.inbox import Inbox
from local.stand_in import StandIn
from tests.e2e.grants import Grant, Role, guard_by, role_of
from tests.e2e.stack import SEGMENT, Stack, deployed_apart, finished

pytestmark = pytest.mark.e2e

APPS = "arn:<AWS::Partition>:mobiletargeting:<AWS::Region>:<AWS::AccountId>:apps"
GRANTS = {
    Grant("mobiletargeting:GetApps", APPS): "pinpoint:*",
    Grant("mobiletargeting:GetApps", f"{APPS}/*"): "pinpoint:*",
    Grant("mobiletargeting:GetImportJobs", f"{APPS}/*"): "pinpoint:one",
}


@pytest.fixture(scope="module")
def assembly(tmp_path_factory: pytest.TempPathFactory) -> Assembly:
    watches = [{"name": "all", "every": "1 day", "targets": ["pinpoint:*"]}]
    return synthesize({"import-watch": {"watches": watches}}, Path(tmp_path_factory.mktemp("assembly")))


@pytest.fixture(scope="module")
def stack(emulator: Emulator, assembly: Assembly) -> Stack:
    return deployed_apart(emulator, assembly, "Account")


@pytest.fixture(scope="module")
def role(stack: Stack) -> Role:
    return role_of(stack)


@pytest.fixture
def watch(stack: Stack, role: Role, pinpoint: StandIn) -> dict[str, Any]:  # noqa: ARG001 # holds what may be taken
    """Take the schedule's own input, under a name that is this test's alone; it has seen one application, empty."""
    pinpoint.guard = guard_by(stack)
    pinpoint.jobs.put("pinpoint:one")
    watch: dict[str, Any] = json.loads(stack.assembly.schedule_inputs["all"])["watch"]
    watch = {**watch, "name": f"all-{uuid4().hex[:8]}"}
    assert stack.tick(watch)["failing"] == []
    return watch


def told(inbox: Inbox, at_least: int) -> Counter[str]:
    mails = [mail.message for mail in inbox.receive(at_least=at_least)]
    return Counter(f"{one['target']} {one.get('jobId', one['kind'])}" for one in mails)


def test_an_application_that_nobody_named_is_announced_of_until_it_is_gone(
    stack: Stack, pinpoint: StandIn, watch: dict[str, Any]
) -> None:
    """With the permissions that the stack gives and no others, and without deploying anew."""
    inbox = stack.inbox(watch["name"])
    pinpoint.jobs.put("pinpoint:new/segment", finished("history", target="pinpoint:new/segment"))
    first = stack.tick(watch)
    assert (first["targets"], first["announced"], first["suppressed"]) == (2, 0, 1)
    pinpoint.jobs.put("pinpoint:new/segment", finished("news", target="pinpoint:new/segment"))
    assert stack.tick(watch)["announced"] == 1
    pinpoint.jobs.remove("pinpoint:new")
    assert [stack.tick(watch)["failing"] for _ in range(3)] == [["pinpoint:new"], ["pinpoint:new"], []]
    assert told(inbox, 2) == Counter(["pinpoint:new news", "pinpoint:new target_unavailable"])


def test_an_account_whose_last_application_is_gone_is_a_tick_that_succeeds(
    stack: Stack, pinpoint: StandIn, watch: dict[str, Any]
) -> None:
    """Once that is announced."""
    pinpoint.jobs.remove("pinpoint:one")
    assert [stack.tick(watch)["targets"] for _ in range(4)] == [1, 1, 0, 0]


@pytest.mark.parametrize(("grant", "target"), GRANTS.items(), ids=str)
def test_each_grant_is_missed(  # noqa: PLR0917 # fixtures, which pytest names
    stack: Stack, role: Role, pinpoint: StandIn, watch: dict[str, Any], grant: Grant, target: str
) -> None:
    """The log says which action was denied; with it, the next tick delivers."""
    inbox = stack.inbox(watch["name"])
    pinpoint.jobs.put("pinpoint:one", finished("job", target="pinpoint:one"))
    with role.without(grant):
        denied = stack.invoke(watch)
    assert (denied.error, denied.payload["failing"]) == (None, [target])
    assert f"not authorized to perform: {grant.action}" in denied.log
    assert stack.tick(watch)["failing"] == []
    assert told(inbox, 1) == {"pinpoint:one job": 1}


def test_it_holds_no_other_grant_on_pinpoint(role: Role) -> None:
    """Each is missed above."""
    assert {grant for grant in role.grants if grant.action.startswith("mobiletargeting:")} == GRANTS.keys()


def test_an_input_by_hand_reaches_no_segment_s_list(stack: Stack, pinpoint: StandIn, watch: dict[str, Any]) -> None:
    """An application's own list is what the role may read."""
    pinpoint.jobs.put(SEGMENT)
    invocation = stack.invoke({**watch, "targets": [SEGMENT]})
    assert (invocation.error, invocation.payload["failing"]) == (None, [SEGMENT])
    assert "not authorized to perform: mobiletargeting:GetSegmentImportJobs" in invocation.log
