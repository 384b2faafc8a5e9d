"""What `--output table` draws: sections one below the other, each a title and rows of cells, deeper ones within others.

A record's scalars are a section's header and row; what is nested in it makes sections of its own.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, Final
from unicodedata import east_asian_width

from import_watch_cli.jobs.shapes import UnshowableError
from import_watch_cli.jobs.spool import Spool, is_list, is_scalar

WIDE: Final = frozenset("AFW")  # East Asian widths that are counted double


@dataclass(slots=True, kw_only=True)
class Section:
    """Rows of as many cells each, under a title and perhaps a header."""

    title: str
    depth: int
    header: Sequence[str] = ()
    rows: list[Sequence[str]] = field(default_factory=list)
    lengths: Sequence[int] | None = None
    """The longest text of each column, in columns of a terminal; that of a header that was replaced counts, too."""

    def head(self, names: Sequence[str]) -> None:
        """Set the header."""
        self.header = names
        self._measure(names)

    def add(self, cells: Sequence[Any]) -> None:
        """Add a row."""
        row = [str(cell) for cell in cells]
        self.rows.append(row)
        self._measure(row)

    def _measure(self, row: Sequence[str]) -> None:
        """Widen the columns for it; UnshowableError where there are others of another length."""
        known = [0] * len(row) if self.lengths is None else self.lengths
        if len(known) != len(row):
            raise UnshowableError("table")
        self.lengths = [max(pair) for pair in zip(known, map(length, row), strict=True)]

    def upright(self) -> "Section":
        """Turn a single row that has a header by a quarter: a row a name."""
        if len(self.rows) != 1 or not self.header:
            return self
        turned = Section(title=self.title, depth=self.depth)
        for pair in zip(self.header, self.rows[0], strict=True):
            turned.add(pair)
        return turned


def length(text: str) -> int:
    """Count the columns that a text takes."""
    return len(text) if text.isascii() else sum(1 + (east_asian_width(one) in WIDE) for one in text)


def sections(title: str, value: Any) -> Iterator[Section]:  # noqa: ANN401 - whatever JSON holds
    """Yield each section when it is whole."""
    drawn = _Sections()
    yield from drawn.add(title, value, 0)
    yield from drawn.open


class _Sections:
    def __init__(self) -> None:
        self.open: list[Section] = []
        """The section that rows go to."""

    def add(self, title: str | None, value: Any, depth: int) -> Iterator[Section]:  # noqa: ANN401
        if not value:
            return
        if title is not None:
            yield from self.open
            self.open = [Section(title=title, depth=depth)]
        if isinstance(value, dict):
            yield from self._record(value, depth)
        elif is_list(value) and isinstance(next(iter(value)), dict):
            yield from self._records(title, value, depth)
        elif is_list(value):
            yield from self._items(value)

    def _record(self, record: dict[str, Any], depth: int) -> Iterator[Section]:
        (section,) = self.open
        names = sorted(name for name, part in record.items() if is_scalar(part))
        if len(names) == 1:
            section.add([names[0], record[names[0]]])
        elif names:
            section.head(names)
            section.add([record[name] for name in names])
        for name in sorted(record.keys() - set(names)):
            yield from self.add(name, record[name], depth + 1)

    def _records(self, title: str | None, records: list[Any] | Spool, depth: int) -> Iterator[Section]:
        header, nested = _columns(records)
        for number, record in enumerate(records):
            if number and nested:
                yield from self.open
                self.open = [Section(title=title or "", depth=depth)]
            self.open[0].head(header)
            self.open[0].add([record.get(name, "") for name in header])
            for name in nested:
                yield from self.add(name, record.get(name), depth + 1)

    def _items(self, items: list[Any] | Spool) -> Iterator[Section]:
        for item in items:
            if is_scalar(item):
                self.open[0].add([item])
            elif all(map(is_scalar, item)):
                self.open[0].add(list(item))
            else:
                yield from self.add(None, item, 0)


def _columns(records: list[Any] | Spool) -> tuple[Sequence[str], Sequence[str]]:
    """Name what is a scalar in any of the records, and what has parts in any."""
    scalars: set[str] = set()
    nested: set[str] = set()
    for record in records:
        if not isinstance(record, dict):
            raise UnshowableError("table")
        for name, part in record.items():
            (scalars if is_scalar(part) else nested).add(name)
    return sorted(scalars), sorted(nested)
