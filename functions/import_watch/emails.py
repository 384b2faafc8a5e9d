"""A message as an email: what a person wants to know, first things first."""

import re
import textwrap
import unicodedata
from collections.abc import Iterable, Mapping
from typing import Final

from import_watch.advice import silence, steps
from import_watch.jobs import Json
from import_watch.messages import ILLEGAL, Message
from import_watch.phrases import about, file, line, moment
from import_watch.wording import counts, headline, sentence

MAX_SUBJECT: Final = 99  # SNS API reference: "less than 100 characters"
LEAST_NAME: Final = 8  # characters, the three dots included, that a name is cut to; less of it would tell nothing
WIDTH: Final = 78  # characters a line, where what stands there can be broken


def subject(message: Message) -> str:
    """Give the email's subject, printable ASCII: how it ended, of what, and the counts, for which the name is cut."""
    facts = message.facts
    return fitted(f"[{facts['watch']}] {headline(message)}: ", _named(facts), counts(message))


def fitted(before: str, name: str, behind: str) -> str:
    """Make a subject of three parts, of which the one in the middle is cut where it is too long."""
    room = MAX_SUBJECT - len(before) - len(behind) - 1
    if len(name) > room:
        cut = name[: room - 3] + "..."
        name = cut if room >= LEAST_NAME else ""
    said = before + name if name else before.removesuffix(": ")
    return " ".join(filter(None, (said, behind)))[:MAX_SUBJECT]


def ascii_only(text: str) -> str:
    """Write a text in printable ASCII, letters without their accents."""
    plain = "".join(char for char in unicodedata.normalize("NFKD", text) if not unicodedata.combining(char))
    return re.sub(r"[^\x20-\x7e]", "?", plain)


def text(message: Message) -> str:
    """Give the email's text: what happened, what to do, and then the facts, a line each."""
    facts = message.facts
    parts = [
        _wrapped(sentence(message)),
        *([_wrapped("This was sent before. Somebody asked for it once more.")] if facts.get("replay") else []),
        *([f"File: {file(facts)}"] if file(facts) else []),
        *_first_failures(facts),
        "What to do\n" + "\n".join(map(_step, steps(message))),
        *([heading(silence(facts))] if silence(facts) else []),
        "Details\n" + _table(_details(facts)),
    ]
    return ILLEGAL.sub("\ufffd", "\n\n".join(parts) + "\n")


def _named(facts: Mapping[str, Json]) -> str:
    name = ascii_only(about(facts))
    # A name of which no letter is left tells less than an id.
    return name if re.search("[A-Za-z0-9]", name) else ascii_only(str(facts.get("segmentId", name)))


def _wrapped(sentence: str) -> str:
    return textwrap.fill(sentence, WIDTH, break_long_words=False, break_on_hyphens=False)


def heading(advice: str) -> str:
    """Write a piece of advice as lines of its own, and its command, whole, on one more."""
    words, _, command = advice.partition(": import-watch ")
    return f"{_wrapped(words)}\n    import-watch {command}"


def _step(step: str) -> str:
    """Write a step as a line; its command on one of its own, whole, to be copied."""
    words, colon, command = step.partition(": import-watch ")
    line = textwrap.fill(words + colon[:1], WIDTH, initial_indent="- ", subsequent_indent="  ")
    return f"{line}\n    {colon[2:]}{command}" if colon else line


def _first_failures(facts: Mapping[str, Json]) -> list[str]:
    failures = facts.get("failures")
    lines = [f"- {line(one)}" for one in failures] if isinstance(failures, list) else []
    return ["The first failures\n" + "\n".join(lines)] if lines else []


def _details(facts: Mapping[str, Json]) -> Iterable[tuple[str, str]]:
    fact = {name: line(value) for name, value in facts.items()}
    return [
        ("Segment", " ".join(fact[name] for name in ("segmentName", "segmentId") if name in fact)),
        ("Application", fact.get("applicationId", "") if "segmentId" in fact else ""),
        ("Job", " ".join(fact[name] for name in ("jobName", "jobId") if name in fact)),
        ("Status", ", ".join(fact[name] for name in ("status", "statusReason") if name in fact)),
        ("Rows", _counted(facts, processed="processed", failed="failed")),
        ("Pieces", _counted(facts, completedPieces="done", failedPieces="failed", totalPieces="in all")),
        ("Created", moment(facts, "createdAt")),
        ("Completed", moment(facts, "completedAt")),
        ("Failing since", moment(facts, "failingSince")),
        ("Reason", fact.get("reason", "")),
        ("Seen", moment(facts, "observedAt")),
        ("Watch", fact["watch"] + (f", target {fact['target']}" if about(facts) else "")),
        ("Message id", fact["id"]),
    ]


def _counted(facts: Mapping[str, Json], **words: str) -> str:
    counters = facts.get("counts")
    known = counters if isinstance(counters, dict) else {}
    return ", ".join(f"{known[name]:,} {word}" for name, word in words.items() if name in known)


def _table(lines: Iterable[tuple[str, str]]) -> str:
    known = [(label, fact) for label, fact in lines if fact]
    width = max(len(label) for label, _ in known) + 2
    return "\n".join(f"{label:<{width}}{fact}" for label, fact in known)
