"""People's channels that are loaded once something is to be sent there: most stacks have none of them."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Literal

from import_watch.announcements import Announcement
from import_watch.channels import People, Published

if TYPE_CHECKING:
    from mypy_boto3_sns import SNSClient


@dataclass(frozen=True)
class LatePeople:
    """A topic of which only people are subscribers."""

    client: "SNSClient"
    channel: Literal["email", "chat"]

    def publish(self, address: str, announcements: Sequence[Announcement], /) -> Published:
        """Send each by itself to the topic with this ARN."""
        return self._loaded.publish(address, announcements)

    def digest(self, address: str, announcements: Sequence[Announcement], /) -> Published:
        """Send as few messages as name them all; each has the receipt of the message that names it."""
        return self._loaded.digest(address, announcements)

    @cached_property
    def _loaded(self) -> People:
        from import_watch.adapters import people  # noqa: PLC0415 - paid for at each cold start, if it were above

        return people.PeopleTopic(self.client, people.as_email if self.channel == "email" else people.as_chat)
