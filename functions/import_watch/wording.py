"""What people are told of a message: a headline, and a sentence that says what happened."""

from collections.abc import Mapping
from typing import Final

from import_watch.jobs import Json, Kind, Trouble
from import_watch.messages import Message
from import_watch.phrases import about, between, failed, line, moment, never_started, place, rows, trouble_of

HEADLINES: Final = {
    Kind.STARTED: "Import started",
    Kind.COMPLETED: "Import completed",
    Kind.COMPLETED_WITH_FAILURES: "Import completed with failures",
    Kind.FAILED: "Import failed",
    Kind.CANCELLED: "Import cancelled",
    Kind.OVERDUE: "Import overdue",
    Kind.TARGET_UNAVAILABLE: "Import jobs can't be read",
    Kind.TARGET_RECOVERED: "Import jobs can be read again",
    Kind.TEST: "Test message",
}
SENTENCES: Final = {
    Kind.STARTED: "{job} is running{created}.",
    Kind.COMPLETED: "{job} completed{ended}{in_all}.",
    Kind.COMPLETED_WITH_FAILURES: "{job} completed{ended}, but {some_failed}{why}.",
    Kind.FAILED: "{job} failed{ended}{failures}{why}.",
    Kind.CANCELLED: "{job} was cancelled{ended}{failures}{why}.",
    Kind.OVERDUE: "{job} has been running{running}{created}, and has not finished.",
    Kind.TARGET_UNAVAILABLE: "Reading the import jobs of {place} has failed since {since}: {cause}.",
    Kind.TARGET_RECOVERED: "The import jobs of {place} can be read again{lasted}. That failed from {since} on.",
    Kind.TEST: "This message is a test: what watch {watch} announces arrives here. Nothing happened to any import.",
}
NEVER_STARTED: Final = "{job} was created{made}{waiting}, and was never started."
CAUSES: Final = {
    Trouble.DENIED: "access is denied",
    Trouble.GONE: "it is not found",
    Trouble.ENDLESS: "the list never ends",
    Trouble.THROTTLED: "its requests are throttled",
    Trouble.BROKEN: "the service answers with errors, or not in time",
}


def headline(message: Message) -> str:
    """Say in a few words what happened; of what was sent before, that it was."""
    return ("Again: " if message.facts.get("replay") else "") + HEADLINES[message.kind]


def counts(message: Message) -> str:
    """Say in brackets how many, for how long or why; nothing where that isn't known."""
    facts = message.facts
    said = {
        Kind.STARTED: "",
        Kind.OVERDUE: _after(
            "never started for " if never_started(facts) else "running for ",
            between(facts, "createdAt", "observedAt"),
        ),
        Kind.TARGET_UNAVAILABLE: str(facts.get("reason", "")),
        Kind.TARGET_RECOVERED: _after("after ", between(facts, "failingSince", "observedAt")),
        Kind.TEST: "",
    }.get(message.kind, failed(facts) or rows(facts))
    return f"({said})" if said else ""


def sentence(message: Message) -> str:
    """Say what happened, when, and how long it took."""
    facts, trouble = message.facts, trouble_of(message.facts)
    took, waited = between(facts, "createdAt", "completedAt"), between(facts, "createdAt", "observedAt")
    return (NEVER_STARTED if never_started(facts) else SENTENCES[message.kind]).format(
        job=_job(facts),
        made=_after(" at ", moment(facts, "createdAt")),
        waiting=_after(", ", waited and f"{waited} ago"),
        why=_after("; the reason given is ", line(facts.get("statusReason", ""))),
        ended=_after(" at ", moment(facts, "completedAt")) + _after(" after ", took),
        in_all=_after(", ", rows(facts)),
        some_failed=failed(facts) or "some of its rows failed",
        failures=_after("; ", failed(facts)),
        created=_after(", since ", moment(facts, "createdAt")),
        running=_after(" for ", waited),
        place=place(facts),
        watch=facts["watch"],
        since=moment(facts, "failingSince"),
        cause=trouble and CAUSES[trouble],
        lasted=_after(", after ", between(facts, "failingSince", "observedAt")),
    )


def _job(facts: Mapping[str, Json]) -> str:
    if "segmentName" in facts:
        return f'The import into segment "{about(facts)}"'
    return f'The import "{line(facts["jobName"])}"' if "jobName" in facts else "The import"


def _after(word: str, phrase: str) -> str:
    return phrase and word + phrase
