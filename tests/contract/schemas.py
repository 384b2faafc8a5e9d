"""What the schemas in `events/` say of targets, made from the sources' manifests; the rest is written by hand."""

import re
from typing import Any

from import_watch.jobs import EVERY
from import_watch.sources import registry
from import_watch.sources.manifest import Manifest


def schedule_input(schema: Any) -> Any:
    """Give the schema of a watch with the targets that there are, and what may not stand beside all of a source's."""
    watch = schema["properties"]["watch"]["properties"]
    watch["targets"] = {
        **{key: watch["targets"][key] for key in ("type", "minItems", "uniqueItems")},
        "items": {"type": "string", "pattern": f"^({'|'.join(map(_targets, registry.manifests()))})$"},
        "allOf": [_alone(each) for each in registry.manifests() if re.fullmatch(each.path, EVERY)],
    }
    return schema


def message(schema: Any) -> Any:
    """Give the schema of a message with the sources that there are, and what it can say of a list of each."""
    schema["properties"]["source"] = {"enum": [*registry.MODULES]}
    schema["allOf"] = [_of(each) for each in registry.manifests()]
    return schema


def _targets(manifest: Manifest) -> str:
    return f"{manifest.name}:({manifest.path})"


def _alone(manifest: Manifest) -> dict[str, Any]:
    others = f"^{manifest.name}:[^{EVERY}]"
    return {
        "if": {"contains": {"const": f"{manifest.name}:{EVERY}"}},
        "then": {"not": {"contains": {"pattern": others}}},
    }


def _of(manifest: Manifest) -> dict[str, Any]:
    has_segments = re.fullmatch(manifest.path, "a/b") is not None
    never = {} if has_segments else {"segmentId": False, "segmentName": False}
    return {
        "if": {"properties": {"source": {"const": manifest.name}}},
        "then": {"properties": {"target": {"pattern": f"^{_targets(manifest)}$"}, **never}},
    }
