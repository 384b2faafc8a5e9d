"""Standard output, or a pager that reads in its stead, as the pages of an answer come."""

import os
import subprocess
import sys
from collections.abc import Iterable, Sequence
from contextlib import suppress
from io import TextIOWrapper
from typing import IO, Final

from import_watch_cli.speech.answers import coloured

# As the AWS command line tells `less`: quit where one screen is enough, let colours through, leave the screen as it is.
LESS: Final = "FRX"


def show(chunks: Iterable[str], pager: Sequence[str]) -> None:
    """Write each chunk as soon as it is there; where the pager is left early, nothing more is asked for."""
    if sys.stdout.isatty():
        chunks = map(coloured, chunks)
    if not pager:
        if isinstance(sys.stdout, TextIOWrapper):
            sys.stdout.reconfigure(errors="backslashreplace")  # JSON may hold what is no text, such as half a character
        _write(chunks, sys.stdout)
        return
    environment = {"LESS": LESS, **os.environ}
    with subprocess.Popen(  # noqa: S603 - the user's own choice
        pager, stdin=subprocess.PIPE, env=environment, text=True, encoding="utf-8", errors="backslashreplace"
    ) as reader:
        try:
            if reader.stdin is not None:
                _write(chunks, reader.stdin)
        except BrokenPipeError:
            pass
        finally:
            _await(reader)


def _write(chunks: Iterable[str], stream: IO[str]) -> None:
    for chunk in chunks:
        stream.write(chunk)
        stream.flush()


def _await(reader: "subprocess.Popen[str]") -> None:
    """Wait until the pager is left; it has the terminal, and what Ctrl-C does is its own business."""
    if reader.stdin is not None:
        with suppress(BrokenPipeError):
            reader.stdin.close()
    while reader.returncode is None:
        with suppress(KeyboardInterrupt):
            reader.wait()
