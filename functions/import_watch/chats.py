"""A message as a note in a chat channel: a title, a few lines, what to do; all that is of one job in one thread."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Final

from import_watch.jobs import Json
from import_watch.messages import Message
from import_watch.phrases import about, file, line
from import_watch.wording import counts, headline, sentence, silence, steps

# AWS documents no limits of its schema; these are what Slack shows whole (its Block Kit reference: header, section).
MAX_TITLE: Final = 150
MAX_DESCRIPTION: Final = 3_000
MAX_SHOWN: Final = 500
"""Characters of any single text from outside."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Chat:
    """What is shown in a channel. Its texts are Markdown, as the chat itself has it."""

    id: str
    title: str
    description: str
    next_steps: Sequence[str]
    keywords: Sequence[str]
    thread: str | None
    """The same for all that belongs together; None for what stands alone."""
    summary: str
    event_type: str
    resources: Sequence[str]
    """ARNs."""
    context: Mapping[str, str]


def chat(message: Message, resource: str) -> Chat:
    """Write one message, about the resource with this ARN."""
    facts = message.facts
    failures = facts.get("failures")
    lines = [
        sentence(message),
        *(["This was sent before. Somebody asked for it once more."] if facts.get("replay") else []),
        *([f"File: {file(facts)}"] if file(facts) else []),
        *([f"- {line(one)}" for one in failures] if isinstance(failures, list) else []),
    ]
    named = f": {about(facts)}" if about(facts) else ""
    quiet = [silence(facts)] if "target" in facts else []
    attributes = message.attributes()
    return Chat(
        id=message.id,
        title=shown(f"[{facts['watch']}] {headline(message)}{named} {counts(message)}".strip(), MAX_TITLE),
        description="\n".join(map(shown, lines))[:MAX_DESCRIPTION],
        next_steps=[*map(shown, steps(message)), *quiet],
        keywords=[str(facts["watch"]), message.kind, attributes["severity"]],
        thread=thread(facts),
        summary=shown(sentence(message)),
        event_type=message.detail_type,
        resources=[resource],
        context={name: shown(value) for name, value in {**attributes, "jobId": facts.get("jobId")}.items() if value},
    )


def thread(facts: Mapping[str, Json]) -> str:
    """Name the thread that a message belongs to: its job's or, of a target's message, that target's; of one watch."""
    names = ("source", "applicationId", "jobId") if "jobId" in facts else ("target",)
    what = "|".join(str(facts.get(name)) for name in ("watch", *names))
    return sha256(what.encode()).hexdigest()


def shown(text: Json, most: int = MAX_SHOWN) -> str:
    """Write a text on one line, so long at most, and so that it can neither call anybody nor be a link."""
    whole = line(text)
    cut = whole if len(whole) <= most else whole[: most - 1] + "…"
    # As Slack asks of all that isn't markup (its reference: formatting message text); Teams reads them alike.
    return cut.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
