"""Sending to destinations: what is down, and what each announcement's receipt is."""

from collections.abc import Mapping, Sequence
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


class Channel(Protocol):
    """Somewhere to send to. It batches as its service asks, and reports each entry apart."""

    def publish(self, address: str, announcements: Sequence[Announcement], /) -> Published:
        """Send to one address, without raising for what the service or the network does."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Destinations:
    """Where one tick sends to. Safe to share between its threads."""

    channels: Mapping[str, Channel]
    own: Mapping[str, str]
    """Channel name to address, for what this tick announces. What earlier ticks left has its own."""
    log: Log
    down: dict[tuple[str, str], str] = field(default_factory=dict)
    """What failed as a whole in this tick, channel and address, and how; it is left alone for the rest of it."""

    def send(self, announcements: Sequence[Announcement]) -> Mapping[Key, Mapping[str, Receipt]]:
        """Send each to the channels that lack it; a receipt for each of these."""
        receipts: dict[Key, dict[str, Receipt]] = {announcement.key: {} for announcement in announcements}
        for (channel, address), batch in _by_destination(announcements).items():
            for announcement, receipt in zip(batch, self._send(channel, address, batch), strict=True):
                receipts[announcement.key][channel] = receipt
        return receipts

    def own_down(self) -> list[str]:
        """Name those of this tick's own that are down, and why."""
        down = [destination for destination in self.own.items() if destination in self.down]
        return [f"{channel} {address}: {self.down[channel, address]}" for channel, address in down]

    def are_own(self, announcement: Announcement) -> bool:
        """Tell whether an announcement goes only where this tick's watch sends to: elsewhere, down may be for good."""
        return all(
            name in self.own and self.own[name] == announcement.destinations.get(name) for name in announcement.pending
        )

    def _send(self, channel: str, address: str | None, batch: Sequence[Announcement]) -> Sequence[Receipt]:
        if (channel, address) in self.down:
            return [Receipt.FAILED] * len(batch)
        if address is None:  # such as one made pending by hand for a channel that its watch doesn't have
            self.log.warning("no address", channel=channel, announcements=[str(one.key) for one in batch])
            return [Receipt.FAILED] * len(batch)
        marked = [replace(announcement, message=announcement.message_to(channel)) for announcement in batch]
        try:
            published = self.channels[channel].publish(address, marked)
        except Exception as error:  # a defect of one channel's must not leave what another accepted unsettled
            self.log.exception("channel broke off", channel=channel, address=address)
            published = Published([Receipt.UNKNOWN] * len(batch), down=repr(error))
        for flaw in published.unwritable:
            self.log.warning("announcement can't be written", channel=channel, error=flaw)
        if published.down is not None:
            self.down[channel, address] = published.down
            self.log.warning("channel down", channel=channel, address=address, error=published.down)
        return published.receipts


def _by_destination(announcements: Sequence[Announcement]) -> dict[tuple[str, str | None], list[Announcement]]:
    batches: dict[tuple[str, str | None], list[Announcement]] = {}
    for announcement in announcements:
        for channel in sorted(announcement.pending):
            batches.setdefault((channel, announcement.destinations.get(channel)), []).append(announcement)
    return batches
