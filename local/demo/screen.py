"""The play on a terminal: one picture on a screen of its own, redrawn as things happen."""

import time
from collections.abc import Iterator
from datetime import datetime
from types import TracebackType
from typing import Self

from rich.console import Console, Group
from rich.live import Live
from rich.spinner import Spinner
from rich.table import Table
from rich.text import Text

from local.demo.lines import told
from local.demo.play import SCHEDULE_FIRES
from local.demo.verdict import CHANNELS, Arrival
from local.invocation import Invocation

STYLES = {
    **dict.fromkeys(("COMPLETED", "SUCCEEDED", "completed", "target_recovered"), "green"),
    **dict.fromkeys(("CANCELLED", "PARTIALLY_SUCCEEDED", "STOPPED"), "yellow"),
    **dict.fromkeys(("cancelled", "completed_with_failures", "overdue"), "yellow"),
    **dict.fromkeys(("FAILED", "failed", "404 Not Found", "target_unavailable"), "red"),
}


class Screen:
    """An audience that sees it all at once. Its state is replaced, never changed: another thread draws it."""

    def __init__(self, console: Console, service: str) -> None:
        self._service = service
        self._began = time.monotonic()
        self._opened: float | None = None
        self._fired = ""
        self._title = Spinner("dots" if console.encoding.startswith("utf") else "line")
        self._ticks = 0
        self._last_tick = "none"
        self._statuses: dict[tuple[str, str], str] = {}
        self._landed: tuple[tuple[Arrival, str], ...] = ()
        self._live = Live(console=console, get_renderable=self._picture, refresh_per_second=8, screen=True)

    def __enter__(self) -> Self:
        self._live.__enter__()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._live.__exit__(kind, error, trace)

    def setting_up(self, step: str) -> None:
        """Begin to set something up, which takes a while."""
        self._title.update(text=step)

    def opens(self) -> None:
        """Begin: the stack is deployed, and its schedule counts from now."""
        self._opened = time.monotonic()

    def scene(self, title: str) -> None:
        """Go on to the next part of the story."""
        self._title.update(text=Text(title, "bold"))

    def shows(self, target: str, job: str, status: str) -> None:
        """See what is listed of a job, or of the target where there is no job."""
        self._statuses = {**self._statuses, (target, job): status}

    def ticked(self, run: Invocation) -> None:
        """See what an invocation with the schedule's input came to."""
        self._ticks += 1
        self._last_tick = told(run)

    def fired(self, after: float) -> None:
        """See that the schedule fired, so many seconds after the deployment."""
        self._fired = f"fired by itself after {after:.0f} s"

    def landed(self, arrival: Arrival) -> None:
        """See a message arrive."""
        self._landed = (*self._landed, (arrival, f"{datetime.now():%H:%M:%S}"))  # noqa: DTZ005 - the reader's clock

    def _picture(self) -> Group:
        top = Table.grid(expand=True)
        top.add_column()
        top.add_column(justify="right")
        top.add_row(Text("import-watch demo", "bold"), f"{time.monotonic() - self._began:.0f} s")
        if self._opened is None:
            return Group(top, self._title)
        schedule = f"schedule: {self._fired or self._countdown(self._opened)}"
        ticks = f"{self._ticks} ticks by hand, last: {self._last_tick}"
        return Group(top, self._title, schedule, ticks, "", self._jobs())

    def _countdown(self, opened: float) -> str:
        left = opened + SCHEDULE_FIRES - time.monotonic()
        return f"fires by itself in {left:.0f} s" if left >= 1 else "fires within ten seconds"

    def _jobs(self) -> Table:
        table = Table(box=None, padding=(0, 1, 0, 0), header_style="bold")
        for name in ("Import job", f"at {self._service}", "you were told", *CHANNELS):
            table.add_column(name, no_wrap=True, min_width=8)
        statuses = self._statuses
        targets = dict.fromkeys(target for target, _ in statuses)
        for target, job in sorted(statuses, key=lambda key: (list(targets).index(key[0]), key[1] != "")):
            status = statuses[target, job]
            label = Text(f"  {job}") if job else Text(target.rpartition("/")[2], "bold")
            table.add_row(label, Text(status, STYLES.get(status, "")), *self._told(job or target))
        return table

    def _told(self, about: str) -> Iterator[Text]:
        news = [(arrival, clock) for arrival, clock in self._landed if arrival.news.about == about]
        kinds = list(dict.fromkeys(arrival.news.kind for arrival, _ in news))
        yield Text("\n").join(Text(kind, STYLES.get(kind, "")) for kind in kinds)
        for channel in CHANNELS:
            clocks = [
                " ".join(clock for arrival, clock in news if (arrival.news.kind, arrival.channel) == (kind, channel))
                for kind in kinds
            ]
            yield Text("\n".join(clocks))
