"""Why a list could not be read, by what each service says: as botocore's own parsers give it."""

from typing import Any

import pytest
from botocore.exceptions import EndpointConnectionError

from import_watch.jobs import Trouble
from import_watch.listing import ListingFailedError
from tests.unit.answering import TARGETS, Answer, answering

URL = "https://b/k?X-Amz-Signature=0"


def failure(name: str, answer: Any) -> ListingFailedError:
    with pytest.raises(ListingFailedError) as failed:
        answering(name, answer).pages(TARGETS[name])
    return failed.value


@pytest.mark.parametrize(
    ("code", "trouble"),
    [
        ("ResourceNotFoundException", Trouble.GONE),
        ("NotFoundException", Trouble.GONE),
        ("NotAuthorizedException", Trouble.DENIED),
        ("AccessDeniedException", Trouble.DENIED),
        ("UnrecognizedClientException", Trouble.DENIED),
        ("InvalidSignatureException", Trouble.DENIED),
        ("ExpiredTokenException", Trouble.DENIED),
        ("AccountSuspendedException", Trouble.DENIED),
        ("TooManyRequestsException", Trouble.THROTTLED),
        ("ThrottlingException", Trouble.THROTTLED),
        ("LimitExceededException", Trouble.THROTTLED),
        ("OperationNotEnabledException", Trouble.BROKEN),
        ("InvalidParameterException", Trouble.BROKEN),
        ("ValidationException", Trouble.BROKEN),
        ("BadRequestException", Trouble.BROKEN),
        ("InternalErrorException", Trouble.BROKEN),
    ],
)
@pytest.mark.parametrize("name", TARGETS)
def test_an_error_is_known_by_its_code(name: str, code: str, trouble: Trouble) -> None:
    """Services that answer in JSON have the status 400 for nearly every one, and name it in the body."""
    said = {"__type": f"com.amazonaws.made.up#{code}", "message": f"no: {URL}"}
    failed = failure(name, Answer(said, 400, {"x-amzn-errortype": f"{code}:http://made.up/"}))
    assert failed.trouble is trouble
    assert code in failed.detail
    assert "X-Amz" not in failed.detail


@pytest.mark.parametrize(
    ("status", "trouble"),
    [
        *((401, Trouble.DENIED), (403, Trouble.DENIED), (404, Trouble.GONE), (410, Trouble.GONE)),
        *((429, Trouble.THROTTLED), (400, Trouble.BROKEN), (500, Trouble.BROKEN), (503, Trouble.BROKEN)),
    ],
)
@pytest.mark.parametrize("name", TARGETS)
def test_an_error_without_a_code_is_known_by_its_status(name: str, status: int, trouble: Trouble) -> None:
    """And its body, which may be anything, isn't told."""
    failed = failure(name, Answer(b"<html>secret", status))
    assert (failed.trouble, "secret" in failed.detail) == (trouble, False)


@pytest.mark.parametrize("name", TARGETS)
def test_a_service_that_is_not_in_the_region_is_broken(name: str) -> None:
    """Nothing answers there."""
    jobs = answering(name)

    def send(**_: object) -> None:
        raise EndpointConnectionError(endpoint_url="https://made.up")

    jobs.source.client.meta.events.register_first("before-send", send)
    with pytest.raises(ListingFailedError, match="EndpointConnectionError") as failed:
        jobs.pages(TARGETS[name])
    assert failed.value.trouble is Trouble.BROKEN
