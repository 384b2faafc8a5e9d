"""`--output rows`: a job a line, in columns that keep their width from the first page on, or get wider."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import datetime
from typing import Any, Final

import click

from import_watch.jobs import Outcome
from import_watch_cli.jobs.facts import Facts
from import_watch_cli.jobs.listing import Page
from import_watch_cli.speech.answers import printable
from import_watch_cli.speech.times import short_span

HEADINGS: Final = ("JOB", "STATUS", "CREATED (UTC)", "FINISHED (UTC)", "TOOK", "PIECES", "ROWS", "FAILED", "NAME")
NUMBERS: Final = frozenset({"PIECES", "ROWS", "FAILED"})
STATUS: Final = HEADINGS.index("STATUS")
GAP: Final = "  "


def rows(pages: Iterable[Page], read: Callable[[dict[str, Any]], Facts], *, colours: bool) -> Iterator[str]:
    """Write a heading, and a line a job; each page's lines when it is there."""
    widths, heading = [len(name) for name in HEADINGS], [HEADINGS]
    for page in pages:
        found = [read(job) for job in page.jobs]
        lines = [cells(facts) for facts in found]
        widths = [
            max(width, *map(len, column))
            for width, column in zip(widths, zip(HEADINGS, *lines, strict=True), strict=True)
        ]
        text = [_line(line, widths) for line in heading]
        text += [
            _line(line, widths, colour(facts) if colours else None) for facts, line in zip(found, lines, strict=True)
        ]
        heading = []
        yield "".join(text)


def cells(facts: Facts) -> Sequence[str]:
    """Write what is known of a job, in the order of the headings; `-` for what isn't."""
    counts = facts.counts
    took = facts.created_at and facts.completed_at and short_span(facts.completed_at - facts.created_at)
    return [
        printable(cell) if cell else "-"
        for cell in (
            facts.id,
            facts.status,
            _date(facts.created_at),
            _date(facts.completed_at),
            took,
            pieces(facts),
            _number(counts.processed),
            _number(counts.failed),
            facts.name,
        )
    ]


def pieces(facts: Facts) -> str | None:
    """Say how many of a job's pieces are done."""
    done, total = facts.counts.completed_pieces, facts.counts.total_pieces
    return None if total is None else f"{done or 0}/{total}"


def colour(facts: Facts) -> str:
    """Choose the colour for how a job goes."""
    return {Outcome.COMPLETED: "green", None: "cyan"}.get(facts.outcome, "red")


def _line(cells: Sequence[str], widths: Sequence[int], colour: str | None = None) -> str:
    aligned = [
        cell.rjust(width) if heading in NUMBERS else cell.ljust(width)
        for heading, cell, width in zip(HEADINGS, cells, widths, strict=True)
    ]
    if colour:
        aligned[STATUS] = click.style(aligned[STATUS], fg=colour)
    return GAP.join(aligned).rstrip() + "\n"


def _date(moment: datetime | None) -> str | None:
    return None if moment is None else f"{moment:%Y-%m-%d %H:%M:%S}"


def _number(count: int | None) -> str | None:
    return None if count is None else str(count)
