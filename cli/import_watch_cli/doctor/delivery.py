"""What waits, what failed, and what alarms say of it."""

from collections.abc import Iterator
from typing import Final

from import_watch_cli.doctor.examined import Examined
from import_watch_cli.doctor.findings import Found, finding, not_checked, unless_found
from import_watch_cli.speech.words import when
from import_watch_cli.table.state import State
from import_watch_cli.table.waiting import waiting_long

EMPTY: Final = "docs/operations.md, Failed ticks"
"""Where it stands how to look into a queue, and to empty it."""
QUEUES: Final = {
    "PollerFailedTicks": ("events of failed ticks", "once you know why they failed: import-watch redrive --ticks"),
    "ChunksFailed": ("targets that failed time and again", "once you know why: import-watch redrive --ticks"),
    "SchedulesUndelivered": (
        "ticks that never reached the function",
        f"their attributes say why; then empty the queue: {EMPTY}",
    ),
    "NotificationsUndelivered": (
        "messages that a subscriber didn't take",
        f"mend the address, hand them on, then empty the queue: {EMPTY}",
    ),
    "OperationsUndelivered": (
        "alarms that an operator's address didn't take",
        f"mend the address, then empty the queue: {EMPTY}",
    ),
}
"""What a queue of failures keeps, and what to do about it."""
NAMED: Final = 5  # announcements, or alarms, that are named one by one
AT_ONCE: Final = 100  # DescribeAlarms: names a request (CloudWatch API reference)


def queues(examined: Examined) -> list[Found]:
    """Look whether any failure is kept for a person to look at."""
    return unless_found(_kept(examined), "no failure is kept in any queue")


def _kept(examined: Examined) -> Iterator[Found]:
    client = examined.deployment.connection.client("sqs")
    for beginning, (what, remedy) in QUEUES.items():
        for url in examined.deployment.parts("AWS::SQS::Queue", beginning):
            answer = client.get_queue_attributes(QueueUrl=url, AttributeNames=["ApproximateNumberOfMessages"])
            if count := int(answer["Attributes"]["ApproximateNumberOfMessages"]):
                yield finding(f"{count:,} kept: {what}", remedy)


def pending(examined: Examined) -> list[Found]:
    """Look whether an announcement has been pending for long."""
    state = State.of(examined.deployment)
    waiting = waiting_long(state, examined.now)
    named = ", ".join(f"{one.pk} {one.sk}" for one in waiting[:NAMED])
    more = f" and {len(waiting) - NAMED:,} more" if len(waiting) > NAMED else ""
    found = [
        finding(
            f"pending for more than five minutes: {named}{more}",
            "import-watch explain tells why; docs/operations.md, OldestPending",
        )
    ]
    unread = [
        finding(f"the table's item {key} can't be read: {flaw}", "docs/operations.md, What is pending")
        for key, flaw in state.unread.items()
    ]
    return unless_found(
        [*(found if waiting else []), *unread], "no announcement has been pending for more than five minutes"
    )


def alarms(examined: Examined) -> list[Found]:
    """Look what the stack's own alarms say, quarantined announcements among it."""
    names = examined.deployment.parts("AWS::CloudWatch::Alarm")
    return unless_found(_alarming(examined, names), f"all {len(names)} alarms are OK")


def _alarming(examined: Examined, names: list[str]) -> Iterator[Found]:
    client, known, unmeasured = examined.deployment.connection.client("cloudwatch"), set[str](), list[str]()
    for at in range(0, len(names), AT_ONCE):
        answer = client.describe_alarms(AlarmNames=names[at : at + AT_ONCE], MaxRecords=AT_ONCE)
        for alarm in answer["MetricAlarms"]:
            known.add(alarm["AlarmName"])
            if alarm["StateValue"] == "ALARM":
                means, _, line = alarm.get("AlarmDescription", "").partition(". What to do: ")
                since = when(alarm["StateUpdatedTimestamp"])
                yield finding(f"{alarm['AlarmName']} is in alarm, as of {since}: {means}", line or "docs/operations.md")
            elif alarm["StateValue"] == "INSUFFICIENT_DATA":
                unmeasured.append(alarm["AlarmName"])
            if not alarm["ActionsEnabled"]:
                yield finding(f"the actions of {alarm['AlarmName']} are disabled: it tells nobody", "enable them")
    for name in sorted(set(names) - known):
        yield finding(
            f"the alarm {name} is gone",
            "it was deleted by hand, and no deployment brings it back: make it again under this name, with the "
            "settings that the stack's template has",
        )
    if unmeasured:
        named = ", ".join(unmeasured[:NAMED]) + (", ..." if len(unmeasured) > NAMED else "")
        yield not_checked(f"{len(unmeasured)} of {len(names)} alarms have measured nothing yet: {named}")
