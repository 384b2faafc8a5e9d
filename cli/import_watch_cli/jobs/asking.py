"""What is asked for, put together from TARGET, options, an input document, and answers to questions."""

import json
import re
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Final

import click

from import_watch.jobs import Target
from import_watch_cli.jobs.listing import Asked
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


def combined(
    target: str | None,
    *,
    application_id: str | None,
    segment_id: str | None,
    others: Mapping[str, str | None],
    given: Given,
) -> dict[str, str]:
    """Lay the command line's own values over those of an input document."""
    document = dict(given)
    if target is not None:
        if application_id is not None or segment_id is not None:
            raise UsageMistakeError("TARGET and --application-id, --segment-id: only one way to name it is allowed")
        for name in ("ApplicationId", "SegmentId"):
            document.pop(name, None)
        named = _target(target)
        application_id, segment_id = named.application_id, named.segment_id
    typed = {"ApplicationId": application_id, "SegmentId": segment_id, **others}
    return document | {name: value for name, value in typed.items() if value is not None}


def _target(text: str) -> Target:
    try:
        target = Target.parse(text)
    except ValueError as error:
        raise UsageMistakeError(f"TARGET: {error}") from None
    if target.is_account:
        raise UsageMistakeError(
            f"TARGET: {text} is no list of jobs, but all applications; name one: pinpoint:<application-id>"
        )
    return target


def prompted(parameters: dict[str, str]) -> dict[str, str]:
    """Ask, on standard error, for the application and the segment where none was named."""
    if "ApplicationId" in parameters:
        return parameters
    try:
        found = {"ApplicationId": click.prompt("Application id", err=True)}
        if "SegmentId" not in parameters:
            question = "Segment id (empty: all of the application)"
            found["SegmentId"] = click.prompt(question, default="", show_default=False, err=True)
    except click.Abort:
        if sys.stdin.isatty():
            raise
        raise UsageMistakeError("nobody can be asked here; name a TARGET, or --application-id") from None
    return parameters | {name: value for name, value in found.items() if value}


def asked(parameters: Given) -> Asked:
    """Make what is asked for; UsageMistakeError where something is missing, or is no id."""
    if "ApplicationId" not in parameters:
        raise UsageMistakeError(
            "whose jobs? Name a TARGET, as in pinpoint:<application-id>/<segment-id>, or --application-id"
        )
    return Asked(
        target=Target(
            "pinpoint",
            _id("--application-id", parameters["ApplicationId"]),
            _id("--segment-id", parameters["SegmentId"]) if "SegmentId" in parameters else None,
        ),
        page_size=parameters.get("PageSize"),
        token=parameters.get("Token"),
    )


def _id(option: str, value: str) -> str:
    if re.fullmatch("[A-Za-z0-9_-]{1,64}", value):
        return value
    raise UsageMistakeError(f"{option}: {value!r} is no id; allowed: 1-64 letters, digits, '_' or '-'")
