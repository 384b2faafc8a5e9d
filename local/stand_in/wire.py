"""What AWS's protocols of JSON have in common, read from the server's side."""

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any, Protocol, TypeAlias

from botocore.model import OperationModel
from werkzeug.wrappers import Request

from local.stand_in.model import InvalidRequestError

Values: TypeAlias = dict[str, Any]
Told: TypeAlias = tuple[Mapping[str, str], Mapping[str, str]]
"""An error's headers and body."""


class Wire(Protocol):
    """How one service's requests, answers and errors are put on the wire."""

    content_type: str
    denied: int
    """The status of AccessDeniedException, which no model has, as every service may answer it."""

    def operation(self, request: Request) -> str | None:
        """Tell which operation is asked for, if any of this service's."""

    def parameters(self, request: Request, operation: OperationModel) -> Values:
        """Read the parameters, by the names that boto3 has for them; they may break the model."""

    def error(self, code: str, told: Mapping[str, str]) -> Told:
        """Write an error."""


def written(answer: Mapping[str, object]) -> bytes:
    """Write JSON, with dates as seconds since 1970."""
    return json.dumps(answer, default=_seconds).encode()


def loaded(body: bytes) -> Values:
    """Read a JSON object; without a body there is nothing in it."""
    try:
        return values(json.loads(body or b"{}"))
    except ValueError as error:
        raise InvalidRequestError("no JSON") from error


def values(body: object) -> Values:
    """Refuse what has no names."""
    if not isinstance(body, dict):
        raise InvalidRequestError("a structure is expected")
    return body


def _seconds(moment: object) -> float:
    if not isinstance(moment, datetime):
        raise TypeError(f"not for JSON: {moment!r}")
    return round(moment.timestamp(), 3)
