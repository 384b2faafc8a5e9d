"""Where `--follow` shows how jobs go: a table that changes in a terminal, elsewhere a line a change, or JSON."""

import sys
from collections.abc import Callable, Iterable
from contextlib import AbstractContextManager, nullcontext
from datetime import UTC, datetime
from typing import Final, Protocol

from rich.console import Group
from rich.live import Live
from rich.progress_bar import ProgressBar
from rich.table import Table
from rich.text import Text

from import_watch_cli.jobs.as_rows import HEADINGS, cells, colour
from import_watch_cli.jobs.facts import Facts
from import_watch_cli.jobs.followed import Change, Followed
from import_watch_cli.speech.answers import console, json_text, printable, say, table

BAR: Final = 20  # columns
ID, STATUS_WIDTH, PIECES_WIDTH, ROWS_WIDTH = 32, 11, 7, 9  # columns; what most values take


class Screen(Protocol):
    """One way to show it."""

    def open(self) -> AbstractContextManager[object]:
        """Take the terminal, until it is left."""
        ...

    def changed(self, change: Change, /) -> None:
        """Show that a job is new or has changed."""
        ...

    def looked(self, followed: Followed, trouble: str, /) -> None:
        """Show how things are after a listing, or why there was none."""
        ...

    def end(self, text: str, /) -> None:
        """Say how it ended."""
        ...


class Lines:
    """A line a change on standard output; what else there is to say goes to standard error."""

    def __init__(self, write: Callable[[Change], str], *, aside: bool) -> None:
        self._write = write
        self._aside = aside
        self._trouble = ""

    def open(self) -> AbstractContextManager[object]:
        """Take nothing."""
        return nullcontext()

    def changed(self, change: Change) -> None:
        """Write the line."""
        say(self._write(change))
        sys.stdout.flush()

    def looked(self, _followed: Followed, trouble: str) -> None:
        """Tell of a trouble once, however long it lasts."""
        if trouble and trouble != self._trouble:
            say(f"import-watch: still following: {trouble}", err=True)
        self._trouble = trouble

    def end(self, text: str) -> None:
        """Write it, beside JSON's lines, not among them."""
        say(text, err=self._aside)


def in_words(change: Change) -> str:
    """Write a change with the moment that it was seen."""
    job, status, _, _, _, pieces, rows, failed, name = cells(change.facts)
    seen = f"{datetime.now(UTC):%H:%M:%SZ}"
    counts = f"{pieces:>{PIECES_WIDTH}} pieces {rows:>{ROWS_WIDTH}} rows  {failed} failed"
    return f"{seen}  {job:<{ID}}  {status:<{STATUS_WIDTH}} {counts}  {name}"


def in_json(change: Change) -> str:
    """Write the job as its service showed it, on one line."""
    return json_text(change.raw)


class LiveTable:
    """A table in a terminal, drawn anew after each listing."""

    def __init__(self, title: str, *, colours: bool) -> None:
        self._console = console(colours=colours, soft_wrap=False)
        self._live = Live(console=self._console, auto_refresh=False)
        self._title = title

    def open(self) -> AbstractContextManager[object]:
        """Take the lines below the cursor."""
        return self._live

    def changed(self, _change: Change) -> None:
        """Wait until all that changed is known."""

    def looked(self, followed: Followed, trouble: str) -> None:
        """Draw it."""
        note = f"still following: {trouble}" if trouble else f"{self._title}, {datetime.now(UTC):%H:%M:%S} UTC"
        self._live.update(Group(_drawn(followed.jobs.values()), Text(printable(note), style="dim")), refresh=True)

    def end(self, text: str) -> None:
        """Write it below."""
        self._console.print(text)


def _drawn(jobs: Iterable[Facts]) -> Table:
    drawn = table(*HEADINGS, "")
    for facts in jobs:
        counts = facts.counts
        bar = ProgressBar(counts.total_pieces or 1, counts.completed_pieces or 0, width=BAR)
        texts = [Text(cell) for cell in cells(facts)]
        texts[HEADINGS.index("STATUS")].stylize(colour(facts))
        drawn.add_row(*texts, bar if facts.outcome is None and counts.total_pieces else "")
    return drawn
