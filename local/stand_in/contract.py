"""A service as botocore's own model describes it, read from the server's side: operations, answers, errors."""

import uuid
from collections.abc import Mapping
from functools import cache
from typing import TYPE_CHECKING, Any, Final

import botocore.session
from botocore.model import ListShape, OperationModel, Shape, StructureShape
from werkzeug.wrappers import Request, Response

from local.stand_in.api import Api, Detail, Listing, Parameters
from local.stand_in.faults import ApiError
from local.stand_in.model import InvalidRequestError, check_answer, check_request
from local.stand_in.pages import Page
from local.stand_in.registry import APIS
from local.stand_in.rest import RestJson
from local.stand_in.target_header import Json
from local.stand_in.wire import written

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from botocore.model import ServiceModel

    from local.stand_in.wire import Wire

WIRES: "Final[Mapping[str, Callable[[ServiceModel, Sequence[OperationModel]], Wire]]]" = {
    "rest-json": RestJson,
    "json": Json,
}
REQUEST_ID: Final = "x-amzn-RequestId"
DEFAULT_PAGE_SIZE: Final = 100  # AWS documents none
COMMON_ERRORS: Final = {"InternalFailure": 500, "ServiceUnavailable": 503, "ThrottlingException": 400}
"""What any service may answer though its model doesn't say so, by status (Common Errors, in AWS's API references)."""


class Contract:
    """Some operations of a service."""

    def __init__(self, api: Api) -> None:
        self.api = api
        self._service = botocore.session.Session().get_service_model(api.service)
        self._operations = {name: self._service.operation_model(name) for name in api.operations}
        self._wire: Wire = WIRES[self._service.resolved_protocol](self._service, list(self._operations.values()))
        shapes = (_answer(self._operations[name]) for name, way in api.operations.items() if isinstance(way, Detail))
        self._told = {member for shape in shapes for member in shape.members}

    @property
    def signing_name(self) -> str:
        """What the service is called in signatures."""
        return self._service.signing_name

    def operation(self, request: Request) -> str | None:
        """Tell which operation is asked for, if any of this service's."""
        return self._wire.operation(request)

    def parameters(self, request: Request, operation: str) -> Parameters:
        """Read the parameters, by the names that boto3 has for them."""
        model = self._operations[operation]
        found = self._wire.parameters(request, model)
        if model.input_shape:
            check_request(found, model.input_shape)
        return found

    def size(self, operation: str, listing: Listing, parameters: Parameters) -> int:
        """Tell how many jobs a page is to hold; it may be given as text."""
        size: int | str = parameters.get(listing.size, DEFAULT_PAGE_SIZE)
        if not (str(size).isdecimal() and int(size)):
            raise InvalidRequestError(f"{listing.size}: {size!r}")
        most = self._items(operation, listing).metadata.get("max")
        return min(int(size), most or int(size))

    def listed(self, operation: str, listing: Listing, page: Page) -> Response:
        """Answer a page: of what a job has, all but what the details alone tell."""
        items = self._items(operation, listing)
        shown = items.member.members if isinstance(items.member, StructureShape) else {}
        hidden = self._told - shown.keys()
        jobs = [{name: value for name, value in job.items() if name not in hidden} for job in page.jobs]
        following = {listing.following: page.token} if page.token is not None else {}
        empty = not jobs and items.metadata.get("min")  # an empty list would break the model: it is left out
        return self.answer(operation, {**({} if empty else {listing.items: jobs}), **following}, listing.payload)

    def answer(self, operation: str, told: Mapping[str, Any], payload: str | None = None) -> Response:
        """Answer, if the model allows it."""
        check_answer({payload: told} if payload else told, _answer(self._operations[operation]), operation)
        identity = {REQUEST_ID: str(uuid.uuid4())}
        return Response(written(told), headers=identity, content_type=self._wire.content_type)

    def error(self, error: ApiError) -> Response:
        """Answer an error."""
        members = {"message": error.message, "requestid": str(uuid.uuid4())}
        status, names = self._error(error.code)
        headers, told = self._wire.error(
            error.code, {name: members[name.lower()] for name in names if name.lower() in members}
        )
        identity = {REQUEST_ID: members["requestid"]}
        return Response(written(told), status, {**identity, **headers}, content_type=self._wire.content_type)

    def _error(self, code: str) -> tuple[int, list[str]]:
        if code not in self._service.shape_names:
            return {**COMMON_ERRORS, "AccessDeniedException": self._wire.denied}[code], ["message"]
        shape = _structure(self._service.shape_for(code))
        unsaid = 500 if code.startswith("Internal") else 400  # as rpc protocols have it where the model has no status
        return shape.metadata.get("error", {}).get("httpStatusCode", unsaid), list(shape.members) or ["message"]

    def _items(self, operation: str, listing: Listing) -> ListShape:
        answer = _answer(self._operations[operation])
        page = _structure(answer.members[listing.payload]) if listing.payload else answer
        items = page.members[listing.items]
        if not isinstance(items, ListShape):
            raise TypeError(f"{operation} lists nothing in {listing.items}")
        return items


def _answer(operation: OperationModel) -> StructureShape:
    return _structure(operation.output_shape)


def _structure(shape: Shape | None) -> StructureShape:
    if not isinstance(shape, StructureShape):
        raise TypeError(f"no structure: {shape}")
    return shape


@cache
def contract(source: str) -> Contract:
    """Read a model once, when it is needed: some are large."""
    return Contract(APIS[source])
