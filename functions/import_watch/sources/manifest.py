"""What is known of a kind of job list before any is asked: by this the function, the stack and the command line go."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from botocore.parsers import ResponseParserFactory

from import_watch.jobs import Outcome, Target
from import_watch.listing import Page, Source
from import_watch.sources.lenient import Parsers


@dataclass(frozen=True, slots=True, order=True)
class Permission:
    """One action on one resource, the latter as an ARN ends, or `*` where the action knows no resources."""

    action: str
    resource: str
    wider: "tuple[Permission, ...]" = field(default=(), compare=False)
    """What may take its place where a role's policies have no room for it, ever wider."""

    @property
    def service(self) -> str:
        """The ARN's service, which is also the action's prefix."""
        return self.action.partition(":")[0]


@dataclass(frozen=True, slots=True, kw_only=True)
class Asking:
    """How the pages of one list are asked for, in the API's own words."""

    operation: str
    parameters: Mapping[str, Any]
    """What names the list."""
    items: str
    """The member of a page that holds its jobs."""
    id: str = "JobId"
    """The member of a job that holds its id."""
    payload: str | None = None
    """The member of an answer that is the page, where that is not the answer itself."""
    size: str
    """The parameter that limits a page."""
    size_type: type[int] | type[str] = int
    largest: int
    """Jobs that a page holds at most, where AWS tells, else what was seen."""
    following: str = "NextToken"
    """The parameter that asks for the page after."""
    token: str = "NextToken"  # noqa: S105 # no secret
    """The member of a page that leads to the one after."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Telling:
    """How one job is asked for by itself, in the API's own words."""

    operation: str
    parameters: Mapping[str, Any]


class SourceType(Protocol):
    """A source's class: it makes one, and knows what takes no client."""

    def __call__(self, *, client: Any, arn_prefix: str, page_size: int, max_pages: int) -> Source:  # noqa: ANN401 - whichever client
        """Make one."""
        ...

    def read(self, items: Sequence[object], target: Target, /) -> Page:
        """Read jobs of a target as its client gives them, history too."""
        ...

    def telling(self, target: Target, job_id: str, /) -> Telling | None:
        """Tell how to ask for a job what its list doesn't tell; None where it tells all."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Manifest:
    """A source, described."""

    name: str
    """As targets have it before the colon."""
    title: str
    """As people call it."""
    grammar: str
    """What targets are allowed, in words."""
    path: str
    """The same for what stands behind the colon, as a regular expression."""
    examples: tuple[str, ...]
    """Targets as people may write them, with words in angle brackets in place of ids."""
    service: str
    """As botocore knows it."""
    arn_service: str
    """As its resources' ARNs have it."""
    asking: Callable[[Target], Asking]
    details: frozenset[str] = frozenset()
    """Operations that tell of one job what its list doesn't."""
    lists: frozenset[str] = frozenset()
    """Operations that tell which lists an account has, where a target may be all of them."""
    operations: frozenset[str]
    """All that is called."""
    permissions: Callable[[Target], Iterable[Permission]]
    """What it takes to read a target."""
    running: frozenset[str]
    """Statuses of jobs that have not finished."""
    finished: Mapping[str, Outcome]
    """Those of jobs that have, and how."""
    by_options: bool = False
    """Whether the command line's options and input documents name its lists, in the form of its own AWS command."""
    notice: str = ""
    """What a reader should know where a list is denied or gone."""
    source: SourceType
    parsers: Callable[[], ResponseParserFactory] = Parsers
    """Makes what decodes the client's answers."""

    @property
    def listing_lists(self) -> frozenset[str]:
        """Name the actions that list an account's lists, as IAM has them."""
        return frozenset(f"{self.arn_service}:{operation}" for operation in self.lists)
