"""Job lists as they are now, read from the service itself, many at once."""

from collections.abc import Callable, Collection, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Final

from import_watch.jobs import ImportJob, Target, Trouble
from import_watch.listing import ListingFailedError, Source

if TYPE_CHECKING:
    from import_watch_cli.connection import Connection

THREADS: Final = 16  # lists read at once, as many as a tick reads
PAGE_SIZE: Final = 100  # jobs, as the stack has it where nothing else is said
MAX_PAGES: Final = 1_000  # the same; above, a list counts as endless


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """What a list showed."""

    jobs: Mapping[str, ImportJob]
    """Those asked for, by id; of one listed more than once, what shows it furthest."""
    trouble: Trouble | None = None
    """Why it could not be read to its end."""
    detail: str = ""
    """The same, in the service's words."""


def source_of(connection: "Connection") -> Source:
    """Give the source that lists Pinpoint's jobs."""
    from import_watch.sources.pinpoint import PinpointImportJobs  # noqa: PLC0415 - takes long, and not all ask for it

    client = connection.client("pinpoint")
    return PinpointImportJobs(client=client, arn_prefix="", page_size=PAGE_SIZE, max_pages=MAX_PAGES)


def read_lists(
    source: Source, targets: Collection[Target], wanted: Callable[[ImportJob], bool], finished_after: datetime
) -> dict[Target, Listed]:
    """Read lists at once, each to its end, and keep the jobs that are wanted; of those finished, only later ones."""

    def read(target: Target) -> Listed:
        jobs: dict[str, ImportJob] = {}
        try:
            for page in source.pages(target, finished_after):
                for job in filter(wanted, page.jobs):
                    jobs[job.id] = max(jobs.get(job.id, job), job, key=_progress)
        except ListingFailedError as failure:
            return Listed(jobs=jobs, trouble=failure.trouble, detail=failure.detail)
        return Listed(jobs=jobs)

    lists = [target for target in dict.fromkeys(targets) if not target.is_account]
    with ThreadPoolExecutor(THREADS) as pool:
        return dict(zip(lists, pool.map(read, lists), strict=True))


def _progress(job: ImportJob) -> tuple[bool, int]:
    return job.outcome is not None, job.details().counts.processed or 0
