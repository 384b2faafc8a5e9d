"""Jobs kept in a temporary file, for what has to see all of them before it can show the first."""

import json
import tempfile
from collections.abc import Iterable, Iterator
from typing import Any, TypeGuard


class Spool:
    """A list of jobs that takes no memory; read from its beginning as often as needed, by one reader at a time."""

    def __init__(self, jobs: Iterable[Any]) -> None:
        self._file = tempfile.TemporaryFile("w+", encoding="utf-8")  # noqa: SIM115 - lives until it is closed
        self._length = 0
        for job in jobs:
            self._file.write(f"{json.dumps(job)}\n")
            self._length += 1

    def close(self) -> None:
        """Take the file away."""
        self._file.close()

    def __len__(self) -> int:
        return self._length

    def __iter__(self) -> Iterator[Any]:
        self._file.seek(0)
        return map(json.loads, self._file)


def is_list(value: object) -> TypeGuard[list[Any] | Spool]:
    """Tell lists, spooled ones too, from records and scalars."""
    return isinstance(value, list | Spool)


def is_scalar(value: object) -> bool:
    """Tell what has no parts."""
    return not isinstance(value, list | Spool | dict)
