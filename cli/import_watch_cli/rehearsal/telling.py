"""What a rehearsal came to, in JSON and in words."""

from collections.abc import Iterator, Mapping
from typing import Any

from import_watch.jobs import Trouble, timestamp
from import_watch_cli.rehearsal.changes import change_in_words, changes
from import_watch_cli.rehearsal.entries import message_in_words, opened
from import_watch_cli.rehearsal.rehearse import Rehearsal
from import_watch_cli.speech.words import counted


def as_json(rehearsal: Rehearsal) -> dict[str, Any]:
    """Give it whole; each message as its service would get it."""
    return {
        "watch": rehearsal.watch.name if rehearsal.deployed else None,
        "target": str(rehearsal.target),
        "at": timestamp(rehearsal.at),
        "pages": rehearsal.report.pages,
        "jobs": rehearsal.report.jobs,
        "failing": {str(target): trouble for target, trouble in sorted(rehearsal.report.failing.items())},
        "changes": [*changes(rehearsal)],
        "dueElsewhere": rehearsal.others,
        "notes": [*rehearsal.noted],
        "warnings": [dict(warning) for warning in rehearsal.warnings],
        "faults": [*rehearsal.report.faults],
        "messages": [
            {"channel": one.channel, "address": one.address, "entry": opened(one.entry)} for one in rehearsal.sent
        ],
    }


def in_words(rehearsal: Rehearsal) -> Iterator[str]:
    """Tell it line by line: what was read, what is new, and each message that a tick would send."""
    report = rehearsal.report
    whose = f"watch {rehearsal.watch.name}" if rehearsal.deployed else "no watch polls it: the default policy"
    yield f"{rehearsal.target} ({whose}): {counted(report.jobs, 'job')} on {counted(report.pages, 'page')}"
    if not report.targets:
        yield "  idle, and not its turn: a tick would not poll it now"
    for warning in rehearsal.warnings:
        yield "  " + _warning(warning)
    if Trouble.DENIED in report.failing.values():
        yield "  asked with your own credentials, not as the function: import-watch doctor tells what that may do"
    for fault in report.faults:
        yield f"  a tick would go on like this, and fail in the end: {fault}"
    for note in rehearsal.noted:
        yield f"  {note}"
    for change in changes(rehearsal):
        yield "  " + change_in_words(change)
    if rehearsal.others:
        yield f"  {rehearsal.others:,} due for other targets would be sent, too: see import-watch status"
    yield f"A tick would send {counted(len(rehearsal.sent), 'message')} now{':' if rehearsal.sent else '.'}"
    for one in rehearsal.sent:
        yield ""
        yield from message_in_words(one)


def _warning(warning: Mapping[str, object]) -> str:
    return f"{warning['event']}: " + ", ".join(str(value) for name, value in warning.items() if name != "event")
