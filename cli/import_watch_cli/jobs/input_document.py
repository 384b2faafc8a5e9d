"""The AWS command line's input documents, in JSON or YAML: parameters by their API names."""

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Final

from import_watch_cli.speech.errors import UsageMistakeError

PARAMETERS: Final = ("ApplicationId", "PageSize", "SegmentId", "Token")
FILE: Final = "file://"
Given = Mapping[str, str]
"""The operation's parameters, by their API names."""


def from_document(as_json: str | None, as_yaml: str | None) -> Given:
    """Read `--cli-input-json` or `--cli-input-yaml`; UsageMistakeError where it is no such input."""
    if as_json is not None and as_yaml is not None:
        raise UsageMistakeError("--cli-input-json and --cli-input-yaml: only one of them is allowed")
    if as_json is not None:
        return _checked("--cli-input-json", as_json, json.loads)
    if as_yaml is not None:
        import yaml  # noqa: PLC0415 - only where it is wanted

        return _checked("--cli-input-yaml", as_yaml, yaml.safe_load)
    return {}


def _checked(option: str, typed: str, load: Callable[[str], object]) -> Given:
    from yaml import YAMLError  # noqa: PLC0415

    try:
        document = load(_text(option, typed))
    except RecursionError:
        raise UsageMistakeError(f"{option}: nested too deeply; allowed: an object of strings") from None
    except (ValueError, YAMLError) as error:
        raise UsageMistakeError(f"{option}: {error}") from None
    if not isinstance(document, dict):
        raise UsageMistakeError(f"{option}: a {type(document).__name__} is not allowed; allowed: an object")
    for name, value in document.items():
        if name not in PARAMETERS:
            raise UsageMistakeError(f"{option}: {name!r} is not allowed; allowed: {', '.join(PARAMETERS)}")
        if not isinstance(value, str):
            raise UsageMistakeError(f"{option}: {name}: {value!r} is not allowed; allowed: a string")
    return {name: value for name, value in document.items() if value}  # a skeleton's empty ones are none


def _text(option: str, typed: str) -> str:
    if not typed.startswith(FILE):
        return typed
    try:
        return Path(typed.removeprefix(FILE)).expanduser().read_text("utf-8")
    except OSError as error:
        raise UsageMistakeError(f"{option}: {typed} can't be read: {error.strerror}") from None
    except RuntimeError:  # pathlib's, for somebody whom this machine doesn't know
        raise UsageMistakeError(f"{option}: {typed} can't be read: there is no such home") from None
