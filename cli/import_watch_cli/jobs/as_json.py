"""`--output json`, as the AWS command line writes it, page by page."""

import json
from collections.abc import Iterable, Iterator
from typing import Any, Final

from import_watch_cli.jobs.listing import PAYLOAD, Page

STEP: Final = 4  # spaces that each level is indented by
OPEN: Final = f'{{\n    "{PAYLOAD}": {{\n        "Item": ['
JOB: Final = "\n" + " " * 3 * STEP
ITEM: Final = "\n" + " " * 2 * STEP
CLOSE: Final = "\n    }\n}\n"


def whole(value: Any) -> Iterator[str]:  # noqa: ANN401 - whatever JSON holds
    """Write a value, such as what a query leaves; nothing for an empty record, as the AWS command line has it."""
    if value != {}:
        yield _text(value) + "\n"


def streamed(pages: Iterable[Page]) -> Iterator[str]:
    """Write the document that all pages make, each page's jobs when they are there."""
    token, written, between = None, 0, ""
    for page in pages:
        jobs = ",".join(JOB + _text(job).replace("\n", JOB) for job in page.jobs)
        yield ("" if written else OPEN) + (between + jobs if jobs else "")
        token, written = page.token, written + 1
        between = between or ("," if jobs else "")
    following = f',{ITEM}"NextToken": {_text(token)}' if token else ""
    yield (f"{ITEM}]" if between else "]") + following + CLOSE


def _text(value: Any) -> str:  # noqa: ANN401
    return json.dumps(value, indent=STEP, ensure_ascii=False)
