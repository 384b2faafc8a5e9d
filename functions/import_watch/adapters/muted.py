"""Mutes as items of the state table, written by the operator's command line, and as announcements tell of them.

Imported without boto3, as the command line's `--help` imports it.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

from import_watch.jobs import parse_timestamp, timestamp
from import_watch.mutes import Mute

MUTE: Final = "#mute"
"""The sort key of a mute."""
ATTRIBUTES: Final = ("by", "reason", "since", "until", "hold")


def mute_keys(pk: str) -> list[tuple[str, str]]:
    """Name the items that may mute a partition: its watch's, and its own."""
    return [(one, MUTE) for one in dict.fromkeys((pk.partition("#")[0], pk))]


def read_mutes(items: Iterable[Mapping[str, Any]]) -> tuple[Sequence[Mute], Sequence[str]]:
    """Read those that are mutes, and tell of each that is none, as after an edit by hand, where it stands and why."""
    mutes, flaws = [], []
    for item in items:
        try:
            mutes.append(read_mute(item))
        except (KeyError, TypeError, ValueError) as error:
            flaws.append(f"{item['pk']}: {error!r}")
    return mutes, flaws


def write_mute(mute: Mute) -> dict[str, Any]:
    """Give a mute's attributes."""
    moments = {"since": timestamp(mute.since), "until": timestamp(mute.until)}
    return {"by": mute.by, "reason": mute.reason, **moments, "hold": mute.hold}


def read_mute(item: Mapping[str, Any]) -> Mute:
    """Read one, be it an item or what it left on what it held back; raise as it comes where it is none."""
    if not isinstance(item["hold"], bool):
        raise TypeError(f"hold: {item['hold']!r}")
    return Mute(
        by=str(item["by"]),
        reason=str(item["reason"]),
        since=parse_timestamp(item["since"]),
        until=parse_timestamp(item["until"]),
        hold=item["hold"],
    )
