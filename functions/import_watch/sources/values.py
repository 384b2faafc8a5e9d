"""Reading single values of a job: a date, a counter, a text; members within members are named `Outer.Inner`."""

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Any, TypeAlias

from import_watch.confidential import cleaned_members, redacted
from import_watch.jobs import Json, parse_timestamp, timestamp

Raw: TypeAlias = Mapping[str, Any]


def member(raw: object, name: str) -> Any:  # noqa: ANN401 - whatever it is
    """Give a member, or one within a member; None where there is none."""
    value: Any = raw
    for part in name.split("."):
        value = value.get(part) if isinstance(value, Mapping) else None
    return value


def moment(raw: Raw, name: str, flaws: list[str]) -> datetime | None:
    """Read a date; None, and a flaw, where it is none."""
    value = member(raw, name)
    try:
        match value:
            case None:
                return None
            case datetime():
                return value.astimezone(UTC)
            case str():
                return parse_timestamp(value)
    except (OverflowError, ValueError):
        pass
    # A number is none either: botocore has made dates of those that are.
    flaws.append(f"{name} is no date")
    return None


def count(value: object, name: str, flaws: list[str]) -> int | None:
    """Read a counter; None where it isn't told, and a flaw where it is no whole number."""
    if value is None or (isinstance(value, int) and not isinstance(value, bool)):
        return value
    if isinstance(value, float) and value.is_integer():
        return int(value)  # JSON doesn't tell 12.0 from 12
    flaws.append(f"{name} is no number")
    return None


def is_sign(counter: Any) -> bool:  # noqa: ANN401 - whatever it is
    """Tell whether a counter says more than 0, or something that isn't understood."""
    if not counter:  # as nearly always
        return False
    try:
        return not float(counter) <= 0  # NaN is no number, either
    except (OverflowError, TypeError, ValueError):
        return True


def text(value: object) -> str | None:
    """Read a text that can be encoded, without what is confidential; None for an empty one or none."""
    return redacted(value).encode("utf-8", "replace").decode() or None if isinstance(value, str) else None


def shown(raw: Raw, names: Iterable[str]) -> dict[str, Json]:
    """Give members of these names as JSON has them, dates as AWS writes them; a null is none."""
    found: dict[str, Any] = {}
    for name in names:
        value = member(raw, name)
        if value is not None:
            *outer, last = name.split(".")
            place = found
            for part in outer:
                place = place.setdefault(part, {})
            place[last] = _written(value)
    return cleaned_members(found)


def _written(value: object) -> object:
    match value:
        case datetime():
            return timestamp(value)
        case Mapping():
            return {str(name): _written(each) for name, each in value.items()}
        case list():
            return [_written(each) for each in value]
        case _:
            return value
