"""The source `pinpoint`: the real client, over HTTP, against the stand-in."""

import random
from collections.abc import Callable
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread
from typing import Any

import boto3
import botocore.session
import pytest
from botocore.config import Config

from import_watch.jobs import ImportJob, Outcome, Target, Trouble
from import_watch.listing import ListingFailedError
from import_watch.sources.pinpoint import PinpointImportJobs
from import_watch.sources.pinpoint_page import Parsers
from local.stand_in import ApiError, HangUp, Page, StandIn, Truncated, application, import_job
from tests.builders import EVER, NOW, TARGET

APPLICATION = Target("pinpoint", "app")


def a_source(at: StandIn | str, *, page_size: int = 100, max_pages: int = 1000) -> PinpointImportJobs:
    core = botocore.session.get_session()
    core.register_component("response_parser_factory", Parsers())
    client = boto3.Session(botocore_session=core).client(
        "pinpoint",
        endpoint_url=at if isinstance(at, str) else at.url,
        region_name="us-east-1",
        aws_access_key_id="nobody's",
        aws_secret_access_key="nobody's",  # noqa: S106 # nobody's
        config=Config(retries={"total_max_attempts": 1}, read_timeout=2),
    )
    prefix = "arn:aws:mobiletargeting:us-east-1:123456789012"
    return PinpointImportJobs(client=client, arn_prefix=prefix, page_size=page_size, max_pages=max_pages)


def jobs(count: int, target: str = str(TARGET), **facts: Any) -> list[dict[str, Any]]:
    return [
        import_job(target, f"job-{n}", "COMPLETED", created=NOW, completed=NOW + timedelta(seconds=n), **facts)
        for n in range(count)
    ]


def listed(source: PinpointImportJobs, target: Target = TARGET) -> list[ImportJob]:
    return [job for page in source.pages(target, EVER) for job in page.jobs]


@pytest.mark.parametrize("page_size", [1, 7, 100, 249, 250, 1000])
def test_all_pages_are_read_whatever_their_size(pinpoint: StandIn, page_size: int) -> None:
    """250 jobs, each once."""
    pinpoint.jobs.put(str(TARGET), *jobs(250))
    assert [job.id for job in listed(a_source(pinpoint, page_size=page_size))] == [f"job-{n}" for n in range(250)]
    assert len(pinpoint.calls) == -(-250 // page_size)
    assert {call.operation for call in pinpoint.calls} == {"GetSegmentImportJobs"}
    assert {call.parameters["PageSize"] for call in pinpoint.calls} == {str(page_size)}


def test_an_application_s_jobs_come_from_one_list(pinpoint: StandIn) -> None:
    """GetImportJobs: every segment's jobs, and those without a segment."""
    pinpoint.jobs.put("pinpoint:app/seg", *jobs(2))
    pinpoint.jobs.put("pinpoint:app", import_job("pinpoint:app", "endpoints", "FAILED", created=NOW))
    found = {job.id: job for job in listed(a_source(pinpoint), APPLICATION)}
    assert {job_id: job.details().segment_id for job_id, job in found.items()} == {
        "job-0": "seg",
        "job-1": "seg",
        "endpoints": None,
    }
    assert {call.operation for call in pinpoint.calls} == {"GetImportJobs"}


def test_an_empty_page_with_a_token_is_followed(pinpoint: StandIn) -> None:
    """It isn't the end; jobs come after it."""
    pinpoint.jobs.script(str(TARGET), [Page(jobs(1), "a"), Page([], "b"), Page(jobs(3)[1:])])
    assert [job.id for job in listed(a_source(pinpoint))] == ["job-0", "job-1", "job-2"]


def test_shuffled_pages_with_repeats_give_the_same_jobs(pinpoint: StandIn) -> None:
    """Every job is there, whatever else is."""
    entries = jobs(250) + jobs(250)[::5]
    random.Random(7).shuffle(entries)  # noqa: S311 # no secret
    pages = [entries[n : n + 40] for n in range(0, len(entries), 40)]
    tokens = [*(f"t{n}" for n in range(1, len(pages))), None]
    pinpoint.jobs.script(str(TARGET), [Page(page, token) for page, token in zip(pages, tokens, strict=True)])
    assert {job.id for job in listed(a_source(pinpoint))} == {f"job-{n}" for n in range(250)}


def test_a_repeated_token_is_endless(pinpoint: StandIn) -> None:
    """A loop that only follows NextToken would never end."""
    pinpoint.jobs.script(str(TARGET), [Page(jobs(1), "a"), Page(jobs(1), "a")])
    assert failing(a_source(pinpoint)) is Trouble.ENDLESS


def test_more_pages_than_allowed_are_endless(pinpoint: StandIn) -> None:
    """The limit is a setting."""
    pinpoint.jobs.put(str(TARGET), *jobs(5))
    assert len(listed(a_source(pinpoint, page_size=1, max_pages=5))) == 5
    assert failing(a_source(pinpoint, page_size=1, max_pages=4)) is Trouble.ENDLESS


def failing(source: PinpointImportJobs) -> Trouble:
    with pytest.raises(ListingFailedError) as error:
        listed(source)
    return error.value.trouble


TROUBLES: list[tuple[Any, Trouble]] = [
    (ApiError("TooManyRequestsException"), Trouble.THROTTLED),
    (ApiError("ForbiddenException"), Trouble.DENIED),
    (ApiError("NotFoundException"), Trouble.GONE),
    (ApiError("InternalServerErrorException"), Trouble.BROKEN),
    (ApiError("BadRequestException"), Trouble.BROKEN),
    (ApiError("MethodNotAllowedException"), Trouble.BROKEN),
    (HangUp(), Trouble.BROKEN),
    (Truncated(), Trouble.BROKEN),
]


@pytest.mark.parametrize(("fault", "trouble"), TROUBLES)
def test_troubles_are_told_apart(pinpoint: StandIn, fault: Any, trouble: Trouble) -> None:
    """Also on a later page: what was read before decides nothing."""
    pinpoint.jobs.put(str(TARGET), *jobs(3))
    source = a_source(pinpoint, page_size=2)
    pages = source.pages(TARGET, EVER)
    next(pages)
    pinpoint.faults.add(str(TARGET), fault)
    with pytest.raises(ListingFailedError) as error:
        next(pages)
    assert error.value.trouble is trouble


ODD = [
    "null",
    "[]",
    "{}",
    '{"Item": ["x"]}',
    '{"Item": [], "NextToken": {"a": 1}}',
    '{"Item": [], "NextToken": 0}',
    pytest.param("[" * 200_000, id="deep"),
]


@pytest.mark.parametrize("body", [*ODD, '{"Item": [{"TotalFailures": NaN}]}'])
def test_an_answer_of_another_shape_is_a_broken_listing(body: str) -> None:
    """Not a defect of ours, and no empty list."""
    with HTTPServer(("127.0.0.1", 0), answering(body)) as server:
        thread = Thread(target=server.handle_request)
        thread.start()
        assert failing(a_source(f"http://127.0.0.1:{server.server_port}")) is Trouble.BROKEN
        thread.join()


ROWS = b'{"Item": [{"Id": "a", "Failures": ["jane@example.com"], "Definition": {"ExternalId": "5ec4e7"}, "X": '


@pytest.mark.parametrize("operation", [listed, lambda source: list(source.applications())], ids=["jobs", "apps"])
@pytest.mark.parametrize("status", [200, 300, 500])
@pytest.mark.parametrize(
    "body",
    [
        ROWS + b'"\xff"}]}',
        ROWS + b'"cut',
        ROWS + b'"\x01"}]}',
        ROWS + b"0}, 5]}",
        b"[" + ROWS + b"0}]}]",
    ],
    ids=["no UTF-8", "cut short", "control character", "no job", "no object"],
)
def test_nothing_of_a_body_is_told(body: bytes, status: int, operation: Callable[[PinpointImportJobs], object]) -> None:
    """Failed rows would be in the log by it, whatever is wrong with the body or said by its status."""
    failure = failure_of(operation, body, status)
    assert failure.trouble is Trouble.BROKEN
    for secret in ("jane", "5ec4e7", "Failures"):
        assert secret not in failure.detail


@pytest.mark.parametrize(
    ("body", "status", "detail"),
    [
        (b'{"Item": ["\xff"]}', 200, "UnicodeDecodeError: invalid start byte at byte 11"),
        (b'{"Item": [', 200, "JSONDecodeError: Expecting value at character 10"),
        (b'{"Item": [5]}', 200, "a page of something else than jobs"),
        (b'{"Item": []}', 300, "HTTP status 300, and no error that has a name"),
    ],
)
def test_what_is_wrong_with_a_body_is_told_and_where(body: bytes, status: int, detail: str) -> None:
    """Somebody may have to find out."""
    failure = failure_of(listed, body, status)
    assert (failure.trouble, failure.detail) == (Trouble.BROKEN, detail)


def failure_of(operation: Callable[[PinpointImportJobs], object], body: bytes, status: int) -> ListingFailedError:
    """Ask a server that answers once, with this; what came of it."""
    with HTTPServer(("127.0.0.1", 0), answering(body, status)) as server:
        thread = Thread(target=server.handle_request)
        thread.start()
        with pytest.raises(ListingFailedError) as error:
            operation(a_source(f"http://127.0.0.1:{server.server_port}"))
        thread.join()
    return error.value


def answering(body: str | bytes, status: int = 200) -> type[BaseHTTPRequestHandler]:
    sent = body.encode() if isinstance(body, str) else body

    class Answering(BaseHTTPRequestHandler):
        def do_GET(self) -> None:  # the name that http.server looks for
            self.send_response(status)
            self.send_header("Content-Length", str(len(sent)))
            self.end_headers()
            self.wfile.write(sent)

        def log_message(self, *_: object) -> None:
            pass

    return Answering


def test_a_flawed_job_does_not_spoil_its_page(pinpoint: StandIn) -> None:
    """It is told; the others are used."""
    flawed = [
        {**jobs(1)[0], "Id": "odd", "JobStatus": "EXPLODED"},
        {**jobs(1)[0], "Id": "undated", "CompletionDate": "soon"},
    ]
    pinpoint.jobs.script(str(TARGET), [Page([*jobs(1), *flawed])])
    (page,) = a_source(pinpoint).pages(TARGET, EVER)
    assert {job.id: job.outcome for job in page.jobs} == {
        "job-0": Outcome.COMPLETED,
        "odd": None,
        "undated": Outcome.COMPLETED,
    }
    assert page.flaws == ["unknown JobStatus 'EXPLODED'", "CompletionDate is no date"]


def ids(source: PinpointImportJobs) -> list[str]:
    return [one for page in source.applications() for one in page.ids]


@pytest.mark.parametrize("page_size", [1, 7, 100, 249, 250, 1000])
def test_all_applications_are_read_whatever_the_size_of_a_page(pinpoint: StandIn, page_size: int) -> None:
    """250 of them, each once."""
    names = [f"app-{number:03}" for number in range(250)]
    for name in names:
        pinpoint.jobs.put(f"pinpoint:{name}")
    assert ids(a_source(pinpoint, page_size=page_size)) == names
    assert len(pinpoint.calls) == -(-250 // page_size)
    assert {(call.operation, call.parameters["PageSize"]) for call in pinpoint.calls} == {("GetApps", str(page_size))}


def test_an_account_without_applications_has_none(pinpoint: StandIn) -> None:
    """That is an answer."""
    assert ids(a_source(pinpoint)) == []


@pytest.mark.parametrize(("fault", "trouble"), TROUBLES)
def test_troubles_of_the_account_are_told_apart_too(pinpoint: StandIn, fault: Any, trouble: Trouble) -> None:
    """On any page."""
    for number in range(3):
        pinpoint.jobs.put(f"pinpoint:app-{number}")
    pages = a_source(pinpoint, page_size=2).applications()
    next(pages)
    pinpoint.faults.add("pinpoint:*", fault)
    with pytest.raises(ListingFailedError) as error:
        next(pages)
    assert error.value.trouble is trouble


def test_applications_without_end_are_endless(pinpoint: StandIn) -> None:
    """By a token that comes again, or by too many pages."""
    pinpoint.jobs.script("pinpoint:*", [Page([application("one")], "a"), Page([application("two")], "a")])
    with pytest.raises(ListingFailedError) as repeated:
        ids(a_source(pinpoint))
    pinpoint.jobs.script("pinpoint:*", [])
    for number in range(5):
        pinpoint.jobs.put(f"pinpoint:app-{number}")
    assert len(ids(a_source(pinpoint, page_size=1, max_pages=5))) == 5
    with pytest.raises(ListingFailedError) as too_many:
        ids(a_source(pinpoint, page_size=1, max_pages=4))
    assert repeated.value.trouble is too_many.value.trouble is Trouble.ENDLESS


@pytest.mark.parametrize("body", ODD)
def test_an_account_s_answer_of_another_shape_is_a_broken_list(body: str) -> None:
    """Not a defect of ours, and no empty account."""
    with HTTPServer(("127.0.0.1", 0), answering(body)) as server:
        thread = Thread(target=server.handle_request)
        thread.start()
        with pytest.raises(ListingFailedError) as error:
            ids(a_source(f"http://127.0.0.1:{server.server_port}"))
        assert error.value.trouble is Trouble.BROKEN
        thread.join()


def test_an_application_without_a_usable_id_is_told_and_spoils_no_page() -> None:
    """Nobody could ask for its jobs."""
    body = '{"Item": [null, {}, {"Id": ""}, {"Id": 5}, {"Id": "a/b"}, {"Id": "*"}, {"Id": "fine"}]}'
    with HTTPServer(("127.0.0.1", 0), answering(body)) as server:
        thread = Thread(target=server.handle_request)
        thread.start()
        (page,) = a_source(f"http://127.0.0.1:{server.server_port}").applications()
        thread.join()
    assert (page.ids, page.flaws) == (["fine"], ["no usable Id"] * 6)


def test_arns_name_the_segment_or_the_application_or_all_of_them() -> None:
    """As IAM does."""
    source = PinpointImportJobs(
        client=None,  # type: ignore[arg-type] # not called
        arn_prefix="arn:aws:mobiletargeting:eu-west-1:123456789012",
        page_size=1,
        max_pages=1,
    )
    assert source.arn("a", "s") == "arn:aws:mobiletargeting:eu-west-1:123456789012:apps/a/segments/s"
    assert source.arn("a", None) == "arn:aws:mobiletargeting:eu-west-1:123456789012:apps/a"
    assert source.arn("*", None) == "arn:aws:mobiletargeting:eu-west-1:123456789012:apps/*"
