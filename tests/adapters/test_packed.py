"""What was packed can be read for ever: announcements don't expire, and may be sent again."""

import base64
import json
import zlib

from import_watch.adapters.packed import inflated, pack
from import_watch.announcements import Announcement, Key
from import_watch.jobs import Kind
from import_watch.messages import Message
from tests.contract.samples import messages

SAID = {"message": {"id": "", "kind": "", "watch": "newsletter"}, "resource": "arn:", "destinations": {"sns": "topic"}}
THEN = "ePk2nQirQ0m2uBNqXmp5MdBlwAACeRHN6ThdU5JfkJkMtAQAeMUhhg=="


def packed(message: Message) -> bytes:
    key = Key(pk="newsletter#pinpoint:app", sk="job#finished")
    return pack(
        Announcement(
            key=key, message=message, resource="arn:", destinations={"sns": "topic"}, pending=frozenset({"sns"})
        )
    )


def test_what_was_packed_once_is_read() -> None:
    """By this version's words, and by none at all, as a first version did it."""
    assert json.loads(inflated(base64.b64decode(THEN))) == SAID
    assert json.loads(inflated(zlib.compress(json.dumps(SAID).encode()))) == SAID


def test_every_kind_of_message_comes_back_and_takes_a_third_of_its_room() -> None:
    """Or a write of it would cost more; a test is short anyhow."""
    for message in messages():
        text = inflated(packed(message))
        assert json.loads(text)["message"] == {**message.facts, "id": "", "kind": ""}
        assert len(packed(message)) * 3 < len(text) or message.kind is Kind.TEST
