"""docs/adding-a-source.md, followed literally in a copy of the project."""

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest

from tests.contract.samples import ROOT

PAGE = (ROOT / "docs" / "adding-a-source.md").read_text("utf-8")
BLOCK = re.compile(r"^`([\w/.]+)`:\n\n```(python|diff)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
BLOCKS = {path: (language, text) for path, language, text in BLOCK.findall(PAGE)}
COMMANDS = re.findall(r"```sh\n(.*?)```", PAGE, re.DOTALL)
Command = tuple[str, ...]
NEEDED = ("bench", "cli", "docs", "events", "functions", "infra", "local", "tests", "cdk.json", "pyproject.toml")
CONTRACT: Command = (
    sys.executable,
    "-m",
    "pytest",
    "-q",
    "-x",
    "-p",
    "no:cacheprovider",
    "tests/sources/test_healthlake.py",
)
SAMPLES: Command = (sys.executable, "-m", "tests.contract.samples")
"""What `make samples` begins with; manual and template don't change by a source that no watch names."""
LINT: Mapping[str, Command] = {
    "formatted": (sys.executable, "-m", "ruff", "format", "--check", "functions", "local", "tests/sources"),
    "linted": (sys.executable, "-m", "ruff", "check", "functions", "local", "tests/sources"),
    "in their layers": (str(Path(sys.executable).parent / "lint-imports"), "--no-logo", "--no-cache"),
    "typed": (sys.executable, "-m", "mypy", "functions", "local", "tests/sources"),
}


def test_it_says_which_file_each_block_is_for() -> None:
    """Nothing else is shown as code but the commands that check it."""
    assert PAGE.count("```") == 2 * (len(BLOCKS) + len(COMMANDS))
    assert COMMANDS == ["make samples\n", ".venv/bin/pytest tests/sources/test_healthlake.py\nmake lint\n"]


@pytest.mark.e2e
def test_the_page_followed_literally_adds_a_source(tmp_path: Path) -> None:
    """The contract test and the linters pass, and the schemas know the new targets."""
    follow(tmp_path, BLOCKS)
    for command in (SAMPLES, CONTRACT):
        passed = run(tmp_path, *command)
        assert passed.returncode == 0, passed.stdout + passed.stderr
    for what, command in LINT.items():
        linted = run(tmp_path, *command)
        assert linted.returncode == 0, f"not {what}: {linted.stdout}{linted.stderr}"
    for page in ("events/schedule-input.schema.json", "events/message.schema.json"):
        assert "healthlake" in (tmp_path / page).read_text("utf-8"), page


@pytest.mark.e2e
@pytest.mark.parametrize("left_out", BLOCKS)
def test_without_any_of_its_blocks_the_checks_fail(left_out: str, tmp_path: Path) -> None:
    """So each is needed."""
    follow(tmp_path, {path: block for path, block in BLOCKS.items() if path != left_out})
    assert checked(tmp_path) != 0


@pytest.mark.e2e
@pytest.mark.parametrize(
    ("right", "wrong"),
    [
        ('"FAILED": Outcome.FAILED', '"FAILED": Outcome.COMPLETED'),
        ('completed="EndTime"', 'completed="SubmitTime"'),
        ('"datastore/fhir/{target', '"datastore/{target'),
        ('items="ImportJobPropertiesList"', 'items="ImportJobs"'),
    ],
    ids=["a status", "a date", "a grant", "a page"],
)
def test_a_mistake_in_the_source_fails_its_contract_test(right: str, wrong: str, tmp_path: Path) -> None:
    """Which knows the facts by itself."""
    path = "functions/import_watch/sources/healthlake.py"
    language, text = BLOCKS[path]
    assert right in text
    follow(tmp_path, {**BLOCKS, path: (language, text.replace(right, wrong))})
    assert checked(tmp_path) == 1


def follow(directory: Path, blocks: Mapping[str, tuple[str, str]]) -> None:
    """Copy the project, and put each block where it belongs."""
    unneeded = shutil.ignore_patterns("__pycache__", "e2e", "faults")
    for name in NEEDED:
        if (ROOT / name).is_dir():
            shutil.copytree(ROOT / name, directory / name, ignore=unneeded)
        else:
            shutil.copy(ROOT / name, directory)
    for path, (language, text) in blocks.items():
        file = directory / path
        file.write_text(changed(file.read_text("utf-8"), text) if language == "diff" else text, "utf-8")


def changed(text: str, diff: str) -> str:
    """Change what a diff without line numbers changes; it has to be there, once."""
    before = "".join(f"{line[1:]}\n" for line in diff.splitlines() if line[0] in " -")
    after = "".join(f"{line[1:]}\n" for line in diff.splitlines() if line[0] in " +")
    assert text.count(before) == 1, before
    return text.replace(before, after)


def checked(directory: Path) -> int:
    """Do as the page says once all blocks are in place; how the contract test ends."""
    return [run(directory, *command).returncode for command in (SAMPLES, CONTRACT)][-1]


def run(directory: Path, *command: str) -> subprocess.CompletedProcess[str]:
    """Run it in the copy, which goes before what is installed."""
    return subprocess.run(  # noqa: S603 - ours
        command,
        cwd=directory,
        env={**os.environ, "PYTHONPATH": "cli:functions:."},
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )
