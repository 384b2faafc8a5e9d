"""`import-watch jobs` of every source beside Pinpoint: as the real `aws` command lists them, and one job whole."""

import json
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from botocore import xform_name

from import_watch.confidential import unsigned
from local.stand_in import ApiError, StandIn, Truncated, import_job, upload_job
from tests.adapters.stand_in_cases import CASES, CUSTOMER_PROFILES, DONE, NOON, Case
from tests.builders import NOW
from tests.cli.aws import aws
from tests.cli.command import Command
from tests.cli.job_lists import TARGET

ZONE = "Europe/Berlin"
DOMAIN = CUSTOMER_PROFILES.target
ROWS = {"customer-profiles": "12", "sesv2": "9", "cognito-idp": "13", "mailmanager": "12"}
"""How many each job has, those that failed among them."""
every = pytest.mark.parametrize("case", CASES, ids=str)


@pytest.fixture
def command(command: Command, tmp_path: Path) -> Command:
    """Give it, and `aws`, a configuration by which version 1 of that writes dates as version 2 does."""
    config = tmp_path / "config"
    config.write_text("[default]\ncli_timestamp_format = iso8601\n")
    return Command(environment={**command.environment, "AWS_CONFIG_FILE": str(config), "TZ": ZONE})


def written(date: datetime) -> str:
    return date.astimezone(ZoneInfo(ZONE)).isoformat()


def as_aws_lists(case: Case, command: Command, output: str) -> str:
    """Have the real command list it on one page, without what signs a URL."""
    named = [word for name, value in case.named.items() for word in (f"--{xform_name(name, '-')}", value)]
    size = [f"--{xform_name(case.size, '-')}", str(case.limit or 50)]
    arguments = [case.ask.replace("_", "-"), *named, *size, "--output", output]
    return unsigned(aws(arguments, command.whole({}), case.service))


@every
def test_a_list_is_that_of_the_aws_command(command: Command, services: StandIn, case: Case) -> None:
    """Byte by byte but for what signs a URL: dates in this machine's zone, over pages of one."""
    services.jobs.put(case.target, case.job(1), case.job(2))
    run = command("jobs", case.target, "--page-size", "1", "--output", "json")
    assert (run.returncode, run.stderr) == (0, "")
    assert run.stdout == as_aws_lists(case, command, "json")
    assert written(NOON) in run.stdout


@pytest.mark.parametrize("output", ["text", "table"])
def test_formats_are_those_of_the_aws_command(command: Command, services: StandIn, output: str) -> None:
    """Byte by byte, in sections that have one level less than Pinpoint's."""
    services.jobs.put(DOMAIN, CUSTOMER_PROFILES.job(1), upload_job(DOMAIN, "b" * 32, "CREATED", created=NOON))
    run = command("jobs", DOMAIN, "--page-size", "1", "--output", output)
    assert (run.stdout, run.stderr) == (as_aws_lists(CUSTOMER_PROFILES, command, output), "")


@every
def test_one_job_is_shown_whole(command: Command, services: StandIn, case: Case) -> None:
    """With what only its details tell, in the form of its list; nothing signs a URL. One that is not listed is none."""
    services.jobs.put(case.target, case.job(1), case.job(2))
    wanted = case.ids.format(2)
    typed = ("jobs", case.target, "--page-size", "1", "--job", wanted, "--output")
    (job,) = json.loads(command(*typed, "json").stdout)[case.items]
    assert job == json.loads(unsigned(json.dumps(case.job(2), default=written)))
    heading, row = command(*typed, "rows").stdout.splitlines()
    assert heading.split()[-4:] == ["PIECES", "ROWS", "FAILED", "NAME"]
    assert row.split()[:2] == [wanted, case.status]
    assert row.split("-  ")[-1].split()[:2] == [ROWS[case.service], "3"]
    other = command("jobs", case.target, "--job", "nope")
    assert (other.returncode, other.stdout) == (1, "")
    assert other.stderr == f"import-watch: {case.target} lists no job nope\n"


def test_one_of_pinpoints_jobs_is_shown_with_its_failures(command: Command, pinpoint: StandIn) -> None:
    """By the list alone, which tells all of it."""
    failed = import_job(TARGET, "two", "COMPLETED", created=NOW, completed=NOW, TotalFailures=1, Failures=["row 7"])
    pinpoint.jobs.put(TARGET, import_job(TARGET, "one", "CREATED", created=NOW), failed)
    run = command("jobs", TARGET, "--job", "two", "--output", "json", "--page-size", "1")
    assert json.loads(run.stdout) == {"ImportJobsResponse": {"Item": [failed]}}
    assert [call.operation for call in pinpoint.calls] == ["GetSegmentImportJobs"] * 2


def test_a_status_is_one_of_the_services_own_words(command: Command, services: StandIn) -> None:
    """Or RUNNING, or COMPLETED_WITH_FAILURES; another source's are none."""
    services.jobs.put(DOMAIN, CUSTOMER_PROFILES.job(1), upload_job(DOMAIN, "b" * 32, "CREATED", created=NOON))
    run = command("jobs", DOMAIN, "--status", "created,completed_with_failures", "--query", "Items[].Status")
    assert json.loads(run.stdout) == ["PARTIALLY_SUCCEEDED", "CREATED"]
    wrong = command("jobs", DOMAIN, "--status", "COMPLETED")
    assert wrong.stderr == (
        "import-watch: --status: 'COMPLETED' is none; allowed: CREATED, FAILED, IN_PROGRESS, PARTIALLY_SUCCEEDED,"
        " STOPPED, SUCCEEDED, RUNNING, COMPLETED_WITH_FAILURES\n"
    )


def test_what_a_list_does_not_tell_counts_where_it_is_followed(command: Command, services: StandIn) -> None:
    """A job that succeeded, but for some records, didn't end well; it is asked for once."""
    job = upload_job(DOMAIN, "a" * 32, "IN_PROGRESS", created=NOON)
    services.jobs.put(DOMAIN, job, upload_job(DOMAIN, "b" * 32, "IN_PROGRESS", created=NOON))
    with command.started("jobs", DOMAIN, "--follow", "--every", "0.2") as run:
        assert run.stdout
        lines = [run.stdout.readline(), run.stdout.readline()]
        summary = {"UpdatedRecords": 7, "CreatedRecords": 0, "FailedRecords": 2}
        services.jobs.put(DOMAIN, {**job, "Status": "SUCCEEDED", "CompletedAt": DONE, "ResultsSummary": summary})
        lines.append(run.stdout.readline())
        services.jobs.change(DOMAIN, "b" * 32, Status="STOPPED", CompletedAt=DONE)
        lines += run.stdout.readlines()
    assert [line.split()[1:3] for line in lines[:4]] == [
        *(["a" * 32, "IN_PROGRESS"], ["b" * 32, "IN_PROGRESS"], ["a" * 32, "SUCCEEDED"], ["b" * 32, "STOPPED"])
    ]
    assert "9 rows  2 failed" in lines[2]
    assert (run.returncode, lines[4]) == (1, "2 jobs: 1 completed with failures, 1 cancelled\n")
    assert sum(call.operation == "GetUploadJob" for call in services.calls) == 2


def test_one_job_is_followed_alone(command: Command, services: StandIn) -> None:
    """Though it has ended; others run on. One that is not listed is none."""
    services.jobs.put(DOMAIN, CUSTOMER_PROFILES.job(1), upload_job(DOMAIN, "b" * 32, "CREATED", created=NOON))
    ended = command("jobs", DOMAIN, "--follow", "--job", CUSTOMER_PROFILES.ids.format(1), "--output", "json")
    assert ended.stderr == "no job is running\n1 job: 1 completed with failures\n"
    assert (ended.returncode, json.loads(ended.stdout)["ResultsSummary"]["FailedRecords"]) == (1, 3)
    nobody = command("jobs", DOMAIN, "--follow", "--job", "nope")
    assert (nobody.returncode, nobody.stderr) == (1, f"import-watch: {DOMAIN} lists no job nope\n")


@pytest.mark.parametrize(
    ("typed", "why"),
    [
        (["--application-id", "app"], "--application-id: not with customer-profiles:shop; it is of pinpoint's AWS"),
        (["--cli-input-json", "{}"], "--cli-input-json: not with customer-profiles:shop; it is of pinpoint's AWS"),
        (["--generate-cli-skeleton"], "--generate-cli-skeleton: not with customer-profiles:shop; it is of"),
        (["--job", "1", "--status", "FAILED"], "--job and --status: only one of them is allowed"),
    ],
)  # fmt: skip
def test_a_mistake_is_one_line(command: Command, typed: list[str], why: str) -> None:
    """The options in the form of Pinpoint's AWS command are none of another source."""
    run = command("jobs", DOMAIN, *typed)
    assert (run.returncode, run.stdout, run.stderr.count("\n")) == (2, "", 1)
    assert run.stderr.startswith(f"import-watch: {why}")


@pytest.mark.parametrize(
    ("fault", "why"),
    [
        (ApiError("AccessDeniedException", "no"), "An error occurred (AccessDeniedException) when calling"),
        (Truncated(), "the answer of Amazon Connect Customer Profiles is no page of jobs"),
    ],
)  # fmt: skip
def test_what_aws_refuses_is_one_line(command: Command, services: StandIn, fault: Any, why: str) -> None:
    """With a code of its own, and nothing of half a list."""
    services.jobs.put(DOMAIN, CUSTOMER_PROFILES.job(1))
    services.faults.add(DOMAIN, fault, times=None)
    run = command("jobs", DOMAIN, "--output", "json")
    assert (run.returncode, run.stdout, run.stderr.count("\n")) == (3, "", 1)
    assert run.stderr.startswith(f"import-watch: {why}")
