"""How long, and since when, as people type it and read it."""

import re
from datetime import UTC, datetime, timedelta
from typing import Final

import click

from import_watch.jobs import parse_timestamp

SPANS: Final = "30m, 2h, 1d, 1w, '90 minutes' or 1h30m"
MOMENTS: Final = f"2026-05-24, 2026-05-24T21:26, with Z or +02:00 where it isn't UTC, or how long ago, such as {SPANS}"
_UNITS: Final = {
    "s": timedelta(seconds=1),
    "m": timedelta(minutes=1),
    "h": timedelta(hours=1),
    "d": timedelta(days=1),
    "w": timedelta(weeks=1),
}
_PART: Final = re.compile(
    r"\s*(\d{1,6})\s*(s(?:ec(?:ond)?s?)?|m(?:in(?:ute)?s?)?|h(?:ours?)?|d(?:ays?)?|w(?:eeks?)?)\s*"
)
_SAID: Final = {
    "week": timedelta(weeks=1),
    "day": timedelta(days=1),
    "h": timedelta(hours=1),
    "min": timedelta(minutes=1),
}


def read_span(text: str) -> timedelta:
    """Read how long; ValueError says what is allowed."""
    if not re.fullmatch(f"(?:{_PART.pattern})+", text):
        raise ValueError(f"{text!r} is not allowed; allowed: {SPANS}")
    span = sum((int(number) * _UNITS[unit[0]] for number, unit in _PART.findall(text)), timedelta())
    if not span:
        raise ValueError(f"{text!r} is not allowed; allowed: more than nothing")
    return span


def read_moment(text: str, now: datetime) -> datetime:
    """Read since when, or how long before now; in UTC where no zone is named. ValueError says what is allowed."""
    try:
        return parse_timestamp(text)
    except ValueError:
        pass
    try:
        return now - read_span(text)
    except (ValueError, OverflowError):
        raise ValueError(f"{text!r} is not allowed; allowed: {MOMENTS}") from None


def short_span(span: timedelta) -> str:
    """Write how long in a table's cell, by its two largest units: `2 h 5 min`, `3 days`, `12 s`."""
    left, said = max(span, timedelta()), list[str]()
    if left < timedelta(minutes=1):
        return f"{left.total_seconds():.0f} s"
    for unit, size in _SAID.items():
        number, left = divmod(left, size)
        if number or said:
            said.append(f"{number} {unit}{'s' if number != 1 and unit in {'day', 'week'} else ''}" if number else "")
        if len(said) == 2:  # noqa: PLR2004 - as the docstring has it
            break
    return " ".join(filter(None, said))


def typed_span(typed: str) -> timedelta:
    """Read an option that takes how long: its `type`, such as that of `--for`."""
    try:
        return read_span(typed)
    except ValueError as error:
        raise click.BadParameter(str(error)) from None


def typed_moment(typed: str) -> datetime:
    """Read an option that takes a moment: its `type`, such as that of `--since`. How long ago counts from now on."""
    try:
        return read_moment(typed, datetime.now(UTC))
    except ValueError as error:
        raise click.BadParameter(str(error)) from None
