"""What a scenario is: where it begins, what may happen, and what it must come to."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from import_watch.jobs import Kind
from tests.fakes import Install

Event = Callable[[Install], None]
"""Something that happens in the world by itself."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Scenario:
    """A beginning, and what it must come to."""

    begin: Callable[[], Install]
    finished: Mapping[str, Kind] = field(default_factory=dict)
    """Jobs that must have been announced as finished in the end, in this way, and no others."""
    happens: tuple[Event, ...] = ()
    """What happens, in this order, each at any moment before the end."""
    matters_to: frozenset[str] = frozenset({"pages"})
    """The effects that see what happens: it may as well happen right before one of these."""
