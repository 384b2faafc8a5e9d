"""Proof that the tests bite: the edits of mutations.toml, one by one, in a copy of the product."""

import os
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

ROOT: Final = Path(__file__).parents[2]
PRODUCT: Final = Path("functions", "import_watch")
COPIED: Final = (PRODUCT, Path("local"), Path("tests"), Path("pyproject.toml"))
LINKED: Final = (".venv", ".tools")  # the environments that tests run in
LONGEST: Final = 300.0  # seconds for some tests, on a machine that has much else to do


class StaleMutationError(RuntimeError):
    """The code that a mutation edits isn't there any more, or not just once."""


class NotTestedError(RuntimeError):
    """The tests could not be run, or did not come to an end; their output is in the text."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Mutation:
    """An edit that somebody might make in good faith, and what must not let it pass."""

    name: str
    module: str
    edits: Sequence[dict[str, str]]
    """What stands there `before`, and what takes its place `after`."""
    caught_by: Sequence[str]
    """Tests, each of which must fail."""
    shown_by: str | None = None
    """The scenario of simulated ticks that must show it, too, if there is one."""

    def apply(self, root: Path) -> None:
        """Edit the copy of the product under that root."""
        path = root / PRODUCT / self.module
        text = path.read_text("utf-8")
        for edit in self.edits:
            if text.count(edit["before"]) != 1:
                raise StaleMutationError(f"{self}: {self.module} has this {text.count(edit['before'])} times: {edit}")
            text = text.replace(edit["before"], edit["after"])
        path.write_text(text, "utf-8")

    def __str__(self) -> str:
        return self.name


MUTATIONS: Final = tuple(
    Mutation(**mutation)
    for mutation in tomllib.loads(Path(__file__).with_suffix(".toml").read_text("utf-8"))["mutation"]
)


def survivors(mutation: Mutation | None, tests: Sequence[str]) -> list[str]:
    """Name those of the tests that pass with the edit, or without any."""
    with _copy_of_the_product(mutation) as root:
        done = _python(root, "-m", "pytest", "-q", "--tb=no", "-p", "no:cacheprovider", *tests)
    failed = [line.removeprefix("FAILED ") for line in done.stdout.splitlines() if line.startswith("FAILED ")]
    if done.returncode != bool(failed):
        raise NotTestedError(f"{mutation}: {done.stdout}{done.stderr}")
    return [test for test in tests if not any(line.startswith(test) for line in failed)]


def survives_simulation(mutation: Mutation) -> bool:
    """Tell whether the simulated ticks find nothing wrong with the edit, in the scenario that should show it."""
    with _copy_of_the_product(mutation) as root:
        done = _python(root, "-m", "tests.faults.simulation", str(mutation.shown_by))
    if done.returncode not in (0, 1):
        raise NotTestedError(f"{mutation}: {done.stdout}{done.stderr}")
    return done.returncode == 0


@contextmanager
def _copy_of_the_product(mutation: Mutation | None) -> Iterator[Path]:
    with TemporaryDirectory(prefix="import-watch-") as directory:
        root = Path(directory)
        for name in COPIED:
            if (ROOT / name).is_dir():
                shutil.copytree(ROOT / name, root / name, ignore=shutil.ignore_patterns("__pycache__"))
            else:
                shutil.copy(ROOT / name, root / name)
        for environment in LINKED:
            (root / environment).symlink_to((ROOT / environment).resolve())
        if mutation:
            mutation.apply(root)
        yield root


def _python(root: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "PYTHONPATH": f"{root / 'functions'}:{root}", "PYTHONDONTWRITEBYTECODE": "1"}
    try:
        return subprocess.run(  # noqa: S603 - our own tests
            [sys.executable, *arguments],
            cwd=root,
            env=environment,
            capture_output=True,
            text=True,
            check=False,
            timeout=LONGEST,
        )
    except subprocess.TimeoutExpired as error:
        raise NotTestedError(f"{arguments} did not end in {LONGEST:.0f} seconds") from error
