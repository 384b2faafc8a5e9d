from collections.abc import Container, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from aws_cdk import ArnFormat, Duration, Stack
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_logs as logs
from constructs import Construct

from import_watch.sources.manifest import Permission
from infra.acknowledged import acknowledge, wide
from infra.config import Config
from infra.encryption import PRODUCE
from infra.notifications import Notifications
from infra.people import Chat, Email
from infra.permissions import NO_RESOURCES, needed, policies
from infra.state_table import StateTable

TIMEOUT: Final = Duration.seconds(50)  # so that at a rate of a minute one tick ends before the next begins


@dataclass(frozen=True, slots=True, kw_only=True)
class TickFunctions:
    """Makes functions that run ticks: alike, and allowed nothing that their code doesn't call and no watch needs."""

    config: Config
    code: lambda_.Code
    key: kms.IKey
    state: StateTable
    notifications: Notifications
    email: Email | None
    chat: Chat | None

    @property
    def _topics(self) -> dict[str, str]:
        """Give the topics' ARNs, by the variables that name them."""
        people = {"EMAIL_TOPIC_ARN": self.email, "CHAT_TOPIC_ARN": self.chat}
        return {
            "TOPIC_ARN": self.notifications.topic.topic_arn,
            **{variable: made.topic.topic_arn for variable, made in people.items() if made},
        }

    def make(
        self,
        scope: Construct,
        *,
        log_group: logs.ILogGroup,
        allowed: Iterable[iam.PolicyStatement],
        environment: Mapping[str, str],
        never: Container[str] = (),
        **its_own: Any,  # noqa: ANN401 - properties of CDK's construct
    ) -> lambda_.Function:
        """Make one. Besides listing, recording and publishing, which all do, it is `allowed` what is its own.

        Of what the watches need, it `never` calls some actions.
        """
        role = iam.Role(
            scope,
            "Role",
            assumed_by=iam.ServicePrincipal("lambda.amazonaws.com"),
            managed_policies=self._policies(scope, log_group, allowed, never),
        )
        return lambda_.Function(
            scope,
            "Function",
            code=self.code,
            runtime=lambda_.Runtime.PYTHON_3_13,
            architecture=lambda_.Architecture.ARM_64,
            # CPU comes with memory: parsing pages takes more of the first than of the second.
            memory_size=512,
            timeout=TIMEOUT,
            # Without policy updates, because CDK's grants bring actions that are never called.
            role=role.without_policy_updates(),
            log_group=log_group,
            environment={
                "STATE_TABLE": self.state.table.table_name,
                **self._topics,
                "FUNCTION_TIMEOUT_SECONDS": str(TIMEOUT.to_seconds()),
                "PAGE_SIZE": str(self.config.page_size),
                "MAX_PAGES": str(self.config.max_pages),
                "THREADS": str(self.config.threads),
                "SOURCES": ",".join(self.config.sources),
                "REQUESTS_PER_SECOND": str(self.config.requests_per_second),
                "POWERTOOLS_LOG_LEVEL": self.config.log_level,
                **environment,
            },
            **its_own,
        )

    def _policies(
        self,
        scope: Construct,
        log_group: logs.ILogGroup,
        allowed: Iterable[iam.PolicyStatement],
        never: Container[str],
    ) -> list[iam.ManagedPolicy]:
        named = self.config.targets, self.config.event_buses
        as_such = needed(*named)
        made = [
            _policy(scope, number, [one for one in permissions if one.action not in never], as_such)
            for number, permissions in enumerate(policies(*named), start=1)
        ]
        made[0].add_statements(
            allow([log_group.log_group_arn], "logs:CreateLogStream", "logs:PutLogEvents"),
            allow([self.state.table.table_arn], "dynamodb:BatchGetItem", "dynamodb:PutItem", "dynamodb:UpdateItem"),
            allow(self._topics.values(), "sns:Publish"),  # PublishBatch needs no more
            # For topics and queues, which are encrypted.
            allow([self.key.key_arn], *PRODUCE),
            *allowed,
        )
        return made


def allow(resources: Iterable[str], *actions: str) -> iam.PolicyStatement:
    """Make a statement that allows these actions on these resources."""
    return iam.PolicyStatement(actions=list(actions), resources=list(resources))


def _policy(
    scope: Construct, number: int, permissions: Sequence[Permission], as_such: Container[Permission]
) -> iam.ManagedPolicy:
    statements = [
        allow([_arn(scope, one) for one in permissions if one.action == action], action)
        for action in sorted({one.action for one in permissions})
    ]
    policy = iam.ManagedPolicy(scope, f"Policy{number}", statements=statements)
    acknowledge(policy, wide(permissions, as_such))
    return policy


def _arn(scope: Construct, permission: Permission) -> str:
    if permission.resource == NO_RESOURCES:
        return NO_RESOURCES
    return Stack.of(scope).format_arn(
        service=permission.service, resource=permission.resource, arn_format=ArnFormat.NO_RESOURCE_NAME
    )
