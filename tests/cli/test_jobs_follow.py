"""`import-watch jobs --follow`, as a script waits on it."""

import json
import signal

from local.stand_in import ApiError, StandIn, import_job
from tests.builders import HOUR, MINUTE, NOW
from tests.cli.command import Command
from tests.cli.job_lists import TARGET

FOLLOW = ("jobs", TARGET, "--follow", "--every", "0.2")


def test_each_change_is_a_line_and_the_code_tells_the_end(command: Command, pinpoint: StandIn) -> None:
    """A job that failed is a finding; being throttled in between is none."""
    pinpoint.jobs.put(TARGET, import_job(TARGET, "job-1", "PROCESSING", created=NOW, TotalPieces=4))
    with command.started(*FOLLOW) as run:
        assert run.stdout
        assert run.stderr
        lines = [run.stdout.readline()]
        pinpoint.faults.add(TARGET, ApiError("TooManyRequestsException"), times=3)
        assert "TooManyRequestsException" in run.stderr.readline()
        pinpoint.jobs.change(TARGET, "job-1", CompletedPieces=3)
        lines.append(run.stdout.readline())
        pinpoint.jobs.put(TARGET, import_job(TARGET, "job-1", "FAILED", created=NOW, completed=NOW + MINUTE))
        lines += run.stdout.readlines()
    assert [line.split()[1:4] for line in lines[:-1]] == [
        ["job-1", "PROCESSING", "0/4"],
        ["job-1", "PROCESSING", "3/4"],
        ["job-1", "FAILED", "-"],
    ]
    assert (run.returncode, lines[-1]) == (1, "1 job: 1 failed\n")


def test_changes_can_be_had_as_json(command: Command, pinpoint: StandIn) -> None:
    """A line each, the job as Pinpoint shows it; what --since takes is among them, and words stay on stderr."""
    ended = import_job(TARGET, "job-1", "COMPLETED", created=NOW, completed=NOW + MINUTE)
    pinpoint.jobs.put(TARGET, ended, import_job(TARGET, "job-0", "FAILED", created=NOW - HOUR, completed=NOW - HOUR))
    run = command(*FOLLOW, "--since", "2026-05-24T12:00", "--output", "json")
    assert (run.returncode, run.stderr) == (0, "no job is running\n1 job: 1 completed\n")
    assert [json.loads(line) for line in run.stdout.splitlines()] == [ended]
    nothing = command(*FOLLOW)
    assert (nothing.returncode, nothing.stdout, nothing.stderr) == (0, "no job is running\n", "")


def test_what_is_gone_or_interrupted_is_followed_no_further(command: Command, pinpoint: StandIn) -> None:
    """Each by one line, and a code of its own."""
    pinpoint.jobs.put(TARGET, import_job(TARGET, "job-1", "PROCESSING", created=NOW))
    with command.started(*FOLLOW) as interrupted, command.started(*FOLLOW) as gone:
        for run in (interrupted, gone):
            assert run.stdout
            assert "job-1" in run.stdout.readline()
        interrupted.send_signal(signal.SIGINT)
        assert interrupted.communicate()[1] == "import-watch: interrupted\n"
        pinpoint.jobs.remove(TARGET)
        _, why = gone.communicate()
    assert (interrupted.returncode, gone.returncode) == (130, 3)
    assert why.startswith("import-watch: An error occurred (NotFoundException)")
    assert why.count("\n") == 1
