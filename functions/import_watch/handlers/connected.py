"""The sources that ticks read: those of the stack's watches made when the function starts, others when asked for."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from threading import Lock

from import_watch.handlers.clients import Connection
from import_watch.listing import Source
from import_watch.settings import Settings
from import_watch.sources import registry


@dataclass(frozen=True, slots=True)
class Sources(Mapping[str, Source]):
    """Each source by its name, with a client of its own. Safe to share between threads."""

    settings: Settings
    connection: Connection
    _made: dict[str, Source] = field(default_factory=dict)
    _lock: Lock = field(default_factory=Lock)

    def __post_init__(self) -> None:
        for name in self.settings.sources:
            self[name]

    def __getitem__(self, name: str) -> Source:
        with self._lock:  # two sessions' clients must not be made at once, nor one twice
            if name not in self._made:
                self._made[name] = self._connected(name)
            return self._made[name]

    def __iter__(self) -> Iterator[str]:
        return iter(registry.MODULES)

    def __len__(self) -> int:
        return len(registry.MODULES)

    def _connected(self, name: str) -> Source:
        manifest, settings = registry.manifest(name), self.settings
        parsers = manifest.parsers and manifest.parsers()
        return manifest.source(
            client=self.connection.of_jobs(manifest.service, parsers),
            arn_prefix=settings.arn_prefix(manifest.arn_service),
            page_size=settings.page_size,
            max_pages=settings.max_pages,
        )
