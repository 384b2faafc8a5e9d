"""Where the emulator is not quite AWS, made up for in its own copy of a template."""

import json
from collections.abc import Mapping
from typing import Any, TypeAlias

Statement: TypeAlias = dict[str, Any]


def emulator_copy(document: Any) -> Any:  # noqa: ANN401 - any JSON
    """Copy a template, or any part of it, with its policies' statements adapted."""
    match document:
        case {"Statement": list(statements), **rest}:
            return {**rest, "Statement": [_batches_too(each) for each in statements if not _is_about_tls(each)]}
        case dict():
            return {key: emulator_copy(value) for key, value in document.items()}
        case list():
            return [emulator_copy(value) for value in document]
    return document


def _is_about_tls(statement: Mapping[str, object]) -> bool:
    # The emulator speaks plain HTTP only, and would enforce it.
    return "aws:SecureTransport" in json.dumps(statement.get("Condition"))


def _batches_too(statement: Statement) -> Statement:
    # On AWS `sns:Publish` covers PublishBatch and there is no such action; the emulator wants one:
    # https://docs.aws.amazon.com/sns/latest/dg/sns-access-policy-language-api-permissions-reference.html
    actions = statement.get("Action", [])
    listed = [actions] if isinstance(actions, str) else actions
    return {**statement, "Action": [*listed, "sns:PublishBatch"]} if "sns:Publish" in listed else statement
