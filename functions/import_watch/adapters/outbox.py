"""Announcements in the state table. The sparse index `pending` holds those that still have somewhere to go."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from import_watch.adapters.items import (
    PENDING_INDEX,
    PENDING_SHARD,
    Item,
    batch_get,
    conditionally,
    from_item,
    to_item,
)
from import_watch.adapters.packed import pack, unpack
from import_watch.announcements import Announcement, Claim, Key, Leftover, Settlement, Suppressed
from import_watch.changes import Reason, Recorded
from import_watch.jobs import parse_timestamp, timestamp

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient


@dataclass(frozen=True, slots=True, kw_only=True)
class TableOutbox:
    """The table's announcements. Errors of the client pass through: without its state a tick can't go on."""

    client: "DynamoDBClient"
    table: str

    def recorded(self, pk: str, sks: Sequence[str], /) -> Mapping[str, Recorded]:
        """Read those of a target's announcements that exist, consistently, by their sort keys."""
        items = batch_get(self.client, self.table, [(pk, sk) for sk in sks], ("kind", "suppressed"))
        return {item["sk"]: _recorded(item) for item in items}

    def record(self, announcement: Announcement, claim: Claim, instead_of: str | None, /) -> bool:
        """Create it under the claim, or turn the one suppressed as `instead_of`; False if it is another tick's."""
        values = {
            "id": announcement.message.id,
            "kind": announcement.message.kind,
            "packed": pack(announcement),
            "pending": set(announcement.pending),
            "claim": claim.token,
            "pendingShard": PENDING_SHARD,
            "pendingDue": timestamp(claim.until),
        }
        recorded, standing = self._put(announcement.key, values, claim.made, instead_of)
        # A condition that fails on our own writing is our own first attempt, whose reply was lost. The claim alone
        # doesn't tell: this tick may have taken over, as a leftover, what another one recorded.
        return recorded or (standing.get("claim") == claim.token and "takenOver" not in standing)

    def suppress(self, suppressed: Suppressed, now: datetime, /) -> bool:
        """Create it as never to be sent; False if there is one already."""
        values = {"id": suppressed.id, "kind": suppressed.kind, "suppressed": suppressed.reason}
        recorded, _ = self._put(suppressed.key, values, now, None)
        return recorded

    def leftovers(self, before: datetime, /) -> Iterator[Leftover]:
        """Yield what is pending and was due before a moment, longest due first."""
        pages = self.client.get_paginator("query").paginate(
            TableName=self.table,
            IndexName=PENDING_INDEX,
            KeyConditionExpression="pendingShard = :shard AND pendingDue <= :before",
            ExpressionAttributeValues=to_item({":shard": PENDING_SHARD, ":before": timestamp(before)}),
        )
        for page in pages:
            for item in map(from_item, page["Items"]):
                yield Leftover(
                    key=Key(pk=item["pk"], sk=item["sk"]),
                    due=item["pendingDue"],
                    recorded_at=_moment(item.get("recordedAt")),
                )

    def claim(self, leftover: Leftover, claim: Claim, /) -> Announcement | None:
        """Take it over if its due moment is still the one seen; None if it isn't."""
        until = timestamp(claim.until)
        claimed, item = conditionally(
            lambda: self.client.update_item(
                TableName=self.table,
                Key=_key(leftover.key),
                UpdateExpression="SET claim = :token, pendingDue = :until, takenOver = :true",
                ConditionExpression="pendingDue = :due",
                ExpressionAttributeValues=to_item(
                    {":token": claim.token, ":until": until, ":due": leftover.due, ":true": True}
                ),
                ReturnValues="ALL_NEW",
                ReturnValuesOnConditionCheckFailure="ALL_OLD",
            )
        )
        # Here too, a condition that fails on our own claim is our own first attempt, whose reply was lost.
        ours = claimed or (item.get("claim"), item.get("pendingDue")) == (claim.token, until)
        return _announcement(leftover.key, item) if ours else None

    def settle(self, key: Key, token: str, settlement: Settlement, now: datetime, /) -> bool:
        """Write down what a publish came to; False if the claim is no longer this token's."""
        moved = {"delivered": settlement.delivered, "quarantined": settlement.quarantined}
        gone = settlement.delivered | settlement.quarantined
        values: dict[str, object] = {":token": token, ":now": timestamp(now)}
        values |= {f":{name}": set(channels) for name, channels in moved.items() if channels}
        clauses = ["SET settledAt = :now"]
        if settlement.refusals:
            clauses[0] += ", refusals = :refusals"
            values[":refusals"] = dict(settlement.refusals)
        if settlement.retry:
            clauses[0] += ", pendingDue = :now"
        if not settlement.pending:
            clauses.append("REMOVE pendingShard, pendingDue")
        if gone:
            clauses.append("ADD " + ", ".join(f"{name} :{name}" for name, channels in moved.items() if channels))
            clauses.append("DELETE pending :gone")
            values[":gone"] = set(gone)
        settled, _ = conditionally(
            lambda: self.client.update_item(
                TableName=self.table,
                Key=_key(key),
                UpdateExpression=" ".join(clauses),
                ConditionExpression="claim = :token",
                ExpressionAttributeValues=to_item(values),
            )
        )
        return settled

    def _put(self, key: Key, values: Mapping[str, object], now: datetime, instead_of: str | None) -> tuple[bool, Item]:
        """Create an item, or replace the one suppressed as unwanted; otherwise give the one that stands."""
        return conditionally(
            lambda: self.client.put_item(
                TableName=self.table,
                Item=_key(key) | to_item({**values, "recordedAt": timestamp(now)}),
                ConditionExpression="attribute_not_exists(pk) OR (suppressed = :unwanted AND kind = :replaced)",
                ExpressionAttributeValues=to_item({":unwanted": Reason.UNWANTED, ":replaced": instead_of or "none"}),
                ReturnValuesOnConditionCheckFailure="ALL_OLD",
            )
        )


def _key(key: Key) -> dict[str, Any]:
    return to_item({"pk": key.pk, "sk": key.sk})


def _moment(text: object) -> datetime | None:
    """Read a moment; None where somebody's edit left none, as that must not keep all others from being found."""
    try:
        return parse_timestamp(str(text))
    except ValueError:
        return None


def _recorded(item: Item) -> Recorded:
    return Recorded(kind=item["kind"], suppressed=item.get("suppressed"))


def _announcement(key: Key, item: Item) -> Announcement:
    message, resource, destinations = unpack(item)
    return Announcement(
        key=key,
        message=message,
        resource=resource,
        destinations=destinations,
        pending=frozenset(item.get("pending", ())),
        refusals={channel: int(count) for channel, count in item.get("refusals", {}).items()},
    )
