"""Lists of targets that are too long for a schedule's input, in the function's own bundle."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Final

FOLDER: Final = Path(__file__).parents[2] / "targets"
"""Beside the code, where `infra/bundle.py` puts it."""


@dataclass(frozen=True, slots=True)
class BundledFiles:
    """Files in a folder, each a JSON list of targets."""

    folder: Path = FOLDER

    def read(self, name: str) -> object:
        """Read one by its plain name; LookupError where there is none."""
        try:
            text = (self.folder / name).read_text("utf-8")
        except FileNotFoundError as error:
            raise LookupError(name) from error
        return json.loads(text)
