"""The operator's command line, as typed when the story is over: a process, with the emulator as its AWS."""

import os
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from local.demo.stage import Stage
from local.emulator import REGION
from local.stand_in import endpoints

NAME = "import-watch"
INSTALLED = Path(sys.executable).parent / NAME
FINE = {0, 1}  # 1 where something needs a look, as it does in the story


@dataclass(frozen=True, slots=True, kw_only=True)
class Typed:
    """A command, and what came of it."""

    arguments: Sequence[str]
    output: str
    errors: str
    code: int

    @property
    def line(self) -> str:
        """What was typed."""
        return " ".join([NAME, *self.arguments])

    @property
    def differences(self) -> list[str]:
        """Tell what went wrong, if it did."""
        if self.code in FINE and self.output:
            return []
        return [f"{self.line} ended with {self.code}: {self.errors.strip() or self.output.strip()}"]


def typed(stage: Stage, *arguments: str) -> Typed:
    """Run the installed command where it finds the stage's stack, and nothing of the developer's."""
    run = subprocess.run(
        [INSTALLED, *arguments],
        env={
            "PATH": os.defpath,
            "LANG": "C.UTF-8",
            "TZ": "UTC",
            "AWS_ENDPOINT_URL": stage.emulator.url,
            **endpoints(stage.stand_in.url),
            "AWS_ACCESS_KEY_ID": "test",
            "AWS_SECRET_ACCESS_KEY": "test",
            "AWS_DEFAULT_REGION": REGION,
            "AWS_CONFIG_FILE": os.devnull,
            "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
            "IMPORT_WATCH_STACK": stage.stack,
        },
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
        timeout=30,
    )
    return Typed(arguments=arguments, output=run.stdout, errors=run.stderr, code=run.returncode)
