"""Announcements in the state table. The sparse index `pending` holds those that still have somewhere to go."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from import_watch.adapters.announced import (
    read_announcement,
    read_leftover,
    read_recorded,
    recording,
    suppression,
)
from import_watch.adapters.items import (
    PENDING_INDEX,
    PENDING_SHARD,
    Item,
    batch_get,
    conditionally,
    from_item,
    to_item,
)
from import_watch.adapters.muted import ATTRIBUTES, MUTE, mute_keys, read_mutes
from import_watch.adapters.settled import settled
from import_watch.announcements import Announcement, Claim, Key, Known, Leftover, Settlement, Suppressed
from import_watch.changes import Reason
from import_watch.jobs import timestamp

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient


@dataclass(frozen=True, slots=True, kw_only=True)
class TableOutbox:
    """The table's announcements. Errors of the client pass through: without its state a tick can't go on."""

    client: "DynamoDBClient"
    table: str

    def known(self, pk: str, sks: Sequence[str], /) -> Known:
        """Read those of a target's announcements that exist, by their sort keys, and its mutes; all consistently."""
        if not sks:
            return Known(recorded={})
        keys = [*((pk, sk) for sk in sks), *mute_keys(pk)]
        items = list(batch_get(self.client, self.table, keys, ("kind", "suppressed", *ATTRIBUTES)))
        mutes, flaws = read_mutes(item for item in items if item["sk"] == MUTE)
        recorded = {item["sk"]: read_recorded(item) for item in items if item["sk"] != MUTE}
        return Known(recorded=recorded, mutes=mutes, flaws=flaws)

    def record(self, announcement: Announcement, claim: Claim, instead_of: str | None, /) -> bool:
        """Create it under the claim, or turn the one suppressed as `instead_of`; False if it is another tick's.

        One that a mute holds is nobody's to send until the mute ends, and counts as recorded then.
        """
        values = recording(announcement, claim)
        recorded, standing = self._put(announcement.key, values, instead_of)
        # A condition that fails on our own writing is our own first attempt, whose reply was lost. The claim alone
        # doesn't tell: this tick may have taken over, as a leftover, what another one recorded.
        return recorded or (standing.get("claim"), standing.get("attempts")) == (claim.token, values["attempts"])

    def suppress(self, suppressed: Suppressed, now: datetime, /) -> bool:
        """Create it as never to be sent, or turn one of which it takes the place; False if there is another."""
        recorded, _ = self._put(suppressed.key, suppression(suppressed, now), suppressed.instead_of)
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
                yield read_leftover(item)

    def claim(self, leftover: Leftover, claim: Claim, /) -> Announcement | None:
        """Take it over if its due moment is still the one seen; None if it isn't."""
        ours, item = self._take_over(leftover, claim, lapsed=False)
        if not ours and item.get("pendingDue") == leftover.due:  # nobody made it due: a claim lapsed
            ours, item = self._take_over(leftover, claim, lapsed=True)
        return read_announcement(leftover.key, item) if ours else None

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
                UpdateExpression="SET claim = :token, pendingDue = :until,"
                " deliveredAt = if_not_exists(deliveredAt, :none)"
                " ADD attempts :one" + (", lapsed :one" if lapsed else ""),
                ConditionExpression="pendingDue = :due" + ("" if lapsed else " AND released = :due"),
                ExpressionAttributeValues=to_item(values),
                ReturnValues="ALL_NEW",
                ReturnValuesOnConditionCheckFailure="ALL_OLD",
            )
        )
        # Here too, a condition that fails on our own claim is our own first attempt, whose reply was lost.
        return claimed or (item.get("claim"), item.get("pendingDue")) == (claim.token, until), item

    def _put(self, key: Key, values: Mapping[str, object], instead_of: str | None) -> tuple[bool, Item]:
        """Create an item, or replace the one suppressed as unwanted; otherwise give the one that stands."""
        return conditionally(
            lambda: self.client.put_item(
                TableName=self.table,
                Item=_key(key) | to_item(values),
                ConditionExpression="attribute_not_exists(pk) OR (suppressed = :unwanted AND kind = :replaced)",
                ExpressionAttributeValues=to_item({":unwanted": Reason.UNWANTED, ":replaced": instead_of or "none"}),
                ReturnValuesOnConditionCheckFailure="ALL_OLD",
            )
        )


def _key(key: Key) -> dict[str, Any]:
    return to_item({"pk": key.pk, "sk": key.sk})
