"""Many messages of one watch as one: it names each, grouped by what happened, the worst first."""

import textwrap
from collections.abc import Sequence
from hashlib import sha256
from itertools import groupby
from typing import Final

from import_watch.advice import silencing
from import_watch.chats import MAX_DESCRIPTION, Chat, shown, step
from import_watch.emails import MAX_SUBJECT, WIDTH, heading
from import_watch.jobs import Json, Kind
from import_watch.messages import ILLEGAL, SEVERITIES, Message
from import_watch.phrases import about, line
from import_watch.wording import HEADLINES, counts

MAX_TEXT: Final = 200 * 1024  # bytes, of the 256 KiB that SNS takes with subject and attributes
LONGEST_NAME: Final = 80  # characters of a segment's name
EVENT_TYPE: Final = "Import Watch Digest"
WHAT_TO_DO: Final = """What to do
- Begin at the top: the worst comes first.
- What is known of one of these jobs:
    import-watch explain JOB"""
RANKS: Final = ("error", "warning", "info")
WORDS: Final = {
    Kind.STARTED: "started",
    Kind.COMPLETED: "completed",
    Kind.COMPLETED_WITH_FAILURES: "with failures",
    Kind.FAILED: "failed",
    Kind.CANCELLED: "cancelled",
    Kind.OVERDUE: "overdue",
    Kind.TARGET_UNAVAILABLE: "can't be read",
    Kind.TARGET_RECOVERED: "read again",
    Kind.TEST: "tests",
}


class TooMuchError(ValueError):
    """These are more than one message can name."""


def subject(messages: Sequence[Message]) -> str:
    """Give the email's subject: how many of which kind, the worst first, as far as there is room."""
    said = f"[{messages[0].facts['watch']}] {_again(messages)}{len(messages)} announcements: "
    kinds = [f"{len(group)} {WORDS[kind]}" for kind, group in _by_kind(messages)]
    whole = said + ", ".join(kinds)
    return whole if len(whole) <= MAX_SUBJECT else whole[: MAX_SUBJECT - 3] + "..."


def text(messages: Sequence[Message]) -> str:
    """Give the email's text; TooMuchError where it is too long to be sent."""
    groups = [
        f"{HEADLINES[kind]} ({len(group)})\n" + "\n".join(f"- {_named(message)}" for message in group)
        for kind, group in _by_kind(messages)
    ]
    parts = [
        textwrap.fill(f"{_opening(messages)} Each has its own record.", WIDTH),
        *groups,
        WHAT_TO_DO,
        heading(silencing("watch", messages[0].facts)),
        "To be told of each by itself, set digestAbove of this watch in cdk.json.",
    ]
    whole = ILLEGAL.sub("\ufffd", "\n\n".join(parts) + "\n")
    if len(whole.encode()) > MAX_TEXT:
        raise TooMuchError(f"{len(messages)} messages")
    return whole


def chat(messages: Sequence[Message], resources: Sequence[str]) -> Chat:
    """Write them as a note in a chat channel, in no thread; TooMuchError where that would not be shown whole."""
    watch, ids = str(messages[0].facts["watch"]), "|".join(sorted(message.id for message in messages))
    groups = [
        "\n".join([f"*{HEADLINES[kind]} ({len(group)})*", *(f"- {shown(_named(message))}" for message in group)])
        for kind, group in _by_kind(messages)
    ]
    description = "\n".join([_opening(messages), *groups])
    if len(description) > MAX_DESCRIPTION:
        raise TooMuchError(f"{len(messages)} messages")
    common = attributes(messages)
    return Chat(
        id=sha256(ids.encode()).hexdigest(),
        title=subject(messages),
        description=description,
        next_steps=[
            step("What is known of one of these jobs: import-watch explain JOB"),
            step(silencing("watch", messages[0].facts)),
        ],
        keywords=[watch, "digest", common["severity"]],
        thread=None,
        summary=_opening(messages),
        event_type=EVENT_TYPE,
        resources=sorted(set(resources)),
        context=common,
    )


def attributes(messages: Sequence[Message]) -> dict[str, str]:
    """Give what all of them have in common, for filter policies, and the worst of their severities."""
    first, *others = [message.attributes() for message in messages]
    common = {name: value for name, value in first.items() if all(one.get(name) == value for one in others)}
    return {**common, "severity": min((SEVERITIES[message.kind] for message in messages), key=RANKS.index)}


def _by_kind(messages: Sequence[Message]) -> list[tuple[Kind, list[Message]]]:
    def rank(message: Message) -> tuple[int, int, Json, str]:
        kind = message.kind
        return RANKS.index(SEVERITIES[kind]), list(Kind).index(kind), about(message.facts), message.id

    return [(kind, list(group)) for kind, group in groupby(sorted(messages, key=rank), lambda one: one.kind)]


def _named(message: Message) -> str:
    """Name a job, and its segment, or a target."""
    facts = message.facts
    if "jobId" not in facts:
        return f"{message.id if 'test' in facts else facts['target']} {counts(message)}".strip()
    name = about(facts)
    cut = name if len(name) <= LONGEST_NAME else name[: LONGEST_NAME - 3] + "..."
    return " ".join(filter(None, (cut, counts(message)))) + f", job {line(facts['jobId'])}"


def _opening(messages: Sequence[Message]) -> str:
    watch = messages[0].facts["watch"]
    before = "They were sent before; somebody asked for them once more." if _again(messages) else ""
    return (
        f"The watch {watch} had {len(messages)} announcements at once, which are named here together. {before}".strip()
    )


def _again(messages: Sequence[Message]) -> str:
    return "Again: " if all(message.facts.get("replay") for message in messages) else ""
