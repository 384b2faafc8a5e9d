"""A message as a note in a chat channel: a title, a few lines, what to do; all that is of one job in one thread."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Final

from import_watch.advice import silence, steps
from import_watch.jobs import Json
from import_watch.messages import Message
from import_watch.phrases import about, file, line
from import_watch.wording import counts, headline, sentence

# AWS documents no limits of its schema; these are what Slack shows whole (its Block Kit reference: header, section).
MAX_TITLE: Final = 150
MAX_DESCRIPTION: Final = 3_000
MAX_SHOWN: Final = 500
"""Characters of any single text from outside."""
_LOOK_ALIKES: Final = str.maketrans(
    {
        "*": "\N{ASTERISK OPERATOR}",
        "`": "\N{MODIFIER LETTER GRAVE ACCENT}",
        "~": "\N{TILDE OPERATOR}",
        "@": "\N{FULLWIDTH COMMERCIAL AT}",
    }
)
"""What stands for a character that is markup in Slack or Teams, or calls somebody: neither has a way to escape all."""
_LOW_LINE: Final = re.compile(r"(?<![A-Za-z0-9])_|_(?![A-Za-z0-9])")  # within a word, as in ids, it is no markup
_LINK: Final = re.compile(r"\](?=[\[(:])|:(?=//)|(?<=\w)\.(?=\w)")
"""What makes a link of text: `[a](b)`, or an address, which a chat finds by itself, with `https://` or without."""


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
        shown(sentence(message)),
        *(["This was sent before. Somebody asked for it once more."] if facts.get("replay") else []),
        *([f"File: {code(file(facts))}"] if file(facts) else []),
        *([shown(f"- {line(one)}") for one in failures] if isinstance(failures, list) else []),
    ]
    named = f": {about(facts)}" if about(facts) else ""
    quiet = [step(silence(facts))] if silence(facts) else []
    attributes = message.attributes()
    return Chat(
        id=message.id,
        title=shown(f"[{facts['watch']}] {headline(message)}{named} {counts(message)}".strip(), MAX_TITLE),
        description=fitting(lines),
        next_steps=[*map(step, steps(message)), *quiet],
        keywords=[str(facts["watch"]), message.kind, attributes["severity"]],
        thread=thread(facts),
        summary=shown(sentence(message)),
        event_type=message.detail_type,
        resources=[resource],
        context={name: shown(value) for name, value in {**attributes, "jobId": facts.get("jobId")}.items() if value},
    )


def thread(facts: Mapping[str, Json]) -> str:
    """Name the thread that a message belongs to: its job's or that of its target, or of tests; each of one watch."""
    names = ("source", "applicationId", "jobId") if "jobId" in facts else ("test", "target")
    what = "|".join(str(facts.get(name)) for name in ("watch", *names))
    return sha256(what.encode()).hexdigest()


def shown(text: Json, most: int = MAX_SHOWN) -> str:
    """Write a text on one line, so long at most, so that it can neither call anybody nor be a link, nor be markup."""
    plain = _LOW_LINE.sub("\N{MODIFIER LETTER LOW MACRON}", _cut(line(text), most).translate(_LOOK_ALIKES))
    return _escaped(_LINK.sub("\\g<0>\N{ZERO WIDTH SPACE}", plain))


def code(text: str) -> str:
    """Write a text that somebody may want to copy as it is: in code nothing is a link or markup, nor calls anybody."""
    return shown(text) if "`" in text or len(text) > MAX_SHOWN else f"`{_escaped(text)}`"


def step(advice: str) -> str:
    """Write a piece of advice, its command as code."""
    words, colon, command = advice.partition(": import-watch ")
    return f"{words}: {code(f'import-watch {command}')}" if colon else words


def fitting(lines: Sequence[str]) -> str:
    """Join as many lines as a chat shows whole, but no part of one: markup may be left open in it."""
    text = ""
    for each in lines:
        longer = f"{text}\n{each}" if text else each
        if len(longer) > MAX_DESCRIPTION:
            break
        text = longer
    return text


def _cut(text: str, most: int) -> str:
    return text if len(text) <= most else text[: most - 1] + "…"


def _escaped(text: str) -> str:
    # As Slack asks of all that isn't markup (its reference: formatting message text); Teams reads them alike.
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
