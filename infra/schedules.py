from collections.abc import Iterable

from aws_cdk import Aws, Stack
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_scheduler as scheduler
from constructs import Construct

from infra.encryption import PRODUCE
from infra.queues import failure_queue
from infra.watch import Watch


class Schedules(Construct):
    """One schedule a watch, which hands the watch itself to the function."""

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        watches: Iterable[Watch],
        function: lambda_.IFunction,
        key: kms.IKey,
    ) -> None:
        super().__init__(scope, construct_id)
        self.undelivered = failure_queue(self, "Undelivered", key=key)
        # Scheduler acts in the name of a schedule's group; ours are in the one that each account and Region has.
        group = Stack.of(self).format_arn(service="scheduler", resource="schedule-group", resource_name="default")
        deliver = iam.ManagedPolicy(
            self,
            "Policy",
            statements=[
                iam.PolicyStatement(actions=["lambda:InvokeFunction"], resources=[function.function_arn]),
                iam.PolicyStatement(actions=["sqs:SendMessage"], resources=[self.undelivered.queue_arn]),
                iam.PolicyStatement(actions=[*PRODUCE], resources=[key.key_arn]),
            ],
        )
        role = iam.Role(
            self,
            "Role",
            assumed_by=iam.ServicePrincipal(
                "scheduler.amazonaws.com",
                conditions={"StringEquals": {"aws:SourceAccount": Aws.ACCOUNT_ID, "aws:SourceArn": group}},
            ),
            # Here, not attached later: no schedule exists before its role may do all this.
            managed_policies=[deliver],
        )
        for watch in watches:
            # The L1 construct, because the L2 one lets the role invoke every version and alias as well.
            scheduler.CfnSchedule(
                self,
                watch.name,
                description=f"import-watch polls the targets of {watch.name}",
                schedule_expression=watch.schedule_expression,
                flexible_time_window=scheduler.CfnSchedule.FlexibleTimeWindowProperty(mode="OFF"),
                target=scheduler.CfnSchedule.TargetProperty(
                    arn=function.function_arn,
                    role_arn=role.role_arn,
                    input=watch.schedule_input,
                    # A tick isn't work: the next tick is the retry.
                    retry_policy=scheduler.CfnSchedule.RetryPolicyProperty(
                        maximum_retry_attempts=0, maximum_event_age_in_seconds=60
                    ),
                    dead_letter_config=scheduler.CfnSchedule.DeadLetterConfigProperty(arn=self.undelivered.queue_arn),
                ),
            )
