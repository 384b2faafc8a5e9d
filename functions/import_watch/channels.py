"""Sending to destinations: what is down, and what each announcement's receipt is."""

from collections.abc import Callable, Container, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Protocol

from import_watch.announcements import Announcement, Key, Receipt
from import_watch.report import Log


@dataclass(frozen=True, slots=True)
class Published:
    """One receipt an announcement, in their order."""

    receipts: Sequence[Receipt]
    down: str | None = None
    """Why the destination is down, if it is."""
    unwritable: Sequence[str] = ()
    """Why announcements could not be put into the channel's words."""


Send = Callable[[str, Sequence[Announcement]], Published]
Receipts = Mapping[Key, Mapping[str, Receipt]]
"""By announcement and channel."""


class Channel(Protocol):
    """Somewhere to send to. It batches as its service asks, and reports each entry apart."""

    def publish(self, address: str, announcements: Sequence[Announcement], /) -> Published:
        """Send to one address, without raising for what the service or the network does."""
        ...


class People(Channel, Protocol):
    """A channel that people read, who want much at once in few messages."""

    def digest(self, address: str, announcements: Sequence[Announcement], /) -> Published:
        """Send as few messages as name them all; each has the receipt of the message that names it."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Destinations:
    """Where one tick sends to. Safe to share between its threads."""

    channels: Mapping[str, Channel]
    """Those that machines read, which are sent each announcement at once."""
    people: Mapping[str, People] = field(default_factory=dict)
    """Those that people read, who are told at the end of a tick."""
    own: Mapping[str, str]
    """Channel name to address, for what this tick announces. What earlier ticks left has its own."""
    log: Log
    down: dict[tuple[str, str], str] = field(default_factory=dict)
    """What failed as a whole in this tick, channel and address, and how; it is left alone for the rest of it."""

    def send(self, announcements: Sequence[Announcement]) -> Receipts:
        """Send each to machines' channels that lack it; a receipt for each of these."""
        lacking = {one.key: one.pending - self.people.keys() for one in announcements}
        return self._each(announcements, lacking, self._channel_of)

    def tell(self, announcements: Sequence[Announcement], together: Container[str]) -> Receipts:
        """Send each to people's channels that lack it, on some of them together; a receipt for each of these."""

        def call(channel: str) -> Send:
            return self.people[channel].digest if channel in together else self.people[channel].publish

        return self._each(announcements, {one.key: self.people_lack(one) for one in announcements}, call)

    def people_lack(self, announcement: Announcement) -> frozenset[str]:
        """Name people's channels that lack it."""
        return announcement.pending & self.people.keys()

    def own_down(self) -> list[str]:
        """Name those of this tick's own that are down, and why."""
        down = [destination for destination in self.own.items() if destination in self.down]
        return [f"{channel} {address}: {self.down[channel, address]}" for channel, address in down]

    def only_others_lack(self, announcement: Announcement) -> bool:
        """Tell whether only people lack it, some of whom this tick's watch doesn't tell: if they can be is open."""
        return announcement.pending <= self.people.keys() and not self.are_own(announcement)

    def machines_down(self, *, own: bool = False) -> bool:
        """Tell whether anything is down that machines read: of all that was sent to, or only of this tick's own."""
        return any(name in self.channels and (not own or self.own.get(name) == address) for name, address in self.down)

    def are_own(self, announcement: Announcement) -> bool:
        """Tell whether an announcement goes only where this tick's watch sends to: elsewhere, down may be for good."""
        return all(
            name in self.own and self.own[name] == announcement.destinations.get(name) for name in announcement.pending
        )

    def _channel_of(self, channel: str) -> Send:
        return self.channels[channel].publish

    def _each(
        self,
        announcements: Sequence[Announcement],
        lacking: Mapping[Key, frozenset[str]],
        call: Callable[[str], Send],
    ) -> Receipts:
        receipts: dict[Key, dict[str, Receipt]] = {announcement.key: {} for announcement in announcements}
        for (channel, address), batch in _by_destination(announcements, lacking).items():
            for announcement, receipt in zip(batch, self._send(channel, address, batch, call), strict=True):
                receipts[announcement.key][channel] = receipt
        return receipts

    def _send(
        self, channel: str, address: str | None, batch: Sequence[Announcement], call: Callable[[str], Send]
    ) -> Sequence[Receipt]:
        if (channel, address) in self.down:
            return [Receipt.FAILED] * len(batch)
        if address is None:  # such as one made pending by hand for a channel that its watch doesn't have
            self.log.warning("no address", channel=channel, announcements=[str(one.key) for one in batch])
            return [Receipt.FAILED] * len(batch)
        marked = [replace(announcement, message=announcement.message_to(channel)) for announcement in batch]
        try:
            published = call(channel)(address, marked)
        except Exception as error:  # a defect of one channel's must not leave what another accepted unsettled
            self.log.exception("channel broke off", channel=channel, address=address)
            published = Published([Receipt.UNKNOWN] * len(batch), down=repr(error))
        for flaw in published.unwritable:
            self.log.warning("announcement can't be written", channel=channel, error=flaw)
        if published.down is not None:
            self.down[channel, address] = published.down
            self.log.warning("channel down", channel=channel, address=address, error=published.down)
        return published.receipts


def _by_destination(
    announcements: Sequence[Announcement], lacking: Mapping[Key, frozenset[str]]
) -> dict[tuple[str, str | None], list[Announcement]]:
    batches: dict[tuple[str, str | None], list[Announcement]] = {}
    for announcement in announcements:
        for channel in sorted(lacking[announcement.key]):
            batches.setdefault((channel, announcement.destinations.get(channel)), []).append(announcement)
    return batches
