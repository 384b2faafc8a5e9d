"""A job as it is shown: JSON, its dates as the AWS command line writes them, no URL that would let anybody in."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from import_watch.confidential import unsigned


def shown(job: Mapping[str, Any]) -> dict[str, Any]:
    """Give a job as botocore reads it in a form that can be shown, its members in their order."""
    return {name: _shown(value) for name, value in job.items()}


def _shown(value: Any) -> Any:  # noqa: ANN401 - whatever botocore reads
    match value:
        case str():
            return unsigned(value)
        case datetime():
            return value.isoformat()  # in this machine's zone, as botocore gives it, and the AWS command line, too
        case dict():
            return shown(value)
        case list():
            return [_shown(each) for each in value]
        case _:
            return value
