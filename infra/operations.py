from collections.abc import Iterable

from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from aws_cdk import aws_sns as sns
from aws_cdk import aws_sns_subscriptions as subscriptions
from constructs import Construct

from infra.encryption import alarms_of_this_account
from infra.queues import failure_queue


class Operations(Construct):
    """Where alarms go: a topic for those who run the stack, apart from the subscribers' own."""

    def __init__(self, scope: Construct, construct_id: str, *, key: kms.IKey, emails: Iterable[str]) -> None:
        super().__init__(scope, construct_id)
        self.topic = sns.Topic(self, "Topic", master_key=key, enforce_ssl=True)
        self.topic.add_to_resource_policy(
            iam.PolicyStatement(
                principals=[iam.ServicePrincipal("cloudwatch.amazonaws.com")],
                actions=["sns:Publish"],
                resources=[self.topic.topic_arn],
                conditions=alarms_of_this_account(),
            )
        )
        self.undelivered = failure_queue(self, "Undelivered", key=key)
        for address in dict.fromkeys(emails):
            self.topic.add_subscription(subscriptions.EmailSubscription(address, dead_letter_queue=self.undelivered))
