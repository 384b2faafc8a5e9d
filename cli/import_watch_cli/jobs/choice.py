"""Which jobs of a list are wanted: by status, and by when something happened to them."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final

from import_watch.jobs import Outcome
from import_watch_cli.jobs.facts import Facts
from import_watch_cli.jobs.listing import Page
from import_watch_cli.speech.errors import UsageMistakeError

if TYPE_CHECKING:
    from import_watch.sources.manifest import Manifest

RUNNING: Final = "RUNNING"
WITH_FAILURES: Final = Outcome.COMPLETED_WITH_FAILURES.upper()


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """What `--status` and `--since` ask for; nothing means everything."""

    statuses: frozenset[str] = frozenset()
    since: datetime | None = None
    job: str | None = None
    """The id of the only one."""

    def takes(self, facts: Facts) -> bool:
        """Tell whether a job is wanted."""
        return self.takes_status(facts) and (self.since is None or facts.happened_since(self.since))

    def takes_status(self, facts: Facts) -> bool:
        """Tell whether its status is wanted, and it is not another than the only one."""
        if self.job not in {None, facts.id}:
            return False
        words = {facts.status.upper()}
        if facts.outcome is None:
            words.add(RUNNING)
        elif facts.outcome is Outcome.COMPLETED_WITH_FAILURES:
            words.add(WITH_FAILURES)
        return not self.statuses or not words.isdisjoint(self.statuses)

    def among(self, pages: Iterable[Page], read: Callable[[dict[str, Any]], Facts]) -> Iterator[Page]:
        """Yield the pages with the wanted jobs only."""
        if self == Choice():
            yield from pages
            return
        for page in pages:
            yield replace(page, jobs=[job for job in page.jobs if self.takes(read(job))])


def statuses(typed: Sequence[str], manifest: "Manifest") -> frozenset[str]:
    """Read `--status`, given several times or with commas; UsageMistakeError says what is allowed."""
    wanted = {word.strip().upper() for one in typed for word in one.split(",")}
    known = [*sorted(manifest.running | manifest.finished.keys()), RUNNING, WITH_FAILURES]
    if unknown := sorted(wanted.difference(map(str.upper, known))):
        raise UsageMistakeError(f"--status: {unknown[0]!r} is none; allowed: {', '.join(known)}")
    return frozenset(wanted)
