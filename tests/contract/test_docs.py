"""Documents that can't be wrong about names: the tests, files and pages that they cite are there."""

import re
from pathlib import Path

import pytest

from tests.contract.samples import ROOT

PAGES = sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md")])
TEST = re.compile(r"((?:unit|adapters|sources|infra|contract|cli|e2e|faults)/test_\w+\.py|…)((?:::\w+)*)")
BEHAVIOUR = [
    "docs/architecture.md",
    "docs/operations.md",
    "docs/migrating-from-pinpoint.md",
    "docs/adding-a-source.md",
    *(str(page.relative_to(ROOT)) for page in ROOT.glob("docs/adr/0*.md")),
]
NAMES = {"Words", "Layers", "Items of the table", "Where to add", "What to find out"}
REASONS = {"Status", "Context", "Decision", "Price"}
LINK = re.compile(r"\]\(([^)#:]+)\)")


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_what_a_page_cites_exists(page: Path) -> None:
    """A test by its file, or … for the file named last, and its name; a page or folder by its path.

    A file whose text the page itself gives is the reader's to make.
    """
    text = page.read_text("utf-8")
    given = re.findall(r"^`tests/([\w/.]+)`:$", text, re.MULTILINE)
    source = ""
    for file, names in TEST.findall(text):
        if file in given:
            continue
        source = source if file == "…" else (ROOT / "tests" / file).read_text("utf-8")
        for name in filter(None, names.split("::")):
            assert re.search(rf"(def|class) {name}\b", source), f"{file}::{name}"
    for path in LINK.findall(text):
        assert (page.parent / path).exists(), path


@pytest.mark.parametrize("page", BEHAVIOUR)
def test_every_claim_about_behaviour_names_the_test_that_shows_it(page: str) -> None:
    """Each paragraph or item of a section does, unless the section only names things or gives reasons."""
    _, *sections = re.split("^## ", (ROOT / page).read_text("utf-8"), flags=re.MULTILINE)
    for section in sections:
        title, _, text = section.partition("\n")
        if title not in NAMES | REASONS:
            assert [claim for claim in claims(text) if not TEST.search(claim)] == [], title


def claims(text: str) -> list[str]:
    """Take a section apart: its paragraphs, and the items of lists without numbers.

    Code, tables and quotes are none, nor is what introduces a command.
    """
    text = re.sub("```.*?```", "", text, flags=re.DOTALL)
    parts = (part.strip() for part in re.split(r"\n\s*\n|\n(?=- )", text))
    return [part for part in parts if part and part[0] not in "|>" and part[-1] != ":"]
