"""What the contract has to be told of a source: how its API says things, and what that means."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from typing import Any

import botocore.session
from botocore.model import StructureShape

from import_watch.jobs import Outcome, Target, Trouble
from import_watch.sources import registry
from import_watch.sources.manifest import Asking, Manifest
from local.stand_in import ImportJob
from tests.builders import HOUR, NOW

MODELS = botocore.session.Session()


@dataclass(frozen=True, kw_only=True)
class Kit:
    """A source's facts, by its API reference and by botocore's model; nothing here is asked of the source itself."""

    source: str
    targets: Mapping[str, str]
    """Lists to try it with, as a watch names them, and the resource that IAM has for each, as its ARN ends or `*`."""
    build: Callable[..., ImportJob]
    """The stand-in's: a job of (target, id, status), `created`, `completed` and other members."""
    id: Callable[[int], str] = "{:032x}".format
    """Gives ids as the service does."""
    running: frozenset[str]
    """Statuses of a job that has not finished."""
    unstarted: frozenset[str] = frozenset()
    """Those of them that only somebody who starts the job ends."""
    finished: Mapping[str, Outcome]
    """Statuses of one that has, and how it did where no record failed."""
    status: str
    """What the API calls the member, as it does the following ones."""
    created: str
    completed: str
    name: str | None = None
    reason: str | None = None
    """Of a status; a member within another is `Outer.Inner`."""
    why: str = ""
    """A reason as the API has it."""
    counted: Callable[[int, int], Mapping[str, object]]
    """Members of a job that took in so many records, of which so many failed."""
    private: frozenset[str]
    """Members that no message has, wherever they stand."""
    errors: Mapping[str, Trouble]
    """Errors of the API, by their codes."""
    resources: Mapping[str, str] = field(default_factory=dict)
    """The resource that IAM has for an operation, where that is not the list's."""

    @property
    def manifest(self) -> Manifest:
        """What the source says of itself."""
        return registry.manifest(self.source)

    @property
    def target(self) -> Target:
        """The first list, as good as any."""
        return registry.parse(next(iter(self.targets)))

    @property
    def asking(self) -> Asking:
        """How that is asked for."""
        return self.manifest.asking(self.target)

    @property
    def details(self) -> str | None:
        """The operation that tells the rest of a job, if a list doesn't."""
        return next(iter(self.manifest.details), None)

    def word(self, outcome: Outcome) -> str | None:
        """Find a status for an outcome, if the API has one."""
        return next((word for word, meant in self.finished.items() if meant is outcome), None)

    def job(
        self,
        number: int = 1,
        status: str | None = None,
        *,
        target: str | None = None,
        created: datetime = NOW - HOUR,
        completed: datetime | None = NOW,
        counts: tuple[int, int] | None = None,
        **members: Any,
    ) -> ImportJob:
        """Build a job as the service has it: completed without a failed record, unless told otherwise."""
        word = status or self.word(Outcome.COMPLETED)
        given = {**(self.counted(*counts) if counts else {}), **members}
        end = completed if word in self.finished else None
        return self.build(target or str(self.target), self.id(number), word, created=created, completed=end, **given)

    def told(self, *, name: str = "", why: str = "") -> dict[str, Any]:
        """Give members that say a job's name, and why it has its status, where the API has such."""
        told: dict[str, Any] = {self.name: name} if self.name and name else {}
        outer, _, inner = (self.reason or "").partition(".")
        return {**told, outer: {inner: why} if inner else why} if outer and why else told

    def job_running(self, number: int = 1, **facts: Any) -> ImportJob:
        """Build one that has not finished, and needs nobody to."""
        return self.job(number, min(self.running - self.unstarted), **facts)

    def finishing(self, outcome: Outcome) -> Callable[..., ImportJob] | None:
        """Tell how a job with that outcome is built, where the API has such."""
        if outcome is Outcome.COMPLETED_WITH_FAILURES:
            return partial(self.job, counts=(40, 12))
        word = self.word(outcome)
        return partial(self.job, status=word, counts=(40, 0)) if word else None

    @property
    def item(self) -> StructureShape:
        """The shape of a listed job, in botocore's model."""
        operation = MODELS.get_service_model(self.manifest.service).operation_model(self.asking.operation)
        page: Any = operation.output_shape
        page = page.members[self.asking.payload] if self.asking.payload else page
        shape: StructureShape = page.members[self.asking.items].member
        return shape

    @property
    def dated(self) -> bool:
        """Whether a list tells when a job finished."""
        return self.completed in self.item.members
