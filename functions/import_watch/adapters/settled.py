"""What a settlement changes in an announcement's item."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from import_watch.adapters.items import to_item
from import_watch.announcements import Settlement
from import_watch.jobs import timestamp


def settled(settlement: Settlement, now: datetime) -> dict[str, Any]:
    """Write it as the arguments of an UpdateItem: expression, names and values. Repeated, it changes nothing more."""
    names = {f"#{number}": channel for number, channel in enumerate(sorted(settlement.delivered))}
    values: dict[str, object] = {":now": timestamp(now)}
    changes = ["settledAt = :now", *(f"deliveredAt.{name} = :now" for name in names)]
    clauses = []
    if settlement.refusals:
        changes.append("refusals = :refusals")
        values[":refusals"] = dict(settlement.refusals)
    if settlement.retry:
        changes.append("pendingDue = :now, released = :now")
    if not settlement.pending:
        clauses.append("REMOVE pendingShard, pendingDue")
    if settlement.quarantined:
        clauses.append("ADD quarantined :quarantined")
        values[":quarantined"] = set(settlement.quarantined)
    if gone := settlement.delivered | settlement.quarantined:
        clauses.append("DELETE pending :gone, replay :gone")
        values[":gone"] = set(gone)
    return _arguments(" ".join([f"SET {', '.join(changes)}", *clauses]), names, values)


def _arguments(expression: str, names: Mapping[str, str], values: Mapping[str, object]) -> dict[str, Any]:
    arguments = {"UpdateExpression": expression, "ExpressionAttributeValues": to_item(values)}
    return {**arguments, "ExpressionAttributeNames": dict(names)} if names else arguments  # none may not be given
