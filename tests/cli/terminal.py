"""The installed command in a terminal, as a person runs it."""

import fcntl
import os
import pty
import select
import signal
import struct
import subprocess
import termios
import time
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Self

from tests.cli.command import INSTALLED

ROWS, COLUMNS = 24, 120
PATIENCE = 30  # seconds


@dataclass
class Terminal:
    """A pseudo terminal with the command in it; what it shows is read as text."""

    arguments: tuple[str, ...]
    environment: Mapping[str, str]
    shown: str = ""
    _ours: int = field(init=False)
    _process: "subprocess.Popen[bytes]" = field(init=False)

    def __enter__(self) -> Self:
        self._ours, theirs = pty.openpty()
        fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", ROWS, COLUMNS, 0, 0))
        self._process = subprocess.Popen(  # noqa: S603 - our own command
            [INSTALLED, *self.arguments],
            stdin=theirs,
            stdout=theirs,
            stderr=theirs,
            env={"TERM": "xterm", **self.environment},
            start_new_session=True,
        )
        os.close(theirs)
        return self

    def __exit__(self, *_: object) -> None:
        self._process.kill()
        self._process.wait()
        os.close(self._ours)

    def until(self, text: str) -> None:
        """Read on until it shows a text."""
        while text not in self.shown:
            if not self._read():
                raise AssertionError(f"{text!r} is not in {self.shown!r}")

    def type(self, text: str) -> None:
        """Type, as a person."""
        os.write(self._ours, text.encode())

    def interrupt(self) -> int:
        """Press Ctrl-C until it ends; give the exit code. Once is lost where Python is just about to read."""
        for _ in range(100):  # a second at the most
            if not self._is_busy():
                break
            time.sleep(0.01)
        for _ in range(10):
            self._process.send_signal(signal.SIGINT)
            with suppress(subprocess.TimeoutExpired):
                self._process.wait(5)
                break
        return self.ended()

    def ended(self) -> int:
        """Read to the end; give the exit code."""
        while self._read():
            pass
        return self._process.wait()

    def _is_busy(self) -> bool:
        """Tell whether it is on its way to read, as Linux shows it."""
        try:
            shown = Path(f"/proc/{self._process.pid}/stat").read_text()
        except OSError:
            return False
        return shown.rpartition(") ")[2].startswith("R")

    def _read(self) -> bool:
        if not select.select([self._ours], [], [], PATIENCE)[0]:
            raise AssertionError(f"nothing comes after {self.shown!r}")
        try:
            read = os.read(self._ours, 65536)
        except OSError:  # as Linux has it where nobody has the terminal open any more
            return False
        self.shown += read.decode(errors="replace")
        return bool(read)
