"""What a rehearsal came to, in JSON and in words."""

import json
from collections.abc import Iterator, Mapping
from textwrap import indent
from typing import Any

from import_watch.announcements import Key
from import_watch.jobs import Trouble, timestamp
from import_watch_cli.rehearsal.channels import Sent
from import_watch_cli.rehearsal.rehearse import Rehearsal


def as_json(rehearsal: Rehearsal) -> dict[str, Any]:
    """Give it whole; each message as its service would get it."""
    return {
        "watch": rehearsal.watch.name if rehearsal.deployed else None,
        "target": str(rehearsal.target),
        "at": timestamp(rehearsal.at),
        "pages": rehearsal.report.pages,
        "jobs": rehearsal.report.jobs,
        "failing": {str(target): trouble for target, trouble in sorted(rehearsal.report.failing.items())},
        "changes": [*_changes(rehearsal)],
        "dueElsewhere": rehearsal.others,
        "notes": [*rehearsal.noted],
        "warnings": [dict(warning) for warning in rehearsal.warnings],
        "messages": [
            {"channel": one.channel, "address": one.address, "entry": _opened(one.entry)} for one in rehearsal.sent
        ],
    }


def in_words(rehearsal: Rehearsal) -> Iterator[str]:
    """Tell it line by line: what was read, what is new, and each message that a tick would send."""
    report = rehearsal.report
    whose = f"watch {rehearsal.watch.name}" if rehearsal.deployed else "no watch polls it: the default policy"
    yield f"{rehearsal.target} ({whose}): {_counted(report.jobs, 'job')} on {_counted(report.pages, 'page')}"
    if not report.targets:
        yield "  idle, and not its turn: a tick would not poll it now"
    for warning in rehearsal.warnings:
        yield "  " + _warning(warning)
    if Trouble.DENIED in report.failing.values():
        yield "  asked with your own credentials, not as the function: import-watch doctor tells what that may do"
    for note in rehearsal.noted:
        yield f"  {note}"
    for change in _changes(rehearsal):
        yield "  " + _change(change)
    if rehearsal.others:
        yield f"  {rehearsal.others:,} due for other targets would be sent, too: see import-watch status"
    yield f"A tick would send {_counted(len(rehearsal.sent), 'message')} now{':' if rehearsal.sent else '.'}"
    for one in rehearsal.sent:
        yield ""
        yield from _message(one)


def _counted(number: int, noun: str) -> str:
    return f"{number:,} {noun}{'' if number == 1 else 's'}"


def _changes(rehearsal: Rehearsal) -> Iterator[dict[str, Any]]:
    for recording in rehearsal.recordings:
        message, mute = recording.announcement.message, recording.announcement.mute
        replaced = {"insteadOf": recording.instead_of} if recording.instead_of else {}
        to = {"channels": sorted(recording.announcement.pending)}
        what = {"do": "hold", "until": timestamp(mute.until)} if mute else {"do": "announce"}
        yield {**what, **_about(recording.announcement.key, message.id, message.kind), **to, **replaced}
    for one in rehearsal.suppressions:
        yield {"do": "suppress", **_about(one.key, one.id, one.kind), "reason": one.reason}
    for left in rehearsal.leftover:
        to = {"channels": sorted(left.pending)}
        yield {"do": "send", **_about(left.key, left.message.id, str(left.message.facts["kind"])), **to}


def _about(key: Key, message_id: str, kind: str) -> dict[str, str]:
    target = key.pk.partition("#")[2]
    job, _, milestone = key.sk.rpartition("#")
    job_facts = {} if job.startswith("#target#") else {"jobId": job, "milestone": milestone}
    return {"target": target, **job_facts, "kind": kind, "id": message_id}


def _change(change: Mapping[str, Any]) -> str:
    about = change.get("jobId", change["target"])
    match change["do"]:
        case "announce":
            replaced = f", instead of {change['insteadOf']}, which was not wanted" if "insteadOf" in change else ""
            return f"new          {change['kind']}  {about}  to {', '.join(change['channels'])}{replaced}"
        case "hold":
            return f"held         {change['kind']}  {about}  until {change['until']}"
        case "suppress":
            return f"suppressed   {change['kind']}  {about}  {change['reason']}"
        case _:
            return f"still to go  {change['kind']}  {about}  to {', '.join(change['channels'])}"


def _warning(warning: Mapping[str, object]) -> str:
    return f"{warning['event']}: " + ", ".join(str(value) for name, value in warning.items() if name != "event")


def _opened(entry: Mapping[str, Any]) -> dict[str, Any]:
    """Give an entry with the JSON in it as what it is, instead of as text."""
    return {name: _parsed(name, value) for name, value in entry.items()}


def _parsed(name: str, value: Any) -> Any:  # noqa: ANN401 - any JSON
    if name == "MessageAttributes":
        return {each: typed["StringValue"] for each, typed in value.items()}
    if name == "Message":
        return {form: _json_or_text(text) for form, text in json.loads(value).items()}
    return _json_or_text(value) if name == "Detail" else value


def _json_or_text(text: str) -> Any:  # noqa: ANN401 - any JSON
    return json.loads(text) if text.startswith("{") else text


def _message(sent: Sent) -> Iterator[str]:
    """Show one as it is sent: texts as they are."""
    yield f"{sent.channel}: {sent.address}"
    for name, value in sent.entry.items():
        match name:
            case "MessageStructure" | "EventBusName":
                continue
            case "Message" if "MessageStructure" in sent.entry:
                for form, text in json.loads(value).items():
                    yield f"  {form}:"
                    yield indent(text.rstrip("\n"), "    ")
            case "MessageAttributes":
                given = ", ".join(f"{each}={typed['StringValue']}" for each, typed in value.items())
                yield f"  attributes: {given}"
            case "Message" | "Detail":
                yield f"  {name.lower()}:"
                yield indent(value, "    ")
            case _:
                yield f"  {name}: {', '.join(value) if isinstance(value, list) else value}"
