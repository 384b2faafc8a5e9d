from collections.abc import Iterable, Mapping
from typing import Final

from aws_cdk import Aws, RemovalPolicy
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from constructs import Construct

# What whoever writes to an encrypted topic or queue calls (SNS and SQS developer guides: configuring KMS permissions).
PRODUCE: Final = ("kms:Decrypt", "kms:GenerateDataKey")
# The same for a log group: these, for which CloudWatch Logs' guide writes wildcards that stand for more.
KEEP_LOGS: Final = (*PRODUCE, "kms:DescribeKey", "kms:Encrypt", "kms:ReEncryptFrom", "kms:ReEncryptTo")


class Encryption(Construct):
    """The key of all that goes away with the stack: topics, queues and the log group.

    The state table has AWS's own key. It outlives the stack, so it must not depend on a key that is deleted with it.
    """

    def __init__(self, scope: Construct, construct_id: str) -> None:
        super().__init__(scope, construct_id)
        self.key = kms.Key(
            self,
            "Key",
            description="import-watch: topics, queues and logs",
            enable_key_rotation=True,
            removal_policy=RemovalPolicy.DESTROY,
            policy=iam.PolicyDocument(statements=_statements()),
        )


def alarms_of_this_account() -> dict[str, dict[str, str]]:
    """Make the condition that keeps CloudWatch from acting for anybody else's alarms."""
    return {
        "StringEquals": {"aws:SourceAccount": Aws.ACCOUNT_ID},
        "ArnLike": {"aws:SourceArn": _arn("cloudwatch", "alarm:*")},
    }


def _statements() -> list[iam.PolicyStatement]:
    # Topics and log group exist only once their key does, so the key knows them by how CloudFormation will name them.
    of_this_stack = f"{Aws.STACK_NAME}-*"
    log_groups = {"kms:EncryptionContext:aws:logs:arn": _arn("logs", f"log-group:{of_this_stack}")}
    return [
        # Lets the account's IAM policies decide: those of the function's role and the schedules' role among them.
        _may(iam.AccountRootPrincipal(), ["kms:*"], {}),
        # A topic with AWS's managed key can't be published to by alarms.
        _may(iam.ServicePrincipal("cloudwatch.amazonaws.com"), PRODUCE, alarms_of_this_account()),
        # What a subscriber doesn't take goes to an encrypted queue.
        _may(
            iam.ServicePrincipal("sns.amazonaws.com"),
            PRODUCE,
            {"ArnLike": {"aws:SourceArn": _arn("sns", of_this_stack)}},
        ),
        _may(iam.ServicePrincipal(f"logs.{Aws.REGION}.{Aws.URL_SUFFIX}"), KEEP_LOGS, {"ArnLike": log_groups}),
    ]


def _may(principal: iam.IPrincipal, actions: Iterable[str], conditions: Mapping[str, object]) -> iam.PolicyStatement:
    # In a key's policy, * is that key.
    return iam.PolicyStatement(principals=[principal], actions=list(actions), resources=["*"], conditions=conditions)


def _arn(service: str, resource: str) -> str:
    return f"arn:{Aws.PARTITION}:{service}:{Aws.REGION}:{Aws.ACCOUNT_ID}:{resource}"
