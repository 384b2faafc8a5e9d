"""Sources by name, each made when it is first asked for."""

from collections.abc import Callable
from threading import Lock
from typing import TYPE_CHECKING

from import_watch.listing import Source
from import_watch.sources import registry

if TYPE_CHECKING:
    from import_watch.sources.manifest import Manifest


class Sources(dict[str, Source]):
    """Makes each by its manifest, with a client of its own. Safe to share between threads."""

    def __init__(self, make: Callable[["Manifest"], Source]) -> None:
        super().__init__()
        self._make = make
        self._making = Lock()

    def __missing__(self, name: str) -> Source:
        """Make one; LookupError where there is no such source."""
        with self._making:  # a session makes one client at a time
            return self[name] if name in self else self.setdefault(name, self._make(registry.manifest(name)))
