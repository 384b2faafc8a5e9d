"""A figure: what was measured, how far its samples spread, the bar it is held to, and whether it holds."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from statistics import median
from typing import Self


@dataclass(frozen=True, slots=True, kw_only=True)
class Spread:
    """Samples, as their median and their extremes."""

    median: float
    least: float
    most: float
    samples: int

    @classmethod
    def of(cls, samples: Iterable[float]) -> Self:
        """Sum samples up; at least one."""
        values = list(samples)
        return cls(median=median(values), least=min(values), most=max(values), samples=len(values))


class Side(StrEnum):
    """Where a figure has to be, seen from its bar."""

    AT_MOST = "<="
    AT_LEAST = ">="
    EXACTLY = "="


@dataclass(frozen=True, slots=True)
class Bar:
    """What a figure has to reach, or must not pass."""

    side: Side
    limit: float

    def holds(self, value: float) -> bool:
        """Tell whether a value is on the right side; the bar itself is."""
        match self.side:
            case Side.AT_MOST:
                return value <= self.limit
            case Side.AT_LEAST:
                return value >= self.limit
            case Side.EXACTLY:
                return value == self.limit

    def __str__(self) -> str:
        return f"{self.side} {self.limit:,.2f}" if self.limit % 1 else f"{self.side} {self.limit:,.0f}"


def at_most(limit: float) -> Bar:
    """Give a bar that a figure must not pass."""
    return Bar(Side.AT_MOST, limit)


def at_least(limit: float) -> Bar:
    """Give a bar that a figure has to reach."""
    return Bar(Side.AT_LEAST, limit)


def exactly(count: int) -> Bar:
    """Give the one count that there may be."""
    return Bar(Side.EXACTLY, count)


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """A line of the table. Where there is a bar, the median is held to it."""

    what: str
    value: Spread | float
    """Samples; or an exact count, or a ratio of two."""
    bar: Bar | None = None
    unit: str = ""
    """What it is a number of, where it isn't a ratio or a count."""

    @property
    def middle(self) -> float:
        """The median, or the count."""
        return self.value.median if isinstance(self.value, Spread) else self.value

    @property
    def holds(self) -> bool:
        """Whether it is where it should be; a figure without a bar is."""
        return self.bar is None or self.bar.holds(self.middle)

    @property
    def shown(self) -> str:
        """The median, or the count."""
        return f"{_text(self.value if isinstance(self.value, int) else self.middle)} {self.unit}".rstrip()

    @property
    def spread(self) -> str:
        """From the least sample to the most, and how many there are; a count has none."""
        if not isinstance(self.value, Spread):
            return "counted"
        if self.value.samples == 1:
            return "one run"
        return f"{_text(self.value.least)} - {_text(self.value.most)} ({self.value.samples})"


def _text(value: float) -> str:
    """Write a count whole, and a ratio so that it can be told from a bar of two digits."""
    if isinstance(value, int):
        return f"{value:,}"
    return f"{value:.3f}" if value < 1 else f"{value:,.2f}"
