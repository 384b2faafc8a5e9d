"""A cold start: what the function's module takes to be there, against stock boto3 that makes the same clients."""

import os
import subprocess
import sys
import tomllib
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

import uv

from bench.figures import Figure, at_most, exactly
from bench.rounds import ratio
from bench.stage import Stage
from infra.bundle import REPOSITORY, bundle

ROUNDS: Final = 21
UNWANTED: Final = ("pydantic", "aws_xray_sdk")  # start-up cost of 1.26 and 1.53 times (docs/adr/0006)
OURS: Final = "import import_watch.handlers.poll"
CLIENTS: Final = ("dynamodb", "events", "pinpoint", "sns")  # a handler that hands nothing over makes no other
STOCK: Final = f"import boto3; session = boto3.Session(); [session.client(name) for name in {CLIENTS}]"


def figures(stage: Stage) -> Iterable[Figure]:
    """Start both in turn, each in a fresh process that has its bytecode."""
    with TemporaryDirectory() as scratch:
        ours, stock = Path(scratch, "ours"), Path(scratch, "stock")
        ours.mkdir()
        bundle(ours)
        install_stock(stock)
        environment = stage.environment()
        yield Figure(
            what="cold start, CPU: the bundle's handler with its clients, Logger and Metrics, to boto3 and the clients",
            value=ratio(starting(OURS, ours, environment), starting(STOCK, stock, environment), ROUNDS),
            bar=at_most(1.0),
        )
        yield Figure(
            what=f"of {' and '.join(UNWANTED)}, loaded by the handler",
            value=len(loaded(ours, environment) & set(UNWANTED)),
            bar=exactly(0),
        )


def install_stock(directory: Path) -> None:
    """Install boto3 as anybody would: the version that the function has, whole, compiled."""
    groups = tomllib.loads((REPOSITORY / "pyproject.toml").read_text("utf-8"))["dependency-groups"]
    (boto3,) = (requirement for requirement in groups["runtime"] if requirement.startswith("boto3="))
    subprocess.run(  # noqa: S603 - made here
        [
            *(uv.find_uv_bin(), "pip", "install", "--quiet", "--python", sys.executable, "--target", str(directory)),
            *("--compile-bytecode", boto3),
        ],
        cwd=REPOSITORY,
        check=True,
    )


def starting(code: str, packages: Path, environment: Mapping[str, str]) -> Callable[[], float]:
    """Measure the CPU time of a Python that runs this, user and system, in seconds; the first time apart."""

    def measure() -> float:
        process = subprocess.Popen(_python(code), env=_environment(packages, environment))  # noqa: S603 - made here
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode:
            raise RuntimeError(f"{code}: exit code {process.returncode}")
        return usage.ru_utime + usage.ru_stime

    measure()  # what bytecode is missing is written now, what is on disk gets into memory
    return measure


def loaded(packages: Path, environment: Mapping[str, str]) -> set[str]:
    """Tell which packages the handler brings in."""
    shown = subprocess.run(  # noqa: S603 - made here
        _python(f"{OURS}; import sys; print(*{{name.split('.')[0] for name in sys.modules}})"),
        env=_environment(packages, environment),
        capture_output=True,
        text=True,
        check=True,
    )
    names = set(shown.stdout.split())
    if not {"boto3", "import_watch"} <= names:
        raise RuntimeError(f"not the handler's modules: {sorted(names)}")
    return names


def _python(code: str) -> list[str]:
    return [sys.executable, "-S", "-c", code]  # of packages, those in PYTHONPATH alone


def _environment(packages: Path, environment: Mapping[str, str]) -> dict[str, str]:
    return {**environment, "PATH": os.defpath, "HOME": str(packages), "PYTHONPATH": str(packages)}
