"""Asking AWS for many things at once."""

from concurrent.futures import ThreadPoolExecutor
from types import TracebackType
from typing import Literal


class Threads(ThreadPoolExecutor):
    """Threads that nobody waits for once Ctrl-C was pressed; the end of the process ends them."""

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> Literal[False]:
        """Wait for what runs, and after an error begin no more of it."""
        self.shutdown(wait=not isinstance(error, KeyboardInterrupt), cancel_futures=error is not None)
        return False
