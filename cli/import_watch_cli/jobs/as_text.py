"""`--output text`, as the AWS command line has it: a line a record, tabs between its scalars, which stand by name.

What is nested follows on lines that begin with its name.
"""

from collections.abc import Iterator, Sequence
from typing import Any

from import_watch_cli.jobs.shapes import UnshowableError
from import_watch_cli.jobs.spool import Spool, is_list, is_scalar


def lines(value: Any, name: str | None = None) -> Iterator[str]:  # noqa: ANN401 - whatever JSON holds
    """Write a value; UnshowableError where the AWS command line couldn't either."""
    if is_list(value):
        yield from _list(value, name)
    elif isinstance(value, dict):
        yield from _record(value, name, sorted(key for key, part in value.items() if is_scalar(part)))
    else:
        yield f"{value}\n"


def _list(values: list[Any] | Spool, name: str | None) -> Iterator[str]:
    if any(isinstance(value, dict) for value in values):
        columns = _columns(values)
        for record in values:
            yield from _record(record, name, columns)
        return
    scalars = [value for value in values if is_scalar(value)]
    if name is not None:
        yield from (_line([name.upper(), scalar]) for scalar in scalars)
    elif scalars:
        yield _line(scalars)
    for value in values:
        if is_list(value):
            yield from _list(value, name)


def _columns(records: list[Any] | Spool) -> Sequence[str]:
    """Name what is a scalar in any of the records: all of them get a column for it."""
    columns: set[str] = set()
    for record in records:
        if not isinstance(record, dict):
            raise UnshowableError("text")
        columns.update(key for key, part in record.items() if is_scalar(part))
    return sorted(columns)


def _record(record: dict[str, Any], name: str | None, columns: Sequence[str]) -> Iterator[str]:
    if columns:
        cells = [record.get(column, "") for column in columns]
        yield _line(cells if name is None else [name.upper(), *cells])
    for key in sorted(record.keys() - set(columns)):
        yield from lines(record[key], key)


def _line(cells: Sequence[Any]) -> str:
    return "\t".join(map(str, cells)) + "\n"
