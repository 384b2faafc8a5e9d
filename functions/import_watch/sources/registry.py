"""The sources there are, by name. Each is imported when it is first asked for: start-up doesn't pay for the others."""

import re
from collections.abc import Iterable
from importlib import import_module
from typing import TYPE_CHECKING, Final

from import_watch.jobs import Target

if TYPE_CHECKING:
    from import_watch.sources.manifest import Manifest

MODULES: Final = {
    "pinpoint": "pinpoint",
    "customer-profiles": "customer_profiles",
    "ses": "ses",
    "cognito": "cognito",
    "mailmanager": "mailmanager",
}
"""The module here that has a source's `MANIFEST`."""


def manifest(name: str) -> "Manifest":
    """Give a source's manifest; LookupError where there is no such source."""
    found: Manifest = import_module(f"{__package__}.{MODULES[name]}").MANIFEST
    return found


def manifests() -> Iterable["Manifest"]:
    """Give every manifest."""
    return map(manifest, MODULES)


def parse(text: str) -> Target:
    """Read a target, `source:list`; ValueError says what is allowed."""
    name, _, path = text.partition(":")
    if name in MODULES and re.fullmatch(manifest(name).path, path):
        return Target.parse(text)
    raise ValueError(f"{text!r} is no target; allowed: {grammar()}")


def grammar() -> str:
    """Say what targets are allowed."""
    return "; ".join(each.grammar for each in manifests())
