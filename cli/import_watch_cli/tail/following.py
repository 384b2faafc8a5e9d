"""Following the function's log: what is new in it, again and again, each line once."""

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Final

from import_watch_cli.tail.happenings import PATTERN, Happening

if TYPE_CHECKING:
    from mypy_boto3_logs import CloudWatchLogsClient
    from mypy_boto3_logs.type_defs import FilteredLogEventTypeDef

EVERY: Final = 2.0  # seconds between looks
LATEST: Final = timedelta(seconds=60)
"""How much later than others a line may reach the log and still be seen: each look goes back by so much."""


@dataclass(slots=True, kw_only=True)
class Followed:
    """A log that is looked at again and again."""

    client: "CloudWatchLogsClient"
    group: str
    since: datetime
    _seen: dict[object, int] = field(default_factory=dict)
    """What was given already and may be met again, with the moment that it was logged at."""

    def new(self) -> Iterator[Happening]:
        """Look once: yield what was not there before, oldest first, as it is read."""
        newest = int(self.since.timestamp() * 1000)
        pages = self.client.get_paginator("filter_log_events").paginate(
            logGroupName=self.group, startTime=newest, filterPattern=PATTERN
        )
        for event in (event for page in pages for event in page["events"]):
            newest = max(newest, event["timestamp"])
            if (identity := _identity(event)) not in self._seen:
                self._seen[identity] = event["timestamp"]
                if happening := Happening.read(event["message"], _moment(event["timestamp"])):
                    yield happening
        self.since = max(self.since, _moment(newest) - LATEST)
        oldest = int(self.since.timestamp() * 1000)
        self._seen = {identity: at for identity, at in self._seen.items() if at >= oldest}

    def on_and_on(self, sleep: Callable[[float], None] = time.sleep) -> Iterator[Happening]:
        """Look until nobody wants to see more."""
        while True:
            yield from self.new()
            sleep(EVERY)


def _identity(event: "FilteredLogEventTypeDef") -> object:
    # Some that only look like CloudWatch Logs give no id.
    return event.get("eventId") or (event["logStreamName"], event["timestamp"], event["message"])


def _moment(milliseconds: int) -> datetime:
    return datetime.fromtimestamp(milliseconds / 1000, UTC)
