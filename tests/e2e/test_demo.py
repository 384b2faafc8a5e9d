"""What the demo promises, of each source that it can show: a true verdict, plain lines, no process left behind."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from local.demo.ending import unsent
from local.demo.story import MODULES, Story, story_of
from local.demo.typed import Typed
from local.demo.verdict import CHANNELS, Arrival, News, verdict

QUIET = {"pinpoint": "4 pages listed", "customer-profiles": "4 pages listed, 0 details asked"}
"""What a tick in which nothing has changed asks of the service."""
DONE, LATE = News("completed", "job-1"), News("overdue", "job-2")


def arrivals(*news: News, channels: tuple[str, ...] = CHANNELS, message_id: str = "id") -> list[Arrival]:
    return [
        Arrival(channel, {"id": message_id, "kind": each.kind, "jobId": each.about, "target": "pinpoint:app"})
        for each in news
        for channel in channels
    ]


def test_each_announcement_once_on_each_channel_is_as_promised() -> None:
    """In whatever order they arrive."""
    assert verdict([DONE, LATE], arrivals(LATE, DONE)) == []


@pytest.mark.parametrize(
    ("received", "difference"),
    [
        (arrivals(DONE, channels=("SNS",)), "completed: job-1 arrived 0 times on EventBridge, not 1"),
        (arrivals(DONE) + arrivals(DONE, channels=("SNS",)), "completed: job-1 arrived 2 times on SNS, not 1"),
        (
            arrivals(DONE, channels=("SNS",)) + arrivals(DONE, channels=("EventBridge",), message_id="another"),
            "completed: job-1 came under more than one id",
        ),
        (arrivals(DONE) + arrivals(LATE, channels=("SNS",)), "overdue: job-2 arrived 1 times on SNS, not 0"),
    ],
    ids=["missing", "twice", "two ids", "unexpected"],
)
def test_any_difference_is_told(received: list[Arrival], difference: str) -> None:
    """Missing, twice, under two ids, or not in the story."""
    assert verdict([DONE], received) == [difference]


def test_a_message_about_a_target_is_known_by_the_target() -> None:
    """It names no job."""
    message = {"id": "id", "kind": "target_recovered", "target": "pinpoint:app/segment"}
    assert Arrival("SNS", message).news == News("target_recovered", "pinpoint:app/segment")


def test_a_job_is_known_by_its_name_where_it_has_one() -> None:
    """Ids that are no words tell a reader nothing."""
    message = {"id": "id", "kind": "completed", "jobId": "0f", "jobName": "clean-file", "target": "a:b"}
    assert Arrival("SNS", message).news == News("completed", "clean-file")


def test_what_was_not_sent_is_sorted_by_the_reason_that_the_table_gives() -> None:
    """Or by the lack of one, for what was never written down."""
    listed = {"old": True, "recent": True, "done": True, "begun": False, "overdue": False}
    items = [
        {"sk": "#ledger"},
        {"sk": "id-of-recent#finished", "suppressed": "first_sight"},
        {"sk": "id-of-overdue#overdue"},
        {"sk": "id-of-done#finished"},
    ]
    assert unsent(listed, items, "id-of-{}".format) == {
        "history": ["old"],
        "first_sight": ["recent"],
        "running": ["begun"],
    }


@pytest.fixture(scope="module")
def demos(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[[str], tuple[subprocess.Popen[str], Path]]]:
    """Play all of them at once, as each waits for its schedule most of the time."""
    directories = {source: tmp_path_factory.mktemp("demo") for source in MODULES}
    with ExitStack() as closing:
        runs = {
            source: closing.enter_context(demo(directory, source, FORCE_COLOR="1"))
            for source, directory in directories.items()
        }
        yield lambda source: (runs[source], directories[source])


@pytest.mark.e2e
@pytest.mark.parametrize("source", MODULES)
def test_the_demo_ends_well_and_writes_plain_lines_to_a_pipe(
    source: str, demos: Callable[[str], tuple[subprocess.Popen[str], Path]]
) -> None:
    """Each announcement once on each channel, the last one by the schedule itself; no control sequence, no trace."""
    run, directory = demos(source)
    output, errors = run.communicate()
    assert (run.returncode, errors) == (0, ""), output
    lines, story = output.splitlines(), story_of(source)
    (last,) = story.scenes[-1].jobs
    for news in story.expected:
        for channel in CHANNELS:
            assert sum(line.endswith(f"s  {channel:<11}  {news}") for line in lines) == 1
    hands_off = next(number for number, line in enumerate(lines) if line.endswith(f"last-one {last.status}"))
    assert not any("  tick  " in line for line in lines[hands_off:])
    assert sum("completed: last-one" in line for line in lines[hands_off:]) == len(CHANNELS)
    assert sum("  schedule     fired by itself" in line for line in lines) == 1
    assert_answers(lines, story)
    assert f"A quiet tick, as counted: {QUIET[source]}, 2 table reads, 0 writes, 0 publishes." in lines
    assert "\x1b" not in output
    assert what_is_left(directory) == ([], [])


def assert_answers(lines: list[str], story: Story) -> None:
    """See that commands are shown with what they answered; then the verdict, and what to do next, last."""
    prompts = [number for number, line in enumerate(lines) if line.startswith("$ ")]
    assert [lines[number] for number in prompts] == [f"$ import-watch {' '.join(asked)}" for asked in story.asked]
    verdict_at = lines.index(
        f"All {len(story.expected)} announcements arrived once on SNS, once on EventBridge; nothing else did."
    )
    status, explained = lines[prompts[0] : prompts[1]], "\n".join(lines[prompts[1] + 1 : verdict_at])
    for target in story.targets:
        assert any(f"  {target}  " in line for line in status)
    assert any(f"completed {story.id('last-one')}" in line for line in status)
    assert story.id("bad-rows") in explained
    assert "SNS" in explained
    assert "EventBridge" in explained
    assert next(line for line in lines[verdict_at + 1 :] if line) == "What next?"


@pytest.mark.parametrize(
    ("code", "output", "differences"),
    [
        (0, "all is well", []),
        (1, "a look is needed", []),
        (0, "", ["import-watch status ended with 0: why"]),
        (3, "half of it", ["import-watch status ended with 3: why"]),
    ],
)
def test_a_command_that_does_not_answer_is_a_difference(code: int, output: str, differences: list[str]) -> None:
    """One that finds something to look at has answered."""
    assert Typed(arguments=["status"], output=output, errors="why", code=code).differences == differences


def test_an_unknown_source_is_one_line_that_says_what_is_allowed(tmp_path: Path) -> None:
    """Nothing is started."""
    with demo(tmp_path, "sqs") as run:
        output, errors = run.communicate()
    assert (run.returncode, output) == (2, "")
    assert errors == "SOURCE is 'sqs'; allowed: pinpoint, customer-profiles\n"


@pytest.mark.e2e
@pytest.mark.skipif(not Path("/proc/self/environ").exists(), reason="looks processes up in /proc")
@pytest.mark.parametrize(("ending", "at"), [(signal.SIGTERM, "Synthesizing"), (signal.SIGINT, "announced")])
def test_nothing_is_left_of_an_interrupted_demo(ending: signal.Signals, at: str, tmp_path: Path) -> None:
    """While it synthesizes, and in the middle of the story: neither process nor file, and one quiet line."""
    with demo(tmp_path) as run:
        assert run.stdout
        assert run.stderr
        assert any(at in line for line in run.stdout), run.stderr.read()
        time.sleep(0.5)
        assert len(belonging_to(tmp_path)) > 1
        run.send_signal(ending)
        _, errors = run.communicate()
    assert run.returncode == 128 + ending
    assert errors == "Interrupted: all that was started has ended.\n"
    assert what_is_left(tmp_path) == ([], [])


def demo(directory: Path, *source: str, **environment: str) -> subprocess.Popen[str]:
    return subprocess.Popen(  # noqa: S603 - ours
        [sys.executable, "-m", "local.demo", *source],
        cwd=Path(__file__).parents[2],
        env={**os.environ, "TMPDIR": str(directory), **environment},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def what_is_left(directory: Path) -> tuple[list[Path], list[str]]:
    deadline = time.monotonic() + 5
    while (processes := belonging_to(directory)) and time.monotonic() < deadline:
        time.sleep(0.05)  # a killed process takes a moment to be gone
    return list(directory.iterdir()), processes


def belonging_to(directory: Path) -> list[str]:
    """Give the command lines of the living processes that keep their temporary files there."""
    return [_command(process) for process in Path("/proc").glob("[0-9]*") if str(directory) in _environment(process)]


def _environment(process: Path) -> str:
    try:
        return (process / "environ").read_text(errors="replace")
    except OSError:  # it ended meanwhile, or is not ours
        return ""


def _command(process: Path) -> str:
    return (process / "cmdline").read_text(errors="replace").replace("\0", " ")
