"""What the stand-in tells of a job that is asked for by itself, where its list doesn't tell all."""

import pytest
from botocore.exceptions import ClientError

from local.stand_in import ApiError, BrokenModelError, StandIn, email_import_job
from tests.adapters.stand_in_cases import CUSTOMER_PROFILES, NOON, SES, Case

DETAILS = {CUSTOMER_PROFILES.service: "GetUploadJob", SES.service: "GetImportJob"}
both = pytest.mark.parametrize("case", [CUSTOMER_PROFILES, SES], ids=str)


def whole(case: Case, server: StandIn, number: int = 1) -> dict[str, object]:
    """Ask for one job by boto3."""
    client = case.client(server)
    job_id = case.ids.format(number)
    if case is SES:
        answer: dict[str, object] = client.get_import_job(JobId=job_id)
    else:
        answer = client.get_upload_job(DomainName="shop", JobId=job_id)
    return {name: value for name, value in answer.items() if name != "ResponseMetadata"}


def refused(case: Case, server: StandIn, number: int = 1) -> tuple[str, int]:
    with pytest.raises(ClientError) as caught:
        whole(case, server, number)
    return caught.value.response["Error"]["Code"], caught.value.response["ResponseMetadata"]["HTTPStatusCode"]


@both
def test_a_job_by_itself_has_all_that_was_put(services: StandIn, case: Case) -> None:
    """Its list has less."""
    services.jobs.put(case.target, case.job(1), case.job(2))
    assert whole(case, services) == case.job(1)
    assert case.secret == case.job(1).keys() - case.listed(1).keys() != set()
    call = services.calls[0]
    assert (call.operation, call.target, call.job) == (DETAILS[case.service], case.target, case.ids.format(1))


@both
def test_a_job_that_is_in_no_list_is_not_found(services: StandIn, case: Case) -> None:
    """Nor is one of a list that is gone."""
    services.jobs.put(case.target, case.job(1))
    assert refused(case, services, 2) == case.gone
    services.jobs.remove(case.target)
    assert refused(case, services) == case.gone


def test_a_job_of_another_domain_is_not_found(services: StandIn) -> None:
    """Only a domain's own are."""
    services.jobs.put("customer-profiles:other", CUSTOMER_PROFILES.job(1))
    services.jobs.put("customer-profiles:shop")
    assert refused(CUSTOMER_PROFILES, services) == CUSTOMER_PROFILES.gone


def test_a_job_of_customer_profiles_has_an_id_of_32_digits(services: StandIn) -> None:
    """From 0 to f; another is a bad request."""
    client = CUSTOMER_PROFILES.client(services)
    with pytest.raises(client.exceptions.BadRequestException):
        client.get_upload_job(DomainName="shop", JobId="f" * 33)


@both
def test_a_fault_can_be_the_details_alone(services: StandIn, case: Case) -> None:
    """The list is well meanwhile."""
    services.jobs.put(case.target, case.job(1))
    services.faults.add(case.target, ApiError("ThrottlingException"), operation=DETAILS[case.service], times=None)
    assert len(case.page(services)[case.items]) == 1
    assert [refused(case, services)[0] for _ in range(2)] == ["ThrottlingException"] * 2
    services.faults.clear(case.target)
    assert whole(case, services) == case.job(1)


@both
def test_a_fault_can_be_one_job_s_alone(services: StandIn, case: Case) -> None:
    """Its list and the others are well meanwhile."""
    services.jobs.put(case.target, case.job(1), case.job(2))
    services.faults.add(case.target, ApiError(case.gone[0]), job=case.ids.format(1))
    assert len(case.page(services)[case.items]) == 2
    assert whole(case, services, 2) == case.job(2)
    assert refused(case, services) == case.gone
    assert whole(case, services) == case.job(1)


@both
def test_a_fault_can_be_the_list_s_alone(services: StandIn, case: Case) -> None:
    """Its jobs are well meanwhile, if they are asked for."""
    services.jobs.put(case.target, case.job(1))
    listing = "ListImportJobs" if case is SES else "ListUploadJobs"
    services.faults.add(case.target, ApiError("ThrottlingException"), operation=listing)
    assert whole(case, services) == case.job(1)
    with pytest.raises(ClientError, match="ThrottlingException"):
        case.page(services)


def test_a_fault_of_an_operation_that_nobody_serves_is_a_mistake(services: StandIn) -> None:
    """It would never come."""
    with pytest.raises(ValueError, match="not asked for by GetImportJob"):
        services.faults.add("customer-profiles:shop", ApiError("ThrottlingException"), operation="GetImportJob")


def test_a_guard_tells_details_from_lists(services: StandIn) -> None:
    """A role may have the one and not the other."""
    services.jobs.put(SES.target, SES.job(1))
    services.guard = lambda call: f"not {call.operation}" if call.job else None
    assert len(SES.page(services)["ImportJobs"]) == 1
    assert refused(SES, services) == ("AccessDeniedException", 403)


def test_a_job_that_breaks_the_model_only_by_itself_fails_whoever_put_it() -> None:
    """Its list shows it as ever."""
    with pytest.raises(BrokenModelError, match="GetUploadJob"):
        ask_for_broken()


def ask_for_broken() -> None:
    with StandIn() as stand_in:
        stand_in.jobs.put("customer-profiles:shop", {**CUSTOMER_PROFILES.job(1), "ResultsSummary": {"Failed": 1}})
        assert len(CUSTOMER_PROFILES.page(stand_in)["Items"]) == 1
        assert refused(CUSTOMER_PROFILES, stand_in) == ("BadRequestException", 400)


@pytest.mark.parametrize(
    ("status", "failed", "told"), [("COMPLETED", 0, False), ("COMPLETED", 1, True), ("FAILED", 0, True)]
)
def test_ses_tells_why_and_where_records_failed(services: StandIn, status: str, failed: int, told: object) -> None:
    """By a pre-signed URL: whoever has it can read them."""
    job = email_import_job(SES.target, "job-1", status, created=NOON, FailedRecordsCount=failed)
    services.jobs.put(SES.target, job)
    assert ("X-Amz-Signature=" in str(whole(SES, services).get("FailureInfo"))) is told
