"""A test announcement: to all that a watch sends to, through the same table, function and channels as any other."""

import secrets
from datetime import datetime
from typing import Final

from import_watch.announcements import Announcement, Key
from import_watch.messages import trial_message
from import_watch_cli.stack.deployment import Deployment, Scheduled

NONCE: Final = 8  # bytes that tell one test from another


def destinations(deployment: Deployment, scheduled: Scheduled) -> dict[str, str]:
    """Give the addresses that a watch announces to, by channel."""
    policy, outputs = scheduled.watch.policy, deployment.outputs
    own = {"sns": deployment.topic_arn}
    if policy.event_bus:
        own["eventbridge"] = policy.event_bus
    if policy.email:
        own["email"] = outputs["EmailTopicArn"]
    if policy.chat:
        own["chat"] = outputs["ChatTopicArn"]
    return own


def trial(deployment: Deployment, scheduled: Scheduled, now: datetime) -> Announcement:
    """Make one that nobody has made before."""
    name, nonce, own = scheduled.watch.name, secrets.token_hex(NONCE), destinations(deployment, scheduled)
    _, partition, _, region, account, _ = deployment.topic_arn.split(":")
    return Announcement(
        key=Key(pk=f"{name}#test", sk=f"{nonce}#test"),
        message=trial_message(name, nonce, observed_at=now),
        resource=f"arn:{partition}:scheduler:{region}:{account}:schedule/default/{scheduled.schedule}",
        destinations=own,
        pending=frozenset(own),
    )
