"""The stand-in for all services that can be watched: the real clients, over HTTP."""

import json
from datetime import UTC, datetime
from typing import Any
from urllib.error import HTTPError
from urllib.request import Request, urlopen

import boto3
import pytest
from botocore.exceptions import ClientError, ConnectionClosedError
from botocore.model import Shape

from local.stand_in import ApiError, BrokenModelError, HangUp, Page, StandIn, Truncated, email_import_job, endpoints
from local.stand_in.examples import COMMANDS, fill
from local.stand_in.model import check_answer
from tests.adapters.stand_in_cases import CASES, COGNITO, CUSTOMER_PROFILES, MAIL_MANAGER, NOON, SES, Case
from tests.adapters.test_pinpoint_stand_in import aws

every = pytest.mark.parametrize("case", CASES, ids=str)


def refused(case: Case, server: StandIn, **more: Any) -> tuple[str, int]:
    """Ask for a page, in vain: the error's code and status."""
    with pytest.raises(ClientError) as caught:
        case.page(server, **more)
    return caught.value.response["Error"]["Code"], caught.value.response["ResponseMetadata"]["HTTPStatusCode"]


@every
def test_a_list_shows_jobs_as_they_were_put_but_for_what_details_tell(services: StandIn, case: Case) -> None:
    """Dates, counts and all."""
    services.jobs.put(case.target, case.job(1), case.job(2))
    answer = case.page(services)
    assert answer.pop("ResponseMetadata")["HTTPHeaders"]["x-amzn-requestid"]
    assert answer == {case.items: [case.listed(1), case.listed(2)]}
    assert any(isinstance(value, datetime) for value in case.listed(1).values())


@every
def test_tokens_lead_through_all_pages(services: StandIn, case: Case) -> None:
    """A page holds what was asked for."""
    services.jobs.put(case.target, *(case.job(number) for number in range(5)))
    seen, token = [], dict[str, str]()
    for _ in range(3):
        answer = case.page(services, **{case.size: 2}, **token)
        seen.append([job["JobId"] for job in answer[case.items]])
        token = {case.start: answer[case.start]} if case.start in answer else {}
    ids = [case.ids.format(number) for number in range(5)]
    assert (seen, token) == ([ids[:2], ids[2:4], ids[4:]], {})
    assert {call.target for call in services.calls} == {case.target}


@every
def test_jobs_change_while_they_are_served(services: StandIn, case: Case) -> None:
    """By their API's names."""
    services.jobs.put(case.target, case.job(1))
    name = "JobStatus" if "JobStatus" in case.job(1) else "Status"
    services.jobs.change(case.target, case.ids.format(1), **{name: "NEW_TO_THE_SDK"})
    assert case.page(services)[case.items] == [{**case.listed(1), name: "NEW_TO_THE_SDK"}]


@every
def test_a_made_up_token_or_name_is_a_bad_request(services: StandIn, case: Case) -> None:
    """The list gives the one out, the model has a pattern for the other."""
    services.jobs.put(case.target, case.job(1))
    name = next(iter(case.named))
    assert refused(case, services, **{case.start: "made-up"}) == (case.invalid, 400)
    assert refused(case, services, **{name: "not a name!"}) == (case.invalid, 400)


@pytest.mark.parametrize("case", [CUSTOMER_PROFILES, COGNITO, MAIL_MANAGER], ids=str)
def test_a_page_of_a_size_that_the_model_does_not_allow_is_a_bad_request(services: StandIn, case: Case) -> None:
    """SES's allows all."""
    services.jobs.put(case.target, case.job(1))
    assert len(case.page(services, **{case.size: case.limit})[case.items]) == 1
    assert refused(case, services, **{case.size: case.limit + 1}) == (case.invalid, 400)
    assert refused(case, services, **{case.size: 0}) == (case.invalid, 400)


@pytest.mark.parametrize("case", [CUSTOMER_PROFILES, COGNITO, MAIL_MANAGER], ids=str)
def test_a_list_that_is_not_there_is_not_found(services: StandIn, case: Case) -> None:
    """As long as nobody puts it."""
    assert refused(case, services) == case.gone
    services.jobs.put(case.target)
    assert not case.page(services).get(case.items)
    services.jobs.remove(case.target)
    assert refused(case, services) == case.gone


def test_both_lists_of_ses_are_always_there_and_may_be_asked_for_together(services: StandIn) -> None:
    """Each account has them."""
    assert SES.page(services)["ImportJobs"] == []
    services.jobs.put("ses:contact-list", email_import_job("ses:contact-list", "b", "CREATED", created=NOON))
    services.jobs.put(SES.target, SES.job(1))
    both = SES.client(services).list_import_jobs()["ImportJobs"]
    assert [job["JobId"] for job in both] == ["job-1", "b"]
    assert [job["JobId"] for job in SES.page(services)["ImportJobs"]] == ["job-1"]


def test_a_list_of_cognito_has_one_job_at_least_and_fifty_at_most(services: StandIn) -> None:
    """So says its model: an empty page has no list, and one of 60 can only be asked for."""
    services.jobs.put(COGNITO.target)
    assert "UserImportJobs" not in COGNITO.page(services)
    services.jobs.put(COGNITO.target, *(COGNITO.job(number) for number in range(60)))
    assert len(COGNITO.page(services, MaxResults=60)["UserImportJobs"]) == 50


@every
def test_errors_come_by_the_service_s_own_codes_and_status(services: StandIn, case: Case) -> None:
    """Each as often as it was given; then all is well."""
    services.jobs.put(case.target)
    for code in case.errors:
        services.faults.add(case.target, ApiError(code), times=2)
    assert [refused(case, services) for _ in range(2 * len(case.errors))] == [
        error for error in case.errors.items() for _ in range(2)
    ]
    assert not case.page(services).get(case.items)


@every
def test_a_guard_denies_as_the_service_does_and_with_its_words(services: StandIn, case: Case) -> None:
    """It sees the call."""
    services.jobs.put(case.target)
    services.guard = lambda call: f"not authorized to list {call.target}"
    with pytest.raises(ClientError, match=f"not authorized to list {case.target}"):
        case.page(services)
    assert refused(case, services) == ("AccessDeniedException", case.errors["AccessDeniedException"])
    assert services.calls[0].parameters == {case.size: 50, **case.named}


@every
def test_a_lost_answer_is_a_lost_connection(services: StandIn, case: Case) -> None:
    """For one call."""
    services.jobs.put(case.target, case.job(1))
    services.faults.add(case.target, HangUp())
    with pytest.raises(ConnectionClosedError):
        case.page(services)
    assert len(case.page(services)[case.items]) == 1


@every
def test_a_truncated_answer_is_one_without_items_to_boto3(services: StandIn, case: Case) -> None:
    """Who takes it for an empty list is wrong."""
    services.jobs.put(case.target, case.job(1))
    services.faults.add(case.target, Truncated())
    assert case.items not in case.page(services)


@every
@pytest.mark.parametrize("broken", [{"JobId": ""}, {"JobId": None}, {"Unheard": "of"}])
def test_an_answer_that_breaks_the_model_fails_whoever_scripted_it(case: Case, broken: dict[str, Any]) -> None:
    """Its caller sees an error that nobody tries again."""
    with pytest.raises(BrokenModelError, match="List"):
        serve_once(case, {**case.job(1), **broken})


@pytest.mark.parametrize("broken", [{"JobId": "xyz"}, {"DataExpiry": 1099}, {"CreatedAt": NOON.replace(tzinfo=None)}])
def test_what_botocore_does_not_look_at_breaks_the_model_too(broken: dict[str, Any]) -> None:
    """Patterns, upper limits, and dates that nobody could place."""
    with pytest.raises(BrokenModelError, match=next(iter(broken))):
        serve_once(CUSTOMER_PROFILES, {**CUSTOMER_PROFILES.job(1), **broken})


def serve_once(case: Case, broken: dict[str, Any]) -> None:
    with StandIn() as stand_in:
        stand_in.jobs.script(case.target, [Page([broken])])
        assert refused(case, stand_in) == (case.invalid, 400)


def raw(server: StandIn, path: str, **headers: str) -> tuple[int | None, str]:
    """Ask as no client of AWS would."""
    request = Request(server.url + path, b'{"Unheard": "of"}' if headers else None, headers)  # noqa: S310 # our own
    with pytest.raises(HTTPError) as caught:
        urlopen(request)  # noqa: S310 # our own
    with caught.value as error:
        return error.status, error.headers.get("x-amzn-ErrorType") or json.load(error)["__type"]


def test_a_pattern_that_only_java_can_read_refuses_nothing() -> None:
    """Some models have classes of Unicode; what Python can read, binds."""
    for pattern in (r"[\p{L}\p{N}]+", "[a-z]+"):
        check_answer("name", Shape("Name", {"type": "string", "pattern": pattern}), "List")
    with pytest.raises(BrokenModelError):
        check_answer("Name", Shape("Name", {"type": "string", "pattern": "[a-z]+"}), "List")


def test_a_parameter_that_the_model_does_not_know_is_a_bad_request(services: StandIn) -> None:
    """Whichever way it comes."""
    assert raw(services, "/domains/shop/upload-jobs?maxResults=1") == (400, "BadRequestException")
    assert raw(services, "/domains/shop/upload-jobs?max-results=many") == (400, "BadRequestException")
    assert raw(services, "/v2/email/import-jobs/list", Accept="*") == (400, "BadRequestException")
    cognito, mail_manager = (
        "AWSCognitoIdentityProviderService.ListUserImportJobs",
        "MailManagerSvc.ListAddressListImportJobs",
    )
    assert raw(services, "/", **{"X-Amz-Target": cognito}) == (400, "InvalidParameterException")
    assert raw(services, "/", **{"X-Amz-Target": mail_manager}) == (
        400,
        "com.amazonaws.mailmanager#ValidationException",
    )


@pytest.mark.parametrize("case", CASES, ids=str)
def test_an_operation_that_is_not_served_is_not_found(services: StandIn, case: Case) -> None:
    """As the service that it was signed for would say it."""
    client = case.client(services)
    other = {"sesv2": "list_contact_lists", "cognito-idp": "list_user_pools"}.get(case.service, "list_domains")
    with pytest.raises(ClientError, match="not served"):
        getattr(client, "list_archives" if case is MAIL_MANAGER else other)()
    assert services.calls == []


@every
def test_boto3_finds_the_stand_in_by_its_environment(
    services: StandIn, case: Case, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each service by a variable of its own."""
    for name, url in endpoints(services.url).items():
        monkeypatch.setenv(name, url)
    services.jobs.put(case.target, case.job(1))
    session: Any = boto3.Session("any", "any", region_name="us-east-1")
    assert len(getattr(session.client(case.service), case.ask)(**{case.size: 5}, **case.named)[case.items]) == 1


@pytest.mark.parametrize("target", COMMANDS)
def test_the_aws_command_line_lists_the_examples(services: StandIn, target: str) -> None:
    """Those that `python -m local.stand_in` prints."""
    fill(services.jobs, datetime.now(UTC))
    output = aws(*COMMANDS[target].split(), "--endpoint-url", services.url, "--region", "us-east-1")
    (jobs,) = (value for value in output.get("ImportJobsResponse", output).values() if isinstance(value, list))
    assert len(jobs) == 2
