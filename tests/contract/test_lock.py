"""What is asked for and what is installed are the same: set-up takes the lock file as it stands."""

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
