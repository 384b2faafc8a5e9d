"""Pages decoded as JSON mean what botocore's own parser makes of them, page by page."""

import json
import tracemalloc
from datetime import timedelta
from typing import Any

import botocore.session
import pytest
from botocore.model import Shape, StructureShape
from botocore.parsers import ResponseParser, ResponseParserError, create_parser
from hypothesis import given
from hypothesis import strategies as st

from import_watch.jobs import Target
from import_watch.messages import MAX_FAILURE, MAX_FAILURES
from import_watch.sources.pinpoint_details import DEFINITION, FAILURES, MEMBERS
from import_watch.sources.pinpoint_job import FINISHED, RUNNING, read_page
from import_watch.sources.pinpoint_page import BODY, PAGES, Parsers, decode
from tests.builders import EVER, NOW, TARGET

MODEL = botocore.session.get_session().get_service_model("pinpoint")
SHAPES = {name: MODEL.shape_for(name) for name in sorted(PAGES)}
APPLICATION = Target("pinpoint", "app")
HEADERS = {"x-amzn-requestid": "request", "Content-Type": "application/json"}

texts = st.one_of(
    st.text(max_size=12), st.sampled_from(["app", "seg", "CSV", "s3://b/k?X-Amz-Signature=0", "\U0001f680"])
)
counters = st.one_of(st.integers(-1, 3), st.integers(), st.sampled_from([0.0, 12.0, -1.0]))
moments = st.one_of(st.integers(-90, 1).map(lambda days: (NOW + timedelta(days=days)).isoformat()), texts)
unknown = st.dictionaries(st.sampled_from(["New", "failures", "arn"]), st.one_of(texts, st.lists(texts, max_size=2)))


def members(**each: st.SearchStrategy[Any]) -> st.SearchStrategy[dict[str, Any]]:
    """Draw an object of members, any of which may be absent or null, or that the model doesn't know."""
    optional = {name: st.one_of(st.none(), value) for name, value in each.items()}
    return st.builds(lambda known, new: {**new, **known}, st.fixed_dictionaries({}, optional=optional), unknown)


jobs = members(
    ApplicationId=texts,
    CompletedPieces=counters,
    CompletionDate=moments,
    CreationDate=moments,
    Definition=members(
        DefineSegment=st.booleans(),
        ExternalId=texts,
        Format=texts,
        RegisterEndpoints=st.booleans(),
        RoleArn=texts,
        S3Url=texts,
        SegmentId=texts,
        SegmentName=texts,
    ),
    FailedPieces=counters,
    Failures=st.lists(st.one_of(st.none(), texts), max_size=12),
    Id=st.one_of(texts, st.sampled_from(["a", "b", "0f"])),
    JobStatus=st.one_of(texts, st.sampled_from(sorted({*RUNNING, *FINISHED}))),
    TotalFailures=counters,
    TotalPieces=counters,
    TotalProcessed=counters,
    Type=texts,
)
pages = members(Item=st.lists(st.one_of(st.none(), jobs), max_size=4), NextToken=texts)


def parsed(parser: ResponseParser, body: bytes, shape: Shape, status: int = 200) -> Any:
    return parser.parse({"status_code": status, "headers": HEADERS, "body": body, "context": {}}, shape)


def both(
    body: str | bytes, shape: Shape = SHAPES["GetSegmentImportJobsResponse"], status: int = 200
) -> tuple[Any, Any]:
    """Parse it as botocore does, and as the function does."""
    encoded = body.encode() if isinstance(body, str) else body
    return (
        parsed(create_parser("rest-json"), encoded, shape, status),
        parsed(Parsers().create_parser("rest-json"), encoded, shape, status),
    )


def read(answer: Any, target: Target) -> Any:
    """Read a page to the last word."""
    page = read_page(answer["ImportJobsResponse"], target, NOW - timedelta(days=30))
    return (
        page.listed,
        page.flaws,
        [(job.id, job.outcome, job.created_at, job.completed_at, job.details()) for job in page.jobs],
    )


@given(pages, st.sampled_from(sorted(PAGES)), st.sampled_from([TARGET, APPLICATION]), st.booleans())
def test_a_page_means_the_same(page: dict[str, Any], shape: str, target: Target, ascii_only: bool) -> None:  # noqa: FBT001 # drawn
    """The same jobs, to the last word of their details, the same flaws, the same token, the same metadata.

    What the model doesn't know, and nulls, botocore drops; the decoder drops them of the page, and the reading of jobs.
    """
    stock, ours = both(json.dumps(page, ensure_ascii=ascii_only), SHAPES[shape])
    assert read(ours, target) == read(stock, target)
    stock_page, our_page = stock.pop("ImportJobsResponse"), ours.pop("ImportJobsResponse")
    assert our_page.keys() - {BODY} == stock_page.keys()
    assert our_page.get("NextToken") == stock_page.get("NextToken")
    assert ours == stock


@given(st.one_of(pages.map(json.dumps), st.text(), st.sampled_from(['{"message": "no", "code": "X"}', "<html>", ""])))
@pytest.mark.parametrize("status", [300, 400, 403, 404, 429, 500, 503])
def test_errors_are_left_to_botocore(status: int, body: str) -> None:
    """Whatever their body."""
    try:
        stock: Any = parsed(create_parser("rest-json"), body.encode(), SHAPES["GetImportJobsResponse"], status)
    except Exception as error:  # noqa: BLE001 # whatever botocore raises
        with pytest.raises(type(error)):
            parsed(Parsers().create_parser("rest-json"), body.encode(), SHAPES["GetImportJobsResponse"], status)
    else:
        assert stock == parsed(
            Parsers().create_parser("rest-json"), body.encode(), SHAPES["GetImportJobsResponse"], status
        )


def test_other_operations_and_protocols_are_left_to_botocore() -> None:
    """One that answers in the same protocol, one without output, and parsers of another protocol."""
    body = '{"ApplicationsResponse": null, "Item": [{"Id": "app", "Name": "App", "New": 1}], "NextToken": null}'
    stock, ours = both(body, MODEL.shape_for("GetAppsResponse"))
    assert ours == stock
    nothing: Any = None
    assert both("", nothing)[0] == both("", nothing)[1]
    assert type(Parsers().create_parser("json")) is type(create_parser("json"))


@pytest.mark.parametrize(
    ("member", "by_botocore"),
    [
        ('"TotalFailures": "12"', "completed_with_failures"),
        ('"TotalFailures": "many"', ValueError),
        ('"TotalFailures": 1e999', OverflowError),
        ('"TotalProcessed": []', TypeError),
        ('"Definition": "none"', AttributeError),
        ('"Failures": 7', TypeError),
    ],
)
def test_what_breaks_the_model_costs_its_own_job_something(member: str, by_botocore: Any) -> None:
    """Where botocore gives the whole page up; and what stands in the place of failed rows is a sign of them."""
    body = f'{{"Item": [{{"Id": "a", "JobStatus": "COMPLETED", {member}}}, {{"Id": "b", "JobStatus": "COMPLETED"}}]}}'
    shape = SHAPES["GetImportJobsResponse"]
    _, _, read_jobs = read(parsed(Parsers().create_parser("rest-json"), body.encode(), shape), TARGET)
    its_own = "completed_with_failures" if "Failures" in member else "completed"
    assert [(job_id, outcome) for job_id, outcome, *_ in read_jobs] == [("a", its_own), ("b", "completed")]
    if isinstance(by_botocore, str):
        assert read(parsed(create_parser("rest-json"), body.encode(), shape), TARGET)[2][0][1] == by_botocore
    else:
        with pytest.raises(by_botocore):
            parsed(create_parser("rest-json"), body.encode(), shape)


@pytest.mark.parametrize(
    "body", ["null", "[]", "7", '{"Item": {}}', '{"Item": ""}', '{"Item": ["x"]}', '{"Item": [[]]}']
)
def test_a_page_of_another_shape_is_refused(body: str) -> None:
    """As it isn't known what it is."""
    with pytest.raises(ResponseParserError):
        parsed(Parsers().create_parser("rest-json"), body.encode(), SHAPES["GetImportJobsResponse"])


@pytest.mark.parametrize("body", [b"", b"{", b"<html>", b'{"Item": [{"TotalFailures": NaN}]}', b'{"Item": ["\xff"]}'])
def test_a_page_that_is_no_json_is_refused(body: bytes) -> None:
    """Where botocore would show an empty page."""
    with pytest.raises(ValueError, match=r"."):
        parsed(Parsers().create_parser("rest-json"), body, SHAPES["GetImportJobsResponse"])


def test_what_is_told_of_a_job_is_what_the_model_knows() -> None:
    """Less what is withheld: a member that a new version of the model knows has to be thought about."""
    job, definition = MODEL.shape_for("ImportJobResponse"), MODEL.shape_for("ImportJobResource")
    assert isinstance(job, StructureShape)
    assert isinstance(definition, StructureShape)
    assert {*MEMBERS, FAILURES} == job.members.keys()
    assert {*DEFINITION, "ExternalId", "RoleArn"} == definition.members.keys()


def test_history_is_counted_and_nothing_is_kept_of_it() -> None:
    """Up to the moment that is asked for, whatever else is wrong with it; a live job's flaws are told."""
    old = {"JobStatus": "FAILED", "CreationDate": "2026-05-01T00:00:00Z", "CompletionDate": "2026-05-02T00:00:00Z"}
    new = {**old, "Id": "new", "CompletionDate": "2026-05-24T12:00:00.001Z", "TotalFailures": "x"}
    entries = [{**old, "Id": "old", "TotalFailures": "x"}, {**old, "Id": 7}, new, {**new, "Id": 7}]
    page = read_page({"Item": entries}, TARGET, NOW)
    assert (page.listed, [job.id for job in page.jobs]) == (3, ["new"])
    assert (page.flaws, page.jobs[0].details().flaws) == (["no usable Id"], ["TotalFailures is no number"])
    assert [job.id for job in read_page({"Item": [{**old, "Id": "old"}]}, TARGET, EVER).jobs] == ["old"]


def test_of_megabytes_of_failed_rows_only_what_a_message_carries_is_kept() -> None:
    """Nor is a page kept whole for a single live job in it."""
    rows = [f"{number}: {'x' * 1_000}" for number in range(1_000)]
    listed = [{"Id": f"job-{number}", "JobStatus": "COMPLETED", "Failures": rows} for number in range(10)]
    body = json.dumps({"Item": listed}).encode()
    tracemalloc.start()
    page = read_page(decode(body), TARGET, EVER)
    kept, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert (len(body) > 10_000_000, kept < 100_000) == (True, True)
    for job in page.jobs:
        assert job.details().failures == tuple(row[:MAX_FAILURE] for row in rows[:MAX_FAILURES])
