"""Ledgers in the state table: one item per target, its attributes updated apart."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Final

from import_watch.adapters.items import LEDGER, Item, batch_get, conditionally, to_item
from import_watch.announcements import Claim
from import_watch.jobs import Trouble, parse_timestamp, timestamp
from import_watch.ledger import Ledger

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

ATTRIBUTES: Final = (
    "firstSeenAt",
    "settledBefore",
    "sighted",
    "digest",
    "failingSince",
    "failingReason",
    "unavailableSince",
    "recoveringSince",
    "idle",
    "applications",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class TableLedgers:
    """The table's ledgers. Errors of the client pass through: without its state a tick can't go on."""

    client: "DynamoDBClient"
    table: str

    def read(self, pks: Sequence[str], /) -> Mapping[str, Ledger]:
        """Read the ledgers that exist, consistently."""
        items = batch_get(self.client, self.table, [(pk, LEDGER) for pk in pks], ATTRIBUTES)
        return {item["pk"]: read_ledger(item) for item in items if "firstSeenAt" in item}

    def begin(self, pk: str, fresh: Ledger, /) -> Ledger:
        """Write a first ledger unless there is one; return the one that stands."""
        begun, standing = self._update(
            pk,
            "SET firstSeenAt = :first, settledBefore = :settled",
            "attribute_not_exists(firstSeenAt)",
            {":first": timestamp(fresh.first_seen_at), ":settled": timestamp(fresh.settled_before)},
        )
        return fresh if begun else read_ledger(standing)

    def claim_first_sight(self, pk: str, claim: Claim, /) -> bool:
        """Reserve the decision on a target's first complete listing; False if another tick has it, or made it."""
        claimed, standing = self._update(
            pk,
            "SET sightingBy = :token, sightingUntil = :until",
            "attribute_not_exists(sighted) AND (attribute_not_exists(sightingBy) OR sightingUntil < :now)",
            {":token": claim.token, ":until": timestamp(claim.until), ":now": timestamp(claim.made)},
        )
        # A condition that fails on our own token is our own first attempt, whose reply was lost.
        return claimed or (standing.get("sightingBy") == claim.token and "sighted" not in standing)

    def settle(self, pk: str, digest: str, settled_before: datetime, /, *, instead_of: str | None, idle: bool) -> None:
        """Write down a listing whose every announcement is durable, unless another tick is further.

        That it is idle, only where the digest is still the one that was read: another tick may have seen a job start.
        """
        change = "SET digest = :digest, settledBefore = :settled, sighted = :true"
        over = "REMOVE sightingBy, sightingUntil"
        unchanged = "digest = :seen" if instead_of else "attribute_not_exists(digest)"
        self._update(
            pk,
            f"{change}, idle = :true {over}" if idle else f"{change} {over}, idle",
            f"settledBefore <= :settled AND {unchanged}" if idle else "settledBefore <= :settled",
            {":digest": digest, ":settled": timestamp(settled_before), ":true": True}
            | ({":seen": instead_of} if idle and instead_of else {}),
        )

    def wake(self, pk: str, /) -> None:
        """Let the next tick poll it, idle or not."""
        self._update(pk, "REMOVE idle", "idle = :true", {":true": True})

    def failing(self, pk: str, trouble: Trouble, now: datetime, /) -> None:
        """Note why a target fails, and since when unless that is noted already."""
        self._update(
            pk,
            "SET failingReason = :reason, failingSince = if_not_exists(failingSince, :now)",
            "attribute_exists(firstSeenAt)",
            {":reason": trouble, ":now": timestamp(now)},
        )

    def unavailable(self, pk: str, since: datetime, /) -> None:
        """Note that the failure since then is announced, unless it is over by now."""
        self._update(pk, "SET unavailableSince = :since", "failingSince = :since", {":since": timestamp(since)})

    def recovering(self, pk: str, since: datetime, /) -> None:
        """Note that the failure since then is over, unless it is another one by now."""
        self._update(pk, "SET recoveringSince = :since", "failingSince = :since", {":since": timestamp(since)})

    def recovered(self, pk: str, since: datetime, /) -> None:
        """Forget the failure since then, unless it is another one by now."""
        change = "REMOVE failingSince, failingReason, unavailableSince, recoveringSince"
        self._update(pk, change, "failingSince = :since", {":since": timestamp(since)})

    def came(self, pk: str, applications: Collection[str], /) -> None:
        """Note applications that the account has, beside those known already."""
        self._update(pk, "ADD applications :these", "attribute_exists(firstSeenAt)", {":these": set(applications)})

    def went(self, pk: str, applications: Collection[str], /) -> None:
        """Forget applications that the account has no more, and none beside."""
        self._update(pk, "DELETE applications :these", "attribute_exists(firstSeenAt)", {":these": set(applications)})

    def _update(self, pk: str, change: str, condition: str, values: Mapping[str, object]) -> tuple[bool, Item]:
        """Change a ledger if a condition holds; otherwise give it as it stands."""
        return conditionally(
            lambda: self.client.update_item(
                TableName=self.table,
                Key=to_item({"pk": pk, "sk": LEDGER}),
                UpdateExpression=change,
                ConditionExpression=condition,
                ExpressionAttributeValues=to_item(values),
                ReturnValuesOnConditionCheckFailure="ALL_OLD",
            )
        )


def read_ledger(item: Item) -> Ledger:
    """Read a ledger's item; raise as it comes where it is none, as after an edit by hand."""
    since = item.get("failingSince")
    return Ledger(
        first_seen_at=parse_timestamp(item["firstSeenAt"]),
        settled_before=parse_timestamp(item["settledBefore"]),
        sighted=item.get("sighted", False),
        digest=item.get("digest"),
        failing_since=since and parse_timestamp(since),
        failing_reason=_trouble(item["failingReason"]) if since else None,
        unavailable_recorded=since is not None and item.get("unavailableSince") == since,
        recovering=since is not None and item.get("recoveringSince") == since,
        idle=item.get("idle", False),
        applications=frozenset(item.get("applications", ())),
    )


def _trouble(word: str) -> Trouble:
    """Read why a target fails; a word that only a later version knows, which was rolled back, is any trouble."""
    return Trouble(word) if word in set(Trouble) else Trouble.BROKEN
