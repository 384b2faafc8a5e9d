"""The CDK context, from the file and the command line, read into a Config; a mistake becomes one line."""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from infra.config import Config
from infra.mistakes import NotAllowedError, repeated
from infra.watch import Watch

KEY: Final = "import-watch"
LONGEST_VALUE: Final = 120  # characters of a wrong value that are shown


class InvalidContextError(ValueError):
    """The context can't be read; the text is one line: the key, the value and what is allowed."""


def read_context(cdk_json: Path, from_command_line: str, overflow: str = "") -> dict[str, object]:
    """Merge the file's context with the command line's, which wins key by key.

    The latter is `CDK_CONTEXT_JSON`; keys that are too long for the environment stand in a file, `overflow`.
    """
    try:
        in_file = _object(cdk_json.name, cdk_json.read_text("utf-8"))
    except OSError as error:
        raise InvalidContextError(f"{cdk_json}: {error.strerror}; allowed: a JSON object") from None
    context = _object(f"{cdk_json.name}: context", json.dumps(in_file.get("context", {})))
    if overflow:
        context |= _object(overflow, Path(overflow).read_text("utf-8"))
    return context | _object("CDK_CONTEXT_JSON", from_command_line or "{}")


def read_config(context: Mapping[str, object]) -> Config:
    """Read the key `import-watch`; InvalidContextError names the first thing that is wrong with it."""
    try:
        # As JSON, because strict validation of Python values would ask for tuples.
        return Config.model_validate_json(json.dumps(context.get(KEY, {})))
    except ValidationError as error:
        # A misspelt key is often also a missing one; the misspelling says more.
        errors = sorted(error.errors(), key=lambda one: one["type"] != "extra_forbidden")
        raise InvalidContextError(_line(errors[0])) from None


def _object(name: str, text: str) -> dict[str, object]:
    try:
        value = json.loads(text, object_pairs_hook=_each_key_once)
    except (ValueError, RecursionError) as error:
        raise InvalidContextError(f"{name}: {_shown(text)} is not allowed; allowed: a JSON object ({error})") from None
    if not isinstance(value, dict):
        raise InvalidContextError(f"{name}: {_shown(value)} is not allowed; allowed: a JSON object")
    return value


def _each_key_once(pairs: list[tuple[str, object]]) -> dict[str, object]:
    for _, key in repeated([key for key, _ in pairs]):
        raise ValueError(f"the key {_shown(key)} is there twice")
    return dict(pairs)


def _line(error: ErrorDetails) -> str:
    at: Sequence[int | str] = error["loc"]
    value: object = error["input"]
    keys = (Config if len(at) <= len(("watches", 0)) else Watch).allowed()
    allowed = next((keys[step] for step in reversed(at) if step in keys), f"an object of {', '.join(keys)}")
    match error:
        case {"type": "missing"}:
            return f"{_path(at)} is missing; allowed: {allowed}"
        case {"type": "extra_forbidden"}:
            allowed = f"only the keys {', '.join(keys)}"
        case {"ctx": {"error": NotAllowedError() as cause}}:
            at, value, allowed = (*at, *cause.at), cause.value, cause.allowed
    return f"{_path(at)}: {_shown(value)} is not allowed; allowed: {allowed}"


def _path(at: Sequence[int | str]) -> str:
    return KEY + "".join(f"[{step}]" if isinstance(step, int) else f".{_shown(step)[1:-1]}" for step in at)


def _shown(value: object) -> str:
    text = repr(value)
    return text if len(text) <= LONGEST_VALUE else f"{text[:LONGEST_VALUE]}…"
