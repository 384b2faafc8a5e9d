"""Announcements as items of the state table."""

from datetime import datetime

from import_watch.adapters.items import PENDING_SHARD, Item
from import_watch.adapters.muted import write_mute
from import_watch.adapters.packed import pack, unpack
from import_watch.announcements import Announcement, Claim, Key, Leftover, Suppressed
from import_watch.changes import Recorded
from import_watch.jobs import parse_timestamp, timestamp
from import_watch.mutes import Mute


def recording(announcement: Announcement, claim: Claim) -> dict[str, object]:
    """Write one that is to be sent: under the claim, or once the mute ends that holds it."""
    return {
        "id": announcement.message.id,
        "kind": announcement.message.kind,
        "packed": pack(announcement),
        "pending": set(announcement.pending),
        "claim": claim.token,
        "attempts": 0 if announcement.mute else 1,
        "deliveredAt": {},
        "recordedAt": timestamp(claim.made),
        "pendingShard": PENDING_SHARD,
        "pendingDue": timestamp(claim.until),
        **_held(announcement.mute, claim.made),
    }


def suppression(suppressed: Suppressed, now: datetime) -> dict[str, object]:
    """Write one that is never to be sent."""
    return {
        "id": suppressed.id,
        "kind": suppressed.kind,
        "suppressed": suppressed.reason,
        "recordedAt": timestamp(now),
        **({"muted": write_mute(suppressed.mute)} if suppressed.mute else {}),
    }


def read_recorded(item: Item) -> Recorded:
    """Read what a decision depends on."""
    return Recorded(kind=item["kind"], suppressed=item.get("suppressed"))


def read_leftover(item: Item) -> Leftover:
    """Read one as the index shows it."""
    return Leftover(
        key=Key(pk=item["pk"], sk=item["sk"]), due=item["pendingDue"], recorded_at=_moment(item.get("recordedAt"))
    )


def read_announcement(key: Key, item: Item) -> Announcement:
    """Read all that it takes to send one; raise as it comes where that can't be done."""
    message, resource, destinations = unpack(item)
    return Announcement(
        key=key,
        message=message,
        resource=resource,
        destinations=destinations,
        pending=frozenset(item.get("pending", ())),
        refusals={channel: int(count) for channel, count in item.get("refusals", {}).items()},
        replay=frozenset(item.get("replay", ())),
        asked_at=_asked_at(item),
    )


def _held(mute: Mute | None, now: datetime) -> dict[str, object]:
    if mute is None:
        return {}
    end = dict.fromkeys(("recordedAt", "pendingDue", "released"), timestamp(mute.until))
    return {**end, "heldSince": timestamp(now), "muted": write_mute(mute)}


def _asked_at(item: Item) -> datetime | None:
    """Read when somebody last asked for it, be it again or once it was given up."""
    replayed = item.get("replayed", {}).get("at") if "replay" in item else None
    return max(filter(None, map(_moment, (replayed, item.get("redrivenAt")))), default=None)


def _moment(text: object) -> datetime | None:
    """Read a moment; None where somebody's edit left none, as that must not keep all others from being found."""
    try:
        return parse_timestamp(str(text))
    except ValueError:
        return None
