"""What can be sent again."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import pytest

from import_watch.jobs import timestamp
from import_watch_cli.acting.replaying import Replay, plan, seen_between
from import_watch_cli.speech.errors import UsageMistakeError
from import_watch_cli.table.items import read_record
from import_watch_cli.table.records import Record
from tests.builders import HOUR, MINUTE, NOW, a_job
from tests.cli.items import DESTINATIONS, TOPIC, announced_item, pending, suppressed_item

MUTE = {"by": "arn:me", "reason": "a reload", "since": timestamp(NOW), "until": timestamp(NOW + HOUR), "hold": False}


def a_record(job_id: str = "job-1", **attributes: Any) -> Record:
    return read_record(announced_item("newsletter", "pinpoint:app/seg", a_job(job_id), NOW - HOUR, **attributes))


def one(record: Record, channel: str | None = None, addresses: Mapping[str, str] = DESTINATIONS) -> Replay:
    (replay,) = plan([record], channel, NOW, {"newsletter": addresses})
    return replay


def test_what_was_delivered_goes_again_everywhere_or_on_one_channel() -> None:
    """Where it went to when it was announced."""
    assert one(a_record()).channels == {"sns", "eventbridge"}
    assert one(a_record(), "sns").channels == {"sns"}
    assert one(a_record(quarantined={"sns"})).channels == {"sns", "eventbridge"}


def test_a_span_of_time_is_of_when_it_was_seen() -> None:
    """Not of when a mute's end let it go."""
    held, now = a_record("held", heldSince=timestamp(NOW - 3 * HOUR)), a_record("now")
    assert seen_between([held, now], NOW - 2 * HOUR, NOW) == [now]
    assert seen_between([held, now], NOW - 3 * HOUR, NOW - HOUR) == [held]


def test_a_channel_that_none_goes_to_is_a_mistake() -> None:
    """One that only some go to is told of the others."""
    with pytest.raises(UsageMistakeError, match="--channel: 'chat' is not allowed; allowed: eventbridge, sns"):
        one(a_record(), "chat")


def test_where_its_watch_no_longer_sends_it_goes_no_more() -> None:
    """As to a topic that is gone, which each tick would try in vain; it goes to the others, and that is told."""
    why = f"not on sns: newsletter no longer sends to {TOPIC}"
    for addresses in ({"eventbridge": "default"}, {"eventbridge": "default", "sns": f"{TOPIC}-anew"}):
        left = one(a_record(), addresses=addresses)
        assert (left.channels, left.why_not, left.never) == (frozenset({"eventbridge"}), why, False)
        alone = one(a_record(), "sns", addresses)
        assert (alone.channels, alone.why_not, alone.never) == (frozenset(), why, False)


@pytest.mark.parametrize(
    ("attributes", "why"),
    [
        (pending(NOW - MINUTE, released=True), "it is pending: the next tick sends it"),
        (pending(NOW - MINUTE), "it is pending: the next tick sends it"),
        (pending(NOW + MINUTE), "a tick is sending it; it has until 2026-05-24 12:01:00 UTC"),
        (
            {**pending(NOW + HOUR, released=True), "heldSince": timestamp(NOW)},
            "a mute holds it until 2026-05-24 13:00:00 UTC; unmute sends it",
        ),
    ],
)
def test_what_is_yet_to_be_sent_is_left_to_its_tick(attributes: dict[str, Any], why: str) -> None:
    """And told why."""
    assert (one(a_record(**attributes)).channels, one(a_record(**attributes)).why_not) == (frozenset(), why)


@pytest.mark.parametrize(
    ("attributes", "why"),
    [
        ({"reason": "first_sight"}, "it was never to be sent (first_sight), so there is no message"),
        ({"reason": "muted", "muted": MUTE}, "it was held back for good by the mute of arn:me: a reload"),
    ],
)
def test_what_was_suppressed_can_t_be_sent(attributes: dict[str, Any], why: str) -> None:
    """There is no message of it."""
    item = suppressed_item("newsletter", "pinpoint:app/seg", a_job(), NOW, **attributes)
    assert one(read_record(item)) == Replay(record=read_record(item), why_not=why, never=True)


def test_they_go_in_the_order_that_they_were_seen_in() -> None:
    """Whatever order they are found in."""
    later = read_record(announced_item("a", "pinpoint:app/seg", a_job("job-2"), NOW - timedelta(minutes=5)))
    planned = plan([later, a_record()], None, NOW, {"a": DESTINATIONS, "newsletter": DESTINATIONS})
    assert [replay.record for replay in planned] == [a_record(), later]
