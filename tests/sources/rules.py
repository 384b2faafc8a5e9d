"""What the contract's rules have in common."""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any, ClassVar

import pytest

from import_watch.jobs import ImportJob, Target
from import_watch.listing import ListingFailedError, Page, Source
from local.stand_in import StandIn
from tests.builders import EVER
from tests.sources.connected import connected
from tests.sources.kit import Kit


class Rules:
    """Rules for one source."""

    kit: ClassVar[Kit]

    def source(self, at: StandIn | str, **settings: Any) -> Source:
        """Make the source as a handler does."""
        name = self.kit.source
        return connected(at if isinstance(at, str) else at.url, name, **settings)[name]

    def put(self, services: StandIn, *jobs: dict[str, Any]) -> None:
        """Let there be a list of these jobs."""
        services.jobs.put(str(self.kit.target), *jobs)

    def pages(self, source: Source, target: Target | None = None, before: datetime = EVER) -> list[Page]:
        """List to the end."""
        return list(source.pages(target or self.kit.target, before))

    def listed(self, source: Source, target: Target | None = None) -> list[ImportJob]:
        """Give every job that a list has."""
        return [job for page in self.pages(source, target) for job in page.jobs]

    def whole(self, source: Source) -> list[ImportJob]:
        """Give every job, its rest asked for where need be."""
        return [source.whole(self.kit.target, job) if job.partial else job for job in self.listed(source)]

    def failing(self, source: Source, target: Target | None = None) -> ListingFailedError:
        """Tell why a list can't be listed."""
        return failure_of(self.listed, source, target)


def failure_of(ask: Callable[..., object], *given: object) -> ListingFailedError:
    """Tell why that fails."""
    with pytest.raises(ListingFailedError) as error:
        ask(*given)
    return error.value


def flaws(pages: Sequence[Page]) -> list[str]:
    """Tell all that is wrong with jobs, whenever that is found."""
    return [
        flaw for page in pages for flaw in (*page.flaws, *(each for job in page.jobs for each in job.details().flaws))
    ]
