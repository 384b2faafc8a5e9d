"""Answers that are none: what is no JSON, cut short or something else, botocore takes for an answer without members."""

import json
from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

from botocore.awsrequest import AWSResponse
from botocore.model import OperationModel

from import_watch.sources.troubles import NotAPageError


def check(client: Any) -> None:  # noqa: ANN401 - whichever it is
    """Have a client refuse such an answer, however often it is asked to: NotAPageError, or ValueError for no JSON."""
    service = client.meta.service_model.service_id.hyphenize()
    client.meta.events.register(f"after-call.{service}", _check, unique_id=__name__)


def _check(http_response: AWSResponse, parsed: Mapping[str, Any], model: OperationModel, **_context: object) -> None:
    shape = model.output_shape
    if http_response.status_code >= HTTPStatus.MULTIPLE_CHOICES or shape is None:
        return  # an error, which botocore raises, or nothing to be told
    if any(parsed.get(name) for name in shape.members):
        return  # as nearly always: it was an object, and had what the model knows
    if not parsed.keys() >= set(shape.required_members):
        raise NotAPageError(f"an answer that is no {shape.name}")
    # CBOR's parser refuses what is cut short.
    if "json" in model.service_model.resolved_protocol and not _is_empty(http_response.content, shape.members):
        raise NotAPageError(f"an answer that is no {shape.name}")


def _is_empty(body: bytes, members: Mapping[str, Any]) -> bool:
    """Tell whether it is an object without members, or one of empty members that the model knows."""
    given: dict[str, Any] = json.loads(body.decode())  # what is JSON, but no object, botocore refuses
    known = {shape.serialization.get("name", name): shape for name, shape in members.items()}
    lists = [given.get(name) for name, shape in known.items() if shape.type_name == "list"]
    return not (given and given.keys().isdisjoint(known)) and all(isinstance(each, list | None) for each in lists)
