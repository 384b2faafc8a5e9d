"""Documents that can't be wrong about names: the tests, files and pages that they cite are there."""

import re
from pathlib import Path

import pytest

from tests.contract.samples import ROOT

PAGES = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", ROOT / "CHANGELOG.md", *sorted(ROOT.glob("docs/**/*.md"))]
TEST = re.compile(r"((?:unit|adapters|infra|contract|e2e)/test_\w+\.py|…)((?:::\w+)*)")
LINK = re.compile(r"\]\(([^)#:]+)\)")


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_what_a_page_cites_exists(page: Path) -> None:
    """A test by its file, or … for the file named last, and its name; a page or folder by its path."""
    text = page.read_text("utf-8")
    source = ""
    for file, names in TEST.findall(text):
        source = source if file == "…" else (ROOT / "tests" / file).read_text("utf-8")
        for name in filter(None, names.split("::")):
            assert re.search(rf"(def|class) {name}\b", source), f"{file}::{name}"
    for path in LINK.findall(text):
        assert (page.parent / path).exists(), path
