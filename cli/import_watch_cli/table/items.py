"""Announcements read from items of the state table."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

from import_watch.adapters.muted import read_mute
from import_watch.adapters.packed import unpack
from import_watch.jobs import parse_timestamp
from import_watch_cli.table.records import OF_TARGET, Record

PACKED: Final = "packed"
ATTRIBUTES: Final = (
    "id",
    "kind",
    "recordedAt",
    "settledAt",
    "deliveredAt",
    "pending",
    "pendingDue",
    "released",
    "claim",
    "attempts",
    "lapsed",
    "quarantined",
    "refusals",
    "suppressed",
    "muted",
    "heldSince",
    "replay",
    "replayed",
    "replays",
    "redrivenAt",
)
"""Of an announcement, all but what it takes to send it, which is most of it."""


def read_record(item: Mapping[str, Any]) -> Record:
    """Read an announcement's item, with its message where that came along; raise as it comes where it is none."""
    replayed = item.get("replayed", {})
    message, _, destinations = unpack(item) if PACKED in item else (None, "", {})
    return Record(
        pk=item["pk"],
        sk=item["sk"],
        id=item["id"],
        kind=_text(item["kind"]),
        recorded_at=parse_timestamp(item["recordedAt"]),
        settled_at=_moment(item.get("settledAt")),
        delivered={channel: parse_timestamp(at) for channel, at in item.get("deliveredAt", {}).items()},
        pending=frozenset(item.get("pending", ())),
        due=_moment(item.get("pendingDue")),
        released="released" in item and item["released"] == item.get("pendingDue"),
        attempts=int(item.get("attempts", 0)),
        lapsed=int(item.get("lapsed", 0)),
        quarantined=frozenset(item.get("quarantined", ())),
        refusals={channel: int(count) for channel, count in item.get("refusals", {}).items()},
        suppressed=_text(item["suppressed"]) if "suppressed" in item else None,
        muted=read_mute(item["muted"]) if "muted" in item else None,
        held_since=_moment(item.get("heldSince")),
        replay=frozenset(item.get("replay", ())),
        replayed_by=replayed.get("by"),
        replayed_at=_moment(replayed.get("at")),
        replays=int(item.get("replays", 0)),
        redriven_at=_moment(item.get("redrivenAt")),
        facts=message.facts if message else {},
        destinations=destinations,
    )


def is_record(item: Mapping[str, Any]) -> bool:
    """Tell an announcement by its key from what else a partition holds: the ledger, a mute."""
    return item["sk"].startswith(OF_TARGET) or not item["sk"].startswith("#")


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError(f"{value!r} is no text")
    return value


def _moment(text: str | None) -> datetime | None:
    return parse_timestamp(text) if text else None
