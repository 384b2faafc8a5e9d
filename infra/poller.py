from collections.abc import Iterable, Sequence
from typing import Final

from aws_cdk import ArnFormat, Duration, RemovalPolicy, Stack
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_lambda_destinations as destinations
from aws_cdk import aws_logs as logs
from constructs import Construct

from infra.acknowledged import FUNCTION, acknowledge, widened
from infra.config import Config
from infra.encryption import PRODUCE
from infra.notifications import Notifications
from infra.permissions import Permission, policies
from infra.queues import failure_queue
from infra.state_table import StateTable

TIMEOUT: Final = Duration.seconds(50)  # so that at a rate of a minute one tick ends before the next begins


class Poller(Construct):
    """The function that makes a tick, allowed nothing that its code doesn't call and its watches don't need."""

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        config: Config,
        code: lambda_.Code,
        key: kms.IKey,
        state: StateTable,
        notifications: Notifications,
    ) -> None:
        super().__init__(scope, construct_id)
        self.failed_ticks = failure_queue(self, "FailedTicks", key=key)
        self.log_group = logs.LogGroup(
            self,
            "Logs",
            encryption_key=key,
            retention=logs.RetentionDays.THREE_MONTHS,
            removal_policy=RemovalPolicy.DESTROY,
        )
        table, topic = state.table, notifications.topic
        own = [
            _allow([self.log_group.log_group_arn], "logs:CreateLogStream", "logs:PutLogEvents"),
            _allow([table.table_arn], "dynamodb:BatchGetItem", "dynamodb:PutItem", "dynamodb:UpdateItem"),
            _allow([f"{table.table_arn}/index/{state.pending_index}"], "dynamodb:Query"),
            _allow([topic.topic_arn], "sns:Publish"),  # PublishBatch needs no more
            _allow([self.failed_ticks.queue_arn], "sqs:SendMessage"),
            # For topic and queue, which are encrypted.
            _allow([key.key_arn], *PRODUCE),
        ]
        laid_out = policies(config.targets, config.event_buses)
        attached = [self._policy(number, permissions) for number, permissions in enumerate(laid_out, start=1)]
        attached[0].add_statements(*own)
        role = iam.Role(
            self, "Role", assumed_by=iam.ServicePrincipal("lambda.amazonaws.com"), managed_policies=attached
        )
        self.function = lambda_.Function(
            self,
            "Function",
            description="import-watch: lists the import jobs of a watch's targets and announces what changed",
            code=code,
            handler="import_watch.handlers.poll.handler",
            runtime=lambda_.Runtime.PYTHON_3_13,
            architecture=lambda_.Architecture.ARM_64,
            # CPU comes with memory: parsing pages takes more of the first than of the second.
            memory_size=512,
            timeout=TIMEOUT,
            # A tick isn't work, the next tick is the retry: neither Lambda's two retries nor its queue of up to 6 h.
            retry_attempts=0,
            max_event_age=Duration.seconds(60),
            on_failure=destinations.SqsDestination(self.failed_ticks),
            # Without policy updates, because CDK's grants bring actions that are never called.
            role=role.without_policy_updates(),
            log_group=self.log_group,
            environment={
                "STATE_TABLE": table.table_name,
                "TOPIC_ARN": topic.topic_arn,
                "FUNCTION_TIMEOUT_SECONDS": str(TIMEOUT.to_seconds()),
                "PAGE_SIZE": str(config.page_size),
                "MAX_PAGES": str(config.max_pages),
                "THREADS": str(config.threads),
                "REQUESTS_PER_SECOND": str(config.requests_per_second),
                "POWERTOOLS_LOG_LEVEL": config.log_level,
            },
        )
        acknowledge(self.function, FUNCTION)

    def _policy(self, number: int, permissions: Sequence[Permission]) -> iam.ManagedPolicy:
        statements = [
            _allow([self._arn(one) for one in permissions if one.action == action], action)
            for action in sorted({one.action for one in permissions})
        ]
        policy = iam.ManagedPolicy(self, f"Policy{number}", statements=statements)
        acknowledge(policy, widened(permissions))
        return policy

    def _arn(self, permission: Permission) -> str:
        return Stack.of(self).format_arn(
            service=permission.service, resource=permission.resource, arn_format=ArnFormat.NO_RESOURCE_NAME
        )


def _allow(resources: Iterable[str], *actions: str) -> iam.PolicyStatement:
    return iam.PolicyStatement(actions=list(actions), resources=list(resources))
