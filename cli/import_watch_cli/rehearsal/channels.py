"""Channels as a rehearsal has them: the function's own, whose clients keep what they are given, and send nothing."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, cast

from import_watch.adapters.bus import Bus
from import_watch.adapters.people import PeopleTopic, as_chat, as_email
from import_watch.adapters.topic import Topic
from import_watch.channels import Channel, People


@dataclass(frozen=True, slots=True, kw_only=True)
class Sent:
    """What would be sent: one entry of a request."""

    channel: str
    address: str
    """A topic's ARN, or an event bus's name."""
    entry: Mapping[str, Any]
    """As the service would get it, less what only numbers it within its request."""


@dataclass(frozen=True, slots=True)
class Kept:
    """Takes every entry for a channel, and answers as the services do when all is well."""

    channel: str
    sent: list[Sent]

    def publish_batch(self, **asked: Any) -> dict[str, Any]:  # noqa: ANN401 - SNS's own
        """Keep what a topic would get."""
        entries = asked["PublishBatchRequestEntries"]
        for entry in entries:
            self._keep(asked["TopicArn"], {name: value for name, value in entry.items() if name != "Id"})
        return {"Successful": [{"Id": entry["Id"]} for entry in entries]}

    def put_events(self, **asked: Any) -> dict[str, Any]:  # noqa: ANN401 - EventBridge's own
        """Keep what an event bus would get."""
        for entry in asked["Entries"]:
            self._keep(entry["EventBusName"], entry)
        return {"Entries": [{"EventId": str(number)} for number, _ in enumerate(asked["Entries"])]}

    def _keep(self, address: str, entry: Mapping[str, Any]) -> None:
        self.sent.append(Sent(channel=self.channel, address=address, entry=entry))


def channels(sent: list[Sent]) -> dict[str, Channel]:
    """Make all that the function has; what they would send goes to the list."""
    return {"sns": Topic(cast("Any", Kept("sns", sent))), "eventbridge": Bus(cast("Any", Kept("eventbridge", sent)))}


def people(sent: list[Sent]) -> dict[str, People]:
    """Make those by which people are told, likewise."""
    kept = {name: cast("Any", Kept(name, sent)) for name in ("email", "chat")}
    return {"email": PeopleTopic(kept["email"], as_email), "chat": PeopleTopic(kept["chat"], as_chat)}
