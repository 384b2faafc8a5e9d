"""The table of all figures, with what they were measured on above it."""

import os
import platform
import sys
import tomllib
from collections.abc import Iterable, Sequence
from importlib.metadata import version
from pathlib import Path
from typing import Final

from rich.console import Console
from rich.table import Table

from bench.figures import Figure
from infra.bundle import REPOSITORY

PACKAGES: Final = ("boto3", "aws-lambda-powertools", "awscli")
CPUINFO: Final = Path("/proc/cpuinfo")
WIDTH: Final = 150  # characters


def machine() -> str:
    """Say what this runs on, and with what."""
    python = f"{platform.python_implementation()} {platform.python_version()}"
    packages = ", ".join([*(f"{name} {version(name)}" for name in PACKAGES), _emulator().replace("==", " ")])
    load = f", load {os.getloadavg()[0]:.1f} at the start" if hasattr(os, "getloadavg") else ""
    return (
        f"{_processor()}, {os.cpu_count()} cores, {platform.system()} {platform.machine()}{load}\n{python}, {packages}"
    )


def show(figures: Sequence[Figure], machine: str, console: Console | None = None) -> None:
    """Print the table; what doesn't hold stands out, and is counted below."""
    console = console or Console(width=None if sys.stdout.isatty() else WIDTH)
    table = Table(
        "figure", "median", "least - most (samples)", "bar", "", title="make bench", caption=_verdict(figures)
    )
    for figure in figures:
        table.add_row(figure.what, figure.shown, figure.spread, str(figure.bar or "none"), _word(figure))
    console.print(machine, highlight=False)
    console.print(table)


def missed(figures: Iterable[Figure]) -> int:
    """Count the figures that are on the wrong side of their bars."""
    return sum(not figure.holds for figure in figures)


def _word(figure: Figure) -> str:
    if figure.bar is None:
        return ""
    return "[green]holds[/]" if figure.holds else "[bold red]DOES NOT HOLD[/]"


def _verdict(figures: Sequence[Figure]) -> str:
    bars = sum(figure.bar is not None for figure in figures)
    return f"{bars - missed(figures)} of {bars} bars hold"


def _emulator() -> str:
    """Name it with its version, which this environment doesn't have."""
    groups = tomllib.loads((REPOSITORY / "pyproject.toml").read_text("utf-8"))["dependency-groups"]
    return str(groups["emulator"][0])


def _processor() -> str:
    if CPUINFO.exists():
        for line in CPUINFO.read_text("utf-8").splitlines():
            if line.startswith("model name"):
                return line.partition(":")[2].strip()
    return platform.processor() or "a processor that doesn't say what it is"
