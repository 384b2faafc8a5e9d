"""Changing the state table, beside ticks that may be at it: each write on the condition that all is as it was seen.

A write that was made tells so even where its reply was lost and it was tried again. Errors of the client pass through.
"""

import secrets
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING, Any, Final, Self

from import_watch.adapters.items import PENDING_SHARD, Item, batch_get, conditionally, to_item
from import_watch.adapters.muted import ATTRIBUTES as OF_MUTE
from import_watch.adapters.muted import MUTE, read_mute, write_mute
from import_watch.adapters.packed import pack
from import_watch.announcements import Announcement
from import_watch.jobs import timestamp
from import_watch.mutes import Mute
from import_watch_cli.table.records import Record
from import_watch_cli.table.state import FLAWS

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

    from import_watch_cli.stack.deployment import Deployment

TOKEN: Final = 9  # bytes
_DUE: Final = "pending = :channels, pendingShard = :shard, pendingDue = :now, released = :now"
_IDLE: Final = "attribute_exists(packed) AND attribute_not_exists(pendingDue)"
"""There is a message, and nobody is sending it or about to."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Amendments:
    """What an operator may change in a deployment's table; each tells whether it was done."""

    client: "DynamoDBClient"
    table: str
    token: str = field(default_factory=partial(secrets.token_urlsafe, TOKEN))
    """Tells one command's writes from those of another that is run at the same moment."""

    @classmethod
    def of(cls, deployment: "Deployment") -> Self:
        """Give those of a deployed stack."""
        return cls(client=deployment.connection.client("dynamodb"), table=deployment.table)

    def mute(self, pk: str, mute: Mute, *, instead_of: Mute | None) -> bool:
        """Write a mute, unless there is another one than was seen; what ticks ignore is none, and is replaced."""
        written, there = write_mute(mute), self._mute(pk)
        if _read(there) != instead_of:
            return _read(there) == mute
        made, standing = conditionally(
            lambda: self.client.put_item(
                TableName=self.table,
                Item=to_item({"pk": pk, "sk": MUTE, **written}),
                ReturnValuesOnConditionCheckFailure="ALL_OLD",
                **_as_it_stands(there),
            )
        )
        return made or {name: standing.get(name) for name in written} == written

    def unmute(self, pk: str, mute: Mute | None) -> bool:
        """Delete a mute, unless there is another one than was seen; for none, what stands there that ticks ignore."""
        there = self._mute(pk)
        if not there or _read(there) != mute:
            return not there
        done, standing = conditionally(
            lambda: self.client.delete_item(
                TableName=self.table,
                Key=to_item({"pk": pk, "sk": MUTE}),
                ReturnValuesOnConditionCheckFailure="ALL_OLD",
                **_as_it_stands(there),
            )
        )
        return done or not standing

    def release(self, held: Record, now: datetime) -> bool:
        """Let what a mute holds be sent now; its age counts from here on."""
        seen = {":seen": timestamp(held.due or now), ":now": timestamp(now)}
        done, standing = self._update(
            held,
            "SET pendingDue = :now, released = :now, recordedAt = :now",
            "pendingDue = :seen AND released = :seen",
            seen,
        )
        return done or standing.get("released") == seen[":now"]

    def replay(self, record: Record, channels: Iterable[str], by: str, now: datetime) -> bool:
        """Have it sent again, marked as such, unless it is being sent or somebody else has just asked for that."""
        replayed = {"by": by, "at": timestamp(now), "token": self.token}
        seen = "replays = :seen" if record.replays else "attribute_not_exists(replays)"
        done, standing = self._update(
            record,
            f"SET {_DUE}, replay = :channels, replayed = :replayed REMOVE claim"
            " DELETE quarantined :channels ADD replays :one",
            f"{_IDLE} AND {seen}",
            {":channels": set(channels), ":shard": PENDING_SHARD, ":now": timestamp(now), ":one": 1}
            | {":replayed": replayed}
            | ({":seen": record.replays} if record.replays else {}),
        )
        return done or standing.get("replayed") == replayed

    def redrive(self, record: Record, now: datetime) -> bool:
        """Have what was quarantined tried anew, unless it is being sent or is no longer quarantined."""
        done, standing = self._update(
            record,
            f"SET {_DUE}, redrivenAt = :now REMOVE claim, refusals, quarantined",
            f"{_IDLE} AND quarantined = :channels",
            {":channels": set(record.quarantined), ":shard": PENDING_SHARD, ":now": timestamp(now)},
        )
        return done or (standing.get("released") == timestamp(now) and "quarantined" not in standing)

    def post(self, announcement: Announcement, now: datetime) -> bool:
        """Write a new announcement, for the next tick to send."""
        values = {
            "pk": announcement.key.pk,
            "sk": announcement.key.sk,
            "id": announcement.message.id,
            "kind": str(announcement.message.facts["kind"]),
            "packed": pack(announcement),
            "pending": set(announcement.pending),
            "pendingShard": PENDING_SHARD,
            **dict.fromkeys(("pendingDue", "released", "recordedAt"), timestamp(now)),
            "attempts": 0,
            "deliveredAt": {},
        }
        made, standing = conditionally(
            lambda: self.client.put_item(
                TableName=self.table,
                Item=to_item(values),
                ConditionExpression="attribute_not_exists(pk)",
                ReturnValuesOnConditionCheckFailure="ALL_OLD",
            )
        )
        return made or standing.get("id") == values["id"]

    def _mute(self, pk: str) -> Item:
        return next(batch_get(self.client, self.table, [(pk, MUTE)], OF_MUTE), {})

    def _update(self, record: Record, update: str, condition: str, values: Mapping[str, object]) -> tuple[bool, Item]:
        return conditionally(
            lambda: self.client.update_item(
                TableName=self.table,
                Key=to_item({"pk": record.pk, "sk": record.sk}),
                UpdateExpression=update,
                ConditionExpression=condition,
                ExpressionAttributeValues=to_item(values),
                ReturnValuesOnConditionCheckFailure="ALL_OLD",
            )
        )


def _read(item: Item) -> Mute | None:
    try:
        return read_mute(item)
    except FLAWS:  # as ticks ignore it
        return None


def _as_it_stands(item: Item) -> dict[str, Any]:
    """Give the condition that a mute's item is as it was read, be it a mute or not."""
    if not item:
        return {"ConditionExpression": "attribute_not_exists(pk)"}
    names = {f"#{number}": name for number, name in enumerate(("pk", *OF_MUTE))}
    same = [
        f"{sign} = :{sign[1:]}" if name in item else f"attribute_not_exists({sign})" for sign, name in names.items()
    ]
    return {
        "ConditionExpression": " AND ".join(same),
        "ExpressionAttributeNames": names,
        "ExpressionAttributeValues": to_item(
            {f":{sign[1:]}": item[name] for sign, name in names.items() if name in item}
        ),
    }
