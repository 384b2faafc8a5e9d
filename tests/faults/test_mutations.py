"""An edit that breaks a promise is caught by the tests that are named for it."""

from pathlib import Path

import pytest

from tests.faults.mutations import (
    MUTATIONS,
    Mutation,
    NotTestedError,
    StaleMutationError,
    survives_simulation,
    survivors,
)

pytestmark = pytest.mark.e2e


def test_without_an_edit_they_all_pass() -> None:
    """So it is the edit that they fail at."""
    tests = sorted({test for mutation in MUTATIONS for test in mutation.caught_by})
    assert survivors(None, tests) == tests


@pytest.mark.parametrize("mutation", MUTATIONS, ids=str)
def test_the_tests_bite(mutation: Mutation) -> None:
    """Each that is named for an edit fails with it."""
    assert survivors(mutation, mutation.caught_by) == []


@pytest.mark.parametrize("mutation", [mutation for mutation in MUTATIONS if mutation.shown_by], ids=str)
def test_the_simulation_bites(mutation: Mutation) -> None:
    """It shows a loss or a double."""
    assert not survives_simulation(mutation)


def test_an_edit_of_what_is_no_longer_there_proves_nothing(tmp_path: Path) -> None:
    """It says so, instead of passing."""
    (tmp_path / "functions" / "import_watch").mkdir(parents=True)
    (tmp_path / "functions" / "import_watch" / "announce.py").write_text("twice\ntwice\n")
    for before in ("twice", "never"):
        edits = [{"before": before, "after": ""}]
        with pytest.raises(StaleMutationError, match=before):
            Mutation(name="stale", module="announce.py", edits=edits, caught_by=[]).apply(tmp_path)


def test_tests_that_do_not_run_prove_nothing() -> None:
    """A misspelt name, for one."""
    with pytest.raises(NotTestedError, match="no_such_test"):
        survivors(None, ["tests/unit/test_tick.py::no_such_test"])
