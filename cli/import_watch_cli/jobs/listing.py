"""Asking a service for pages of jobs, which stay as the AWS command line shows them, but for what signs a URL."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final

from import_watch.jobs import Target
from import_watch.sources import registry
from import_watch_cli.jobs.shown import shown
from import_watch_cli.speech.errors import RefusedError

if TYPE_CHECKING:
    from import_watch.sources.manifest import Asking, Manifest

MAX_PAGES: Final = 100_000


class BrokenAnswerError(RefusedError):
    """An answer that is no page: it may well be one when it is asked for again."""


@dataclass(frozen=True, kw_only=True)
class Asked:
    """Which jobs are asked for, and how."""

    target: Target
    page_size: str | None = None
    token: str | None = None
    """Where to start."""

    @cached_property
    def manifest(self) -> "Manifest":
        """The target's source, described."""
        return registry.manifest(self.target.source)

    @cached_property
    def asking(self) -> "Asking":
        """How the API has it asked for."""
        return self.manifest.asking(self.target)

    @property
    def tells_more(self) -> bool:
        """Whether there is more to know of a job than its list tells."""
        return bool(self.manifest.details)

    @property
    def parameters(self) -> dict[str, Any]:
        """The operation's parameters, by their API names."""
        asking = self.asking
        size = {asking.size: asking.size_type(self.page_size)} if self.page_size is not None else {}
        token = {asking.following: self.token} if self.token is not None else {}
        return {**asking.parameters, **size, **token}


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """Jobs as botocore reads them: members in the model's order."""

    jobs: list[dict[str, Any]]
    token: str | None
    """Leads to the page after it."""


def pages(client: Any, asked: Asked, *, whole: bool = True) -> Iterator[Page]:  # noqa: ANN401 - any service's
    """Yield every page, or one; a page that is none, or a list without end, is a RefusedError."""
    from import_watch.listing import ListingFailedError  # noqa: PLC0415 - with boto3, as below
    from import_watch.sources.paging import follow  # noqa: PLC0415

    asking, parameters = asked.asking, asked.parameters
    if whole or asking.size in _required(client, asking):
        parameters.setdefault(asking.size, asking.size_type(asking.largest))
    if not whole:
        yield _page(client, asked, parameters)
        return

    def fetch(token: str | None) -> tuple[Page, str | None]:
        page = _page(client, asked, parameters | ({asking.following: token} if token else {}))
        return page, page.token

    try:
        for page, _ in follow(fetch, MAX_PAGES):
            yield page
    except ListingFailedError as error:
        raise RefusedError(f"the list {asked.target} has no end: {error.detail}") from None


def _required(client: Any, asking: "Asking") -> list[str]:  # noqa: ANN401
    required: list[str] = client.meta.service_model.operation_model(asking.operation).input_shape.required_members
    return required


@contextmanager
def readable(asked: Asked) -> Iterator[None]:
    """Turn what goes wrong with reading an answer, not what botocore names, into a BrokenAnswerError."""
    from botocore.exceptions import BotoCoreError, ClientError  # noqa: PLC0415 - takes longer than all else

    from import_watch.sources.troubles import UNREADABLE  # noqa: PLC0415

    try:
        yield
    except (BotoCoreError, ClientError):
        raise
    except UNREADABLE as error:
        # The error's text may be all of the body.
        why = f"the answer of {asked.manifest.title} is no page of jobs ({type(error).__name__})"
        raise BrokenAnswerError(why) from None


def _page(client: Any, asked: Asked, parameters: Mapping[str, Any]) -> Page:  # noqa: ANN401
    from botocore import xform_name  # noqa: PLC0415

    from import_watch.sources import answers  # noqa: PLC0415

    asking = asked.asking
    if not asking.payload:
        answers.check(client)  # of what has a payload, the items tell
    with readable(asked):
        answer = getattr(client, xform_name(asking.operation))(**parameters)
        page = answer[asking.payload] if asking.payload else answer
        items, token = page.get(asking.items), page.get(asking.token) or None
    if items is None and token is None and asking.payload:
        raise BrokenAnswerError(f"the answer of {asked.manifest.title} is no page of jobs: it has no {asking.items}")
    return Page(jobs=[shown(job) for job in items or [] if job is not None], token=token)
