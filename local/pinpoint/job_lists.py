"""The job lists that the Pinpoint stand-in pages through, changed by tests and the demo while it serves them."""

import base64
import json
import threading
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Final

from local.pinpoint.jobs import ImportJob, application, split_target

Key = tuple[str, str | None]  # application, segment
ACCOUNT: Final[Key] = ("*", None)  # lists the applications


class UnknownTargetError(LookupError):
    """No such application or segment."""


class InvalidTokenError(ValueError):
    """The token is not one that this list gave out."""


@dataclass(frozen=True, slots=True)
class Page:
    """One answer; the token leads to the page after the first one that carries it."""

    jobs: Sequence[ImportJob] = ()
    """Or applications, in the account's list."""
    token: str | None = None


class JobLists:
    """Jobs by target, in the order in which they were put; safe to change from any thread."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._jobs: dict[Key, dict[str, ImportJob]] = {}
        self._scripts: dict[Key, Sequence[Page]] = {}

    def put(self, target: str, *jobs: ImportJob) -> None:
        """Add jobs, or replace those with the same Id where they stand; without any, the target just exists."""
        with self._lock:
            self._jobs.setdefault(split_target(target), {}).update({job["Id"]: dict(job) for job in jobs})

    def change(self, target: str, job_id: str, **members: object) -> None:
        """Set members of one job, by their API names."""
        with self._lock:
            jobs = self._jobs[split_target(target)]
            jobs[job_id] = {**jobs[job_id], **members}  # a new one: the old may be on its way out

    def remove(self, target: str) -> None:
        """Let there be no such segment or application any more."""
        with self._lock:
            application, segment = split_target(target)
            for key in [key for key in self._jobs if key[0] == application and segment in (None, key[1])]:
                del self._jobs[key]

    def script(self, target: str, pages: Sequence[Page]) -> None:
        """Answer exactly these pages, whatever page size is asked for; no pages lift the script."""
        if pages and pages[-1].token not in {None, *(page.token for page in pages[:-1])}:
            raise ValueError("the last page's token leads nowhere: no earlier page carries it")
        with self._lock:
            self._scripts[split_target(target)] = tuple(pages)

    def page(self, target: str, *, size: int, token: str | None) -> Page:
        """Give the page that the token leads to; an application's list holds the jobs of all its segments.

        The account's list, `pinpoint:*`, holds the applications that have any list.
        """
        key = split_target(target)
        with self._lock:
            script = self._scripts.get(key)
            if not script:
                return _cut(target, self._listing(key), size=size, token=token)
        return _scripted(script, token)

    def reset(self) -> None:
        """Forget everything."""
        with self._lock:
            self._jobs.clear()
            self._scripts.clear()

    def _listing(self, key: Key) -> list[ImportJob]:
        if key == ACCOUNT:
            return [dict(application(one)) for one in dict.fromkeys(owner for owner, _ in self._jobs)]
        parts = [jobs for owner, jobs in self._jobs.items() if owner == key or (owner[0], key[1]) == (key[0], None)]
        if not parts:
            raise UnknownTargetError(f"Resource not found: {'/'.join(filter(None, key))}")
        return list(chain.from_iterable(jobs.values() for jobs in parts))


def _cut(target: str, jobs: Sequence[ImportJob], *, size: int, token: str | None) -> Page:
    start = _position(target, token) if token else 0
    end = start + size
    return Page(jobs[start:end], _token(target, end) if end < len(jobs) else None)


def _scripted(pages: Iterable[Page], token: str | None) -> Page:
    remaining = iter(pages)
    if token and not any(page.token == token for page in remaining):
        raise InvalidTokenError("invalid token")
    return next(remaining)


def _token(target: str, position: int) -> str:
    return base64.urlsafe_b64encode(json.dumps([target, position]).encode()).decode()


def _position(target: str, token: str) -> int:
    try:
        owner, position = json.loads(base64.urlsafe_b64decode(token))
    except (ValueError, TypeError) as error:
        raise InvalidTokenError("invalid token") from error
    if owner != target or not isinstance(position, int):
        raise InvalidTokenError("the token belongs to another list")
    return position
