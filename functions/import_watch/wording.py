"""What people are told of a message: a headline, a sentence that says what happened, and what to do about it."""

import re
import shlex
from collections.abc import Mapping
from typing import Final

from import_watch.jobs import Json, Kind, Trouble
from import_watch.messages import Message
from import_watch.phrases import about, between, failed, line, moment, place, rows

HEADLINES: Final = {
    Kind.STARTED: "Import started",
    Kind.COMPLETED: "Import completed",
    Kind.COMPLETED_WITH_FAILURES: "Import completed with failures",
    Kind.FAILED: "Import failed",
    Kind.CANCELLED: "Import cancelled",
    Kind.OVERDUE: "Import overdue",
    Kind.TARGET_UNAVAILABLE: "Import jobs can't be listed",
    Kind.TARGET_RECOVERED: "Import jobs can be listed again",
    Kind.TEST: "Test message",
}
SENTENCES: Final = {
    Kind.STARTED: "{job} is running{created}.",
    Kind.COMPLETED: "{job} completed{ended}{in_all}.",
    Kind.COMPLETED_WITH_FAILURES: "{job} completed{ended}, but {some_failed}{why}.",
    Kind.FAILED: "{job} failed{ended}{failures}{why}.",
    Kind.CANCELLED: "{job} was cancelled{ended}{failures}{why}.",
    Kind.OVERDUE: "{job} has been running{running}{created}, and has not finished.",
    Kind.TARGET_UNAVAILABLE: "Listing the import jobs of {place} has failed since {since}: {cause}.",
    Kind.TARGET_RECOVERED: "The import jobs of {place} can be listed again{lasted}. That failed from {since} on.",
    Kind.TEST: "This message is a test: what watch {watch} announces arrives here. Nothing happened to any import.",
}
NEVER_STARTED: Final = "{job} was created{made}{waiting}, and was never started."
_EXPLAIN: Final = "What is known of it: import-watch {explain}"
STEPS: Final = {
    Kind.STARTED: ("Nothing.", "Follow it to its end: import-watch jobs {listed} --follow"),
    Kind.COMPLETED: ("Nothing.", _EXPLAIN),
    Kind.COMPLETED_WITH_FAILURES: (
        "See which rows failed, and why: {look}",
        "Correct these rows, and import them again.",
        _EXPLAIN,
    ),
    Kind.FAILED: (
        "See what failed, and why: {look}",
        "Correct the file, or the role that reads it, and import it again.",
        _EXPLAIN,
    ),
    Kind.CANCELLED: ("If nobody meant to cancel it, import the file again.", _EXPLAIN),
    Kind.OVERDUE: (
        "See whether it gets on: import-watch jobs {listed} --follow",
        "If its counts stand still, import the file again.",
        _EXPLAIN,
    ),
    Kind.TARGET_UNAVAILABLE: (
        "{advice}",
        "Until then its jobs are not announced. Those that finish meanwhile will be, once it can be listed again.",
    ),
    Kind.TARGET_RECOVERED: ("Nothing. Jobs that finished meanwhile are announced now.",),
    Kind.TEST: ("Nothing.",),
}
START: Final = ("Start it if it is still wanted, else delete it.", _EXPLAIN)
"""Instead of what else to do about an overdue one, where it was never started."""
CAUSES: Final = {
    Trouble.DENIED: "access is denied",
    Trouble.GONE: "it is not found",
    Trouble.ENDLESS: "the list never ends",
    Trouble.THROTTLED: "its requests are throttled",
    Trouble.BROKEN: "the service answers with errors, or not in time",
}
ADVICE: Final = {
    Trouble.DENIED: "Check that it is in the stack's account and Region, and that the function's role may list its "
    "jobs: import-watch doctor",
    Trouble.GONE: "If it was deleted, take it out of cdk.json and deploy.",
    Trouble.ENDLESS: "The service repeats a page token, or lists more pages than maxPages: raise that in cdk.json, and "
    "deploy.",
    Trouble.THROTTLED: "Poll fewer targets, or less often, or lower requestsPerSecond in cdk.json, and deploy.",
    Trouble.BROKEN: "Look at the AWS Health Dashboard. It is tried again at every tick.",
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
            "never started for " if "neverStarted" in facts else "running for ",
            between(facts, "createdAt", "observedAt"),
        ),
        Kind.TARGET_UNAVAILABLE: str(facts.get("reason", "")),
        Kind.TARGET_RECOVERED: _after("after ", between(facts, "failingSince", "observedAt")),
        Kind.TEST: "",
    }.get(message.kind, failed(facts) or rows(facts))
    return f"({said})" if said else ""


def sentence(message: Message) -> str:
    """Say what happened, when, and how long it took."""
    facts, trouble = message.facts, _trouble(message.facts)
    took, waited = between(facts, "createdAt", "completedAt"), between(facts, "createdAt", "observedAt")
    unstarted = message.kind is Kind.OVERDUE and "neverStarted" in facts
    return (NEVER_STARTED if unstarted else SENTENCES[message.kind]).format(
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


def steps(message: Message) -> list[str]:
    """Tell what to do, the first thing first."""
    facts, trouble = message.facts, _trouble(message.facts)
    job, listed = str(facts.get("jobId")), shlex.quote(str(facts.get("target")))
    # Any other id would have to be quoted for whatever shell a reader has, and for the chat; so it is in no command.
    plain = re.fullmatch("[A-Za-z0-9_][A-Za-z0-9_-]*", job)
    given = {
        "explain": f"explain {job}" if plain else f"history {listed}",
        "listed": listed,
        "look": f"import-watch jobs {listed} --job {job} --output json" if plain else f"import-watch jobs {listed}",
        "advice": trouble and ADVICE[trouble],
    }
    unstarted = message.kind is Kind.OVERDUE and "neverStarted" in facts
    said = [step.format_map(given) for step in (START if unstarted else STEPS[message.kind])]
    return [*said, line(facts["notice"])] if "notice" in facts else said


def silence(facts: Mapping[str, Json]) -> str:
    """Say how to keep such messages away for a while, and what else: a watch's or, of a target that fails, its own.

    Nothing of a test: it comes because somebody asked for it.
    """
    if "test" in facts:
        return ""
    return silencing("watch" if "jobId" in facts else "target", facts)


def silencing(what: str, facts: Mapping[str, Json]) -> str:
    """Say how to keep away for a while all that is of a message's watch, or of its target."""
    return (
        f"To silence this {what} for a while; what it would say is sent at the end: "
        f'import-watch mute {shlex.quote(str(facts[what]))} --for 2h --hold --reason "..."'
    )


def _job(facts: Mapping[str, Json]) -> str:
    if "segmentName" in facts:
        return f'The import into segment "{about(facts)}"'
    return f'The import "{line(facts["jobName"])}"' if "jobName" in facts else "The import"


def _trouble(facts: Mapping[str, Json]) -> Trouble | None:
    return Trouble(str(facts["reason"])) if "reason" in facts else None


def _after(word: str, phrase: str) -> str:
    return phrase and word + phrase
