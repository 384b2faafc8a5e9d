"""The sources that ticks read: those of the stack's watches made when the function starts, others when asked for."""

from import_watch.handlers.clients import Connection
from import_watch.listing import Source
from import_watch.settings import Settings
from import_watch.sources.made import Sources
from import_watch.sources.manifest import Manifest


def connected(settings: Settings, connection: Connection) -> Sources:
    """Make what makes them, and those that the stack names."""

    def make(manifest: Manifest) -> Source:
        return manifest.source(
            client=connection.of_jobs(manifest.service, manifest.parsers()),
            arn_prefix=settings.arn_prefix(manifest.arn_service),
            page_size=settings.page_size,
            max_pages=settings.max_pages,
        )

    sources = Sources(make)
    for name in settings.sources:
        sources[name]
    return sources
