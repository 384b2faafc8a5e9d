"""What answers look like, whatever they tell of."""

import json
from io import StringIO

import pytest

from import_watch_cli.speech.answers import PrintableConsole, coloured, json_text, printable, table


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("plain", "plain"),
        ("\x1b]0;x\x07", "�]0;x�"),
        ("\u009b\u202e\u2066\n", "����"),
        ("\ud800", "�"),
        ("Kunden über 漢字 😀\u00a0\u3000", "Kunden über 漢字 😀\u00a0\u3000"),
        ("\N{WOMAN}\N{ZERO WIDTH JOINER}\N{PERSONAL COMPUTER}", "\N{WOMAN}\N{ZERO WIDTH JOINER}\N{PERSONAL COMPUTER}"),
    ],
)
def test_what_a_terminal_would_obey_is_a_sign(text: str, shown: str) -> None:
    """What people write in any script is left."""
    assert printable(text) == shown


def test_lines_keep_their_colours_and_nothing_else() -> None:
    """A sequence that is no colour is none."""
    assert coloured("\x1b[1m\x1b[34mname\x1b[0m\n\x1b[2J\x1b]0;x\x07") == "\x1b[1m\x1b[34mname\x1b[0m\n�[2J�]0;x�"


def test_json_keeps_all_by_escapes() -> None:
    """So that what reads it has what was written."""
    given = {"name": "\x7f\u009b\u202e\ud800\U000e0001 漢字"}
    text = json_text(given)
    assert text == r'{"name": "\u007f\u009b\u202e\ud800\udb40\udc01 漢字"}'
    assert json.loads(text) == given


def test_tables_and_lines_of_a_console_show_signs() -> None:
    """And names that look like emoji are names."""
    out = StringIO()
    rows = table("NAME")
    rows.add_row("\x1b]0;x\x07:smile:")
    console = PrintableConsole(file=out, markup=False, emoji=False, width=80)
    console.print(rows)
    console.print("\u009bline :smile:")
    assert [line.rstrip() for line in out.getvalue().splitlines()] == ["NAME", "�]0;x�:smile:", "�line :smile:"]
