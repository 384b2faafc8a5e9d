"""What the benchmark makes of its samples. How long anything takes, no test says."""

from io import StringIO

import pytest
from rich.console import Console

from bench.__main__ import CONCERNS, main
from bench.figures import Bar, Figure, Spread, at_least, at_most, exactly
from bench.rounds import ratio
from bench.table import machine, missed, show


def a_figure(value: Spread | float, bar: Bar | None = None, **facts: str) -> Figure:
    return Figure(what="what was measured", value=value, bar=bar, **facts)


def test_samples_are_told_by_their_median_and_extremes() -> None:
    """None is left out."""
    assert Spread.of([3.0, 1.0, 9.0]) == Spread(median=3.0, least=1.0, most=9.0, samples=3)


@pytest.mark.parametrize(
    ("bar", "holding", "missing"), [(at_most(1.25), 1.25, 1.26), (at_least(30), 30.0, 29.9), (exactly(10), 10, 11)]
)
def test_the_bar_itself_holds(bar: Bar, holding: float, missing: float) -> None:
    """And what lies on its wrong side doesn't."""
    assert a_figure(holding, bar).holds
    assert not a_figure(missing, bar).holds


def test_the_median_is_held_to_the_bar_and_no_luckier_sample() -> None:
    """Nor an unluckier one."""
    assert not a_figure(Spread.of([0.5, 1.1, 1.2]), at_most(1)).holds
    assert a_figure(Spread.of([0.5, 0.9, 7.0]), at_most(1)).holds


def test_a_figure_without_a_bar_is_only_shown() -> None:
    """It can't fail."""
    assert a_figure(1e9).holds


def test_two_things_are_measured_in_turn_each_first_in_every_other_round() -> None:
    """What drifts meanwhile favours neither; each round gives one ratio."""
    order: list[str] = []

    def measure(name: str, value: float) -> float:
        order.append(name)
        return value

    spread = ratio(lambda: measure("ours", 3.0), lambda: measure("theirs", 2.0), 4)
    assert "".join(name[0] for name in order) == "ottootto"
    assert spread == Spread(median=1.5, least=1.5, most=1.5, samples=4)


def test_the_table_says_of_each_figure_whether_it_holds() -> None:
    """With its spread and its bar, on which machine; and how many do."""
    figures = [
        a_figure(Spread.of([1.0, 1.5, 2.0]), at_most(1)),
        a_figure(1000, exactly(1000)),
        a_figure(Spread.of([66.8]), unit="MB"),
    ]
    show(figures, "a machine", Console(file=(shown := StringIO()), width=150))
    lines = [[cell.strip() for cell in line.split("│")[2:-1]] for line in shown.getvalue().splitlines() if "│" in line]
    assert lines == [
        ["1.50", "1.00 - 2.00 (3)", "<= 1", "DOES NOT HOLD"],
        ["1,000", "counted", "= 1,000", "holds"],
        ["66.80 MB", "one run", "none", ""],
    ]
    assert shown.getvalue().startswith("a machine\n")
    assert "1 of 2 bars hold" in shown.getvalue()
    assert missed(figures) == 1


def test_the_machine_is_described_with_all_versions() -> None:
    """Those that a ratio may depend on."""
    assert all(name in machine() for name in ("Python", "boto3", "awscli", "cores"))


def test_an_unknown_name_is_answered_with_those_there_are() -> None:
    """Before anything is started."""
    with pytest.raises(SystemExit, match="speed: no such benchmark; there are cold-start, "):
        main(["speed", next(iter(CONCERNS))])
