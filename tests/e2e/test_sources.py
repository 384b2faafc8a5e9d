"""One watch of every source, deployed: each tells of its jobs in the same words, and none is in another's way."""

import json
from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest

from import_watch.jobs import Trouble
from local.assembly import Assembly, synthesize
from local.emulator import Emulator
from local.inbox import Inbox
from local.stand_in import ApiError, StandIn
from tests.e2e.grants import Grant, Role, arn_of, guard_by, role_of
from tests.e2e.stack import Stack, deployed_apart
from tests.sources.test_every_source import contracts

pytestmark = pytest.mark.e2e

KITS = {str(one.kit.target): one.kit for one in contracts().values()}
IN_THE_TEMPLATE = {"partition": "<AWS::Partition>", "region": "<AWS::Region>", "account": "<AWS::AccountId>"}
GRANTS = {
    Grant(permission.action, arn_of(permission, **IN_THE_TEMPLATE)): target
    for target, kit in KITS.items()
    for permission in kit.manifest.permissions(kit.target)
}
Finish = Callable[[int], None]


@pytest.fixture(scope="module")
def assembly(tmp_path_factory: pytest.TempPathFactory) -> Assembly:
    watches = [{"name": "mixed", "every": "1 day", "targets": list(KITS)}]
    return synthesize({"import-watch": {"watches": watches}}, Path(tmp_path_factory.mktemp("assembly")))


@pytest.fixture(scope="module")
def stack(emulator: Emulator, assembly: Assembly) -> Stack:
    return deployed_apart(emulator, assembly, "Sources")


@pytest.fixture(scope="module")
def role(stack: Stack) -> Role:
    return role_of(stack)


@pytest.fixture
def watch(stack: Stack, role: Role, services: StandIn) -> dict[str, Any]:  # noqa: ARG001 # holds what may be taken
    """Take the schedule's own input, under a name that is this test's alone; it has seen each list, without a job."""
    services.guard = guard_by(stack)
    for target in KITS:
        services.jobs.put(target)
    watch: dict[str, Any] = json.loads(stack.assembly.schedule_inputs["mixed"])["watch"]
    watch = {**watch, "name": f"mixed-{uuid4().hex[:8]}"}
    assert stack.tick(watch)["failing"] == []
    return watch


@pytest.fixture
def finish(services: StandIn) -> Finish:
    """Let a job of each list finish, with failures."""

    def finish(number: int) -> None:
        now = datetime.now(UTC)
        for target, kit in KITS.items():
            told = kit.told(name=f"job-{number}", why=kit.why)
            job = kit.job(number, created=now - timedelta(minutes=5), completed=now, counts=(40, 12), **told)
            services.jobs.put(target, job)

    return finish


def messages(inbox: Inbox, at_least: int) -> list[dict[str, Any]]:
    return [mail.message for mail in inbox.receive(at_least=at_least)]


def told(inbox: Inbox, at_least: int) -> Counter[str]:
    return Counter(f"{one['target']} {one['kind']}" for one in messages(inbox, at_least))


def finished(*targets: str) -> Counter[str]:
    return Counter(f"{target} completed_with_failures" for target in targets)


def test_each_job_is_announced_once_with_its_counts_and_reason(
    stack: Stack, watch: dict[str, Any], finish: Finish
) -> None:
    """Also what only the job by itself tells."""
    inbox = stack.inbox(watch["name"])
    finish(1)
    assert [stack.tick(watch)["announced"] for _ in range(3)] == [len(KITS), 0, 0]
    came = messages(inbox, len(KITS))
    assert Counter(one["target"] for one in came) == Counter(KITS.keys())
    for one in came:
        kit = KITS[one["target"]]
        assert (one["kind"], one["source"], one["jobId"]) == ("completed_with_failures", kit.source, kit.id(1))
        assert one["counts"].items() >= {"processed": 40, "failed": 12}.items()
        assert one.get("statusReason", "") == kit.why
        assert one.get("jobName") == ("job-1" if kit.name else None)
        assert "completedAt" in one
        withheld = ["X-Amz-", "arn:aws:iam", *(f'"{name}"' for name in kit.private)]
        assert not [word for word in withheld if word in json.dumps(one)]


def test_a_quiet_tick_asks_for_no_job_and_writes_nothing(
    stack: Stack, services: StandIn, watch: dict[str, Any], finish: Finish
) -> None:
    """A listing a target, and the table as it was, to the last attribute."""
    finish(1)
    stack.tick(watch)
    asked, table = len(services.calls), scanned(stack)
    assert stack.tick(watch)["announced"] == 0
    calls = [(call.target, call.operation, call.job) for call in services.calls[asked:]]
    assert Counter(calls) == Counter((target, kit.asking.operation, None) for target, kit in KITS.items())
    assert scanned(stack) == table


def scanned(stack: Stack) -> list[dict[str, Any]]:
    pages = stack.emulator.session.client("dynamodb").get_paginator("scan")
    items = [item for page in pages.paginate(TableName=stack.outputs["StateTableName"]) for item in page["Items"]]
    return sorted(items, key=lambda item: (item["pk"]["S"], item["sk"]["S"]))


@pytest.mark.parametrize(("grant", "target"), GRANTS.items(), ids=str)
def test_each_grant_is_missed(  # noqa: PLR0917 # fixtures, which pytest names
    stack: Stack, role: Role, watch: dict[str, Any], finish: Finish, grant: Grant, target: str
) -> None:
    """On the second tick that is told, once, and the others go on; with it, the next tick delivers."""
    inbox = stack.inbox(watch["name"])
    finish(1)
    with role.without(grant):
        assert stack.tick(watch)["failing"] == [target]
        assert told(inbox, len(KITS) - 1) == finished(*(KITS.keys() - {target}))
        second = stack.invoke(watch)  # of an invocation's log, no more than its end can be had
        assert (second.error, second.payload["failing"]) == (None, [target])
        assert f"not authorized to perform: {grant.action}" in second.log
        assert stack.tick(watch)["failing"] == [target]
        (unavailable,) = messages(inbox, 1)
        assert (unavailable["kind"], unavailable["reason"]) == ("target_unavailable", "denied")
        assert unavailable["target"] == target
    for _ in range(2):
        assert stack.tick(watch)["failing"] == []
    assert told(inbox, 2) == finished(target) + Counter([f"{target} target_recovered"])


def test_it_holds_no_other_grant_on_any_source(role: Role) -> None:
    """Each is missed above."""
    services = {kit.manifest.arn_service for kit in KITS.values()}
    assert {grant for grant in role.grants if grant.action.partition(":")[0] in services} == GRANTS.keys()


@pytest.mark.parametrize("target", KITS)
def test_a_list_that_aws_has_ended_is_told_once_and_the_others_go_on(
    stack: Stack, services: StandIn, watch: dict[str, Any], finish: Finish, target: str
) -> None:
    """With what its source has to say of that."""
    kit, inbox = KITS[target], stack.inbox(watch["name"])
    gone = next(code for code, trouble in kit.errors.items() if trouble is Trouble.GONE)
    services.faults.add(target, ApiError(gone), times=None)
    finish(1)
    for _ in range(3):
        assert stack.tick(watch)["failing"] == [target]
    came = messages(inbox, len(KITS))
    (unavailable,) = [one for one in came if one["kind"] == "target_unavailable"]
    assert (unavailable["target"], unavailable["reason"]) == (target, "gone")
    assert unavailable.get("notice", "") == kit.manifest.notice
    assert Counter(f"{one['target']} {one['kind']}" for one in came if one is not unavailable) == finished(
        *(KITS.keys() - {target})
    )


def test_an_input_by_hand_reaches_no_other_list_of_any_source(
    stack: Stack, services: StandIn, watch: dict[str, Any]
) -> None:
    """Whoever may invoke the function gets what its role may list; lists that IAM can't tell apart are all one."""
    strangers = {f"{target}x" for target, kit in KITS.items() if "*" not in kit.targets.values()}
    for target in strangers:
        services.jobs.put(target)
    invocation = stack.invoke({**watch, "targets": sorted(strangers)})
    assert (invocation.error, {*invocation.payload["failing"]}) == (None, strangers)
    assert "not authorized to perform: " in invocation.log
