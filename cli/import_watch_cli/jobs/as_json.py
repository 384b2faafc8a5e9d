"""`--output json`, as the AWS command line writes it, page by page."""

import json
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any, Final

from import_watch_cli.jobs.listing import Page

if TYPE_CHECKING:
    from import_watch.sources.manifest import Asking

STEP: Final = 4  # spaces that each level is indented by


def whole(value: Any) -> Iterator[str]:  # noqa: ANN401 - whatever JSON holds
    """Write a value, such as what a query leaves; nothing for an empty record, as the AWS command line has it."""
    if value != {}:
        yield _text(value) + "\n"


def streamed(pages: Iterable[Page], asking: "Asking") -> Iterator[str]:
    """Write the document that all pages make, each page's jobs when they are there."""
    outer = [name for name in (asking.payload, asking.items) if name]
    member = _line(len(outer))
    opening = "{" + "{".join(f"{_line(depth)}{_text(name)}: " for depth, name in enumerate(outer, start=1)) + "["
    token, written, between = None, 0, ""
    for page in pages:
        line = _line(len(outer) + 1)
        jobs = ",".join(line + _text(job).replace("\n", line) for job in page.jobs)
        yield ("" if written else opening) + (between + jobs if jobs else "")
        token, written = page.token, written + 1
        between = between or ("," if jobs else "")
    following = f",{member}{_text(asking.token)}: {_text(token)}" if token else ""
    closing = "".join(_line(depth) + "}" for depth in reversed(range(len(outer))))
    yield (f"{member}]" if between else "]") + following + closing + "\n"


def _line(depth: int) -> str:
    return "\n" + " " * depth * STEP


def _text(value: Any) -> str:  # noqa: ANN401
    return json.dumps(value, indent=STEP, ensure_ascii=False)
