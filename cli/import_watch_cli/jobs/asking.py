"""What is asked for, put together from TARGET, options, an input document, and answers to questions."""

import re
import sys
from collections.abc import Mapping

import click

from import_watch.jobs import Target
from import_watch.sources import registry
from import_watch_cli.jobs.input_document import Given
from import_watch_cli.jobs.listing import Asked
from import_watch_cli.speech.errors import UsageMistakeError


def form() -> str:
    """Name the source that options and input documents ask for in the form of its AWS command; others have TARGET."""
    return next(one.name for one in registry.manifests() if one.by_options)


def named(text: str) -> Target:
    """Read TARGET; UsageMistakeError says what is allowed."""
    try:
        target = registry.parse(text)
    except ValueError as error:
        raise UsageMistakeError(f"TARGET: {error}") from None
    if target.is_account:
        one = f"{target.source}:<application-id>"
        raise UsageMistakeError(f"TARGET: {text} is no list of jobs, but all applications; name one: {one}")
    return target


def has_form(target: Target | None, options: Mapping[str, object]) -> bool:
    """Tell whether those options may ask for it; UsageMistakeError where one is given that can't."""
    given = [option for option, value in options.items() if value is not None]
    source = form()
    if target is None or target.source == source:
        return True
    if given:
        raise UsageMistakeError(
            f"{given[0]}: not with {target}; it is of {source}'s AWS command, so only with {source}"
        )
    return False


def combined(
    target: Target | None,
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
        application_id, segment_id = target.application_id, target.segment_id
    typed = {"ApplicationId": application_id, "SegmentId": segment_id, **others}
    return document | {name: value for name, value in typed.items() if value is not None}


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
        example, *_ = registry.manifest(form()).examples
        raise UsageMistakeError(f"whose jobs? Name a TARGET, as in {example}, or --application-id")
    return Asked(
        target=Target(
            form(),
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
