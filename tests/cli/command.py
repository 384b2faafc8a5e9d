"""The installed command, run as a process, as its users run it."""

import os
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).parents[2]
INSTALLED = Path(sys.executable).parent / "import-watch"


@dataclass(frozen=True, kw_only=True)
class Command:
    """`import-watch` with an environment of its own: nothing of the developer's AWS configuration reaches it."""

    environment: Mapping[str, str] = field(default_factory=dict)

    def __call__(self, *arguments: str, given: str = "", **environment: str) -> subprocess.CompletedProcess[str]:
        """Run it to its end, with that on its standard input."""
        return subprocess.run(  # noqa: S603 - our own command
            [INSTALLED, *arguments],
            env=self.whole(environment),
            input=given,
            capture_output=True,
            text=True,
            check=False,
            timeout=120,
        )

    def started(self, *arguments: str, **environment: str) -> subprocess.Popen[str]:
        """Start it, its output in pipes."""
        return subprocess.Popen(  # noqa: S603 - our own command
            [INSTALLED, *arguments],
            env=self.whole(environment),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def whole(self, environment: Mapping[str, str]) -> dict[str, str]:
        """Give all that the process sees."""
        return {
            "PATH": os.defpath,
            "LANG": "C.UTF-8",
            "TZ": "UTC",
            "HOME": "/nonexistent",
            "AWS_ACCESS_KEY_ID": "test",
            "AWS_SECRET_ACCESS_KEY": "test",
            "AWS_DEFAULT_REGION": "us-east-1",
            "AWS_EC2_METADATA_DISABLED": "true",
            **self.environment,
            **environment,
        }


class Regionless(Command):
    """The same, where no environment names a Region."""

    def whole(self, environment: Mapping[str, str]) -> dict[str, str]:
        """Give all but that."""
        return {name: value for name, value in super().whole(environment).items() if name != "AWS_DEFAULT_REGION"}
