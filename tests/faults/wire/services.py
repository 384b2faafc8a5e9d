"""The services' own words: what a request asks for, what a reply accepted, and how each of them says no."""

import hashlib
import json
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, Final, TypeAlias, cast
from urllib.parse import parse_qs

import botocore.session
from botocore.parsers import create_parser
from werkzeug.wrappers import Request

if TYPE_CHECKING:
    from botocore.model import Shape

Message: TypeAlias = Mapping[str, Any]
"""What a subscriber gets: the message's own JSON."""

SNS, EVENTBRIDGE, DYNAMODB = "sns", "eventbridge", "dynamodb"
PINPOINT, PROFILES = "pinpoint", "customer-profiles"
EMAIL = "email"
"""The channel by which people are told, on a topic of its own."""
THROTTLED, BROKEN, UNAVAILABLE, DENIED = "throttled", "broken", "unavailable", "denied"

# Status and code by what is wrong (common errors in each service's API reference; DynamoDB throttles with a 400).
_ERRORS: Final[Mapping[str, Mapping[str, tuple[int, str]]]] = {
    SNS: {
        THROTTLED: (429, "Throttled"),
        BROKEN: (500, "InternalError"),
        UNAVAILABLE: (503, "ServiceUnavailable"),
        DENIED: (403, "AuthorizationError"),
    },
    EVENTBRIDGE: {
        THROTTLED: (429, "ThrottlingException"),
        BROKEN: (500, "InternalException"),
        UNAVAILABLE: (503, "ServiceUnavailable"),
        DENIED: (400, "AccessDeniedException"),
    },
    DYNAMODB: {
        THROTTLED: (400, "ProvisionedThroughputExceededException"),
        BROKEN: (500, "InternalServerError"),
        UNAVAILABLE: (503, "ServiceUnavailable"),
    },
    PINPOINT: {
        THROTTLED: (429, "TooManyRequestsException"),
        BROKEN: (500, "InternalServerErrorException"),
        UNAVAILABLE: (503, "ServiceUnavailable"),
    },
    PROFILES: {
        THROTTLED: (429, "ThrottlingException"),
        BROKEN: (500, "InternalServerException"),
        UNAVAILABLE: (503, "ServiceUnavailable"),
        DENIED: (403, "AccessDeniedException"),
    },
}
_BY_TARGET: Final = {"DynamoDB_20120810": DYNAMODB, "AWSEvents": EVENTBRIDGE}
_SNS: Final = botocore.session.Session().get_service_model("sns")
_PUBLISHED: Final = cast("Shape", _SNS.operation_model("PublishBatch").output_shape)


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """What goes back to the client."""

    status: int
    headers: Mapping[str, str]
    body: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """A request of the function's, as its service understands it."""

    service: str
    operation: str
    invocation: str
    """The same in all attempts of the SDK at one call."""
    messages: Mapping[str, Sequence[Message]] = field(default_factory=dict)
    """What each entry that it publishes tells of, by the entry's id: on a bus, its place. A digest tells of many."""
    to_people: bool = False

    @property
    def channel(self) -> str:
        """Name the channel that it publishes on."""
        return EMAIL if self.to_people else self.service

    @classmethod
    def read(cls, request: Request) -> "Call":
        """Read it off the wire."""
        invocation = request.headers["amz-sdk-invocation-id"]
        if target := request.headers.get("X-Amz-Target"):
            prefix, operation = target.split(".")
            entries = json.loads(request.get_data()).get("Entries", []) if operation == "PutEvents" else []
            events = {str(place): [json.loads(entry["Detail"])] for place, entry in enumerate(entries)}
            return cls(service=_BY_TARGET[prefix], operation=operation, invocation=invocation, messages=events)
        if request.method == "GET":
            service, operation = _listing(request.path)
            return cls(service=service, operation=operation, invocation=invocation)
        form = {name: values[0] for name, values in parse_qs(request.get_data(as_text=True)).items()}
        to_people = not any(name.endswith(".MessageStructure") for name in form)
        return cls(
            service=SNS,
            operation=form["Action"],
            invocation=invocation,
            messages=_published(form, _told if to_people else _announced),
            to_people=to_people,
        )

    def accepted(self, reply: Reply) -> list[Message]:
        """Tell which of its messages the service accepted, by the reply that it gave."""
        if reply.status != HTTPStatus.OK:
            return []
        if self.operation == "PutEvents":
            results = enumerate(json.loads(reply.body)["Entries"])
            taken = [str(place) for place, result in results if "ErrorCode" not in result]
            return [message for place in taken for message in self.messages[place]]
        if self.operation == "PublishBatch":
            given = {"body": reply.body, "headers": reply.headers, "status_code": reply.status}
            successes = create_parser("query").parse(given, _PUBLISHED).get("Successful", [])
            return [message for success in successes for message in self.messages[success["Id"]]]
        return []

    def refusal(self, wrong: str) -> Reply:
        """Say what is wrong as the service itself would."""
        status, code = _ERRORS[self.service][wrong]
        if self.service == SNS:
            fault = "Sender" if status < HTTPStatus.INTERNAL_SERVER_ERROR else "Receiver"
            error = f"<Error><Type>{fault}</Type><Code>{code}</Code><Message>{wrong}</Message></Error>"
            body = f"<ErrorResponse>{error}<RequestId>injected</RequestId></ErrorResponse>"
            return Reply(status=status, headers={"Content-Type": "text/xml"}, body=body.encode())
        headers = {"Content-Type": "application/x-amz-json-1.1", "x-amzn-ErrorType": code}
        body = json.dumps({"__type": code, "message": wrong})
        return Reply(status=status, headers=headers, body=body.encode())


def _listing(path: str) -> tuple[str, str]:
    match = re.fullmatch("/domains/[^/]+/upload-jobs(/[^/]+)?", path)
    if not match:
        return PINPOINT, "ListJobs"
    return PROFILES, "GetUploadJob" if match[1] else "ListUploadJobs"


def _published(
    form: Mapping[str, str], read: Callable[[Mapping[str, str], str], Sequence[Message]]
) -> dict[str, Sequence[Message]]:
    entries = {name.removesuffix(".Id"): entry for name, entry in form.items() if name.endswith(".Id")}
    return {entry: read(form, name) for name, entry in entries.items()}


def _announced(form: Mapping[str, str], name: str) -> Sequence[Message]:
    return [json.loads(json.loads(form[f"{name}.Message"])["default"])]


def _told(form: Mapping[str, str], name: str) -> Sequence[Message]:
    """Read of which finished jobs an email tells, or a digest. A story's application has the name of its watch."""
    watch = form[f"{name}.Subject"].removeprefix("[").partition("]")[0]
    jobs = re.findall(r"(?:, job |^Job +)(\S+)$", form[f"{name}.Message"], re.MULTILINE)
    ids = [hashlib.sha256(f"pinpoint|{watch}|{job}|finished".encode()).hexdigest() for job in jobs]
    return [{"watch": watch, "id": one} for one in ids]
