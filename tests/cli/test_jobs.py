"""`import-watch jobs`: each option, and what is refused, by one line."""

import json
from pathlib import Path
from typing import Any

import pytest

from local.stand_in import ApiError, Page, StandIn, Truncated
from tests.cli.command import Command
from tests.cli.job_lists import OF_SEGMENT, TARGET, many, shapes


@pytest.fixture
def listed(pinpoint: StandIn) -> StandIn:
    pinpoint.jobs.put(TARGET, *shapes())
    return pinpoint


def ids(output: str) -> list[str]:
    return [job["Id"] for job in json.loads(output)["ImportJobsResponse"]["Item"]]


def test_rows_are_a_job_a_line(command: Command, listed: StandIn) -> None:
    """With status, dates, counters and segment; only those that --status and --since take."""
    typed = ["jobs", TARGET, "--output", "rows", "--status", "completed,running", "--status", "FAILED"]
    run = command(*typed, "--since", "2026-05-24T11:30Z", "--page-size", "2", "--color", "on")
    assert (run.returncode, run.stderr) == (0, "")
    heading, whole, *others = run.stdout.splitlines()
    assert heading.split("  ")[0] == "JOB"
    status, dates = "\x1b[32mCOMPLETED\x1b[0m", "2026-05-24 11:00:00  2026-05-24 12:00:00"
    assert whole == f"whole  {status}  {dates}  1 h    10/10  5000       0  Segment seg"
    assert [line.split()[0] for line in others] == ["rows", "none", "wide", "bare"]
    assert [call.parameters["PageSize"] for call in listed.calls] == ["2"] * 3


def test_an_input_document_says_what_is_asked_for(command: Command, listed: StandIn, tmp_path: Path) -> None:
    """In place or in a file, as JSON or YAML; the command line's own values win."""
    path = tmp_path / "ask.yaml"
    path.write_text("ApplicationId: app\nSegmentId: other\nPageSize: '4'\n")
    by_file = command("jobs", "--cli-input-yaml", f"file://{path}", "--segment-id", "seg")
    in_place = command("jobs", "--cli-input-json", '{"ApplicationId": "app", "SegmentId": "seg"}')
    assert by_file.stdout == in_place.stdout
    assert ids(in_place.stdout) == [job["Id"] for job in shapes()]
    assert [call.parameters["PageSize"] for call in listed.calls] == ["4", "4", "1000"]


def test_a_skeleton_in_yaml_is_an_input_in_yaml(command: Command) -> None:
    """One that asks for nothing yet."""
    run = command("jobs", "--generate-cli-skeleton", "yaml-input")
    assert run.stdout == "ApplicationId: ''\nPageSize: ''\nSegmentId: ''\nToken: ''\n"
    asked = command("jobs", "--cli-input-yaml", run.stdout)
    assert (asked.returncode, asked.stderr.partition(" Name")[0]) == (2, "import-watch: whose jobs?")


def test_it_asks_for_what_is_missing(command: Command, listed: StandIn) -> None:
    """On standard error, where a person wants it; the answer stays clean. An empty segment means the application."""
    run = command("jobs", "--cli-auto-prompt", "--query", "length(ImportJobsResponse.Item)", given="app\n\n")
    assert (run.returncode, run.stdout) == (0, "6\n")
    assert run.stderr.startswith("Application id: Segment id")
    assert listed.calls[0].operation == "GetImportJobs"
    nobody = command("jobs", AWS_CLI_AUTO_PROMPT="on-partial")
    assert (nobody.returncode, nobody.stderr.partition("; ")[0]) == (
        2,
        "Application id: import-watch: nobody can be asked here",
    )
    told_not_to = command("jobs", "--no-cli-auto-prompt", AWS_CLI_AUTO_PROMPT="on")
    assert told_not_to.stderr.startswith("import-watch: whose jobs?")


def test_aws_is_reached_as_the_aws_command_reaches_it(command: Command, listed: StandIn, tmp_path: Path) -> None:
    """By profile and Region, with time-outs, unsigned, without checking certificates; --debug tells it on stderr."""
    (tmp_path / "config").write_text("[profile people]\noutput = text\nregion = eu-west-1\n")
    options = ["--profile", "people", "--endpoint-url", listed.url, "--no-sign-request", "--no-verify-ssl"]
    options += [
        "--cli-read-timeout",
        "0",
        "--cli-connect-timeout",
        "5",
        "--debug",
        "--ca-bundle",
        str(tmp_path / "none"),
    ]
    gone = "http://127.0.0.1:9"
    run = command("jobs", TARGET, *options, AWS_CONFIG_FILE=str(tmp_path / "config"), AWS_ENDPOINT_URL_PINPOINT=gone)
    assert (run.returncode, run.stdout.splitlines()[0].split("\t")[0]) == (0, "ITEM")
    assert "GetSegmentImportJobs" in run.stderr
    assert "Credential=" not in run.stderr
    signed = command("jobs", TARGET, "--region", "eu-central-1", "--debug")
    assert "/eu-central-1/mobiletargeting/aws4_request" in signed.stderr
    checked = command(
        "jobs", TARGET, "--endpoint-url", listed.url.replace("http", "https"), "--ca-bundle", "/nonexistent"
    )
    assert (checked.returncode, checked.stderr.count("\n")) == (3, 1)
    assert "No such file" in checked.stderr


def test_it_tells_its_version() -> None:
    """As `import-watch --version` does."""
    assert Command()("jobs", "--version").stdout == Command()("--version").stdout


@pytest.mark.parametrize(
    ("typed", "why"),
    [
        (["pinpoint:*"], "TARGET: pinpoint:* is no list of jobs, but all applications; name one:"),
        (["pinpoint:app", "--application-id", "app"], "TARGET and --application-id, --segment-id: only one way"),
        (["pinpoint:app", "--cli-input-json", "{}", "--cli-input-yaml", "{}"], "--cli-input-json and"),
        (["pinpoint:app", "--query", "x["], "--query: 'x[' is no JMESPath: Invalid jmespath expression"),
        (["pinpoint:app", "--query", "(" * 3000], "--query: '(((("),
        (["pinpoint:app", "--query", "a[" + "9" * 5000 + "]"], "--query: 'a[999"),
        (["pinpoint:app", "--follow", "--every", "nan"], "Invalid value for '--every': 'nan' is not allowed"),
        (["pinpoint:app", "--follow", "--every", "inf"], "Invalid value for '--every': inf is not in the range"),
        (["pinpoint:app", "--follow", "--no-paginate"], "--follow and --no-paginate: only one of them is allowed"),
        (["pinpoint:app", "--follow", "--output", "table"], "--follow and --output table: not allowed together"),
        (["pinpoint:app", "--endpoint-url", "nowhere"], "Invalid endpoint: nowhere"),
        (["pinpoint:app", "--page-size", "0"], "Invalid value for '--page-size'"),
    ],
)  # fmt: skip
def test_a_mistake_is_one_line(command: Command, typed: list[str], why: str) -> None:
    """On standard error; nothing is asked of AWS."""
    run = command("jobs", *typed)
    assert (run.returncode, run.stdout, run.stderr.count("\n")) == (2, "", 1)
    assert run.stderr.startswith(f"import-watch: {why}")


@pytest.mark.parametrize("query", ["ImportJobsResponse.Item[::0]", "ceil(to_number('1e999'))"])
def test_a_query_that_can_t_be_answered_is_one_line(command: Command, pinpoint: StandIn, query: str) -> None:
    """As it is known only once it was asked."""
    pinpoint.jobs.put("pinpoint:app")
    run = command("jobs", "pinpoint:app", "--query", query)
    assert (run.returncode, run.stdout, run.stderr.count("\n")) == (2, "", 1)
    assert run.stderr.startswith("import-watch: --query: ")


@pytest.mark.parametrize(
    ("fault", "why"),
    [
        (ApiError("ForbiddenException", "no"), "An error occurred (ForbiddenException) when calling"),
        (Truncated(), "the answer of Amazon Pinpoint is no page of jobs"),
    ],
)  # fmt: skip
def test_what_aws_refuses_is_one_line(command: Command, listed: StandIn, fault: Any, why: str) -> None:
    """On standard error, with a code of its own; a query shows nothing of half a list."""
    listed.faults.add(TARGET, fault, times=None)
    run = command("jobs", *OF_SEGMENT, "--query", "ImportJobsResponse")
    assert (run.returncode, run.stdout, run.stderr.count("\n")) == (3, "", 1)
    assert run.stderr.startswith(f"import-watch: {why}")


def test_a_list_without_end_is_one_line(command: Command, pinpoint: StandIn) -> None:
    """After the pages that were shown: a token that comes again would lead round for ever."""
    first, second = many(2)
    pinpoint.jobs.script(TARGET, [Page([first], "1"), Page([second], "1")])
    run = command("jobs", TARGET, "--output", "yaml-stream")
    assert (run.returncode, run.stderr.count("\n")) == (3, 1)
    assert run.stderr.startswith("import-watch: the list pinpoint:app/seg has no end: page token repeated")
    assert run.stdout.count("Id: job-") >= 2
