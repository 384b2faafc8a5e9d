"""What sending an announcement takes, in one compressed attribute: a write costs a unit for each KiB of the item."""

import json
import zlib
from collections.abc import Mapping
from typing import Any, Final

from import_watch.announcements import Announcement
from import_watch.messages import ILLEGAL, Message

_BESIDE: Final = ("id", "kind")
"""What of a message stands beside it in the item, readable, and so is left empty in it."""
_WORDS: Final = (
    b'"failures":[""],"reason":"gone","failingSince":"","TotalFailures":,"TotalPieces":,"TotalProcessed":,"Type":"IMPORT"}}'
    b'{"message":{"version":"1","id":"","kind":"","watch":"","source":"pinpoint","target":"pinpoint:","applicationId":"",'
    b'"segmentId":"","segmentName":"","jobId":"","status":"COMPLETED","counts":{"processed":,"failed":0,"totalPieces":,'
    b'"completedPieces":,"failedPieces":0},"createdAt":"","completedAt":"","observedAt":"","job":{"ApplicationId":"",'
    b'"CompletedPieces":,"CompletionDate":"","CreationDate":"","Definition":{"DefineSegment":true,"Format":"CSV",'
    b'"RegisterEndpoints":true,"S3Url":"s3://","SegmentId":"","SegmentName":""},"FailedPieces":0,"Id":"","JobStatus":"",'
    b'"resource":"arn:aws:mobiletargeting:us-east-1:apps//segments/","destinations":{"sns":"arn:aws:sns:us-east-1:",'
    b'"eventbridge":"default"}}'
)
"""What nearly every one says, so that none need hold it. With a letter changed, nothing packed before can be read."""


def pack(announcement: Announcement) -> bytes:
    """Write an announcement's message, resource and destinations as JSON, compressed by zlib with known words."""
    packed = {
        "message": {**announcement.message.facts, **dict.fromkeys(_BESIDE, "")},
        "resource": announcement.resource,
        "destinations": dict(announcement.destinations),
    }
    text = ILLEGAL.sub("\ufffd", json.dumps(packed, ensure_ascii=False, separators=(",", ":")))
    deflate = zlib.compressobj(zlib.Z_BEST_COMPRESSION, zdict=_WORDS)
    return deflate.compress(text.encode()) + deflate.flush()


def inflated(packed: bytes) -> str:
    """Give the JSON back, packed with the words or without; raise as it comes where that can't be done."""
    inflate = zlib.decompressobj(zdict=_WORDS)
    return (inflate.decompress(packed) + inflate.flush()).decode()


def unpack(item: Mapping[str, Any]) -> tuple[Message, str, dict[str, str]]:
    """Read message, resource and destinations back from an item; raise as it comes where that can't be done."""
    packed = json.loads(inflated(bytes(item["packed"])))
    facts = {**packed["message"], **{name: item[name] for name in _BESIDE}}
    return Message(facts), packed["resource"], packed["destinations"]
