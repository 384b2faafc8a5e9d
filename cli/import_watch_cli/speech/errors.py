"""What ends a command early: one line for a person, and the exit code that scripts read."""

from enum import IntEnum
from typing import Final


class Exit(IntEnum):
    """What a command's exit code says."""

    FINE = 0
    FINDING = 1
    """Something needs a look: a job that failed, a check that found something."""
    USAGE = 2
    """What was asked for makes no sense."""
    REFUSED = 3
    """AWS refused or could not be reached; nothing half-done stays."""
    INTERRUPTED = 130
    """Ctrl-C: 128 + SIGINT, as shells have it."""


EXIT_CODES: Final = {
    Exit.FINE: "all is well",
    Exit.FINDING: "a finding, or a job that did not end well",
    Exit.USAGE: "a mistake in the command line or its input",
    Exit.REFUSED: "AWS refused or can't be reached, or the answer can't be written",
    Exit.INTERRUPTED: "interrupted",
}


class EndError(Exception):
    """A command can't go on; the text is for the user, the code for scripts."""

    def __init__(self, text: str, code: Exit) -> None:
        super().__init__(text)
        self.code = code


class UsageMistakeError(EndError):
    """What was asked for makes no sense; the text names the option, the value and what is allowed."""

    def __init__(self, text: str) -> None:
        super().__init__(text, Exit.USAGE)


class RefusedError(EndError):
    """AWS can't or won't; the text says what was asked of it, and what to do where that is known."""

    def __init__(self, text: str) -> None:
        super().__init__(text, Exit.REFUSED)
