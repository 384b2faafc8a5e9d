"""The sources of a deployed import-watch, as its function has them."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from threading import Lock
from typing import TYPE_CHECKING

from import_watch.listing import Source
from import_watch.sources import registry

if TYPE_CHECKING:
    from import_watch_cli.stack.deployment import Deployment


@dataclass(frozen=True, slots=True, kw_only=True)
class Sources(Mapping[str, Source]):
    """Each source by its name, made when it is first asked for. Safe to share between threads."""

    deployment: "Deployment"
    page_size: int
    max_pages: int
    _made: dict[str, Source] = field(default_factory=dict)
    _lock: Lock = field(default_factory=Lock)

    def __getitem__(self, name: str) -> Source:
        with self._lock:
            if name not in self._made:
                self._made[name] = self.deployment.source(name, page_size=self.page_size, max_pages=self.max_pages)
            return self._made[name]

    def __iter__(self) -> Iterator[str]:
        return iter(registry.MODULES)

    def __len__(self) -> int:
        return len(registry.MODULES)


def sources_of(deployment: "Deployment") -> Sources:
    """Give the function's own, with the settings that the stack gave it, so that a list is endless to both or none."""
    configured = deployment.connection.client("lambda").get_function_configuration(FunctionName=deployment.function)
    settings = configured["Environment"]["Variables"]
    return Sources(deployment=deployment, page_size=int(settings["PAGE_SIZE"]), max_pages=int(settings["MAX_PAGES"]))
