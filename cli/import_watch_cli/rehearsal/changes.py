"""What a tick would do about announcements: record and send, hold, suppress, or send what is left."""

from collections.abc import Iterator, Mapping
from typing import Any

from import_watch.adapters.muted import write_mute
from import_watch.announcements import Key
from import_watch_cli.rehearsal.rehearse import Rehearsal


def changes(rehearsal: Rehearsal) -> Iterator[dict[str, Any]]:
    """Give each with what it is about, where it goes, or why it doesn't."""
    for recording in rehearsal.recordings:
        message, mute = recording.announcement.message, recording.announcement.mute
        replaced = {"insteadOf": recording.instead_of} if recording.instead_of else {}
        to = {"channels": sorted(recording.announcement.pending)}
        muted = {"muted": write_mute(mute)} if mute else {}
        yield {
            "do": "hold" if mute else "announce",
            **_about(recording.announcement.key, message.id, message.kind),
            **to,
            **replaced,
            **muted,
        }
    for one in rehearsal.suppressions:
        muted = {"muted": write_mute(one.mute)} if one.mute else {}
        yield {"do": "suppress", **_about(one.key, one.id, one.kind), "reason": one.reason, **muted}
    for left in rehearsal.leftover:
        to = {"channels": sorted(left.pending)}
        yield {"do": "send", **_about(left.key, left.message.id, str(left.message.facts["kind"])), **to}


def _about(key: Key, message_id: str, kind: str) -> dict[str, str]:
    target = key.pk.partition("#")[2]
    job, _, milestone = key.sk.rpartition("#")
    job_facts = {} if job.startswith("#target#") else {"jobId": job, "milestone": milestone}
    return {"target": target, **job_facts, "kind": kind, "id": message_id}


def change_in_words(change: Mapping[str, Any]) -> str:
    """Say one in a line."""
    about, muted = change.get("jobId", change["target"]), _muted(change)
    match change["do"]:
        case "announce":
            replaced = f", instead of {change['insteadOf']}, which was not wanted" if "insteadOf" in change else ""
            return f"new          {change['kind']}  {about}  to {', '.join(change['channels'])}{replaced}"
        case "hold":
            return f"held         {change['kind']}  {about}  to {', '.join(change['channels'])}, {muted}"
        case "suppress":
            return f"suppressed   {change['kind']}  {about}  {muted or change['reason']}"
        case _:
            return f"still to go  {change['kind']}  {about}  to {', '.join(change['channels'])}"


def _muted(change: Mapping[str, Any]) -> str:
    if "muted" not in change:
        return ""
    mute = change["muted"]
    return f"muted until {mute['until']} by {mute['by']}: {mute['reason']}"
