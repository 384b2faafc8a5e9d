"""`import-watch jobs` where a person reads: rows, colours, a pager, questions, a table that changes."""

import shutil
import sys

import pytest

from local.stand_in import StandIn, import_job
from tests.builders import MINUTE, NOW
from tests.cli.command import Command
from tests.cli.job_lists import TARGET, many
from tests.cli.terminal import Terminal

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="opens a pseudo terminal")


def test_a_pager_shows_it(command: Command, pinpoint: StandIn) -> None:
    """The one that is asked for, as pages come; leaving it early ends the command well."""
    pinpoint.jobs.put(TARGET, *many(2000))
    assert shutil.which("head")
    with Terminal(("jobs", TARGET), command.whole({"AWS_PAGER": "head -n 3"})) as terminal:
        assert terminal.ended() == 0
    assert terminal.shown.splitlines()[0].startswith("JOB ")
    assert [line.split()[0] for line in terminal.shown.splitlines()[1:]] == ["job-00000", "job-00001"]
    assert "\x1b[32mCOMPLETED\x1b[0m" in terminal.shown


@pytest.mark.skipif(not shutil.which("less"), reason="pages through less")
def test_less_is_the_usual_pager(command: Command, pinpoint: StandIn) -> None:
    """It stays where a screen is too small, and keeps colours; where one is enough it ends by itself."""
    pinpoint.jobs.put(TARGET, *many(100))
    with Terminal(("jobs", TARGET), command.whole({})) as terminal:
        terminal.until("job-00005")
        assert "job-00090" not in terminal.shown
        terminal.type("q")
        assert terminal.ended() == 0
    pinpoint.jobs.script(TARGET, [])
    with Terminal(("jobs", TARGET, "--status", "FAILED"), command.whole({})) as terminal:
        assert terminal.ended() == 0


def test_no_pager_where_none_is_wanted(command: Command, pinpoint: StandIn) -> None:
    """All of it, and without colours if told so. A table is as wide as the terminal allows."""
    pinpoint.jobs.put(TARGET, *many(100))
    typed = ("jobs", TARGET, "--no-cli-pager", "--color", "off", "--output", "table")
    with Terminal(typed, command.whole({"AWS_PAGER": "head -n 3"})) as terminal:
        assert terminal.ended() == 0
    assert "job-00099" in terminal.shown
    assert "\x1b" not in terminal.shown
    with Terminal(("jobs", TARGET), command.whole({"AWS_PAGER": ""})) as terminal:
        assert terminal.ended() == 0
    assert "job-00099" in terminal.shown


def test_it_asks_and_waits_for_an_answer(command: Command, pinpoint: StandIn) -> None:
    """Application, then segment."""
    pinpoint.jobs.put(TARGET, *many(2))
    with Terminal(("jobs", "--cli-auto-prompt", "--no-cli-pager"), command.whole({})) as terminal:
        terminal.until("Application id: ")
        terminal.type("app\n")
        terminal.until("all of the application): ")
        terminal.type("seg\n")
        assert terminal.ended() == 0
    assert "job-00001" in terminal.shown
    assert pinpoint.calls[0].target == TARGET


def test_a_live_table_follows(command: Command, pinpoint: StandIn) -> None:
    """It is drawn anew until nothing runs; then the terminal is as it was."""
    running = import_job(TARGET, "job-1", "PROCESSING", created=NOW, TotalPieces=4, CompletedPieces=1)
    pinpoint.jobs.put(TARGET, running)
    with Terminal(("jobs", TARGET, "--follow", "--every", "0.2"), command.whole({})) as terminal:
        terminal.until("1/4")
        pinpoint.jobs.change(TARGET, "job-1", CompletedPieces=3)
        terminal.until("3/4")
        pinpoint.jobs.put(TARGET, import_job(TARGET, "job-1", "COMPLETED", created=NOW, completed=NOW + MINUTE))
        assert terminal.ended() == 0
    assert "1 job: 1 completed" in terminal.shown
    assert terminal.shown.rindex("\x1b[?25h") > terminal.shown.rindex("\x1b[?25l")  # the cursor is back
