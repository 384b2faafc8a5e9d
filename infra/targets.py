"""Targets as a user writes them: what any source takes for one, and each job by one of them only."""

from collections.abc import Iterator
from typing import Annotated, Final

from pydantic import AfterValidator

from import_watch.sources import registry
from infra.mistakes import NotAllowedError, repeated

ALLOWED: Final = f"one or more of {registry.grammar()}"


def _a_source_s(text: str) -> str:
    try:
        registry.parse(text)
    except ValueError:
        raise NotAllowedError(text, ALLOWED) from None
    return text


Target = Annotated[str, AfterValidator(_a_source_s)]


def source(target: str) -> str:
    """Name the source that it is of."""
    return target.partition(":")[0]


def is_account(target: str) -> bool:
    """Tell whether it is all that an account has of its source, now or later."""
    return target.endswith(":*")


def each_job_once(targets: tuple[str, ...]) -> tuple[str, ...]:
    """Give them back; NotAllowedError for one that is there twice, or beside another that lists its jobs, too."""
    for index, target in repeated(targets):
        raise NotAllowedError(target, "each target once", index)
    there = set(targets)
    for index, target in enumerate(targets):
        for whole in filter(there.__contains__, _wholes(target)):
            raise NotAllowedError(target, f"each job once: {whole} lists the jobs of {target}, too", index)
    return targets


def _wholes(target: str) -> Iterator[str]:
    """Give what would list its jobs, too, if there is such a target."""
    whole, _, part = target.partition("/")
    if part:
        yield whole
    if not is_account(target):
        yield f"{source(target)}:*"
