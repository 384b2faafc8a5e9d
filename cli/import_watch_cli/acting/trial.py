"""A test announcement: to all that a watch sends to, through the same table, function and channels as any other."""

import secrets
from datetime import datetime
from typing import Final

from import_watch.announcements import Announcement, Key
from import_watch.messages import trial_message
from import_watch_cli.stack.deployment import Deployment
from import_watch_cli.stack.scheduled import Scheduled

NONCE: Final = 8  # bytes that tell one test from another


def trial(deployment: Deployment, scheduled: Scheduled, now: datetime) -> Announcement:
    """Make one that nobody has made before."""
    name, nonce, own = scheduled.watch.name, secrets.token_hex(NONCE), deployment.addresses(scheduled.watch)
    return Announcement(
        key=Key(pk=f"{name}#test", sk=f"{nonce}#test"),
        message=trial_message(scheduled.watch, nonce, observed_at=now),
        resource=deployment.arn("scheduler", f"schedule/default/{scheduled.schedule}"),
        destinations=own,
        pending=frozenset(own),
    )
