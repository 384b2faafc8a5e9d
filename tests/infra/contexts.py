"""Contexts as a user writes them: whole by default, one thing changed at a time."""

from typing import Any

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
