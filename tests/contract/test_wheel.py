"""The command line's wheel: what it has, and what it brings along."""

import os
import subprocess
import sys
import zipfile
from email import message_from_string
from importlib.metadata import requires
from pathlib import Path

import pytest
import uv
from packaging.requirements import Requirement

from tests.contract.samples import ROOT

UV = uv.find_uv_bin()
EVERY_MODULE = """
import importlib, pkgutil, import_watch_cli
for module in pkgutil.walk_packages(import_watch_cli.__path__, "import_watch_cli."):
    if not module.name.endswith("__main__"):
        importlib.import_module(module.name)
"""


def run(*command: str | Path, **environment: str) -> str:
    done = subprocess.run(  # noqa: S603 - made here
        command, cwd=ROOT, env=os.environ | environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    directory = tmp_path_factory.mktemp("wheel")
    run(sys.executable, "-m", "hatchling", "build", "--target", "wheel", "--directory", directory)
    (built,) = directory.glob("*.whl")
    return built


def test_it_has_the_command_and_what_that_is_made_of(wheel: Path) -> None:
    """Neither the function's handlers nor anything else that stands beside them."""
    with zipfile.ZipFile(wheel) as archive:
        names = {name for name in archive.namelist() if ".dist-info/" not in name}
        (entry_points,) = [name for name in archive.namelist() if name.endswith("entry_points.txt")]
        assert "import-watch = import_watch_cli.__main__:main" in archive.read(entry_points).decode()
    assert {name.split("/")[0] for name in names} == {"import_watch", "import_watch_cli"}
    assert {"import_watch/changes.py", "import_watch_cli/app.py"} <= names
    assert not [name for name in names if "handlers" in name or not name.endswith(".py")]


def test_it_asks_for_neither_the_stack_s_packages_nor_the_function_s(wheel: Path) -> None:
    """Five packages, each of which it imports; what they ask for is not ours to choose."""
    with zipfile.ZipFile(wheel) as archive:
        (metadata,) = [name for name in archive.namelist() if name.endswith("/METADATA")]
        asked = message_from_string(archive.read(metadata).decode()).get_all("Requires-Dist", [])
    names = {Requirement(one).name for one in asked}
    assert names == {"boto3", "click", "jmespath", "pyyaml", "rich"}
    beneath = {Requirement(one).name for name in names for one in requires(name) or [] if "extra" not in one}
    assert not (names | beneath) & {"aws-cdk-lib", "constructs", "aws-lambda-powertools", "pydantic"}


def test_installed_by_itself_it_runs(wheel: Path, tmp_path: Path) -> None:
    """In an environment that has nothing else, with the versions that are locked here."""
    locked, environment = tmp_path / "locked.txt", tmp_path / "environment"
    exported = run(UV, "export", "--quiet", "--frozen", "--no-emit-project", "--group", "cli", "--no-default-groups")
    locked.write_text(exported)
    run(UV, "venv", "--quiet", "--python", sys.executable, environment)
    python = environment / "bin" / "python"
    run(UV, "pip", "install", "--quiet", "--python", python, "--constraint", locked, wheel)
    installed = run(UV, "pip", "list", "--python", python, "--format", "json")
    assert "import-watch" in installed
    assert not [name for name in ("aws-cdk-lib", "constructs", "powertools", "pydantic") if name in installed]
    assert run(environment / "bin" / "import-watch", "--version", PYTHONPATH="").startswith("import-watch/")
    run(python, "-c", EVERY_MODULE, PYTHONPATH="")
