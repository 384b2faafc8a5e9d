"""Contexts as a user writes them: whole by default, one thing changed at a time."""

import re
from typing import Any

from import_watch.sources import registry
from infra.config import Config
from infra.context import KEY, read_config

MISSING = object()


def a_watch(**changes: object) -> dict[str, Any]:
    watch = {"name": "newsletter", "every": "1 minute", "targets": ["pinpoint:app/segment"]} | changes
    return {key: value for key, value in watch.items() if value is not MISSING}


def a_context(*watches: object, **stack_level: object) -> dict[str, Any]:
    return {KEY: {"watches": list(watches) or [a_watch()], **stack_level}}


def a_config(*watches: object, **stack_level: object) -> Config:
    return read_config(a_context(*watches, **stack_level))


def targets_of(source: str, number: int = 1) -> list[str]:
    """Give a target by each of a source's examples, ids in place of their words."""
    return [_filled(example, number) for example in registry.manifest(source).examples]


def _filled(example: str, number: int) -> str:
    for an_id in (f"an-id-{number}", f"eu-west-1_Id{number}"):
        try:
            return str(registry.parse(re.sub("<.*?>", an_id, example)))
        except ValueError:
            continue
    raise AssertionError(f"{example} is no example of a target")
