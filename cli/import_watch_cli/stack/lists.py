"""Job lists as they are now, read from the service itself, many at once."""

import threading
import time
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from import_watch.jobs import ImportJob, Target, Trouble
from import_watch.listing import ListingFailedError, Page, Source
from import_watch_cli.stack.threads import Threads

THREADS: Final = 16  # lists read at once, as many as a tick reads
REQUESTS_PER_SECOND: Final = 80
"""To all services together: what the function leaves of Pinpoint's 300 for an account, and no more to others."""


@dataclass(slots=True)
class Pace:
    """Lets so many requests a second begin, in all threads together, and as many as that at once."""

    per_second: int
    clock: Callable[[], float] = time.monotonic
    sleep: Callable[[float], object] = time.sleep
    _next: float = field(default=0.0, init=False)
    _lock: threading.Lock = field(default_factory=threading.Lock, init=False)

    def turn(self) -> None:
        """Wait for a turn."""
        with self._lock:
            now = self.clock()
            self._next = max(self._next, now - 1) + 1 / self.per_second
            pause = self._next - now
        if pause > 0:
            self.sleep(pause)


def paced(pages: Iterator[Page], pace: Pace) -> Iterator[Page]:
    """Ask for each page when its turn has come."""
    more = True
    while more:
        pace.turn()
        page = next(pages)
        yield page
        more = page.more


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """What a list showed."""

    jobs: Mapping[str, ImportJob]
    """Those asked for, by id; of one listed more than once, what shows it furthest."""
    trouble: Trouble | None = None
    """Why it could not be read to its end."""
    detail: str = ""
    """The same, in the service's words."""
    notice: str = ""
    """What else there is to know of such a trouble, such as that the service has ended."""
    whole: Mapping[str, ImportJob] = field(default_factory=dict)
    """Partial jobs with their rest, where that was asked for, by id."""
    untold: str = ""
    """Why a job's rest could not be asked for, if so."""


def read_lists(
    sources: Mapping[str, Source],
    targets: Collection[Target],
    wanted: Callable[[ImportJob], bool],
    finished_after: datetime,
) -> dict[Target, Listed]:
    """Read lists at once, each to its end, and keep the jobs that are wanted; of those finished, only later ones."""
    pace = Pace(REQUESTS_PER_SECOND)

    def read(target: Target) -> Listed:
        jobs: dict[str, ImportJob] = {}
        source = sources[target.source]
        try:
            for page in paced(source.pages(target, finished_after), pace):
                for job in filter(wanted, page.jobs):
                    jobs[job.id] = max(jobs.get(job.id, job), job, key=_progress)
        except ListingFailedError as failure:
            notice = source.notice(failure.trouble)
            return Listed(jobs=jobs, trouble=failure.trouble, detail=failure.detail, notice=notice)
        return Listed(jobs=jobs)

    lists = [target for target in dict.fromkeys(targets) if not target.is_account]
    with Threads(THREADS) as pool:
        return dict(zip(lists, pool.map(read, lists), strict=True))


def _progress(job: ImportJob) -> tuple[bool, int]:
    return job.outcome is not None, job.details().counts.processed or 0
