"""The stories there are, one for each source that the demo can show."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from importlib import import_module
from typing import Any, Final

from local.demo.scene import Job, Scene
from local.demo.verdict import News

MODULES: Final = {"pinpoint": "pinpoint", "customer-profiles": "customer_profiles"}
"""The module in `stories/` that has a source's `STORY`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Story:
    """What happens at a service, and what is to be announced of it."""

    source: str
    service: str
    """As people call it."""
    watch: Mapping[str, Any]
    """As it stands in `cdk.json`."""
    scenes: Sequence[Scene]
    """In the order in which they are played."""
    finished: frozenset[str]
    """Statuses of jobs that have finished."""
    id: Callable[[str], str]
    """Gives the id of a job by its name in the story."""
    created: Callable[[Job, datetime], Mapping[str, Any]]
    """Gives what is listed of a job that was created at that moment."""
    changed: Callable[[Job, datetime | None], Mapping[str, Any]]
    """Gives what changes once it has its status, if that says that it finished, since then."""
    asked: Sequence[Sequence[str]]
    """What an operator types at the command line when all is over: how things are, and what became of a job."""
    next: str
    """What to do at home."""

    @property
    def name(self) -> str:
        """The watch's."""
        return str(self.watch["name"])

    @property
    def targets(self) -> Sequence[str]:
        """The watch's."""
        return tuple(self.watch["targets"])

    @property
    def context(self) -> dict[str, Any]:
        """What stands in `cdk.json`; small pages, so that there are several."""
        return {"import-watch": {"watches": [self.watch], "pageSize": 50}}

    @property
    def expected(self) -> list[News]:
        """All that is to be announced."""
        return [news for scene in self.scenes for news in scene.expected]


def story_of(source: str) -> Story:
    """Give a source's story; LookupError where there is none."""
    found: Story = import_module(f"local.demo.stories.{MODULES[source]}").STORY
    return found
