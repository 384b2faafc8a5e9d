"""What a user asks of a watch."""

from dataclasses import dataclass
from datetime import timedelta

from import_watch.jobs import JOB_KINDS, Kind, Target

DIGEST_ABOVE = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """What to announce of a job list, when, and where."""

    notify: frozenset[Kind] = JOB_KINDS - {Kind.STARTED}
    overdue_after: timedelta = timedelta(hours=6)
    announce_finished_within: timedelta = timedelta(0)
    announce_not_older_than: timedelta = timedelta(days=7)
    include_failures: bool = False
    event_bus: str | None = "default"
    email: bool = False
    """Whether people are told by email."""
    chat: bool = False
    """Whether people are told in a chat channel."""
    digest_above: int | None = DIGEST_ABOVE
    """How many announcements at once people are told of each by itself; None for any number."""
    idle_every: timedelta | None = None
    """How often a target without a running job is polled; None for in every tick."""
    every: timedelta | None = None
    """How often a tick comes; told only where `idle_every` is."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Watch:
    """A name, the targets to poll and a policy: the unit a user configures."""

    name: str
    targets: tuple[Target, ...]
    policy: Policy

    def pk(self, target: Target) -> str:
        """Name a target's partition of the table: each watch remembers for itself."""
        return f"{self.name}#{target}"
