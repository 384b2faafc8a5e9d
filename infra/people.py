from collections import defaultdict
from typing import Self

from aws_cdk import CfnOutput, Stack
from aws_cdk import aws_kms as kms
from aws_cdk import aws_sns as sns
from aws_cdk import aws_sns_subscriptions as subscriptions
from aws_cdk import aws_sqs as sqs
from constructs import Construct

from infra.config import Config


class Email(Construct):
    """The topic by which people are told by email: their addresses, each of which gets what its watches announce."""

    def __init__(
        self, scope: Construct, construct_id: str, *, config: Config, key: kms.IKey, undelivered: sqs.IQueue
    ) -> None:
        super().__init__(scope, construct_id)
        self.topic = sns.Topic(self, "Topic", master_key=key, enforce_ssl=True)
        watched_by: defaultdict[str, list[str]] = defaultdict(list)
        for watch in config.watches:
            for address in dict.fromkeys(watch.email):
                watched_by[address].append(watch.name)
        for address, names in watched_by.items():
            # SNS allows one subscription an address, so it is filtered by all the watches that name it.
            only_its_watches = sns.SubscriptionFilter.string_filter(allowlist=names)
            self.topic.add_subscription(
                subscriptions.EmailSubscription(
                    address, filter_policy={"watch": only_its_watches}, dead_letter_queue=undelivered
                )
            )
        CfnOutput(Stack.of(self), "EmailTopicArn", value=self.topic.topic_arn)

    @classmethod
    def where_needed(
        cls, scope: Construct, construct_id: str, *, config: Config, key: kms.IKey, undelivered: sqs.IQueue
    ) -> Self | None:
        """Make it, if any watch has an address."""
        wanted = any(watch.email for watch in config.watches)
        return cls(scope, construct_id, config=config, key=key, undelivered=undelivered) if wanted else None


class Chat(Construct):
    """The topic by which people are told in chat channels: Amazon Q Developer shows what is in its own schema only."""

    def __init__(self, scope: Construct, construct_id: str, *, key: kms.IKey) -> None:
        super().__init__(scope, construct_id)
        self.topic = sns.Topic(self, "Topic", master_key=key, enforce_ssl=True)
        CfnOutput(Stack.of(self), "ChatTopicArn", value=self.topic.topic_arn)

    @classmethod
    def where_needed(cls, scope: Construct, construct_id: str, *, config: Config, key: kms.IKey) -> Self | None:
        """Make it, if any watch asks for it."""
        return cls(scope, construct_id, key=key) if any(watch.chat for watch in config.watches) else None
