"""Ctrl-C at any moment, from the first import to the last flush: one line, and the code that shells have for it.

This module imports next to nothing: what comes before it is not covered.
"""

import os
import signal
import sys
from contextlib import suppress

CODE = 130  # 128 + SIGINT, as shells have it
LINE = b"import-watch: interrupted\n"


def end(*_: object) -> None:
    """End at once, whatever runs: there is nothing to tidy up, or somebody has waited long enough for it."""
    ignore()
    with suppress(OSError):  # the terminal may be gone
        os.write(2, LINE)
    os._exit(CODE)


def ends() -> None:
    """Have Ctrl-C end it at once, unless whoever started it wants it ignored, as shells do in the background."""
    if not _is_ignored():
        signal.signal(signal.SIGINT, end)
    sys.unraisablehook = _unraisable


def raises() -> None:
    """Have Ctrl-C be a KeyboardInterrupt, as commands tidy up on, from here on."""
    if not _is_ignored():
        signal.signal(signal.SIGINT, signal.default_int_handler)


def ignore() -> None:
    """Have Ctrl-C come too late: all is said."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)


def _is_ignored() -> bool:
    return signal.getsignal(signal.SIGINT) is signal.SIG_IGN


def _unraisable(lost: "sys.UnraisableHookArgs") -> None:
    """End where Python would print an interruption and go on, as in a callback."""
    if isinstance(lost.exc_value, KeyboardInterrupt):
        end()
    sys.__unraisablehook__(lost)
