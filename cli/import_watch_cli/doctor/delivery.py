"""Who is told, what waits, what failed, and what alarms say of it."""

from collections.abc import Iterator
from typing import Final

from import_watch_cli.doctor.examined import Examined
from import_watch_cli.doctor.findings import Found, finding, not_checked, unless_found
from import_watch_cli.speech.words import when
from import_watch_cli.table.state import State
from import_watch_cli.table.waiting import waiting_long

TOPICS: Final = {
    "Notifications": ("announcements", "set email on a watch in cdk.json and deploy, or subscribe to it"),
    "Email": ("emails", "put another address into email in cdk.json and deploy, or subscribe to it"),
    "Chat": ("chat notes", "add it to a channel in Amazon Q Developer in chat applications"),
    "Operations": ("alarms", "set operationsEmail in cdk.json and deploy, or subscribe to it"),
}
"""What a topic is for, by its logical id's beginning, and how somebody comes to get that."""
OF_PEOPLE: Final = ("Email", "Chat")
"""Where there is one of these, nobody need be subscribed to what machines read."""
QUEUES: Final = {
    "PollerFailedTicks": ("events of failed ticks", "FailedTicksQueue"),
    "SchedulesUndelivered": ("ticks that never reached the function", "UndeliveredTicksQueue"),
    "NotificationsUndelivered": ("messages that a subscriber didn't take", "UndeliveredMessagesQueue"),
    "OperationsUndelivered": ("alarms that an operator's address didn't take", "UndeliveredAlarmsQueue"),
    "ChunksFailed": ("targets that failed time and again", "FailedChunksQueue"),
}
"""What a queue of failures keeps, and its line in docs/operations.md."""
NAMED: Final = 5  # announcements, or alarms, that are named one by one
AT_ONCE: Final = 100  # DescribeAlarms: names a request (CloudWatch API reference)


def subscriptions(examined: Examined) -> list[Found]:
    """Look whether somebody is subscribed to each topic, and has confirmed."""
    return unless_found(
        _unsubscribed(examined), "every topic has a confirmed subscription, and none is left unconfirmed"
    )


def _unsubscribed(examined: Examined) -> Iterator[Found]:
    pages = examined.deployment.connection.client("sns").get_paginator("list_subscriptions_by_topic")
    people = any(examined.deployment.parts("AWS::SNS::Topic", beginning) for beginning in OF_PEOPLE)
    for beginning, (what, remedy) in TOPICS.items():
        for topic in examined.deployment.parts("AWS::SNS::Topic", beginning):
            found = [one for page in pages.paginate(TopicArn=topic) for one in page["Subscriptions"]]
            waiting = [one["Endpoint"] for one in found if one["SubscriptionArn"] == "PendingConfirmation"]
            for address in waiting:
                says = f"{address} has not confirmed its subscription to {what}"
                yield finding(says, "open the link in AWS's mail to it; without one, make it subscribe anew")
            if len(found) == len(waiting) and not (people and beginning == "Notifications"):
                yield finding(f"nobody gets {what} from {topic}", remedy)


def queues(examined: Examined) -> list[Found]:
    """Look whether any failure is kept for a person to look at."""
    return unless_found(_kept(examined), "no failure is kept in any queue")


def _kept(examined: Examined) -> Iterator[Found]:
    client = examined.deployment.connection.client("sqs")
    for beginning, (what, line) in QUEUES.items():
        for url in examined.deployment.parts("AWS::SQS::Queue", beginning):
            answer = client.get_queue_attributes(QueueUrl=url, AttributeNames=["ApproximateNumberOfMessages"])
            if count := int(answer["Attributes"]["ApproximateNumberOfMessages"]):
                yield finding(f"{count:,} kept: {what}", f"docs/operations.md, {line}; import-watch redrive")


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
            "it was deleted by hand, which no deployment mends: make it again as drift detection shows it",
        )
    if unmeasured:
        named = ", ".join(unmeasured[:NAMED]) + (", ..." if len(unmeasured) > NAMED else "")
        yield not_checked(f"{len(unmeasured)} of {len(names)} alarms have measured nothing yet: {named}")
