"""`--output table`, as the AWS command line draws it: all sections as wide as the widest.

Where that is wider than the terminal, single rows stand upright.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final

from import_watch_cli.jobs.sections import Section, length, sections

PADDING: Final = 4  # columns that a cell takes beside its text
INDENT: Final = 2  # spaces before a cell's text
EDGES: Final = 2  # a section's own borders
CELL, FRAME, PLAIN = "\x1b[1m\x1b[34m", "\x1b[2m\x1b[33m", "\x1b[0m"


def table(title: str, value: Any, *, terminal: int, colours: bool) -> Iterator[str]:  # noqa: ANN401 - whatever JSON holds
    """Draw a value, read several times, section by section; `terminal` is how many columns there are."""
    width = max(map(_natural_width, sections(title, value)), default=0)
    shape: Callable[[Section], Section] = Section.upright if width > terminal else _as_it_is
    if width > terminal:
        width = max(map(_natural_width, map(shape, sections(title, value))))
    top = "-" * width + "\n"
    pen = _Pen(width=width, colours=colours)
    for section in map(shape, sections(title, value)):
        yield top + "".join(pen.drawn(section))
        top = ""


def _as_it_is(section: Section) -> Section:
    return section


def _natural_width(section: Section) -> int:
    """How wide it would be by itself, inside the frames of those around it."""
    return max(length(section.title), sum(_natural_columns(section))) + EDGES + 2 * section.depth


def _natural_columns(section: Section) -> list[int]:
    return [longest + PADDING for longest in section.lengths or ()]


def scaled(columns: Sequence[int], width: int) -> list[int]:
    """Widen columns to a whole of that width; what rounding leaves or takes is put right one by one."""
    if not columns:
        return []
    factor = width / sum(columns)
    wide = [round(factor * column) for column in columns]
    number = 0
    while off := width - sum(wide):
        # Too much is taken from the first ones, too little given to the last.
        wide[number if off < 0 else -1 - number] += 1 if off > 0 else -1
        number = (number + 1) % len(wide)
    return wide


@dataclass(frozen=True, slots=True, kw_only=True)
class _Pen:
    """Draws sections of one table."""

    width: int
    colours: bool

    def drawn(self, section: Section) -> Iterator[str]:
        inner = self.width - 2 * section.depth
        columns = scaled(_natural_columns(section), inner)
        frame = f"{FRAME}|{PLAIN}" * section.depth if self.colours else "|" * section.depth
        lines = self._lines(section, columns, inner)
        yield from (f"{frame}{line}{frame}\n" for line in lines)

    def _lines(self, section: Section, columns: Sequence[int], inner: int) -> Iterator[str]:
        if section.title:
            yield "|" + _centred(section.title, inner - 1, inner)
            if not section.rows:
                yield _rule([inner])
        if not columns:
            return
        yield _rule(columns)
        if section.header:
            yield _row(section.header, columns, _centred)
            yield _rule(columns)
        for row in section.rows:
            yield _row(row, columns, self._cell)
        yield _rule(columns)

    def _cell(self, text: str, room: int, _column: int) -> str:
        """Put a text at the left; where it only just fits, without the space before it."""
        before = " " * INDENT if room - INDENT - length(text) - 1 >= 0 else ""
        after = " " * (room - len(before) - length(text) - 1)
        return f"{before}{CELL}{text}{PLAIN}{after}|" if self.colours else f"{before}{text}{after}|"


def _row(cells: Sequence[str], columns: Sequence[int], put: Callable[[str, int, int], str]) -> str:
    rooms = [columns[0] - 1, *columns[1:]]
    return "|" + "".join(put(cell, room, column) for cell, room, column in zip(cells, rooms, columns, strict=True))


def _centred(text: str, room: int, column: int) -> str:
    """Put a text in the middle of a column, of which `room` is left beside its left border."""
    before = " " * (column // 2 - length(text) // 2 - 1)
    return f"{before}{text}{' ' * (room - len(before) - length(text) - 1)}|"


def _rule(columns: Sequence[int]) -> str:
    return "+" + "".join("-" * (room - 1) + "+" for room in [columns[0] - 1, *columns[1:]])
