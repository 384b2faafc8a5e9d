"""Whether a value is what a shape of botocore's model allows."""

import re
from collections.abc import Iterator
from datetime import datetime
from typing import Any

from botocore.model import ListShape, MapShape, Shape, StructureShape
from botocore.validate import ParamValidator

VALIDATOR = ParamValidator()
FOREIGN = re.compile(r"\\p{")
"""What Python's regular expressions don't have: classes of Unicode. A pattern with one of them refuses nothing."""


class BrokenModelError(AssertionError):
    """The stand-in was made to say what the real service never would."""


class InvalidRequestError(ValueError):
    """The service would not take this request."""


def check_request(value: Any, shape: Shape) -> None:  # noqa: ANN401 - what came in
    """Refuse what the service would refuse."""
    if flaws := _flaws(value, shape, closed=True):
        raise InvalidRequestError(flaws)


def check_answer(value: Any, shape: Shape, operation: str) -> None:  # noqa: ANN401 - what a test made up
    """Refuse what the service would never say; it may say more words than an enumeration lists, and does."""
    if flaws := _flaws(value, shape, closed=False):
        raise BrokenModelError(f"{operation}: {flaws}")


def _flaws(value: Any, shape: Shape, *, closed: bool) -> str:  # noqa: ANN401
    """Tell what is wrong; botocore itself looks at types, required and unknown members and lower limits only."""
    report = VALIDATOR.validate(value, shape)
    if report.has_errors():
        return str(report.generate_report())
    return "; ".join(_beyond(value, shape, shape.name, closed=closed))


def _beyond(value: Any, shape: Shape, name: str, *, closed: bool) -> Iterator[str]:  # noqa: ANN401
    match shape:
        case StructureShape(members=members):
            for member in value:
                yield from _beyond(value[member], members[member], member, closed=closed)
        case ListShape(member=member):
            for one in value:
                yield from _beyond(one, member, name, closed=closed)
        case MapShape(value=member):
            for one in value.values():
                yield from _beyond(one, member, name, closed=closed)
    if _outside(value, shape, closed=closed):
        yield f"{name}: {value!r}"


def _outside(value: Any, shape: Shape, *, closed: bool) -> bool:  # noqa: ANN401
    rules = shape.metadata
    if shape.type_name == "timestamp":
        return not (isinstance(value, datetime) and value.tzinfo)
    if "max" in rules and (value if isinstance(value, int) else len(value)) > rules["max"]:
        return True
    if "pattern" in rules and not FOREIGN.search(rules["pattern"]) and not re.fullmatch(rules["pattern"], value):
        return True
    return closed and "enum" in rules and value not in rules["enum"]
