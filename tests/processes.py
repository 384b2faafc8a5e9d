"""Which processes are there."""

from pathlib import Path

import pytest

linux_only = pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="looks processes up in /proc")


def group(number: int) -> list[int]:
    """Give the process group's living members."""
    stats = [_stat(path) for path in Path("/proc").glob("[0-9]*/stat")]
    return [pid for pid, state, group in stats if group == number and state != "Z"]


def _stat(path: Path) -> tuple[int, str, int]:
    try:
        pid, _, rest = path.read_text().partition(" (")
    except OSError:  # it ended meanwhile
        return 0, "Z", 0
    state, _, group, *_ = rest.rpartition(") ")[2].split()
    return int(pid), state, int(group)
