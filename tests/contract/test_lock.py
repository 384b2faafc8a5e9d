"""What is asked for and what is installed are the same: set-up takes the lock file as it stands."""

import json
import re
import tomllib
from typing import Any

import pytest

from tests.contract.samples import ROOT


def toml(name: str) -> Any:
    return tomllib.loads((ROOT / name).read_text("utf-8"))


PROJECT, LOCK = toml("pyproject.toml"), toml("uv.lock")
(OURS,) = [package for package in LOCK["package"] if package["name"] == PROJECT["project"]["name"]]


@pytest.mark.parametrize("group", sorted(PROJECT["dependency-groups"]))
def test_every_pin_is_the_locked_one(group: str) -> None:
    """Run `.venv/bin/uv lock` after changing one."""
    asked = {}
    for requirement in PROJECT["dependency-groups"][group]:
        name, version = re.fullmatch(r"([a-z0-9-]+)(?:\[[a-z0-9,-]+\])?==(.+)", requirement).groups()  # type: ignore[union-attr] # or fail
        asked[name] = version
    locked = {one["name"]: one["specifier"].removeprefix("==") for one in OURS["metadata"]["requires-dev"][group]}
    assert asked == locked
    installed = {package["name"]: package["version"] for package in LOCK["package"]}
    assert asked.items() <= installed.items()


@pytest.mark.parametrize("package", LOCK["package"], ids=lambda package: f"{package['name']}-{package.get('version')}")
def test_every_artefact_has_its_hash(package: dict[str, Any]) -> None:
    """And comes from PyPI; only the project itself is here already."""
    artefacts = [*package.get("wheels", []), *filter(None, [package.get("sdist")])]
    if package is OURS:
        assert (package["source"], artefacts) == ({"editable": "."}, [])
    else:
        assert package["source"] == {"registry": "https://pypi.org/simple"}
        assert artefacts
        assert all(re.fullmatch("sha256:[0-9a-f]{64}", artefact["hash"]) for artefact in artefacts)


def test_every_npm_package_has_its_hash() -> None:
    """`npm ci` refuses what doesn't have it."""
    root, *packages = json.loads((ROOT / "package-lock.json").read_text("utf-8"))["packages"].values()
    assert root["devDependencies"] == json.loads((ROOT / "package.json").read_text("utf-8"))["devDependencies"]
    assert packages
    assert all(re.fullmatch("sha512-[A-Za-z0-9+/]{86}==", package["integrity"]) for package in packages)


def test_nothing_is_installed_past_the_lock() -> None:
    """Neither by set-up, uv itself included, nor by make."""
    setup, makefile = ((ROOT / name).read_text("utf-8").replace("\\\n", "") for name in ("local/setup", "Makefile"))
    installs = re.findall(r".*\b(?:pip install|uv\" sync|npm-cli\.js\") .*", setup + makefile)
    assert len(installs) == 3
    for line in installs:
        assert re.search(r"--require-hashes|sync --frozen|npm-cli\.js\" ci ", line), line


def test_what_builds_the_command_line_is_locked_too() -> None:
    """Set-up takes it from the environment, instead of the newest that a build of its own would fetch."""
    assert PROJECT["build-system"]["requires"] == PROJECT["dependency-groups"]["build"]
    assert "--no-build-isolation-package import-watch" in (ROOT / "local/setup").read_text("utf-8")
