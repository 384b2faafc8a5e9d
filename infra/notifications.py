from hashlib import sha256

from aws_cdk import aws_events as events
from aws_cdk import aws_kms as kms
from aws_cdk import aws_sns as sns
from constructs import Construct

from infra.acknowledged import RULE_WITHOUT_TARGETS, acknowledge
from infra.config import Config
from infra.queues import failure_queue


class Notifications(Construct):
    """Where announcements go: one topic for all watches, for who subscribes to it, and the buses they name."""

    def __init__(self, scope: Construct, construct_id: str, *, config: Config, key: kms.IKey) -> None:
        super().__init__(scope, construct_id)
        self.topic = sns.Topic(self, "Topic", master_key=key, enforce_ssl=True)
        self.undelivered = failure_queue(self, "Undelivered", key=key)
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
