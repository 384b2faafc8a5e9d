"""Writing jobs in the format that was chosen, each page as it comes where the format allows it."""

import os
import sys
from collections.abc import Callable, Iterable, Iterator
from typing import TYPE_CHECKING, Any, Final, Protocol

from import_watch_cli.jobs import as_json, as_rows, as_table, as_text, as_yaml
from import_watch_cli.jobs.document import document, spooled
from import_watch_cli.jobs.facts import Facts
from import_watch_cli.jobs.listing import Page
from import_watch_cli.speech.errors import UsageMistakeError

if TYPE_CHECKING:
    from import_watch.sources.manifest import Asking

TERMINAL: Final = 80  # columns, where no terminal tells: what the AWS command line takes it for
UNFIT: Final = (ArithmeticError, RecursionError, ValueError)
"""What jmespath lets through of a query that is too deep, or has a number that can't be: a step of 0, an infinity."""


class Query(Protocol):
    """A JMESPath that was read."""

    def search(self, value: object, /) -> Any:  # noqa: ANN401 - whatever JSON holds
        """Give what it leaves of a value."""
        ...


def written(
    pages: Iterable[Page], output: str, read: Callable[[dict[str, Any]], Facts], asking: "Asking", *, colours: bool
) -> Iterator[str]:
    """Write a list of jobs."""
    match output:
        case "rows":
            return as_rows.rows(pages, read, colours=colours)
        case "json":
            return as_json.streamed(pages, asking)
        case "yaml":
            return as_yaml.streamed(pages, asking)
        case "yaml-stream":
            return as_yaml.stream(pages, asking)
        case _:
            return _in_passes(pages, output, asking, colours=colours)


def _in_passes(pages: Iterable[Page], output: str, asking: "Asking", *, colours: bool) -> Iterator[str]:
    """Begin when it is read from, as all other formats do."""
    with spooled(pages, asking) as whole:
        yield from value(whole, output, title=asking.operation, colours=colours)


def value(found: Any, output: str, *, title: str, colours: bool) -> Iterator[str]:  # noqa: ANN401 - whatever JSON holds
    """Write what is there as a whole; `title` is what a table has above it."""
    match output:
        case "text":
            return as_text.lines(found)
        case "table":
            return as_table.table(title, found, terminal=_columns(), colours=colours)
        case "yaml":
            return as_yaml.whole(found)
        case "yaml-stream":
            return as_yaml.entry(found)
        case _:
            return as_json.whole(found)


def compiled(query: str) -> Query:
    """Read a query; UsageMistakeError where it is none."""
    import jmespath  # type: ignore[import-untyped] # noqa: PLC0415 - only where it is wanted

    try:
        read: Query = jmespath.compile(query)
    except jmespath.exceptions.JMESPathError as error:
        why, *_ = str(error).splitlines()
        raise UsageMistakeError(f"--query: {query!r} is no JMESPath: {why}") from None
    except UNFIT as error:
        raise UsageMistakeError(f"--query: {query[:200]!r} is no JMESPath: {str(error)[:200]}") from None
    return read


def queried(pages: Iterable[Page], asking: "Asking", query: Query) -> Any:  # noqa: ANN401 - whatever JSON holds
    """Ask the document that all pages make; UsageMistakeError where the query doesn't fit it."""
    import jmespath  # noqa: PLC0415

    try:
        return query.search(document(pages, asking))
    except (jmespath.exceptions.JMESPathError, *UNFIT) as error:
        # The error's text may be all of the document.
        raise UsageMistakeError(f"--query: {str(error)[:200]}") from None


def _columns() -> int:
    return os.get_terminal_size(sys.stdout.fileno()).columns if sys.stdout.isatty() else TERMINAL
