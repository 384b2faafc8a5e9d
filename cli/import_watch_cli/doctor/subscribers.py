"""Who is told."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from import_watch_cli.doctor.examined import Examined
from import_watch_cli.doctor.findings import Found, finding, unless_found

TOPICS: Final = {
    "Notifications": ("announcements", "set email on a watch in cdk.json and deploy, or subscribe to it"),
    "Email": ("emails", "put another address into email in cdk.json and deploy, or subscribe to it"),
    "Chat": ("chat notes", "add it to a channel in Amazon Q Developer in chat applications"),
    "Operations": ("alarms", "set operationsEmail in cdk.json and deploy, or subscribe to it"),
}
"""What a topic is for, by its logical id's beginning, and how somebody comes to get that."""
OF_PEOPLE: Final = ("Email", "Chat")
"""Where there is one of these, nobody need be subscribed to what machines read."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Topic:
    """One of the stack's topics, and who is subscribed to it."""

    beginning: str
    arn: str
    confirmed: int
    waiting: Sequence[str]
    """Addresses that have not confirmed."""
    needs_one: bool


def subscriptions(examined: Examined) -> list[Found]:
    """Look whether somebody is subscribed to each topic, and has confirmed."""
    topics = list(_topics(examined))
    empty = "".join(f", but for {one.arn}, which machines would read" for one in topics if not one.confirmed)
    well = f"every topic has a confirmed subscription{empty}; none is left unconfirmed"
    return unless_found((found for topic in topics for found in _unsubscribed(topic)), well)


def _topics(examined: Examined) -> Iterator[Topic]:
    pages = examined.deployment.connection.client("sns").get_paginator("list_subscriptions_by_topic")
    people = any(examined.deployment.parts("AWS::SNS::Topic", beginning) for beginning in OF_PEOPLE)
    for beginning in TOPICS:
        for topic in examined.deployment.parts("AWS::SNS::Topic", beginning):
            found = [one for page in pages.paginate(TopicArn=topic) for one in page["Subscriptions"]]
            waiting = [one["Endpoint"] for one in found if one["SubscriptionArn"] == "PendingConfirmation"]
            yield Topic(
                beginning=beginning,
                arn=topic,
                confirmed=len(found) - len(waiting),
                waiting=waiting,
                needs_one=not (people and beginning == "Notifications"),
            )


def _unsubscribed(topic: Topic) -> Iterator[Found]:
    what, remedy = TOPICS[topic.beginning]
    for address in topic.waiting:
        says = f"{address} has not confirmed its subscription to {what}"
        yield finding(says, "open the link in AWS's mail to it; without one, make it subscribe anew")
    if topic.needs_one and not topic.confirmed:
        yield finding(f"nobody gets {what} from {topic.arn}", remedy)
