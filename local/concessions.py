"""Where the emulator is not quite AWS, made up for in its own copy of a template."""

import json
from collections.abc import Mapping
from typing import Any


def emulator_copy(document: Any) -> Any:  # noqa: ANN401 - any JSON
    """Copy a template, or any part of it, less its TLS-only policies."""
    match document:
        case {"Statement": list(statements), **rest}:
            return {**rest, "Statement": [each for each in statements if not _is_about_tls(each)]}
        case dict():
            return {key: emulator_copy(value) for key, value in document.items()}
        case list():
            return [emulator_copy(value) for value in document]
    return document


def _is_about_tls(statement: Mapping[str, object]) -> bool:
    # The emulator speaks plain HTTP only, and would enforce it.
    return "aws:SecureTransport" in json.dumps(statement.get("Condition"))
