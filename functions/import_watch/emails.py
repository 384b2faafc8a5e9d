"""A message as an email: what a person wants to know, first things first."""

import re
from collections.abc import Mapping
from typing import Final

from import_watch.jobs import Json, Kind, Trouble
from import_watch.messages import ILLEGAL, Message

MAX_SUBJECT: Final = 99  # SNS API reference: "less than 100 characters"

HEADLINES: Final = {
    Kind.STARTED: "Import started",
    Kind.COMPLETED: "Import completed",
    Kind.COMPLETED_WITH_FAILURES: "Import completed with failures",
    Kind.FAILED: "Import failed",
    Kind.CANCELLED: "Import cancelled",
    Kind.OVERDUE: "Import overdue",
    Kind.TARGET_UNAVAILABLE: "Import jobs can't be listed",
    Kind.TARGET_RECOVERED: "Import jobs can be listed again",
}
ADVICE: Final = {
    Trouble.DENIED: "Access is denied: check the function's role and the application's Region and account.",
    Trouble.GONE: "Not found: the application or segment was deleted, or the service no longer serves it.",
    Trouble.ENDLESS: "The listing never ends: the service repeats a page token or exceeds the page limit.",
    Trouble.THROTTLED: "The service throttles: poll less often, or fewer targets.",
    Trouble.BROKEN: "The service answers with errors, or not in time.",
}


def subject(message: Message) -> str:
    """Give the email's subject: printable ASCII, less than 100 characters."""
    facts = message.facts
    about = next(str(facts[name]) for name in ("segmentName", "segmentId", "jobId", "target") if name in facts)
    text = f"[{facts['watch']}] {HEADLINES[message.kind]}: {about}"
    return re.sub(r"[^\x20-\x7e]", "?", text)[:MAX_SUBJECT]


def text(message: Message) -> str:
    """Give the email's text: the facts a person asks for first, a line each."""
    lines = [(label, " ".join(fact.split())) for label, fact in _lines(message.facts) if fact]
    width = max(len(label) for label, _ in lines) + 2
    body = "\n".join(f"{label:<{width}}{fact}" for label, fact in lines)
    return ILLEGAL.sub("\ufffd", f"{HEADLINES[message.kind]}\n\n{body}\n")


def _lines(facts: Mapping[str, Json]) -> list[tuple[str, str]]:
    fact = {name: str(value) for name, value in facts.items()}
    reason = fact.get("reason")
    return [
        ("Segment", " ".join(fact[name] for name in ("segmentName", "segmentId") if name in fact)),
        ("Application", fact.get("applicationId", "")),
        ("Job", fact.get("jobId", "")),
        ("Status", fact.get("status", "")),
        *_count_lines(facts.get("counts")),
        ("Created", fact.get("createdAt", "")),
        ("Completed", fact.get("completedAt", "")),
        ("Failing since", fact.get("failingSince", "")),
        ("Reason", f"{reason}. {ADVICE[Trouble(reason)]}" if reason else ""),
        ("Observed", fact["observedAt"]),
        ("Watch", f"{fact['watch']}, target {fact['target']}"),
        ("Message id", fact["id"]),
    ]


def _count_lines(counts: Json) -> list[tuple[str, str]]:
    if not isinstance(counts, dict):
        return []
    rows = (("processed", "processed"), ("failed", "failed"))
    pieces = (("completedPieces", "done"), ("failedPieces", "failed"), ("totalPieces", "in all"))
    return [
        (label, ", ".join(f"{counts[name]:,} {word}" for name, word in names if name in counts))
        for label, names in (("Rows", rows), ("Pieces", pieces))
    ]
