"""`import-watch jobs` on long lists: pages are shown as they come, in as little memory as a short list takes."""

import shutil
import subprocess
import sys
import threading
from collections.abc import Iterator

import pytest

from local.stand_in import Call, Page, StandIn
from tests.cli.command import INSTALLED, Command
from tests.cli.job_lists import TARGET, many

MEGABYTE = 1024  # what resource usage counts in, on Linux: KiB


@pytest.fixture
def last_page_waits(pinpoint: StandIn) -> Iterator[threading.Event]:
    """Serve two pages, the second only when the event is set; no call hangs for longer than the test."""
    first, second = many(2)
    pinpoint.jobs.script(TARGET, [Page([first], "2"), Page([second])])
    read = threading.Event()

    def wait(call: Call) -> None:
        if "Token" in call.parameters:
            read.wait(60)

    pinpoint.guard = wait
    yield read
    read.set()


@pytest.mark.parametrize(("output", "lines"), [("rows", 2), ("json", 18), ("yaml", 14), ("yaml-stream", 14)])
def test_the_first_page_is_shown_before_the_last_is_there(
    command: Command, last_page_waits: threading.Event, output: str, lines: int
) -> None:
    """Whoever reads sees its job while the next page is still waited for."""
    with command.started("jobs", TARGET, "--output", output) as run:
        assert run.stdout
        assert run.stderr
        beginning = "".join(run.stdout.readline() for _ in range(lines))
        assert "job-00000" in beginning
        assert not last_page_waits.is_set()
        last_page_waits.set()
        rest, errors = run.stdout.read(), run.stderr.read()
    assert (run.returncode, errors) == (0, "")
    assert "job-00001" in rest


@pytest.mark.parametrize(("output", "long"), [("rows", 10_000), ("text", 4_000)])
@pytest.mark.skipif(sys.platform != "linux", reason="counts memory as Linux does")
def test_memory_does_not_grow_with_the_list(command: Command, pinpoint: StandIn, output: str, long: int) -> None:
    """Many times the jobs take a few megabytes more at most; what takes two passes is kept in a file."""
    pinpoint.jobs.put(TARGET, *many(1_000))
    short = _peak(command, output)
    pinpoint.jobs.put(TARGET, *many(long))
    assert _peak(command, output) - short < 6 * MEGABYTE


MEASURE = """
import resource, subprocess, sys
subprocess.run(sys.argv[1:], stdout=subprocess.DEVNULL, check=True)
print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)
"""


def _peak(command: Command, output: str) -> int:
    """Give the most memory that it took, in KiB; a small parent starts it, as what a parent takes is counted, too."""
    typed = [sys.executable, "-c", MEASURE, str(INSTALLED), "jobs", TARGET, "--output", output]
    run = subprocess.run(typed, env=command.whole({}), capture_output=True, text=True, check=True)  # noqa: S603 - ours
    return int(run.stdout)


@pytest.mark.parametrize("output", ["rows", "text"])
def test_who_reads_no_further_ends_it_quietly(command: Command, pinpoint: StandIn, output: str) -> None:
    """As `| head` does in a shell: no word on standard error, and the code for all is well."""
    pinpoint.jobs.put(TARGET, *many(2000))
    bash = shutil.which("bash")
    assert bash
    line = f"'{INSTALLED}' jobs {TARGET} --output {output} | head -n 3; echo ${{PIPESTATUS[0]}}"
    run = subprocess.run(  # noqa: S603 - our own line
        [bash, "-c", line], env=command.whole({}), capture_output=True, text=True, check=True, timeout=60
    )
    assert (run.stdout.splitlines()[3:], run.stderr) == (["0"], "")
