"""Where the emulator is not quite AWS, made up for in its own copy of a template."""

import json
from collections.abc import Mapping
from typing import Any

# What the emulator asks for, by what AWS does: there, a batch needs no more than what it is a batch of.
ACTIONS = {"sns:Publish": "sns:PublishBatch", "sqs:SendMessage": "sqs:SendMessageBatch"}


def emulator_copy(document: Any) -> Any:  # noqa: ANN401 - any JSON
    """Copy a template, or any part of it, less its TLS-only policies, a role's actions as the emulator calls them."""
    match document:
        case {"Statement": list(statements), **rest}:
            return {**rest, "Statement": [_renamed(each) for each in statements if not _is_about_tls(each)]}
        case dict():
            return {key: emulator_copy(value) for key, value in document.items()}
        case list():
            return [emulator_copy(value) for value in document]
    return document


def _renamed(statement: Mapping[str, Any]) -> Mapping[str, Any]:
    if "Principal" in statement:  # a topic's or queue's own policy, which the emulator reads as AWS does
        return statement
    actions = [statement["Action"]] if isinstance(statement["Action"], str) else statement["Action"]
    return {**statement, "Action": [ACTIONS.get(action, action) for action in actions]}


def _is_about_tls(statement: Mapping[str, object]) -> bool:
    # The emulator speaks plain HTTP only, and would enforce it.
    return "aws:SecureTransport" in json.dumps(statement.get("Condition"))
