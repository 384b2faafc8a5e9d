"""Entries as services would get them, for people and for scripts."""

import json
from collections.abc import Iterator, Mapping
from textwrap import indent
from typing import Any, Final

from import_watch_cli.rehearsal.channels import Sent

TEXTS: Final = ("Message", "Detail")


def opened(entry: Mapping[str, Any]) -> dict[str, Any]:
    """Give an entry with the JSON in it as what it is, instead of as text."""
    forms = "MessageStructure" in entry
    return {name: _parsed(name, value, forms=forms) for name, value in entry.items()}


def _parsed(name: str, value: Any, *, forms: bool) -> Any:  # noqa: ANN401 - any JSON
    if name == "MessageAttributes":
        return {each: typed["StringValue"] for each, typed in value.items()}
    if name == "Message" and forms:
        return {form: _json_or_text(text) for form, text in json.loads(value).items()}
    return _json_or_text(value) if name in {"Message", "Detail"} else value


def _json_or_text(text: str) -> Any:  # noqa: ANN401 - any JSON
    return json.loads(text) if text.startswith("{") else text


def message_in_words(sent: Sent) -> Iterator[str]:
    """Show one as it is sent: texts as they are."""
    yield f"{sent.channel}: {sent.address}"
    for name, value in sorted(sent.entry.items(), key=lambda each: each[0] in TEXTS):  # what is short comes first
        match name:
            case "MessageStructure" | "EventBusName":
                continue
            case "Message" if "MessageStructure" in sent.entry:
                for form, text in json.loads(value).items():
                    yield f"  {form}:"
                    yield indent(text.rstrip("\n"), "    ")
            case "MessageAttributes":
                given = ", ".join(f"{each}={typed['StringValue']}" for each, typed in value.items())
                yield f"  attributes: {given}"
            case "Message" | "Detail":
                yield f"  {name.lower()}:"
                yield indent(value, "    ")
            case _:
                yield f"  {name}: {', '.join(value) if isinstance(value, list) else value}"
