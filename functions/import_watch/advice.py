"""What people are told to do about a message, and how to keep such messages away."""

import re
import shlex
from collections.abc import Mapping
from typing import Final

from import_watch.jobs import Json, Kind, Trouble
from import_watch.messages import Message
from import_watch.phrases import line, never_started, trouble_of

_EXPLAIN: Final = "What is known of it: import-watch {explain}"
STEPS: Final = {
    Kind.STARTED: ("Nothing.", "Follow it to its end: import-watch jobs {listed} --follow"),
    Kind.COMPLETED: ("Nothing.", _EXPLAIN),
    Kind.COMPLETED_WITH_FAILURES: (
        "See what is known of the rows that failed: {look}",
        "Correct these rows, and import them again.",
        _EXPLAIN,
    ),
    Kind.FAILED: (
        "See what failed, and why: {look}",
        "Correct the file, or what may read it, and import it again.",
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
        "Until then not all of its jobs are announced. Those that are not will be, once it can be read again.",
    ),
    Kind.TARGET_RECOVERED: ("Nothing. Jobs that finished meanwhile are announced now.",),
    Kind.TEST: ("Nothing.",),
}
START: Final = ("Start it if it is still wanted, else delete it.", _EXPLAIN)
"""Instead of what else to do about an overdue one, where it was never started."""
ADVICE: Final = {
    Trouble.DENIED: "Check that it is in the stack's account and Region, and that the function's role may list its "
    "jobs and ask for each: import-watch doctor",
    Trouble.GONE: "If it was deleted, take it out of cdk.json and deploy.",
    Trouble.ENDLESS: "The service repeats a page token, or lists more pages than maxPages: raise that in cdk.json, and "
    "deploy.",
    Trouble.THROTTLED: "Poll fewer targets, or less often, or lower requestsPerSecond in cdk.json, and deploy.",
    Trouble.BROKEN: "Look at the AWS Health Dashboard. It is tried again at every tick.",
}


def steps(message: Message) -> list[str]:
    """Tell what to do, the first thing first."""
    facts, trouble = message.facts, trouble_of(message.facts)
    job, listed = str(facts.get("jobId")), shlex.quote(str(facts.get("target")))
    # Any other id would have to be quoted for whatever shell a reader has, and for the chat; so it is in no command.
    plain = re.fullmatch("[A-Za-z0-9_][A-Za-z0-9_-]*", job)
    given = {
        "explain": f"explain {job}" if plain else f"history {listed}",
        "listed": listed,
        "look": f"import-watch jobs {listed} --job {job} --output json" if plain else f"import-watch jobs {listed}",
        "advice": trouble and ADVICE[trouble],
    }
    said = [step.format_map(given) for step in (START if never_started(facts) else STEPS[message.kind])]
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
