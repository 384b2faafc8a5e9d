"""What the demo proves: every announcement arrives once on every channel, and nothing else does."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

CHANNELS = ("SNS", "EventBridge")


@dataclass(frozen=True, slots=True, order=True)
class News:
    """What an announcement tells: a kind, and the job, by its name if it has one, or the target that it is about."""

    kind: str
    about: str

    @property
    def subject(self) -> str:
        """The job, or the target's last part."""
        return self.about.rpartition("/")[2]

    def __str__(self) -> str:
        return f"{self.kind}: {self.subject}"


@dataclass(frozen=True, slots=True)
class Arrival:
    """A message that reached a subscriber."""

    channel: str
    message: Mapping[str, Any]

    @property
    def news(self) -> News:
        """Tell what it announces."""
        message = self.message
        return News(message["kind"], message.get("jobName") or message.get("jobId", message["target"]))


def verdict(expected: Sequence[News], received: Sequence[Arrival]) -> list[str]:
    """Tell every difference, a line each; none where each announcement came exactly once on each channel."""
    unexpected = sorted({arrival.news for arrival in received} - set(expected))
    return [line for news in [*expected, *unexpected] for line in _differences(news, expected.count(news), received)]


def times(news: News, channel: str, received: Iterable[Arrival]) -> int:
    """Count how often it arrived there."""
    return sum((arrival.news, arrival.channel) == (news, channel) for arrival in received)


def _differences(news: News, wanted: int, received: Sequence[Arrival]) -> Iterator[str]:
    for channel in CHANNELS:
        count = times(news, channel, received)
        if count != wanted:
            yield f"{news} arrived {count} times on {channel}, not {wanted}"
    if len({arrival.message["id"] for arrival in received if arrival.news == news}) > 1:
        yield f"{news} came under more than one id"
