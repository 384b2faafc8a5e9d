"""Items of the state table as the function writes them, for stories that would take a crash or a week to come about."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from import_watch.adapters.items import PENDING_SHARD
from import_watch.adapters.packed import pack
from import_watch.announcements import Announcement, Key
from import_watch.jobs import ImportJob, Kind, Milestone, Target, timestamp
from import_watch.live import Due
from import_watch.messages import job_message
from import_watch.policy import Policy, Watch

TOPIC = "arn:aws:sns:us-east-1:000000000000:topic"
DESTINATIONS = {"sns": TOPIC, "eventbridge": "default"}


def ledger_item(watch: str, target: str, seen: datetime, **attributes: Any) -> dict[str, Any]:
    """Write the ledger of a target that was first seen then, its first listing settled."""
    return {
        "pk": f"{watch}#{target}",
        "sk": "#ledger",
        "firstSeenAt": timestamp(seen),
        "settledBefore": timestamp(seen - timedelta(hours=1)),
        "sighted": True,
        "digest": "some",
        **attributes,
    }


def announced_item(
    watch: str,
    target: str,
    job: ImportJob,
    recorded: datetime,
    *,
    kind: Kind | None = None,
    destinations: Mapping[str, str] = DESTINATIONS,
    **attributes: Any,
) -> dict[str, Any]:
    """Write an announcement that both channels took a second later; attributes change it, those of None are absent."""
    kind = kind or Kind(job.outcome or "overdue")
    milestone = Milestone.FINISHED if job.outcome else Milestone(kind)
    parsed = Target.parse(target)
    due = Due(job=job, milestone=milestone, kind=kind)
    message = job_message(
        due, watch=Watch(name=watch, targets=(parsed,), policy=Policy()), target=parsed, observed_at=recorded
    )
    key = Key(pk=f"{watch}#{target}", sk=due.key)
    announcement = Announcement(
        key=key, message=message, resource="arn:aws:x", destinations=destinations, pending=frozenset(destinations)
    )
    accepted = timestamp(recorded + timedelta(seconds=1))
    item = {
        "pk": key.pk,
        "sk": key.sk,
        "id": message.id,
        "kind": kind.value,
        "recordedAt": timestamp(recorded),
        "packed": pack(announcement),
        "claim": "a-token",
        "attempts": 1,
        "deliveredAt": dict.fromkeys(destinations, accepted),
        "settledAt": accepted,
        **attributes,
    }
    return {name: value for name, value in item.items() if value is not None}


def pending(due: datetime, *channels: str, released: bool = False) -> dict[str, Any]:
    """Give the attributes of what is yet to be sent to all of these channels, and was to none."""
    return {
        "pending": set(channels or DESTINATIONS),
        "pendingShard": PENDING_SHARD,
        "pendingDue": timestamp(due),
        "released": timestamp(due) if released else None,
        "deliveredAt": None,
        "settledAt": None,
    }


def suppressed_item(
    watch: str, target: str, job: ImportJob, recorded: datetime, reason: str, **attributes: Any
) -> dict[str, Any]:
    """Write an announcement that is not sent."""
    gone = dict.fromkeys(("packed", "claim", "attempts", "deliveredAt", "settledAt"))
    return announced_item(watch, target, job, recorded, suppressed=reason, **{**gone, **attributes})
