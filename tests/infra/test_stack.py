import json
import re
from pathlib import Path
from typing import Any

import pytest
from syrupy.assertion import SnapshotAssertion
from syrupy.extensions.json import JSONSnapshotExtension

from import_watch.sources import registry
from infra.config import BYTES_A_WATCH, MAX_RESOURCES, RESOURCES_A_WATCH
from infra.permissions import LISTING_LISTS, needed
from tests.infra.conftest import deploy, read
from tests.infra.contexts import a_config, a_watch, targets_of
from tests.infra.deployed import Deployed, statements

A_TICK_IS_NOT_WORK = {"MaximumEventAgeInSeconds": 60, "MaximumRetryAttempts": 0}
LONGEST = {"AWS::Partition": "aws-us-gov", "AWS::Region": "ap-southeast-2", "AWS::AccountId": "123456789012"}
PINPOINT = "arn:<AWS::Partition>:mobiletargeting:<AWS::Region>:<AWS::AccountId>"
QUEUES = ("NotificationsUndelivered", "OperationsUndelivered", "PollerFailedTicks", "SchedulesUndelivered")
TOPICS = ("Notifications", "Email", "Chat", "Operations")
ALARMS_OF_THIS_ACCOUNT = {
    "StringEquals": {"aws:SourceAccount": "<AWS::AccountId>"},
    "ArnLike": {"aws:SourceArn": "arn:<AWS::Partition>:cloudwatch:<AWS::Region>:<AWS::AccountId>:alarm:*"},
}
BUSES = "arn:<AWS::Partition>:events:<AWS::Region>:<AWS::AccountId>:event-bus"


def test_state_survives(deployed: Deployed) -> None:
    """The table outlives the stack, can be restored to any second and isn't deleted by accident."""
    table = deployed.one("AWS::DynamoDB::Table")
    assert table["Attributes"] == {"DeletionPolicy": "Retain", "UpdateReplacePolicy": "Retain"}
    assert table["PointInTimeRecoverySpecification"] == {"PointInTimeRecoveryEnabled": True}
    assert table["DeletionProtectionEnabled"] is True
    assert table["SSESpecification"] == {"SSEEnabled": True}, "by a key that no stack can delete"
    assert table["BillingMode"] == "PAY_PER_REQUEST"


def test_state_keys(deployed: Deployed) -> None:
    """The keys of the table and of its sparse index; another key is another table, and all history is new again."""
    table = deployed.one("AWS::DynamoDB::Table")
    assert table["KeySchema"] == [
        {"AttributeName": "pk", "KeyType": "HASH"},
        {"AttributeName": "sk", "KeyType": "RANGE"},
    ]
    assert table["GlobalSecondaryIndexes"] == [
        {
            "IndexName": "pending",
            "KeySchema": [
                {"AttributeName": "pendingShard", "KeyType": "HASH"},
                {"AttributeName": "pendingDue", "KeyType": "RANGE"},
            ],
            "Projection": {"ProjectionType": "INCLUDE", "NonKeyAttributes": ["recordedAt"]},
        }
    ]
    assert {definition["AttributeType"] for definition in table["AttributeDefinitions"]} == {"S"}
    assert "TableName" not in table
    assert "TimeToLiveSpecification" not in table


def test_function(deployed: Deployed) -> None:
    """The function runs as it was measured, with what its code reads from the environment."""
    function = deployed.one("AWS::Lambda::Function")
    assert function["Handler"] == "import_watch.handlers.poll.handler"
    assert function["Runtime"] == "python3.13"
    assert function["Architectures"] == ["arm64"]
    assert function["Timeout"] == 50
    assert function["LoggingConfig"] == {"LogGroup": "<PollerLogs>"}
    assert "ReservedConcurrentExecutions" not in function
    assert "TracingConfig" not in function
    assert function["Environment"]["Variables"] == {
        "STATE_TABLE": "<StateTable>",
        "TOPIC_ARN": "<NotificationsTopic>",
        "EMAIL_TOPIC_ARN": "<EmailTopic>",
        "CHAT_TOPIC_ARN": "<ChatTopic>",
        "FUNCTION_TIMEOUT_SECONDS": "50",
        "PAGE_SIZE": "50",
        "MAX_PAGES": "1000",
        "THREADS": "16",
        "SOURCES": "pinpoint",
        "REQUESTS_PER_SECOND": "200",
        "POWERTOOLS_LOG_LEVEL": "DEBUG",
    }


def test_failed_ticks_are_kept_not_retried(deployed: Deployed) -> None:
    """The next tick is the retry; a failed one goes to the queue."""
    config = deployed.one("AWS::Lambda::EventInvokeConfig")
    assert config["DestinationConfig"] == {"OnFailure": {"Destination": "<PollerFailedTicks.Arn>"}}
    assert {key: config[key] for key in A_TICK_IS_NOT_WORK} == A_TICK_IS_NOT_WORK


def test_schedules(deployed: Deployed) -> None:
    """Each watch has one schedule at its own rate, whose input is the watch itself, as a literal."""
    first, second = deployed.all("AWS::Scheduler::Schedule")
    assert (first["ScheduleExpression"], second["ScheduleExpression"]) == ("rate(1 minute)", "rate(5 minutes)")
    for schedule, name in ((first, "newsletter"), (second, "customers")):
        assert schedule["FlexibleTimeWindow"] == {"Mode": "OFF"}
        target = schedule["Target"]
        assert json.loads(target["Input"])["watch"]["name"] == name
        assert target["Arn"] == "<PollerFunction.Arn>"
        assert target["RetryPolicy"] == A_TICK_IS_NOT_WORK
        assert target["DeadLetterConfig"] == {"Arn": "<SchedulesUndelivered.Arn>"}
        assert target["RoleArn"] == "<SchedulesRole.Arn>"
    raw = [one for one in deployed.template["Resources"].values() if one["Type"] == "AWS::Scheduler::Schedule"]
    assert all(isinstance(one["Properties"]["Target"]["Input"], str) for one in raw)


def test_a_stack_holds_what_the_settings_allow(deployed_wide: Deployed, tmp_path: Path) -> None:
    """Besides what grows with watches, addresses and buses, the template has room for the rest."""
    assert len(deployed_wide.template["Resources"]) - RESOURCES_A_WATCH <= 500 - MAX_RESOURCES
    sizes = []
    for count in (1, 11):
        watches = [a_watch(name=f"{number:032}", every="3 minutes") for number in range(count)]
        (code := tmp_path / str(count)).mkdir()
        template = deploy(config := a_config(*watches), code).template
        inputs = sum(len(json.dumps(watch.schedule_input)) for watch in config.watches)
        sizes.append(len(json.dumps(template, indent=1)) - inputs)  # as CDK writes it
    assert (sizes[1] - sizes[0]) / 10 <= BYTES_A_WATCH
    assert sizes[0] <= 50_000, "half of what watches leave, the rest is for addresses"


def test_what_the_schedules_may_do(deployed: Deployed) -> None:
    """Schedules may invoke this function and put into their encrypted queue, and only those of this account's group."""
    [policy] = deployed.policies("scheduler.amazonaws.com")
    assert statements(policy) == [
        (["lambda:InvokeFunction"], ["<PollerFunction.Arn>"]),
        (["sqs:SendMessage"], ["<SchedulesUndelivered.Arn>"]),
        (["kms:Decrypt", "kms:GenerateDataKey"], ["<EncryptionKey.Arn>"]),
    ]
    [trust] = deployed.role("scheduler.amazonaws.com")["AssumeRolePolicyDocument"]["Statement"]
    group = "arn:<AWS::Partition>:scheduler:<AWS::Region>:<AWS::AccountId>:schedule-group/default"
    assert trust["Condition"] == {"StringEquals": {"aws:SourceAccount": "<AWS::AccountId>", "aws:SourceArn": group}}
    assert all("GroupName" not in schedule for schedule in deployed.all("AWS::Scheduler::Schedule"))


def test_what_the_function_may_do(deployed: Deployed) -> None:
    """The function can do nothing that its code doesn't call and the watches don't need."""
    [policy] = deployed.policies("lambda.amazonaws.com")
    assert statements(policy) == [
        (["events:PutEvents"], [f"{BUSES}/crm/imports", f"{BUSES}/default"]),
        (["mobiletargeting:GetImportJobs"], [f"{PINPOINT}:apps/crm"]),
        (
            ["mobiletargeting:GetSegmentImportJobs"],
            [f"{PINPOINT}:apps/app/segments/other", f"{PINPOINT}:apps/app/segments/segment"],
        ),
        (["logs:CreateLogStream", "logs:PutLogEvents"], ["<PollerLogs.Arn>"]),
        (["dynamodb:BatchGetItem", "dynamodb:PutItem", "dynamodb:UpdateItem"], ["<StateTable.Arn>"]),
        (["sns:Publish"], ["<NotificationsTopic>", "<EmailTopic>", "<ChatTopic>"]),
        (["kms:Decrypt", "kms:GenerateDataKey"], ["<EncryptionKey.Arn>"]),
        (["dynamodb:Query"], ["<StateTable.Arn>/index/pending"]),
        (["sqs:SendMessage"], ["<PollerFailedTicks.Arn>"]),
    ]


def test_nothing_else_grants_anything(deployed: Deployed) -> None:
    """No policy stands beside those two roles' own, but what lets CloudWatch and SNS do their part."""
    assert len(deployed.all("AWS::IAM::Role")) == 2
    assert len(deployed.all("AWS::IAM::ManagedPolicy")) == 2
    for of_type in ("AWS::IAM::Policy", "AWS::Lambda::Permission", "AWS::Lambda::Url"):
        assert deployed.all(of_type) == []
    allowed = {
        (one["Resource"], one["Principal"]["Service"], one["Action"]): one["Condition"]
        for policy in deployed.all("AWS::SQS::QueuePolicy") + deployed.all("AWS::SNS::TopicPolicy")
        for one in policy["PolicyDocument"]["Statement"]
        if one["Effect"] == "Allow"
    }
    assert allowed == {
        ("<OperationsTopic>", "cloudwatch.amazonaws.com", "sns:Publish"): ALARMS_OF_THIS_ACCOUNT,
        ("<NotificationsUndelivered.Arn>", "sns.amazonaws.com", "sqs:SendMessage"): {
            "ArnEquals": {"aws:SourceArn": "<EmailTopic>"}
        },
        ("<OperationsUndelivered.Arn>", "sns.amazonaws.com", "sqs:SendMessage"): {
            "ArnEquals": {"aws:SourceArn": "<OperationsTopic>"}
        },
    }


def test_nothing_comes_without_tls(deployed: Deployed) -> None:
    """Each queue and topic denies it, for everybody and to all that it holds."""
    denied = {
        (one["Resource"], one["Action"])
        for policy in deployed.all("AWS::SQS::QueuePolicy") + deployed.all("AWS::SNS::TopicPolicy")
        for one in policy["PolicyDocument"]["Statement"]
        if one["Effect"] == "Deny"
        and one["Principal"] in ("*", {"AWS": "*"})
        and one["Condition"] == {"Bool": {"aws:SecureTransport": "false"}}
    }
    assert denied == {(f"<{topic}Topic>", "sns:Publish") for topic in TOPICS} | {
        (f"<{queue}.Arn>", "sqs:*") for queue in QUEUES
    }
    assert len(deployed.all("AWS::SNS::Topic")) == len(TOPICS)
    assert len(deployed.all("AWS::SQS::Queue")) == len(QUEUES)


def test_who_may_use_the_key(deployed: Deployed) -> None:
    """Besides whom IAM policies let: this account's alarms, and SNS and CloudWatch Logs for what is this stack's."""
    key = deployed.one("AWS::KMS::Key")
    assert key["EnableKeyRotation"] is True
    root, *services = key["KeyPolicy"]["Statement"]
    assert root == {
        "Action": "kms:*",
        "Effect": "Allow",
        "Principal": {"AWS": "arn:<AWS::Partition>:iam::<AWS::AccountId>:root"},
        "Resource": "*",
    }
    of_this_stack = "<AWS::Region>:<AWS::AccountId>:{}<AWS::StackName>-*"
    data_keys = ["kms:Decrypt", "kms:GenerateDataKey"]
    assert [(one["Principal"]["Service"], one["Action"], one["Condition"]) for one in services] == [
        ("cloudwatch.amazonaws.com", data_keys, ALARMS_OF_THIS_ACCOUNT),
        (
            "sns.amazonaws.com",
            data_keys,
            {"ArnLike": {"aws:SourceArn": f"arn:<AWS::Partition>:sns:{of_this_stack.format('')}"}},
        ),
        (
            "logs.<AWS::Region>.<AWS::URLSuffix>",
            [*data_keys, "kms:DescribeKey", "kms:Encrypt", "kms:ReEncryptFrom", "kms:ReEncryptTo"],
            {
                "ArnLike": {
                    "kms:EncryptionContext:aws:logs:arn": (
                        f"arn:<AWS::Partition>:logs:{of_this_stack.format('log-group:')}"
                    )
                }
            },
        ),
    ]
    # CloudFormation names these after the stack, which is how the key's policy knows them.
    assert all("TopicName" not in topic for topic in deployed.all("AWS::SNS::Topic"))
    assert "LogGroupName" not in deployed.one("AWS::Logs::LogGroup")


def test_a_role_can_hold_what_many_targets_need(deployed_wide: Deployed) -> None:
    """With 3,000 targets in 100 applications, each role's policies still keep to IAM's limits, wherever deployed."""
    for handler in ("poll", "worker"):
        policies = deployed_wide.policies_of(deployed_wide.function(handler))
        assert len(policies) <= 10
        assert all(size(policy) <= 6_144 for policy in policies)


def test_a_role_can_hold_what_many_lists_of_every_source_need(tmp_path: Path) -> None:
    """Statements count, too: the more sources, the more of them."""
    alike = [zip(*(targets_of(source, number) for number in range(200)), strict=True) for source in registry.MODULES]
    targets = [[*dict.fromkeys(each)] for of_source in alike for each in of_source]
    watches = [a_watch(name=f"w{number}", targets=each) for number, each in enumerate(targets)]
    (tmp_path / "code").mkdir()
    stack = deploy(a_config(*watches), tmp_path / "code")
    for handler in ("poll", "worker"):
        policies = stack.policies_of(stack.function(handler))
        assert 1 < len(policies) <= 10
        assert max(map(size, policies)) <= 6_144


def test_a_role_can_hold_people_s_topics_too(tmp_path: Path) -> None:
    """Which its first policy has to name, as many targets as there are."""
    targets = [f"pinpoint:{application:032x}/{index:032x}" for application in range(100) for index in range(30)]
    stack = deploy(a_config(a_watch(targets=targets, email=["team@example.com"], chat=True)), tmp_path)
    assert size(stack.policies_of(stack.function("poll"))[0]) <= 6_000, "with something left"


@pytest.mark.parametrize("source", registry.MODULES)
def test_what_the_function_may_do_for_a_source(every_source: Path, source: str) -> None:
    """Each of its lists is named, or covered by what is needed wide anyway; workers don't ask which lists there are."""
    deployed = read(every_source)
    for handler, never in (("poll", frozenset[str]()), ("worker", LISTING_LISTS)):
        allowed = {
            (action, resource.rpartition(">:")[2])
            for policy in deployed.policies_of(deployed.function(handler))
            for actions, resources in statements(policy)
            for action in actions
            for resource in resources
        }
        named = needed(targets_of(source), [])
        for one in named:
            as_wide = {(each.action, each.resource) for each in one.wider if each in named}
            assert allowed & (as_wide or {(one.action, one.resource)}) or one.action in never
        assert not {action for action, _ in allowed} & never


def test_an_event_bus_must_exist(deployed: Deployed) -> None:
    """A bus that a watch names is needed by a rule that does nothing, so that deploying fails without it."""
    rule = deployed.one("AWS::Events::Rule")
    assert rule["EventBusName"] == "crm/imports"
    assert rule["State"] == "DISABLED"
    assert rule["EventPattern"] == {"source": ["import-watch"]}
    assert "Targets" not in rule


def test_one_subscription_an_address(deployed: Deployed) -> None:
    """An address gets the announcements of exactly those watches that name it."""
    subscriptions = [one for one in deployed.all("AWS::SNS::Subscription") if one["TopicArn"] == "<EmailTopic>"]
    assert {one["Endpoint"]: one["FilterPolicy"] for one in subscriptions} == {
        "both@example.com": {"watch": ["newsletter", "customers"]},
        "one@example.com": {"watch": ["customers"]},
    }
    assert len(subscriptions) == 2
    assert all(one["Protocol"] == "email" for one in subscriptions)
    assert all("FilterPolicyScope" not in one for one in subscriptions), "filters look at attributes"


def test_alarms_reach_those_on_duty(deployed: Deployed) -> None:
    """All of them, by a topic of their own, once an address."""
    (subscription,) = [one for one in deployed.all("AWS::SNS::Subscription") if one["TopicArn"] == "<OperationsTopic>"]
    assert (subscription["Protocol"], subscription["Endpoint"]) == ("email", "duty@example.com")
    assert "FilterPolicy" not in subscription


def test_what_no_subscriber_takes_is_kept(deployed: Deployed) -> None:
    """Each subscription that the stack makes has its topic's own dead-letter queue."""
    kept = {
        (one["TopicArn"], one["RedrivePolicy"]["deadLetterTargetArn"]) for one in deployed.all("AWS::SNS::Subscription")
    }
    assert kept == {
        ("<EmailTopic>", "<NotificationsUndelivered.Arn>"),
        ("<OperationsTopic>", "<OperationsUndelivered.Arn>"),
    }


def test_encryption_and_retention(deployed: Deployed) -> None:
    """Queues keep what failed for 14 days; all that goes with the stack has its key; logs don't grow for ever."""
    for queue in deployed.all("AWS::SQS::Queue"):
        assert queue["MessageRetentionPeriod"] == 14 * 24 * 60 * 60
    encrypted = deployed.all("AWS::SQS::Queue") + deployed.all("AWS::SNS::Topic")
    assert {one["KmsMasterKeyId"] for one in encrypted} == {"<EncryptionKey.Arn>"}
    assert deployed.one("AWS::Logs::LogGroup")["KmsKeyId"] == "<EncryptionKey.Arn>"
    assert deployed.one("AWS::Logs::LogGroup")["RetentionInDays"] == 90


def test_outputs(deployed: Deployed) -> None:
    """The outputs that scripts and people rely on."""
    assert deployed.outputs == {
        "NotificationsTopicArn": "<NotificationsTopic>",
        "StateTableName": "<StateTable>",
        "PollFunctionName": "<PollerFunction>",
        "FailedTicksQueueUrl": "<PollerFailedTicks>",
        "OperationsTopicArn": "<OperationsTopic>",
        "EmailTopicArn": "<EmailTopic>",
        "ChatTopicArn": "<ChatTopic>",
    }


def test_people_s_topics_are_there_only_where_a_watch_asks(deployed: Deployed, deployed_wide: Deployed) -> None:
    """Each by itself; and nothing is said of them where there are none."""
    assert len(deployed_wide.all("AWS::SNS::Topic")) == 2
    assert not {"EmailTopicArn", "ChatTopicArn"} & deployed_wide.outputs.keys()
    variables = deployed_wide.function("poll")["Environment"]["Variables"]
    assert not {"EMAIL_TOPIC_ARN", "CHAT_TOPIC_ARN"} & variables.keys()
    policies = [
        json.loads(one["Target"]["Input"])["watch"]["policy"] for one in deployed.all("AWS::Scheduler::Schedule")
    ]
    told = [{key: one[key] for key in ("email", "chat", "digestAbove") if key in one} for one in policies]
    assert told == [{"email": True}, {"email": True, "chat": True, "digestAbove": None}]


def test_template(deployed: Deployed, snapshot: SnapshotAssertion) -> None:
    """No change of the template goes unseen; only the code's hash may differ."""
    masked = re.sub("[0-9a-f]{64}", "<hash>", json.dumps(deployed.template))
    assert json.loads(masked) == snapshot(extension_class=JSONSnapshotExtension)


def size(document: dict[str, Any]) -> int:
    """Count a policy's characters as IAM does, without white space, with the longest names there may be."""
    text = json.dumps(document, separators=(",", ":"))
    for name, value in LONGEST.items():
        text = text.replace(f"<{name}>", value)
    return len(re.sub(r"<\w+(\.Arn)?>", "x" * 130, text))


def test_named_buses(tmp_path: Path) -> None:
    """Each has a rule that needs it, however alike the names, and the table waits for all of them."""
    config = a_config(a_watch(eventBus="a/b"), a_watch(name="other", eventBus="a--b"))
    (tmp_path / "code").mkdir()
    template = deploy(config, tmp_path / "code").template
    rules = {name: one for name, one in template["Resources"].items() if one["Type"] == "AWS::Events::Rule"}
    assert sorted(rule["Properties"]["EventBusName"] for rule in rules.values()) == ["a--b", "a/b"]
    (table,) = (one for one in template["Resources"].values() if one["Type"] == "AWS::DynamoDB::Table")
    assert set(table["DependsOn"]) == set(rules)
