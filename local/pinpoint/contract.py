"""A service as botocore's own model describes it, read from the server's side: routes, parameters, answers, errors."""

import json
import re
from collections.abc import Mapping, Sequence

import botocore.session
from botocore.model import Shape, StructureShape
from botocore.validate import ParamValidator
from werkzeug.routing import Map, Rule

PLACEHOLDER = re.compile(r"{([^}]+)}")


class BrokenModelError(AssertionError):
    """The stand-in was made to say what the real service never would."""


class InvalidRequestError(ValueError):
    """The service would not take this request."""


class Contract:
    """Some operations of a REST-JSON service whose answer is one payload."""

    def __init__(self, service: str, operations: Sequence[str]) -> None:
        self._service = botocore.session.Session().get_service_model(service)
        models = [self._service.operation_model(name) for name in operations]
        self._requests = {model.name: _structure(model.input_shape) for model in models}
        self._answers = {model.name: _structure(model.output_shape) for model in models}
        self._validator = ParamValidator()
        self.routes = Map(
            [
                Rule(_rule(model.http["requestUri"]), endpoint=model.name, methods=[model.http["method"]])
                for model in models
            ],
            merge_slashes=False,  # an empty id isn't found, as with AWS; it is not redirected
        )

    def parameters(self, operation: str, path: Mapping[str, str], query: Mapping[str, str]) -> dict[str, str]:
        """Read the parameters, by the names that boto3 has for them."""
        shape = self._requests[operation]
        wire = {("uri", name): value for name, value in path.items()}
        wire |= {("querystring", name): value for name, value in query.items()}
        names = {_on_the_wire(member): name for name, member in shape.members.items()}
        if unknown := [name for place, name in wire if (place, name) not in names]:
            raise InvalidRequestError(f"unknown parameter: {', '.join(sorted(unknown))}")
        found = {names[key]: value for key, value in wire.items()}
        report = self._validator.validate(found, shape)
        if report.has_errors():
            raise InvalidRequestError(report.generate_report())
        return found

    def body(self, operation: str, payload: Mapping[str, object]) -> bytes:
        """Write the answer for the wire, if the model allows it."""
        shape = self._answers[operation]
        report = self._validator.validate({shape.serialization["payload"]: payload}, shape)
        if report.has_errors():
            raise BrokenModelError(f"{operation}: {report.generate_report()}")
        return json.dumps(payload).encode()

    def status(self, error: str) -> int:
        """Look up the HTTP status of an error shape."""
        status: int = self._service.shape_for(error).metadata["error"]["httpStatusCode"]
        return status


def _structure(shape: StructureShape | None) -> StructureShape:
    if shape is None:
        raise ValueError("an operation without input or output is not served here")
    return shape


def _rule(request_uri: str) -> str:
    return PLACEHOLDER.sub(lambda match: f"<{_identifier(match[1])}>", request_uri)


def _on_the_wire(member: Shape) -> tuple[str, str]:
    place, name = member.serialization["location"], member.serialization["name"]
    return place, _identifier(name) if place == "uri" else name


def _identifier(name: str) -> str:
    return name.replace("-", "_")  # a werkzeug rule takes no hyphens
