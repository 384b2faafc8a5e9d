"""A command in a terminal, where somebody can be asked."""

import os
import pty
import signal
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from select import select

from tests.cli.command import INSTALLED, Command

PATIENCE = 60.0  # seconds


@dataclass(frozen=True, kw_only=True)
class Terminal:
    """One that a command runs in."""

    running: subprocess.Popen[bytes]
    screen: int

    def until(self, shown: str) -> str:
        """Read the screen until that is on it; all that was."""
        read = ""
        while shown not in read:
            ready, _, _ = select([self.screen], [], [], PATIENCE)
            assert ready, read
            read += os.read(self.screen, 4096).decode()
        return read

    def answer(self, typed: str) -> int:
        """Type a line, wait for the end, and give the exit code."""
        self.type(typed)
        return self.running.wait(PATIENCE)

    def type(self, typed: str) -> None:
        """Type a line."""
        os.write(self.screen, f"{typed}\n".encode())

    def interrupt(self) -> int:
        """Press Ctrl-C, wait for the end, and give the exit code."""
        for _ in range(10):  # one that comes just before Python begins to read is noticed only after that
            self.running.send_signal(signal.SIGINT)
            with suppress(subprocess.TimeoutExpired):
                return self.running.wait(5)
        return self.running.wait(0)


@contextmanager
def in_terminal(command: Command, *arguments: str) -> Iterator[Terminal]:
    """Start a command in a terminal of its own."""
    screen, line = pty.openpty()
    running = subprocess.Popen(  # noqa: S603 - our own command
        [INSTALLED, *arguments], env=command.whole({"COLUMNS": "200"}), stdin=line, stdout=line, stderr=line
    )
    os.close(line)
    try:
        yield Terminal(running=running, screen=screen)
    finally:
        running.kill()
        running.wait()
        os.close(screen)
