from collections import defaultdict
from hashlib import sha256

from aws_cdk import aws_events as events
from aws_cdk import aws_kms as kms
from aws_cdk import aws_sns as sns
from aws_cdk import aws_sns_subscriptions as subscriptions
from constructs import Construct

from infra.acknowledged import RULE_WITHOUT_TARGETS, acknowledge
from infra.config import Config
from infra.queues import failure_queue


class Notifications(Construct):
    """Where announcements go: one topic for all watches, its e-mail subscribers, and the event buses they name."""

    def __init__(self, scope: Construct, construct_id: str, *, config: Config, key: kms.IKey) -> None:
        super().__init__(scope, construct_id)
        self.topic = sns.Topic(self, "Topic", master_key=key, enforce_ssl=True)
        self.undelivered = failure_queue(self, "Undelivered", key=key)
        watched_by: defaultdict[str, list[str]] = defaultdict(list)
        for watch in config.watches:
            for address in dict.fromkeys(watch.email):
                watched_by[address].append(watch.name)
        for address, names in watched_by.items():
            # SNS allows one subscription an address, so it is filtered by all the watches that name it.
            only_its_watches = sns.SubscriptionFilter.string_filter(allowlist=names)
            self.topic.add_subscription(
                subscriptions.EmailSubscription(
                    address, filter_policy={"watch": only_its_watches}, dead_letter_queue=self.undelivered
                )
            )
        # PutEvents to a bus that doesn't exist can report success. These rules do nothing but need their bus, so that
        # deploying fails instead.
        self.need_their_bus = [
            events.CfnRule(
                self,
                f"Requires-{sha256(bus.encode()).hexdigest()[:8]}",  # names differ in more than logical ids can
                description="Disabled on purpose: import-watch sends to this event bus, which must therefore exist.",
                event_bus_name=bus,
                event_pattern={"source": ["import-watch"]},
                state="DISABLED",
            )
            for bus in sorted(config.event_buses - {"default"})
        ]
        for rule in self.need_their_bus:
            acknowledge(rule, RULE_WITHOUT_TARGETS)
