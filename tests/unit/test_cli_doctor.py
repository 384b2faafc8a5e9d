"""What the doctor's checks make of what AWS says; the rest is tested on a deployed stack."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, cast

import pytest
from botocore.exceptions import ClientError

from import_watch.sources.registry import parse
from import_watch_cli.doctor.checks import Check, examine, in_order
from import_watch_cli.doctor.delivery import queues
from import_watch_cli.doctor.examined import Examined
from import_watch_cli.doctor.findings import Found, Verdict, finding, fine, not_checked
from import_watch_cli.doctor.permissions import function_may
from import_watch_cli.doctor.reads import caller_may
from import_watch_cli.doctor.stack import caller, compared, stack
from import_watch_cli.doctor.subscribers import subscriptions
from import_watch_cli.speech.errors import RefusedError
from import_watch_cli.stack.deployment import Deployment
from import_watch_cli.stack.scheduled import Scheduled
from tests.builders import a_watch

if TYPE_CHECKING:
    from import_watch_cli.stack.connection import Connection

NOW = datetime(2026, 5, 24, 21, 26, 45, 500_000, tzinfo=UTC)
ANSWERED = NOW + timedelta(seconds=1)
HERE = "eu-west-1:111122223333"
TOPIC = f"arn:aws:sns:{HERE}:topic"


@dataclass
class FakeAws:
    """Gives each service's answers, as they are told."""

    subscriptions: dict[str, list[dict[str, str]]] = field(default_factory=dict)
    account: str = "111122223333"
    denied: Collection[str] = ()
    """What a role may not do anything with."""
    asked: set[tuple[str, str, str]] = field(default_factory=set)
    """What IAM was asked about: a role, an action, a resource."""

    def client(self, service: str) -> "FakeAws":
        assert service in {"dynamodb", "iam", "logs", "sns", "sqs", "sts"}
        return self

    def simulate_principal_policy(self, **asked: Any) -> dict[str, Any]:
        (resource,) = asked["ResourceArns"]
        self.asked |= {(asked["PolicySourceArn"], action, resource) for action in asked["ActionNames"]}
        decision = "explicitDeny" if resource in self.denied else "allowed"
        return {"EvaluationResults": [{"EvalActionName": a, "EvalDecision": decision} for a in asked["ActionNames"]]}

    def get_queue_attributes(self, **_: object) -> dict[str, Any]:
        return {"Attributes": {"ApproximateNumberOfMessages": "1"}}

    def read(self, **_: object) -> None:
        """Answer any read of table and log."""

    batch_get_item = get_item = query = scan = filter_log_events = read

    def get_caller_identity(self) -> dict[str, Any]:
        return {"Account": self.account, "Arn": f"arn:aws:iam::{self.account}:user/me"}

    def get_paginator(self, name: str) -> "FakeAws":
        assert name == "list_subscriptions_by_topic"
        return self

    def paginate(self, *, TopicArn: str) -> list[dict[str, Any]]:  # noqa: N803 - SNS's own
        return [{"Subscriptions": self.subscriptions.get(TopicArn, [])}, {"Subscriptions": []}]


def examined(aws: FakeAws | None = None, status: str = "CREATE_COMPLETE", *people: str, **topics: str) -> Examined:
    outputs = {"NotificationsTopicArn": TOPIC, "StateTableName": "table", "PollFunctionName": "poller", **topics}
    deployment = Deployment(
        connection=cast("Connection", aws or FakeAws()), stack="ImportWatch", outputs=outputs, status=status
    )
    resources = [
        ("AWS::SNS::Topic", "NotificationsTopic1", TOPIC),
        ("AWS::SNS::Topic", "OperationsTopic1", "operations"),
        *(("AWS::SNS::Topic", f"{name}Topic1", name.lower()) for name in people),
    ]
    vars(deployment)["resources"] = resources
    return Examined(deployment=deployment, now=NOW)


def subscribed(address: str, arn: str = "arn") -> dict[str, str]:
    return {"SubscriptionArn": arn, "Endpoint": address}


@pytest.mark.parametrize(
    ("said", "verdict"),
    [
        ("Sun, 24 May 2026 21:26:45 GMT", Verdict.OK),
        ("Sun, 24 May 2026 21:25:45 GMT", Verdict.OK),
        ("Sun, 24 May 2026 21:25:44 GMT", Verdict.FINDING),
        ("Sun, 24 May 2026 21:27:46 GMT", Verdict.OK),
        ("Sun, 24 May 2026 21:27:48 GMT", Verdict.FINDING),
        ("", Verdict.NOT_CHECKED),
    ],
)
def test_a_clock_may_be_a_minute_wrong(said: str, verdict: Verdict) -> None:
    """Either way; the header tells whole seconds, and the answer took its time."""
    assert compared(said, NOW, ANSWERED).verdict is verdict


def test_a_wrong_clock_is_told_with_its_direction() -> None:
    """And by how much."""
    assert "is 900 s ahead of AWS's" in compared("Sun, 24 May 2026 21:11:45 GMT", NOW, ANSWERED).says
    assert "is 898 s behind AWS's" in compared("Sun, 24 May 2026 21:41:45 GMT", NOW, ANSWERED).says


@pytest.mark.parametrize(
    ("status", "verdict"),
    [
        ("CREATE_COMPLETE", Verdict.OK),
        ("UPDATE_COMPLETE", Verdict.OK),
        ("UPDATE_IN_PROGRESS", Verdict.FINDING),
        ("UPDATE_ROLLBACK_COMPLETE", Verdict.FINDING),
        ("UPDATE_ROLLBACK_FAILED", Verdict.FINDING),
    ],
)
def test_only_a_deployed_stack_is_well(status: str, verdict: Verdict) -> None:
    """One that was rolled back works, and is not what was asked for."""
    (found,) = stack(examined(status=status))
    assert found.verdict is verdict
    assert bool(found.do) is (verdict is Verdict.FINDING)


def test_credentials_of_another_account_are_a_finding() -> None:
    """The stack's own are not."""
    assert [one.verdict for one in caller(examined())] == [Verdict.OK]
    (found,) = caller(examined(FakeAws(account="444455556666")))
    assert found.says == "you are arn:aws:iam::444455556666:user/me, the stack is in account 111122223333"


def test_a_subscription_that_nobody_confirmed_is_named() -> None:
    """Alone it is as if there were none; beside a confirmed one it is a finding still."""
    waiting = subscribed("new@example.com", "PendingConfirmation")
    well = {TOPIC: [subscribed("team@example.com")], "operations": [subscribed("ops@example.com")]}
    assert [one.verdict for one in subscriptions(examined(FakeAws(well)))] == [Verdict.OK]
    beside = {**well, TOPIC: [*well[TOPIC], waiting]}
    assert [one.says for one in subscriptions(examined(FakeAws(beside)))] == [
        "new@example.com has not confirmed its subscription to announcements"
    ]
    alone = {**well, "operations": [waiting]}
    assert [one.says for one in subscriptions(examined(FakeAws(alone)))] == [
        "new@example.com has not confirmed its subscription to alarms",
        "nobody gets alarms from operations",
    ]


def test_where_people_have_topics_of_their_own_machines_may_have_no_subscriber() -> None:
    """Each of those topics has to have one."""
    operations = {"operations": [subscribed("ops@example.com")]}
    asked = examined(FakeAws(operations), "CREATE_COMPLETE", "Email", "Chat")
    assert [one.says for one in subscriptions(asked)] == [
        "nobody gets emails from email",
        "nobody gets chat notes from chat",
    ]
    told = {**operations, "email": [subscribed("team@example.com")], "chat": [subscribed("https://chat")]}
    assert subscriptions(examined(FakeAws(told), "CREATE_COMPLETE", "Email", "Chat")) == [
        fine(
            f"every topic has a confirmed subscription, but for {TOPIC}, which machines would read; "
            "none is left unconfirmed"
        )
    ]


def test_what_a_queue_keeps_is_to_be_emptied_in_its_own_way() -> None:
    """`redrive` reads failed ticks and chunks only."""
    asked = examined()
    names = (
        "PollerFailedTicks",
        "ChunksFailed",
        "SchedulesUndelivered",
        "NotificationsUndelivered",
        "OperationsUndelivered",
    )
    vars(asked.deployment)["resources"] = [("AWS::SQS::Queue", f"{name}1", name) for name in names]
    does = {name: one.do for name, one in zip(names, queues(asked), strict=True)}
    assert {name for name, do in does.items() if do.endswith(": import-watch redrive --ticks")} == set(names[:2])
    assert {name for name, do in does.items() if do.endswith(": docs/operations.md, Failed ticks")} == set(names[2:])


def test_the_role_is_asked_about_each_topic_that_is_there() -> None:
    """People's own ones, too, where a deny would go unseen."""
    aws = FakeAws(denied=["email"])
    asked = examined(aws, EmailTopicArn="email", ChatTopicArn="chat")
    vars(asked).update(poller={"Role": "role"}, workers=None, schedules={})
    vars(asked.deployment)["resources"] = []
    assert [one.says for one in function_may(asked)] == ["the function may not sns:Publish on email: explicitDeny"]
    assert {("role", "sns:Publish", topic) for topic in (TOPIC, "chat")} <= aws.asked


def test_the_role_is_asked_about_what_each_source_needs() -> None:
    """By the source's own permissions; to list an account's applications is the poller's alone, and no worker's."""
    aws = FakeAws()
    watch = a_watch(*map(parse, ["pinpoint:app/seg", "pinpoint:*", "customer-profiles:shop"]), event_bus=None)
    schedules = {"one": Scheduled(watch=watch, schedule="one", every=timedelta(days=1), enabled=True, input="")}
    asked = examined(aws)
    vars(asked).update(poller={"Role": "role"}, workers={"Role": "worker"}, schedules=schedules)
    vars(asked.deployment)["resources"] = []
    assert function_may(asked) == [fine("what 1 watch need is allowed")]
    apps, domain = (f"arn:aws:{end}" for end in (f"mobiletargeting:{HERE}:apps", f"profile:{HERE}:domains/shop"))
    lists = {
        ("mobiletargeting:GetSegmentImportJobs", f"{apps}/app/segments/seg"),
        ("mobiletargeting:GetImportJobs", f"{apps}/*"),
        ("profile:ListUploadJobs", domain),
        ("profile:GetUploadJob", domain),
    }
    of_poller = {("role", "mobiletargeting:GetApps", resource) for resource in (apps, f"{apps}/*")}
    of_both = {(role, *each) for each in lists for role in ("role", "worker")}
    assert {each for each in aws.asked if each[1].startswith(("mobiletargeting", "profile"))} == of_both | of_poller


def test_what_of_the_caller_s_was_tried_is_named() -> None:
    """And what was not: nobody is told that all commands would work."""
    asked = examined()
    vars(asked.deployment)["resources"] = [("AWS::Logs::LogGroup", "PollerLogs1", "log")]
    assert caller_may(asked) == [
        fine(
            "your credentials were denied none of dynamodb:BatchGetItem, dynamodb:GetItem, dynamodb:Query, "
            "dynamodb:Query on the index pending, dynamodb:Scan, logs:FilterLogEvents; "
            "what writes, sends or invokes was not tried"
        )
    ]


def test_a_check_that_cannot_look_keeps_no_other_from_looking() -> None:
    """It is a finding of its own."""

    def denied(_: Examined) -> Iterator[Found]:
        yield fine("half of it")
        raise ClientError({"Error": {"Code": "AccessDenied", "Message": "may not a:B"}}, "B")

    def throttled(_: Examined) -> list[Found]:
        raise ClientError({"Error": {"Code": "Throttling"}}, "B")

    def refused(_: Examined) -> list[Found]:
        raise RefusedError("no watch")

    def defect(_: Examined) -> Iterator[Found]:
        yield fine("half of it")
        raise KeyError("Policy")

    looks = (denied, throttled, refused, defect, lambda _: [fine("all well")])
    checks = [Check(name, look) for name, look in zip("abcde", looks, strict=True)]
    lines = examine(examined(), checks)
    assert [(line.check, line.found.says, line.found.do) for line in lines] == [
        ("a", "could not look: may not a:B", "allow your credentials what it names, and look again"),
        (
            "b",
            "could not look: An error occurred (Throttling) when calling the B operation: Unknown",
            "mend what it names, and look again",
        ),
        ("c", "could not look: no watch", "mend what it names, and look again"),
        (
            "d",
            "this check broke: KeyError('Policy')",
            "look at that yourself; what AWS answered is not what import-watch expects: please report it",
        ),
        ("e", "all well", ""),
    ]


def test_findings_come_first() -> None:
    """Then what was not checked; each sort as the checks come."""
    said = [fine("1"), not_checked("2"), finding("3", "mend"), fine("4"), finding("5", "mend")]
    lines = in_order(examine(examined(), [Check("all", lambda _: said)]))
    assert [line.found.says for line in lines] == ["3", "5", "2", "1", "4"]


def test_a_stack_without_a_log_is_a_finding() -> None:
    """And keeps no other read from being tried."""

    class Denying:
        def client(self, service: str) -> "Denying":
            assert service in {"dynamodb", "logs"}
            return self

        def __getattr__(self, operation: str) -> Any:
            def deny(**_: object) -> Any:
                raise ClientError({"Error": {"Code": "AccessDenied", "Message": "no"}}, operation)

            return deny

    outputs = {"StateTableName": "table"}
    deployment = Deployment(connection=cast("Connection", Denying()), stack="stack", outputs=outputs, status="")
    vars(deployment)["resources"] = []
    says = [found.says for found in caller_may(Examined(deployment=deployment, now=NOW))]
    assert [text.startswith("your credentials may not dynamodb:") for text in says] == [*[True] * 5, False]
    assert says[-1] == "could not try logs:FilterLogEvents: the stack stack has no log of its function"
