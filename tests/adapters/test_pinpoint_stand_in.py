import json
import os
import subprocess
import sys
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import boto3
import botocore.session
import pytest
from botocore.config import Config
from botocore.exceptions import ClientError, ConnectionClosedError, ReadTimeoutError
from botocore.validate import ParamValidator

from local.stand_in import (
    ApiError,
    BrokenModelError,
    Delay,
    Fault,
    HangUp,
    ImportJob,
    Page,
    StandIn,
    Truncated,
    application,
    import_job,
)

if TYPE_CHECKING:
    from mypy_boto3_pinpoint import PinpointClient
    from mypy_boto3_pinpoint.type_defs import ImportJobsResponseTypeDef

APPLICATION = "pinpoint:app-1"
SEGMENT = "pinpoint:app-1/segment-1"
NOON = datetime(2026, 5, 24, 12, tzinfo=UTC)


@pytest.fixture(scope="module")
def client(pinpoint_server: StandIn) -> "PinpointClient":
    return connect(pinpoint_server, Config(retries={"total_max_attempts": 1}, read_timeout=1, proxies={}))


def connect(server: StandIn, config: Config) -> "PinpointClient":
    session = boto3.Session("any", "any", region_name="us-east-1")
    return session.client("pinpoint", endpoint_url=server.url, config=config)


def job(job_id: str, status: str = "COMPLETED", target: str = SEGMENT) -> ImportJob:
    return import_job(target, job_id, status, created=NOON, completed=NOON + timedelta(seconds=12), TotalFailures=3)


def page(client: "PinpointClient", **query: str) -> "ImportJobsResponseTypeDef":
    return client.get_segment_import_jobs(ApplicationId="app-1", SegmentId="segment-1", **query)["ImportJobsResponse"]


def ids(answer: "ImportJobsResponseTypeDef") -> list[str]:
    return [item["Id"] for item in answer["Item"]]


def test_a_segment_lists_its_own_jobs_as_they_were_put(pinpoint: StandIn, client: "PinpointClient") -> None:
    pinpoint.jobs.put(SEGMENT, job("a"), job("b", "CANCELLED"))
    pinpoint.jobs.put("pinpoint:app-1/segment-2", job("c"))
    assert page(client) == {"Item": [job("a"), job("b", "CANCELLED")]}


def test_an_application_lists_the_jobs_of_all_its_segments_and_of_none(
    pinpoint: StandIn, client: "PinpointClient"
) -> None:
    pinpoint.jobs.put(SEGMENT, job("a"))
    pinpoint.jobs.put(APPLICATION, job("b", target=APPLICATION))
    pinpoint.jobs.put("pinpoint:app-2/segment-1", job("c"))
    assert ids(client.get_import_jobs(ApplicationId="app-1")["ImportJobsResponse"]) == ["a", "b"]


def test_the_account_lists_the_applications_that_have_a_list(pinpoint: StandIn, client: "PinpointClient") -> None:
    pinpoint.jobs.put(SEGMENT, job("a"))
    pinpoint.jobs.put("pinpoint:app-1/segment-2")
    pinpoint.jobs.put("pinpoint:app-2")
    first = client.get_apps(PageSize="1")["ApplicationsResponse"]
    second = client.get_apps(PageSize="1", Token=first["NextToken"])["ApplicationsResponse"]
    assert [first["Item"], second] == [[application("app-1")], {"Item": [application("app-2")]}]
    pinpoint.jobs.remove(APPLICATION)
    pinpoint.jobs.remove("pinpoint:app-2")
    assert client.get_apps()["ApplicationsResponse"] == {"Item": []}


def test_the_account_s_list_meets_faults_and_guards_like_any_other(pinpoint: StandIn, client: "PinpointClient") -> None:
    pinpoint.faults.add("pinpoint:*", ApiError("TooManyRequestsException"))
    with pytest.raises(client.exceptions.TooManyRequestsException):
        client.get_apps()
    pinpoint.guard = lambda call: f"not authorized to list {call.target}"
    with pytest.raises(ClientError, match=r"not authorized to list pinpoint:\*"):
        client.get_apps()


def test_tokens_lead_through_all_pages(pinpoint: StandIn, client: "PinpointClient") -> None:
    pinpoint.jobs.put(SEGMENT, *(job(str(number)) for number in range(5)))
    first = page(client, PageSize="2")
    second = page(client, PageSize="2", Token=first["NextToken"])
    third = page(client, PageSize="2", Token=second["NextToken"])
    assert [ids(first), ids(second), ids(third)] == [["0", "1"], ["2", "3"], ["4"]]
    assert "NextToken" not in third


def test_a_page_holds_a_hundred_jobs_unless_told_otherwise(pinpoint: StandIn, client: "PinpointClient") -> None:
    pinpoint.jobs.put(SEGMENT, *(job(str(number)) for number in range(101)))
    assert len(page(client)["Item"]) == 100


@pytest.mark.parametrize(
    "query", [{"Token": "made-up"}, {"PageSize": "0"}, {"PageSize": "many"}, {"Token": "of-another-list"}]
)
def test_what_the_list_did_not_offer_is_a_bad_request(
    pinpoint: StandIn, client: "PinpointClient", query: dict[str, str]
) -> None:
    pinpoint.jobs.put(SEGMENT, job("a"), job("b"))
    if query == {"Token": "of-another-list"}:
        listing = client.get_import_jobs(ApplicationId="app-1", PageSize="1")
        query = {"Token": listing["ImportJobsResponse"]["NextToken"]}
    with pytest.raises(client.exceptions.BadRequestException):
        page(client, **query)


@pytest.mark.parametrize(("application", "segment"), [("app-1", "segment-2"), ("app-2", "segment-1")])
def test_an_unknown_application_or_segment_is_not_found(
    pinpoint: StandIn, client: "PinpointClient", application: str, segment: str
) -> None:
    pinpoint.jobs.put(SEGMENT)
    with pytest.raises(client.exceptions.NotFoundException) as caught:
        client.get_segment_import_jobs(ApplicationId=application, SegmentId=segment)
    assert caught.value.response["ResponseMetadata"]["HTTPStatusCode"] == 404
    pinpoint.jobs.remove(APPLICATION)
    with pytest.raises(client.exceptions.NotFoundException):
        client.get_import_jobs(ApplicationId="app-1")


def test_a_guard_says_who_may_not_list_what(pinpoint: StandIn, client: "PinpointClient") -> None:
    """As AWS says it; without a guard, everybody may."""
    pinpoint.jobs.put(SEGMENT, job("job"))
    pinpoint.guard = lambda call: f"not authorized to list {call.target}"
    with pytest.raises(ClientError, match=f"not authorized to list {SEGMENT}") as caught:
        page(client)
    assert caught.value.response["Error"]["Code"] == "ForbiddenException"
    pinpoint.guard = None
    assert ids(page(client)) == ["job"]


def test_jobs_change_while_they_are_served(pinpoint: StandIn, client: "PinpointClient") -> None:
    pinpoint.jobs.put(SEGMENT, job("a", "PROCESSING"))
    assert page(client)["Item"][0]["JobStatus"] == "PROCESSING"
    pinpoint.jobs.change(SEGMENT, "a", JobStatus="COMPLETED", TotalProcessed=5)
    assert page(client)["Item"] == [{**job("a"), "TotalProcessed": 5}]


def test_scripted_pages_come_as_they_are_empty_repeated_or_endless(pinpoint: StandIn, client: "PinpointClient") -> None:
    pages = [Page([], "x"), Page([job("a")], "y"), Page([job("a")], "x")]
    pinpoint.jobs.script(SEGMENT, pages)
    token: dict[str, str] = {}
    seen = []
    for _ in range(5):
        answer = page(client, PageSize="1", **token)
        token = {"Token": answer["NextToken"]}
        seen.append((ids(answer), answer["NextToken"]))
    assert seen == [([], "x"), (["a"], "y"), (["a"], "x"), (["a"], "y"), (["a"], "x")]
    with pytest.raises(ValueError, match="leads nowhere"):
        pinpoint.jobs.script(SEGMENT, [Page([], "z")])


@pytest.mark.parametrize(
    ("code", "status"),
    [
        ("ForbiddenException", 403),
        ("NotFoundException", 404),
        ("TooManyRequestsException", 429),
        ("InternalServerErrorException", 500),
    ],
)
def test_a_scripted_error_lasts_as_many_calls_as_it_was_given(
    pinpoint: StandIn, client: "PinpointClient", code: str, status: int
) -> None:
    pinpoint.jobs.put(SEGMENT)
    pinpoint.faults.add(SEGMENT, ApiError(code, "as scripted"), times=2)
    for _ in range(2):
        with pytest.raises(ClientError) as caught:
            page(client)
        assert caught.value.response["Error"]["Code"] == code
        assert caught.value.response["Error"]["Message"] == "as scripted"
        assert caught.value.response["ResponseMetadata"]["HTTPStatusCode"] == status
    assert page(client) == {"Item": []}


def test_a_fault_without_end_lasts_until_cleared_and_spares_other_targets(
    pinpoint: StandIn, client: "PinpointClient"
) -> None:
    pinpoint.jobs.put(SEGMENT)
    pinpoint.faults.add(SEGMENT, ApiError("ForbiddenException"), times=None)
    for _ in range(3):
        with pytest.raises(client.exceptions.ForbiddenException):
            page(client)
    assert client.get_import_jobs(ApplicationId="app-1")["ImportJobsResponse"] == {"Item": []}
    pinpoint.faults.clear(SEGMENT)
    assert page(client) == {"Item": []}


@pytest.mark.parametrize(("fault", "error"), [(HangUp(), ConnectionClosedError), (Delay(30), ReadTimeoutError)])
def test_a_connection_can_fail_too(
    pinpoint: StandIn, client: "PinpointClient", fault: Fault, error: type[Exception]
) -> None:
    pinpoint.jobs.put(SEGMENT, job("a"))
    pinpoint.faults.add(SEGMENT, fault)
    with pytest.raises(error):
        page(client)
    assert ids(page(client)) == ["a"]


def test_a_truncated_answer_is_one_without_items_to_boto3(pinpoint: StandIn, client: "PinpointClient") -> None:
    pinpoint.jobs.put(SEGMENT, job("a"))
    pinpoint.faults.add(SEGMENT, Truncated())
    assert "Item" not in page(client)
    assert ids(page(client)) == ["a"]


def test_a_late_answer_is_right(pinpoint: StandIn, client: "PinpointClient") -> None:
    pinpoint.jobs.put(SEGMENT, job("a"))
    pinpoint.faults.add(SEGMENT, Delay(0.2))
    start = time.monotonic()
    assert ids(page(client)) == ["a"]
    assert time.monotonic() - start >= 0.2


def test_calls_are_on_record_by_operation_parameters_and_target(pinpoint: StandIn, client: "PinpointClient") -> None:
    pinpoint.jobs.put(SEGMENT)
    page(client, PageSize="7")
    client.get_import_jobs(ApplicationId="app-1")
    assert [(call.operation, call.parameters, call.target) for call in pinpoint.calls] == [
        ("GetSegmentImportJobs", {"ApplicationId": "app-1", "SegmentId": "segment-1", "PageSize": "7"}, SEGMENT),
        ("GetImportJobs", {"ApplicationId": "app-1"}, APPLICATION),
    ]


@pytest.mark.parametrize("broken", [{"Id": "a"}, {**job("a"), "TotalProcessed": "5"}])
def test_an_answer_that_breaks_the_model_fails_whoever_scripted_it(broken: ImportJob) -> None:
    with pytest.raises(BrokenModelError, match="GetSegmentImportJobs"):
        serve_once(broken)


def serve_once(broken: ImportJob) -> None:
    with StandIn() as stand_in:
        stand_in.jobs.put(SEGMENT, broken)
        client = connect(stand_in, Config(proxies={}))
        with pytest.raises(client.exceptions.BadRequestException):
            page(client)
        assert len(stand_in.calls) == 1, "boto3 takes it for a server error and tries again"


def test_the_aws_command_line_reads_the_page_that_the_model_promises(pinpoint: StandIn) -> None:
    pinpoint.jobs.put(SEGMENT, job("a"), job("b"))
    output = aws(
        *("pinpoint", "get-segment-import-jobs", "--endpoint-url", pinpoint.url, "--region", "us-east-1"),
        *("--application-id", "app-1", "--segment-id", "segment-1", "--page-size", "1"),
    )
    shape = (
        botocore.session.Session().get_service_model("pinpoint").operation_model("GetSegmentImportJobs").output_shape
    )
    assert shape is not None
    assert ParamValidator().validate(output, shape).generate_report() == ""
    assert output["ImportJobsResponse"]["Item"] == [job("a")]
    assert output["ImportJobsResponse"]["NextToken"]


def aws(*arguments: str) -> Any:
    command = [sys.executable, str(Path(sys.executable).with_name("aws")), *arguments]
    bare = {
        name: value for name, value in os.environ.items() if not name.startswith("AWS_") and "proxy" not in name.lower()
    }
    environment = {**bare, "AWS_ACCESS_KEY_ID": "any", "AWS_SECRET_ACCESS_KEY": "any"}
    run = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=60, check=False)  # noqa: S603
    assert run.returncode == 0, run.stderr
    return json.loads(run.stdout)
