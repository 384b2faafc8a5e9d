"""Text, tables and JSON read as the AWS command line's formatters write them; YAML reads back as what it says."""

from collections.abc import Callable, Iterator
from itertools import pairwise
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from import_watch.jobs import Target
from import_watch.sources.manifest import Asking
from import_watch.sources.registry import manifests
from import_watch_cli.jobs import as_json, as_yaml
from import_watch_cli.jobs.as_table import table
from import_watch_cli.jobs.as_text import lines
from import_watch_cli.jobs.document import answer, document, spooled
from import_watch_cli.jobs.listing import Page
from import_watch_cli.jobs.shapes import UnshowableError
from import_watch_cli.speech.errors import Exit
from tests.cli.aws import TITLE, formatted

Writer = Callable[[Any], Iterator[str]]


def drawn(value: Any, terminal: int = 80) -> Iterator[str]:
    return table(TITLE, value, terminal=terminal, colours=False)


LETTERS = st.sampled_from("aZ 9-:é漢ｶ\u0301😀\n\x1b\x85\u2028\ud800")
NAMES = st.sampled_from(["Id", "JobStatus", "Definition", "Failures", "TotalPieces", "é"])
SCALARS = (
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(LETTERS)
)


def _larger(values: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    records = st.dictionaries(NAMES, values, max_size=4)
    others = values.filter(lambda value: not isinstance(value, dict))
    return records | st.lists(records, max_size=4) | st.lists(others, max_size=4)


VALUES = st.recursive(SCALARS, _larger, max_leaves=20)
"""What a query may leave. Lists hold records only, or none: else the AWS command line fails."""
JOBS = st.lists(
    st.fixed_dictionaries(
        {"Id": st.text(LETTERS, min_size=1), "JobStatus": st.sampled_from(["COMPLETED", "PROCESSING"])},
        optional={
            "CompletionDate": st.text(LETTERS, max_size=90),
            "Definition": st.dictionaries(NAMES, st.text(LETTERS) | st.booleans(), max_size=3),
            "Failures": st.lists(st.text(LETTERS), max_size=3),
            "TotalPieces": st.integers(0),
        },
    ),
    max_size=5,
)


@given(VALUES)
def test_any_value_reads_as_the_aws_command_line_writes_it(value: Any) -> None:
    """Scalars, lists, records, nested as may be, wide characters too; what it fails at is refused."""
    for output, write in (("text", lines), ("table", drawn), ("json", as_json.whole)):
        expected = formatted(value, output)
        if expected is None:
            with pytest.raises(UnshowableError):
                list(write(value))
        else:
            assert "".join(write(value)) == expected, output


ASKINGS = st.sampled_from([each.asking(Target(each.name, "list")) for each in manifests()])


@given(JOBS, st.sets(st.integers(0, 5)), st.none() | st.just("more"), ASKINGS)
def test_pages_read_as_the_one_page_that_they_make(
    jobs: list[Any], cuts: set[int], token: str | None, asking: Asking
) -> None:
    """However they are cut, in each format, with the token of what follows, in each source's form."""
    pages = _cut(jobs, cuts, token)
    whole = document(pages, asking)
    page = whole[asking.payload] if asking.payload else whole
    assert page == {asking.items: jobs, **({asking.token: token} if token else {})}
    for output, write in (("text", lines), ("table", drawn)):
        with spooled(pages, asking) as listed:
            assert "".join(write(listed)) == formatted(whole, output), output
    assert "".join(as_json.streamed(pages, asking)) == formatted(whole, "json")
    assert yaml.safe_load("".join(as_yaml.streamed(pages, asking))) == whole
    stream = yaml.safe_load("".join(as_yaml.stream(pages, asking)))
    assert stream == [answer(asking, page.jobs, page.token) for page in pages]


def _cut(jobs: list[Any], cuts: set[int], token: str | None) -> list[Page]:
    bounds = [0, *sorted(cut for cut in cuts if cut <= len(jobs)), len(jobs)]
    parts = [jobs[start:end] for start, end in pairwise(bounds)]
    return [Page(jobs=part, token="next" if number else token) for number, part in enumerate(reversed(parts))][::-1]


@given(VALUES)
def test_yaml_says_what_json_says(value: Any) -> None:
    """Of a query's result, by itself or as a stream's entry."""
    assert yaml.safe_load("".join(as_yaml.whole(value))) == value
    assert yaml.safe_load("".join(as_yaml.entry(value))) == [value]


@pytest.mark.parametrize("write", [lines, drawn])
def test_what_has_no_columns_is_refused_in_a_line_that_names_another_format(write: Writer) -> None:
    """Records beside other things: the AWS command line ends with an exception there."""
    with pytest.raises(UnshowableError, match="can't show what --query leaves") as refused:
        list(write([{"Id": "1"}, "x"]))
    assert refused.value.code is Exit.USAGE


def test_a_wide_terminal_keeps_rows_lying() -> None:
    """They stand upright only where they don't fit."""
    value = {"Id": "x" * 70, "JobStatus": "COMPLETED"}
    narrow, wide = ("".join(drawn(value, terminal)) for terminal in (80, 120))
    assert narrow == formatted(value, "table")
    assert "JobStatus" in wide.splitlines()[3]
    assert "x" * 70 in wide.splitlines()[5]
