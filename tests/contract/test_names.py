"""Nobody but a source's own files knows its name."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from import_watch.sources import registry
from tests.contract.samples import ROOT

SOURCES = ROOT / "functions" / "import_watch" / "sources"
MODULES = [path for part in ("functions", "infra", "cli") for path in sorted((ROOT / part).rglob("*.py"))]


def named(path: Path) -> Iterator[str]:
    """Find the sources' names that a module has as texts of their own, to compare with or to look up."""
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Constant) and node.value in registry.MODULES:
            yield str(node.value)


@pytest.mark.parametrize("path", [ROOT / "app.py", *(one for one in MODULES if SOURCES not in one.parents)], ids=str)
def test_no_module_elsewhere_names_a_source(path: Path) -> None:
    """What differs by source, its manifest says: a new one is added without a look at anything else."""
    assert list(named(path)) == []


@pytest.mark.parametrize("name", registry.MODULES)
def test_each_is_named_by_the_registry_and_by_itself(name: str) -> None:
    """So it would be found elsewhere."""
    names = {path.name for path in SOURCES.glob("*.py") if name in set(named(path))}
    assert names >= {"registry.py", f"{registry.MODULES[name]}.py"}
