"""What `import-watch jobs` decides from plain values."""

from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from import_watch.jobs import Target
from import_watch.sources.registry import manifest
from import_watch_cli.jobs import asking
from import_watch_cli.jobs.as_rows import rows
from import_watch_cli.jobs.choice import Choice, statuses
from import_watch_cli.jobs.facts import read
from import_watch_cli.jobs.input_document import from_document
from import_watch_cli.jobs.listing import Asked, Page
from import_watch_cli.jobs.shown import shown
from import_watch_cli.jobs.taste import Taste
from import_watch_cli.speech.errors import UsageMistakeError
from local.stand_in import import_job
from tests.builders import HOUR, NOW

TARGET = Target("pinpoint", "app", "seg")
PINPOINT = manifest("pinpoint")
facts = partial(read, asked=Asked(target=TARGET))


def a_raw_job(job_id: str = "job-1", status: str = "COMPLETED", **facts: Any) -> dict[str, Any]:
    ended = status in {"COMPLETED", "FAILED", "CANCELLED"}
    return import_job(str(TARGET), job_id, status, created=NOW - HOUR, completed=NOW if ended else None, **facts)


def a_taste(terminal: bool = False, profile: dict[str, object] | None = None, **environment: str) -> Taste:  # noqa: FBT001, FBT002
    return Taste(environment=environment, profile=profile or {}, terminal=terminal)


@pytest.mark.parametrize(
    ("typed", "wanted"),
    [
        (["failed"], ["failed"]),
        (["FAILED,cancelled"], ["failed", "cancelled"]),
        (["completed"], ["good", "bad"]),
        (["completed_with_failures", "RUNNING"], ["bad", "running", "new"]),
    ],
)
def test_status_takes_pinpoints_words_and_two_of_our_own(typed: list[str], wanted: list[str]) -> None:
    """In any case, by commas or one by one. A status nobody heard of is running."""
    listed = [
        facts(a_raw_job("good")),
        facts(a_raw_job("bad", TotalFailures=2)),
        facts(a_raw_job("failed", "FAILED")),
        facts(a_raw_job("cancelled", "CANCELLED")),
        facts(a_raw_job("running", "PROCESSING")),
        facts(a_raw_job("new", "WHO_KNOWS")),
    ]
    assert [job.id for job in listed if Choice(statuses=statuses(typed, PINPOINT)).takes(job)] == wanted


def test_a_misspelt_status_is_refused() -> None:
    """It would take nothing, and say so of every job."""
    with pytest.raises(UsageMistakeError, match="'FALIED' is none; allowed: CANCELLED"):
        statuses(["completed,falied"], PINPOINT)


def test_since_takes_what_was_created_or_finished_since() -> None:
    """And what has no date that can be read."""
    ended, running = facts(a_raw_job()), facts(a_raw_job(status="PROCESSING"))
    undated = facts({"Id": "job-2", "JobStatus": "COMPLETED"})
    half_an_hour_ago = Choice(since=NOW - HOUR / 2)
    assert [half_an_hour_ago.takes(job) for job in (ended, running, undated)] == [True, False, True]
    assert not Choice(since=NOW + timedelta(seconds=1)).takes(ended)


def test_a_job_without_a_usable_id_is_shown() -> None:
    """By what else is known of it."""
    job = facts({"JobStatus": "FAILED", "TotalProcessed": 5})
    assert (job.id, job.status, job.counts.processed, job.name) == ("-", "FAILED", 5, "seg")


def test_rows_stand_below_each_other_from_the_first_page_on() -> None:
    """A longer text on a later page makes room for itself; what a terminal would obey is not written."""
    odd = a_raw_job("job-2", "PROCESSING", Definition={"SegmentName": "a\x1b[2Jb\n"}, TotalPieces=3)
    pages = [Page(jobs=jobs, token=None) for jobs in ([a_raw_job(TotalProcessed=7)], [odd, a_raw_job("j" * 40)])]
    first, second = rows(pages, facts, colours=False)
    heading, one = first.splitlines()
    assert one.split() == [
        *("job-1", "COMPLETED", "2026-05-24", "11:00:00", "2026-05-24", "12:00:00", "1", "h"),
        *("-", "7", "-", "Segment", "seg"),
    ]
    assert heading.index("STATUS") == one.index("COMPLETED")
    two, three = second.splitlines()
    assert two.endswith("0/3     -       -  a\ufffd[2Jb\ufffd")
    assert two.index("PROCESSING") == three.index("COMPLETED") == 42


@pytest.mark.parametrize(
    ("target", "typed", "document", "expected"),
    [
        ("pinpoint:a/s", {}, {}, {"ApplicationId": "a", "SegmentId": "s"}),
        (None, {"application_id": "a"}, {"SegmentId": "s"}, {"ApplicationId": "a", "SegmentId": "s"}),
        ("pinpoint:a", {}, {"SegmentId": "s", "PageSize": "5"}, {"ApplicationId": "a", "PageSize": "5"}),
    ],
)
def test_the_command_lines_values_win(
    target: str | None, typed: dict[str, str], document: dict[str, str], expected: dict[str, str]
) -> None:
    """Over those of an input document; a TARGET names both application and segment."""
    names = {"application_id": None, "segment_id": None, **typed}
    assert (
        asking.combined(asking.named(target) if target else None, others={"Token": None}, given=document, **names)
        == expected
    )


@pytest.mark.parametrize(
    ("as_json", "as_yaml", "why"),
    [
        ("{}", "{}", "only one of them is allowed"),
        ("[1", None, "--cli-input-json: Expecting ',' delimiter"),
        ("[1]", None, "--cli-input-json: a list is not allowed; allowed: an object"),
        (None, "[1", "--cli-input-yaml: while parsing"),
        (None, "PageSize: 5", "PageSize: 5 is not allowed; allowed: a string"),
        ('{"Segment": "s"}', None, "'Segment' is not allowed; allowed: ApplicationId, PageSize"),
        ("file:///nonexistent", None, "file:///nonexistent can't be read: No such file"),
        ("file://~nobody-here/x", None, "file://~nobody-here/x can't be read: there is no such home"),
        ("[" * 100_000, None, "--cli-input-json: nested too deeply; allowed: an object of strings"),
        (None, "[" * 10_000, "--cli-input-yaml: nested too deeply; allowed: an object of strings"),
    ],
)
def test_an_input_document_that_is_none_is_refused(as_json: str | None, as_yaml: str | None, why: str) -> None:
    """The line names the option, and what is allowed."""
    with pytest.raises(UsageMistakeError, match=why.replace("[", r"\[")):
        from_document(as_json, as_yaml)


def test_a_skeleton_that_was_not_filled_in_asks_for_nothing(tmp_path: Path) -> None:
    """Empty texts are no values; a document may stand in a file."""
    path = tmp_path / "ask.yaml"
    path.write_text("ApplicationId: a\nSegmentId: ''\n")
    assert from_document(None, f"file://{path}") == {"ApplicationId": "a"}


@pytest.mark.parametrize("name", ["a b", "", "*", "a/b", "x" * 65])
def test_an_id_that_is_none_is_refused(name: str) -> None:
    """Before AWS is asked for another path than was meant."""
    with pytest.raises(UsageMistakeError, match="is no id; allowed: 1-64 letters"):
        asking.asked({"ApplicationId": name})


def test_the_format_is_chosen_in_the_aws_command_lines_order() -> None:
    """Option, environment, profile; else rows where a person reads, JSON where a program does or a query was made."""
    profile: dict[str, object] = {"output": "yaml"}
    assert a_taste(profile=profile, AWS_DEFAULT_OUTPUT="text").output("table", None) == "table"
    assert a_taste(profile=profile, AWS_DEFAULT_OUTPUT="text").output(None, None) == "text"
    assert a_taste(terminal=True, profile=profile).output(None, None) == "yaml"
    assert [a_taste(terminal).output(None, query) for terminal in (True, False) for query in (None, "x")] == [
        *("rows", "json", "json", "json")
    ]
    for wrong in (a_taste(AWS_DEFAULT_OUTPUT="xml"), a_taste(profile={"output": "xml"})):
        with pytest.raises(UsageMistakeError, match="output: 'xml' is not allowed; allowed: json, text"):
            wrong.output(None, None)
    with pytest.raises(UsageMistakeError, match="--query: rows can't show"):
        a_taste().output("rows", "x")


def test_the_pager_is_chosen_in_the_aws_command_lines_order() -> None:
    """AWS_PAGER, the profile's, PAGER, less if there is one; none without a terminal, or where it is set to nothing."""
    profile: dict[str, object] = {"cli_pager": "head -5"}
    path = "/usr/bin:/bin"
    assert a_taste(True, profile, PATH=path, AWS_PAGER="cat -n").pager(none=False) == ["cat", "-n"]
    assert a_taste(True, profile, PATH=path, PAGER="cat").pager(none=False) == ["head", "-5"]
    assert a_taste(True, PATH=path, PAGER="cat -s").pager(none=False) == ["cat", "-s"]
    assert a_taste(True, PATH="/nonexistent").pager(none=False) == []
    assert a_taste(True, PATH=path, AWS_PAGER="").pager(none=False) == []
    assert a_taste(True, PATH=path, AWS_PAGER="cat").pager(none=True) == []
    assert a_taste(PATH=path, AWS_PAGER="cat").pager(none=False) == []
    with pytest.raises(UsageMistakeError, match="there is no command 'nope'; --no-cli-pager"):
        a_taste(True, PATH=path, AWS_PAGER="nope").pager(none=False)
    with pytest.raises(UsageMistakeError, match="pager: 'less \"' is no command: No closing quotation; --no-cli-pager"):
        a_taste(True, PATH=path, AWS_PAGER='less "').pager(none=False)


def test_questions_are_asked_where_they_are_wanted() -> None:
    """By the option, the environment or the profile, in this order."""
    assert not a_taste().prompts(None)
    assert a_taste(AWS_CLI_AUTO_PROMPT="on-partial").prompts(None)
    assert a_taste(profile={"cli_auto_prompt": "on"}).prompts(None)
    assert not a_taste(AWS_CLI_AUTO_PROMPT="on").prompts(False)


def test_what_signs_a_url_is_never_shown() -> None:
    """However deep it stands; all else is as botocore has it, a role's ARN, too."""
    signed = "https://bucket/failed.csv?X-Amz-Signature=s"
    raw = {"JobId": "1", "FailureInfo": {"Url": signed, "Message": f"see {signed} twice"}, "Rows": [signed, 7, None]}
    role = {"RoleArn": "arn:aws:iam::111122223333:role/import", "CreatedAt": NOW}
    redacted = "https://bucket/failed.csv?[removed]"
    assert shown({**raw, **role}) == {
        "JobId": "1",
        "FailureInfo": {"Url": redacted, "Message": f"see {redacted} twice"},
        "Rows": [redacted, 7, None],
        "RoleArn": "arn:aws:iam::111122223333:role/import",
        "CreatedAt": NOW.isoformat(),
    }
