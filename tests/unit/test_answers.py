"""What is no page is never an empty one: each source's answers, by botocore's own parsers."""

import json
from typing import Any

import pytest
from botocore.parsers import ResponseParserError, create_parser

from import_watch.jobs import Trouble
from import_watch.listing import ListingFailedError
from import_watch.sources import registry
from tests.unit.answering import TARGETS, Answer, answering, session

ITEMS = {name: registry.manifest(name).asking(target).items for name, target in TARGETS.items()}
EACH = pytest.mark.parametrize("name", TARGETS)


def failure(name: str, *answers: Any) -> ListingFailedError:
    """List what is answered so; how it failed."""
    with pytest.raises(ListingFailedError) as failed:
        answering(name, *answers).pages(TARGETS[name])
    return failed.value


@EACH
def test_an_empty_list_has_no_jobs(name: str) -> None:
    """Whatever else the answer has."""
    for rest in ({}, {"NextToken": None}, {"New": 1}):
        pages = answering(name, {ITEMS[name]: [], **rest}).pages(TARGETS[name])
        assert [(page.jobs, page.listed, page.more) for page in pages] == [([], 0, False)]


@EACH
@pytest.mark.parametrize("said", [(), ("items",), ("items", "token")])
def test_an_answer_without_a_list_has_no_jobs(name: str, said: tuple[str, ...]) -> None:
    """Where the model doesn't promise a list: a service may leave out what is empty, or write that it is null."""
    asking = registry.manifest(name).asking(TARGETS[name])
    answer = dict.fromkeys({"items": asking.items, "token": asking.token}[which] for which in said)
    if name == "mailmanager":
        assert failure(name, answer).detail == "an answer that is no ListAddressListImportJobsResponse"
    else:
        assert [page.jobs for page in answering(name, answer).pages(TARGETS[name])] == [[]]


@EACH
@pytest.mark.parametrize(
    "body",
    [
        *(b"", b"{", b'{"', b"null", b"[]", b'""', b"7", b"<html>", b"\xff", b"{\0}\0", b"{}{}"),
        b'{"Output": {"__type": "com.amazon.coral.service#UnknownOperationException"}, "Version": "1.0"}',
    ],
)
def test_something_else_is_broken(name: str, body: bytes) -> None:
    """Also an error that comes with the status of none."""
    assert failure(name, Answer(body)).trouble is Trouble.BROKEN


@EACH
@pytest.mark.parametrize("items", [{}, "", 0, False, {"a": 1}, ["x"], [[]], 7])
def test_what_is_no_list_is_broken(name: str, items: Any) -> None:
    """Where botocore would show some of it as an empty one."""
    assert failure(name, {ITEMS[name]: items}).trouble is Trouble.BROKEN


@EACH
def test_a_page_that_is_cut_short_is_broken(name: str) -> None:
    """Wherever it is cut, and however long the service said that it would be."""
    whole = json.dumps({ITEMS[name]: [{"JobId": "a", "Name": "n"}], "NextToken": None}).encode()
    for end in range(len(whole)):
        assert failure(name, Answer(whole[:end], headers={"content-length": "2"})).trouble is Trouble.BROKEN


@EACH
def test_what_failed_says_nothing_of_the_body(name: str) -> None:
    """There may be anything in it."""
    for body in (b'{"secret": ', b'["secret"]', b'"secret"', b'{"secret": 1}'):
        assert "secret" not in failure(name, Answer(body)).detail


@EACH
def test_a_token_that_is_no_text_is_broken(name: str) -> None:
    """It leads nowhere."""
    token = registry.manifest(name).asking(TARGETS[name]).token
    for wrong in (7, ["a"], {"a": "b"}):
        assert failure(name, {ITEMS[name]: [], token: wrong}).detail == f"a {token} that is no text"


def test_a_number_beyond_all_bounds_is_broken() -> None:
    """In a protocol whose numbers botocore converts."""
    assert failure("ses", b'{"ImportJobs": [{"JobId": "a", "FailedRecordsCount": 1e999}]}').trouble is Trouble.BROKEN


def test_an_empty_page_may_lead_to_another() -> None:
    """A token is enough."""
    pages = answering("ses", {"NextToken": "b"}, {"ImportJobs": [{"JobId": "a"}]}).pages(TARGETS["ses"])
    assert [(len(page.jobs), page.more) for page in pages] == [(0, True), (1, False)]


def test_cbor_that_is_cut_short_botocore_refuses_itself() -> None:
    """Should Mail Manager's answers come in its first protocol one day."""
    shape = session().get_service_model("mailmanager").shape_for("ListAddressListImportJobsResponse")
    whole = b"\xa1jImportJobs\x81\xa1eJobIdaa"
    for end in range(len(whole) + 1):
        response = {"status_code": 200, "headers": {}, "body": whole[:end], "context": {}}
        if end == len(whole):
            parsed = create_parser("smithy-rpc-v2-cbor").parse(response, shape)
            assert parsed["ImportJobs"] == [{"JobId": "a"}]
        else:
            with pytest.raises((ResponseParserError, AttributeError)):
                create_parser("smithy-rpc-v2-cbor").parse(response, shape)


def test_an_operation_that_answers_nothing_is_left_alone() -> None:
    """There is nothing that it could be short of."""
    jobs = answering("cognito", b"")
    jobs.source.client.delete_user_pool(UserPoolId="eu-west-1_A")
    assert jobs.asked == [{"url": "/", "UserPoolId": "eu-west-1_A"}]
