"""The sources that ticks read: those of the stack's watches made when the function starts, others when asked for."""

from threading import Lock

from import_watch.handlers.clients import Connection
from import_watch.listing import Source
from import_watch.settings import Settings
from import_watch.sources import registry


class Sources(dict[str, Source]):
    """Each source by its name, with a client of its own. Safe to share between threads."""

    def __init__(self, settings: Settings, connection: Connection) -> None:
        super().__init__()
        self._settings = settings
        self._connection = connection
        self._making = Lock()
        for name in settings.sources:
            self[name]

    def __missing__(self, name: str) -> Source:
        """Make one; LookupError where there is no such source."""
        with self._making:  # a session makes one client at a time
            manifest, settings = registry.manifest(name), self._settings
            made = manifest.source(
                client=self._connection.of_jobs(manifest.service, manifest.parsers()),
                arn_prefix=settings.arn_prefix(manifest.arn_service),
                page_size=settings.page_size,
                max_pages=settings.max_pages,
            )
            return self.setdefault(name, made)
