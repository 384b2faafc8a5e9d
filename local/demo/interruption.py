"""Ctrl-C, SIGTERM or a closed terminal: one quiet way out, on which everything that was started ends."""

import signal
from types import FrameType

SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class Interruption(BaseException):
    """Somebody wants us to end: no Exception, so that nothing handles it as an error."""

    def __init__(self, number: int) -> None:
        super().__init__(number)
        self.exit_code = 128 + number  # as shells have it


def expect_interruption() -> None:
    """Raise Interruption at the first such signal from here on; let no second one disturb the tidying up."""
    for each in SIGNALS:
        signal.signal(each, _interrupt)


def _interrupt(number: int, _frame: FrameType | None) -> None:
    for each in SIGNALS:
        signal.signal(each, signal.SIG_IGN)
    raise Interruption(number)
