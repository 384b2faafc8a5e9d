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
from import_watch.adapters.settled import settled
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
            "attempts": 1,
            "delivered": {},
            "pendingShard": PENDING_SHARD,
            "pendingDue": timestamp(claim.until),
        }
        recorded, standing = self._put(announcement.key, values, claim.made, instead_of)
        # A condition that fails on our own writing is our own first attempt, whose reply was lost. The claim alone
        # doesn't tell: this tick may have taken over, as a leftover, what another one recorded.
        return recorded or (standing.get("claim"), standing.get("attempts")) == (claim.token, 1)

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
        ours, item = self._take_over(leftover, claim, lapsed=False)
        if not ours and item.get("pendingDue") == leftover.due:  # nobody made it due: a claim lapsed
            ours, item = self._take_over(leftover, claim, lapsed=True)
        return _announcement(leftover.key, item) if ours else None

    def settle(self, key: Key, token: str, settlement: Settlement, now: datetime, /) -> bool:
        """Write down what a publish came to; False if the claim is no longer this token's."""
        change = settled(settlement, now)
        change["ExpressionAttributeValues"] |= to_item({":token": token})
        written, _ = conditionally(
            lambda: self.client.update_item(
                TableName=self.table, Key=_key(key), ConditionExpression="claim = :token", **change
            )
        )
        return written

    def _take_over(self, leftover: Leftover, claim: Claim, *, lapsed: bool) -> tuple[bool, Item]:
        """Claim what was made due at the moment seen; or, counting that, what a claim held until then that lapsed."""
        until = timestamp(claim.until)
        values = {":token": claim.token, ":until": until, ":due": leftover.due, ":none": {}, ":one": 1}
        claimed, item = conditionally(
            lambda: self.client.update_item(
                TableName=self.table,
                Key=_key(leftover.key),
                UpdateExpression="SET claim = :token, pendingDue = :until, delivered = if_not_exists(delivered, :none)"
                " ADD attempts :one" + (", lapsed :one" if lapsed else ""),
                ConditionExpression="pendingDue = :due" + ("" if lapsed else " AND released = :due"),
                ExpressionAttributeValues=to_item(values),
                ReturnValues="ALL_NEW",
                ReturnValuesOnConditionCheckFailure="ALL_OLD",
            )
        )
        # Here too, a condition that fails on our own claim is our own first attempt, whose reply was lost.
        return claimed or (item.get("claim"), item.get("pendingDue")) == (claim.token, until), item

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
