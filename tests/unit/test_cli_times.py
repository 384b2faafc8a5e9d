"""How long, and since when."""

from datetime import UTC, datetime, timedelta, timezone

import click
import pytest
from click.testing import CliRunner

from import_watch.phrases import moment
from import_watch_cli.speech.times import read_moment, read_span, short_span, typed_moment, typed_span
from import_watch_cli.speech.words import ago, counted, when

NOW = datetime(2026, 5, 24, 21, 26, 45, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "span"),
    [
        ("30m", timedelta(minutes=30)),
        ("2h", timedelta(hours=2)),
        ("1d", timedelta(days=1)),
        ("1w", timedelta(weeks=1)),
        ("45s", timedelta(seconds=45)),
        ("90 minutes", timedelta(minutes=90)),
        ("1h30m", timedelta(minutes=90)),
        ("1 day 2 hours", timedelta(hours=26)),
        (" 1 week ", timedelta(weeks=1)),
    ],
)
def test_a_span_is_numbers_and_units(text: str, span: timedelta) -> None:
    """Short or in full."""
    assert read_span(text) == span


@pytest.mark.parametrize("text", ["", "2", "h", "2 months", "-2h", "2h x", "0m", "1.5h", "9999999d"])
def test_no_other_span_is_read(text: str) -> None:
    """The error shows it, and what is allowed."""
    with pytest.raises(ValueError, match="is not allowed; allowed: ") as refused:
        read_span(text)
    assert repr(text) in str(refused.value)


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2026-05-24", datetime(2026, 5, 24, tzinfo=UTC)),
        ("2026-05-24T21:26", datetime(2026, 5, 24, 21, 26, tzinfo=UTC)),
        ("2026-05-24T21:26:45.308Z", datetime(2026, 5, 24, 21, 26, 45, 308000, tzinfo=UTC)),
        ("2026-05-24T21:26+02:00", datetime(2026, 5, 24, 21, 26, tzinfo=timezone(timedelta(hours=2)))),
        ("2h", NOW - timedelta(hours=2)),
        ("1 day", NOW - timedelta(days=1)),
    ],
)
def test_a_moment_is_a_date_or_how_long_ago(text: str, moment: datetime) -> None:
    """In UTC where it names no zone."""
    assert read_moment(text, NOW) == moment


@pytest.mark.parametrize("text", ["", "yesterday", "2026-13-01", "999999w", "0001-01-01T00:00+14:00"])
def test_no_other_moment_is_read(text: str) -> None:
    """Be it beyond what dates can tell."""
    with pytest.raises(ValueError, match="is not allowed; allowed: 2026-05-24"):
        read_moment(text, NOW)


@pytest.mark.parametrize(
    ("span", "words"),
    [
        (timedelta(seconds=-1), "0 s"),
        (timedelta(seconds=12), "12 s"),
        (timedelta(minutes=1), "1 min"),
        (timedelta(hours=2, minutes=5), "2 h 5 min"),
        (timedelta(hours=2), "2 h"),
        (timedelta(days=1, minutes=59), "1 day"),
        (timedelta(days=3, hours=4), "3 days 4 h"),
        (timedelta(weeks=2), "2 weeks"),
    ],
)
def test_a_span_is_said_by_its_two_largest_units(span: timedelta, words: str) -> None:
    """Nothing is longer than a person wants to know."""
    assert short_span(span) == words


def test_moments_and_numbers_are_worded_as_in_messages() -> None:
    """Whoever gets both reads the same."""
    local = NOW.astimezone(timezone(timedelta(hours=2)))
    assert (when(local), moment({"at": NOW.isoformat()}, "at")) == ("2026-05-24 21:26:45 UTC",) * 2
    assert [counted(1, "watch"), counted(1200, "watch"), counted(2, "row")] == ["1 watch", "1,200 watches", "2 rows"]
    assert ago(NOW, NOW + timedelta(hours=2, minutes=5)) == "2 hours 5 minutes ago"


def test_options_take_them() -> None:
    """A mistake is told with the option's name."""

    @click.command
    @click.option("--for", "lasting", type=typed_span)
    @click.option("--since", type=typed_moment)
    def command(lasting: timedelta, since: datetime) -> None:
        click.echo(f"{lasting} {since:%Y-%m-%d %Z}")

    run = CliRunner().invoke
    assert run(command, ["--for", "2h", "--since", "2026-05-24"]).output == "2:00:00 2026-05-24 UTC\n"
    assert "Invalid value for '--for': 'x' is not allowed; allowed: 30m" in run(command, ["--for", "x"]).output
    assert "Invalid value for '--since': 'x' is not allowed" in run(command, ["--since", "x"]).output
