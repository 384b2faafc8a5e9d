"""The function's bundle, which has the lists of targets that are too long for a schedule."""

import io
import json
import zipfile
from dataclasses import dataclass
from functools import cached_property
from typing import Final

from import_watch_cli.speech.errors import RefusedError
from import_watch_cli.stack.connection import Connection
from import_watch_cli.stack.fetching import fetched

TARGETS: Final = "targets/"  # the folder that has them


@dataclass(frozen=True, kw_only=True)
class Bundle:
    """What was deployed of a function, fetched once, and only where it is asked for."""

    connection: Connection
    function: str

    def targets(self, name: str) -> object:
        """Read a list; LookupError where there is none, RefusedError where the bundle can't be fetched."""
        try:
            return json.loads(self._files.read(TARGETS + name))
        except KeyError:
            raise LookupError(name) from None

    @cached_property
    def _files(self) -> zipfile.ZipFile:
        where = self.connection.client("lambda").get_function(FunctionName=self.function)["Code"]["Location"]
        try:
            return zipfile.ZipFile(io.BytesIO(fetched(self.connection, where)))
        except zipfile.BadZipFile as error:
            raise RefusedError(f"the bundle of the function {self.function} can't be read: {error}") from None
