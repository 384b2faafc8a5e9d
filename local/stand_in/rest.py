"""The protocol rest-json: every operation has a path and a method of its own."""

import re
from collections.abc import Mapping, Sequence
from typing import Any

from botocore.model import OperationModel, ServiceModel, Shape
from werkzeug.exceptions import HTTPException
from werkzeug.routing import Map, Rule
from werkzeug.wrappers import Request

from local.stand_in.model import InvalidRequestError
from local.stand_in.wire import Told, Values, loaded

PLACEHOLDER = re.compile(r"{([^}]+)}")
Place = tuple[str | None, str]
"""Where a parameter stands, and its name there; None is the body."""


class RestJson:
    """Names parameters in path, query and body."""

    content_type = "application/json"
    denied = 403

    def __init__(self, _service: ServiceModel, operations: Sequence[OperationModel]) -> None:
        self._routes = Map(
            [
                Rule(_rule(model.http["requestUri"]), endpoint=model.name, methods=[model.http["method"]])
                for model in operations
            ],
            merge_slashes=False,  # an empty id isn't found, as with AWS; it is not redirected
        )

    def operation(self, request: Request) -> str | None:
        """Go by method and path."""
        try:
            return self._match(request)[0]
        except HTTPException:
            return None

    def parameters(self, request: Request, operation: OperationModel) -> Values:
        """Read them, numbers in the query as numbers."""
        _, path = self._match(request)
        wire: dict[Place, Any] = {("uri", name): value for name, value in path.items()}
        wire |= {("querystring", name): value for name, value in request.args.items()}
        wire |= {(None, name): value for name, value in loaded(request.get_data()).items()}
        members = {_place(name, member): (name, member) for name, member in _members(operation).items()}
        if unknown := [name for place, name in wire if (place, name) not in members]:
            raise InvalidRequestError(f"unknown parameter: {', '.join(sorted(unknown))}")
        return {members[place][0]: _typed(value, members[place][1], place) for place, value in wire.items()}

    def error(self, code: str, told: Mapping[str, str]) -> Told:
        """Tell the code in a header."""
        return {"x-amzn-ErrorType": code}, told

    def _match(self, request: Request) -> tuple[str, Mapping[str, str]]:
        operation, path = self._routes.bind_to_environ(request.environ).match()
        return str(operation), path


def _members(operation: OperationModel) -> Mapping[str, Shape]:
    return operation.input_shape.members if operation.input_shape else {}


def _place(name: str, member: Shape) -> Place:
    place, wire_name = member.serialization.get("location"), member.serialization.get("name", name)
    return place, _identifier(wire_name) if place == "uri" else wire_name


def _typed(value: Any, member: Shape, place: Place) -> Any:  # noqa: ANN401 - whatever came in
    if place[0] != "querystring" or member.type_name != "integer":
        return value
    try:
        return int(value)
    except ValueError as error:
        raise InvalidRequestError(f"{place[1]}: {value!r}") from error


def _rule(request_uri: str) -> str:
    return PLACEHOLDER.sub(lambda match: f"<{_identifier(match[1])}>", request_uri)


def _identifier(name: str) -> str:
    return name.replace("-", "_")  # a werkzeug rule takes no hyphens
