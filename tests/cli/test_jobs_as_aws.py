"""`import-watch jobs` answers as the real `aws pinpoint get-segment-import-jobs`, but with all pages."""

import json
import re
from collections.abc import Sequence

import pytest
import yaml

from local.stand_in import StandIn, import_job
from tests.builders import NOW
from tests.cli.aws import aws, formatted
from tests.cli.command import Command
from tests.cli.job_lists import OF_SEGMENT, TARGET, many, shapes

AWS = ("get-segment-import-jobs", *OF_SEGMENT, "--page-size", "1000")
"""The whole list on one page, as the AWS command can have it."""
PAGES = ("jobs", TARGET, "--page-size", "2")


def test_formats_are_those_of_the_aws_command(command: Command, pinpoint: StandIn) -> None:
    """Byte by byte, of jobs of every shape, over pages of two."""
    pinpoint.jobs.put(TARGET, *shapes())
    for output in ("json", "text", "table"):
        run = command(*PAGES, "--output", output)
        assert (run.returncode, run.stderr) == (0, "")
        assert run.stdout == aws([*AWS, "--output", output], command.whole({})), output


def test_yaml_says_what_json_says(command: Command, pinpoint: StandIn) -> None:
    """As one document, and as a stream of pages, each with the token of the next."""
    pinpoint.jobs.put(TARGET, *shapes())
    document, stream = (
        yaml.safe_load(command(*PAGES, "--output", output).stdout) for output in ("yaml", "yaml-stream")
    )
    assert document == {"ImportJobsResponse": {"Item": shapes()}}
    assert [job for page in stream for job in page["ImportJobsResponse"]["Item"]] == shapes()
    assert ["NextToken" in page["ImportJobsResponse"] for page in stream] == [True, True, False]


@pytest.mark.parametrize(
    ("query", "output"),
    [
        ("length(ImportJobsResponse.Item)", "json"),
        ("ImportJobsResponse.Item[].[Id, JobStatus, TotalFailures]", "text"),
        ("ImportJobsResponse.Item[?JobStatus=='COMPLETED'].{Id: Id, Rows: Failures} | [0:2]", "table"),
    ],
)
def test_queries_leave_what_they_leave_of_the_aws_command(
    command: Command, pinpoint: StandIn, query: str, output: str
) -> None:
    """Of all pages together: numbers, lists, records, pipes."""
    pinpoint.jobs.put(TARGET, *shapes())
    run = command(*PAGES, "--query", query, "--output", output)
    assert (run.returncode, run.stderr) == (0, "")
    assert run.stdout == aws([*AWS, "--query", query, "--output", output], command.whole({}))


@pytest.mark.parametrize("jobs", [[], [import_job(TARGET, "one", "CREATED", created=NOW)], [*many(1000)]], ids=len)
def test_lists_of_any_length_are_those_of_the_aws_command(
    command: Command, pinpoint: StandIn, jobs: Sequence[dict[str, object]]
) -> None:
    """None, one, and a thousand, of an application."""
    application = "pinpoint:app"
    pinpoint.jobs.put(application, *jobs)
    output = "table" if len(jobs) > 1 else "json"
    run = command("jobs", "--application-id", "app", "--page-size", "300", AWS_DEFAULT_OUTPUT=output)
    assert (run.returncode, run.stderr) == (0, "")
    assert run.stdout == formatted({"ImportJobsResponse": {"Item": jobs}}, output, "GetImportJobs")


def test_colours_are_those_of_the_aws_command(command: Command, pinpoint: StandIn) -> None:
    """In a table, if they are asked for; without a terminal there are none else."""
    pinpoint.jobs.put(TARGET, *shapes())
    plain, coloured = (command(*PAGES, "--output", "table", *more).stdout for more in ([], ["--color", "on"]))
    assert "\x1b" not in plain
    assert _painted(coloured) == _painted(aws([*AWS, "--output", "table", "--color", "on"], command.whole({})))
    assert re.sub(r"\x1b\[\dm|\x1b\[3\dm", "", coloured) == plain


def _painted(text: str) -> list[tuple[str, str]]:
    """Tell each character with the style that a terminal would give it."""
    style, found = "", []
    for code, character in re.findall(r"\x1b\[(\d+)m|([^\x1b])", text):
        if code:
            style = "" if code == "0" else f"{style};{code}"
        else:
            found.append((character, style))
    return found


def test_one_page_is_that_of_the_aws_command(command: Command, pinpoint: StandIn) -> None:
    """With the token of the next; from which another run starts."""
    pinpoint.jobs.put(TARGET, *shapes())
    run = command(*PAGES, "--no-paginate", "--output", "json")
    assert run.stdout == aws([*AWS[:-1], "2"], command.whole({}))
    token = json.loads(run.stdout)["ImportJobsResponse"]["NextToken"]
    rest = command(*PAGES, "--token", token)
    assert json.loads(rest.stdout)["ImportJobsResponse"] == {"Item": shapes()[2:]}


@pytest.mark.parametrize(
    ("operation", "typed"),
    [
        ("get-segment-import-jobs", ["--generate-cli-skeleton"]),
        ("get-segment-import-jobs", [*OF_SEGMENT, "--generate-cli-skeleton", "output"]),
        ("get-import-jobs", [*OF_SEGMENT[:2], "--generate-cli-skeleton", "input"]),
    ],
)
def test_skeletons_are_those_of_the_aws_command(operation: str, typed: Sequence[str]) -> None:
    """Of the input and of the output; AWS is not asked."""
    environment = {"AWS_ENDPOINT_URL_PINPOINT": "http://127.0.0.1:9"}
    run = Command()("jobs", *typed, **environment)
    assert (run.returncode, run.stderr) == (0, "")
    assert run.stdout == aws([operation, *typed], Command().whole(environment))
