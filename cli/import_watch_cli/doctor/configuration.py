"""What the watches, the function and the buses are set to."""

from collections.abc import Iterator
from typing import Final

from botocore.exceptions import ClientError

from import_watch_cli.doctor.examined import Examined
from import_watch_cli.doctor.findings import Found, finding, unless_found
from import_watch_cli.speech.words import counted

TOPICS: Final = {
    "NotificationsTopicArn": "TOPIC_ARN",
    "EmailTopicArn": "EMAIL_TOPIC_ARN",
    "ChatTopicArn": "CHAT_TOPIC_ARN",
}
"""The variable for each of the stack's outputs that is there."""
NUMBERS: Final = ("FUNCTION_TIMEOUT_SECONDS", "PAGE_SIZE", "MAX_PAGES", "THREADS", "REQUESTS_PER_SECOND")
MOST_REQUESTS: Final = 300  # a second, as many as the stack allows
PAUSED: Final = "docs/operations.md, Pause; make deploy"


def schedules(examined: Examined) -> list[Found]:
    """Look whether every schedule is there, holds a watch and is enabled."""
    broken = [one for one in examined.schedules.values() if isinstance(one, str)]
    paused = [one.watch.name for one in examined.scheduled if not one.enabled]
    found = [
        finding(why, "make deploy, after a change to its watch in cdk.json: else nothing is deployed") for why in broken
    ]
    found += [finding(f"the schedule of {name} is disabled: it has no ticks", PAUSED) for name in paused]
    names = ", ".join(one.watch.name for one in examined.scheduled)
    return unless_found(found, f"{counted(len(examined.scheduled), 'watch')} scheduled: {names}")


def settings(examined: Examined) -> list[Found]:
    """Look whether the function's environment agrees with the stack, and makes sense."""
    return unless_found(_unsettled(examined), "the function's environment agrees with the stack")


def _unsettled(examined: Examined) -> Iterator[Found]:
    given, deployment = examined.settings, examined.deployment
    expected = {
        "STATE_TABLE": deployment.table,
        **{variable: deployment.outputs[name] for name, variable in TOPICS.items() if name in deployment.outputs},
        "FUNCTION_TIMEOUT_SECONDS": str(examined.poller["Timeout"]),
    }
    for name, value in expected.items():
        if given.get(name) != value:
            yield _wrong(name, given.get(name), value)
    for name in NUMBERS:
        if not given.get(name, "").isdecimal() or not int(given[name]):
            yield _wrong(name, given.get(name), "a whole number from 1")
    requests = given.get("REQUESTS_PER_SECOND", "")
    if requests.isdecimal() and int(requests) > MOST_REQUESTS:
        yield _wrong("REQUESTS_PER_SECOND", requests, f"at most {MOST_REQUESTS}, as the stack allows")
    if (level := given.get("POWERTOOLS_LOG_LEVEL", "INFO")) not in {"DEBUG", "INFO"}:
        yield finding(
            f"the function's logLevel is {level}: tail can't show what is announced or suppressed",
            "set logLevel to INFO in cdk.json; make deploy",
        )


def _wrong(name: str, given: str | None, allowed: str) -> Found:
    return finding(f"the function's {name} is {given!r}, not {allowed}", "make deploy, which sets it anew")


def buses(examined: Examined) -> list[Found]:
    """Look whether every event bus that a watch sends to is there: PutEvents may not tell."""
    names = sorted({bus for watch in examined.watches if (bus := watch.policy.event_bus)})
    gone = [name for name in names if not _is_there(examined, name)]
    return unless_found(
        (
            finding(f"there is no event bus {name!r}", "make it again, or name another as eventBus; make deploy")
            for name in gone
        ),
        f"all are there: {', '.join(names)}" if names else "none is needed",
    )


def _is_there(examined: Examined, name: str) -> bool:
    try:
        examined.deployment.connection.client("events").describe_event_bus(Name=name)
    except ClientError as error:
        if error.response["Error"]["Code"] != "ResourceNotFoundException":
            raise
        return False
    return True
