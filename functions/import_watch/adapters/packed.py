"""What sending an announcement takes, in one compressed attribute: a write costs a unit for each KiB of the item."""

import json
import zlib
from collections.abc import Mapping
from typing import Any, Final

from import_watch.announcements import Announcement
from import_watch.messages import ILLEGAL, Message

_BESIDE: Final = ("id", "kind")
"""What of a message stands beside it in the item, readable, and so is left empty in it."""


def pack(announcement: Announcement) -> bytes:
    """Write an announcement's message, resource and destinations as JSON, compressed by zlib."""
    packed = {
        "message": {**announcement.message.facts, **dict.fromkeys(_BESIDE, "")},
        "resource": announcement.resource,
        "destinations": dict(announcement.destinations),
    }
    text = ILLEGAL.sub("\ufffd", json.dumps(packed, ensure_ascii=False, separators=(",", ":")))
    return zlib.compress(text.encode(), zlib.Z_BEST_COMPRESSION)


def unpack(item: Mapping[str, Any]) -> tuple[Message, str, dict[str, str]]:
    """Read message, resource and destinations back from an item; raise as it comes where that can't be done."""
    packed = json.loads(zlib.decompress(bytes(item["packed"])))
    facts = {**packed["message"], **{name: item[name] for name in _BESIDE}}
    return Message(facts), packed["resource"], packed["destinations"]
