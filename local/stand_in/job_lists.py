"""The job lists that the stand-in pages through, changed by tests and the demo while it serves them."""

import threading
from collections.abc import Sequence

from local.stand_in.api import ImportJob
from local.stand_in.pages import Page, cut, scripted
from local.stand_in.registry import api_of


class UnknownTargetError(LookupError):
    """No such list, or no such job in it."""


class JobLists:
    """Jobs by target, in the order in which they were put; safe to change from any thread."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._jobs: dict[str, dict[str, ImportJob]] = {}
        self._scripts: dict[str, Sequence[Page]] = {}

    def put(self, target: str, *jobs: ImportJob) -> None:
        """Add jobs, or replace those with the same id where they stand; without any, the target just exists."""
        name = api_of(target).id
        with self._lock:
            self._jobs.setdefault(target, {}).update({job[name]: dict(job) for job in jobs})

    def change(self, target: str, job_id: str, **members: object) -> None:
        """Set members of one job, by their API names."""
        with self._lock:
            jobs = self._jobs[target]
            jobs[job_id] = {**jobs[job_id], **members}  # a new one: the old may be on its way out

    def remove(self, target: str) -> None:
        """Let there be no such list any more, nor any below it."""
        with self._lock:
            for name in [name for name in self._jobs if name == target or name.startswith(f"{target}/")]:
                del self._jobs[name]

    def script(self, target: str, pages: Sequence[Page]) -> None:
        """Answer exactly these pages, whatever page size is asked for; no pages lift the script."""
        if pages and pages[-1].token not in {None, *(page.token for page in pages[:-1])}:
            raise ValueError("the last page's token leads nowhere: no earlier page carries it")
        with self._lock:
            self._scripts[target] = tuple(pages)

    def page(self, target: str, *, size: int, token: str | None) -> Page:
        """Give the page that the token leads to; what is in a list is its service's to say."""
        with self._lock:
            script = self._scripts.get(target)
            jobs = None if script else api_of(target).shown(self._jobs, target)
        if script:
            return scripted(script, token)
        if jobs is None:
            raise UnknownTargetError(f"Resource not found: {target.partition(':')[2]}")
        return cut(target, jobs, size=size, token=token)

    def job(self, target: str, job_id: str) -> ImportJob:
        """Give one job of a list."""
        with self._lock:
            try:
                return self._jobs[target][job_id]
            except KeyError as error:
                raise UnknownTargetError(f"Resource not found: {job_id}") from error

    def holding(self, source: str, job_id: str) -> str:
        """Tell which of a source's lists the job is in; `<source>:*` if none."""
        with self._lock:
            found = (name for name, jobs in self._jobs.items() if name.startswith(f"{source}:") and job_id in jobs)
            return next(found, f"{source}:*")

    def reset(self) -> None:
        """Forget everything."""
        with self._lock:
            self._jobs.clear()
            self._scripts.clear()
