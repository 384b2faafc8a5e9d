"""What the stand-in has to be told of a service, as botocore's model doesn't: what its lists and jobs are."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

ImportJob: TypeAlias = dict[str, Any]
Parameters: TypeAlias = Mapping[str, Any]
Lists: TypeAlias = Mapping[str, Mapping[str, ImportJob]]
"""Jobs by target and id."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Listing:
    """An operation that pages through a list; the members are named as the model names them."""

    target: Callable[[Parameters], str]
    """Which list is asked for, as a watch names it."""
    items: str
    payload: str | None = None
    """The member of the answer that holds the page, where that is not the answer itself."""
    size: str
    start: str
    """The parameter that leads to a page, by a token."""
    following: str
    """The member of the page that leads to the next one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Detail:
    """An operation that tells all of one job."""

    job: str
    """The parameter that is its id."""
    target: Callable[[Parameters], str] | None = None
    """Which list the job has to be in; without it, any of the service's."""


def nested(lists: Lists, target: str) -> list[ImportJob] | None:
    """Give the list's own jobs and those of the lists below it; nothing where there is no such list."""
    below = f"{target}/"
    parts = [jobs for name, jobs in lists.items() if name == target or name.startswith(below)]
    return [job for jobs in parts for job in jobs.values()] if parts else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Api:
    """What is served of one service."""

    source: str
    """As targets have it before the colon."""
    service: str
    """As botocore knows it."""
    endpoint: str
    """The environment variable by which boto3 finds the service elsewhere than at AWS."""
    operations: Mapping[str, Listing | Detail]
    id: str
    """The member of a job that is its id."""
    shown: Callable[[Lists, str], Sequence[ImportJob] | None] = nested
    """What is in a list; nothing where there is no such list."""
    invalid: str
    """The error that refuses a request, by the name of its shape."""
    gone: str
    denied: str
