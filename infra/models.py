"""botocore's descriptions of services, cut down to what the function calls: to make a client is to read its own."""

import gzip
import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from shutil import rmtree
from typing import Any, Final

from import_watch.sources import registry

# What the function calls besides its sources. A new channel or call is added here; a source's are in its manifest.
_OTHERS: Final[Mapping[str, frozenset[str]]] = {
    "dynamodb": frozenset({"BatchGetItem", "PutItem", "Query", "UpdateItem"}),
    "events": frozenset({"PutEvents"}),
    "sns": frozenset({"PublishBatch"}),
    "sqs": frozenset({"SendMessageBatch"}),
}


def _calls() -> dict[str, frozenset[str]]:
    calls = dict(_OTHERS)
    for manifest in registry.manifests():
        calls[manifest.service] = calls.get(manifest.service, frozenset()) | manifest.operations
    return dict(sorted(calls.items()))


CALLS: Final[Mapping[str, frozenset[str]]] = _calls()
"""What the function calls of the services that it makes clients of, those of every source among them: an input by hand
may name any. botocore knows some 400 more, 30 MB; and of these thirty times as many operations as are called."""

_NEVER_READ: Final = ("examples-1.json", "waiters-2.json")  # help texts; a waiter's rules, where one is asked for


def trim(data: Path) -> None:
    """Cut botocore's data folder down; the same data gives the same bytes."""
    for service in filter(Path.is_dir, data.iterdir()):
        if service.name not in CALLS:
            rmtree(service)
    _keep_endpoints(data / "endpoints.json", {_trim_service(data / name, called) for name, called in CALLS.items()})


def _trim_service(service: Path, called: frozenset[str]) -> str:
    """Keep what is called of a service's newest version; give the name that its endpoints go by."""
    *older, newest = sorted(service.iterdir())
    for version in older:
        rmtree(version)
    for name in _NEVER_READ:
        (newest / name).unlink(missing_ok=True)
    whole = newest / "service-2.json.gz"
    model = json.loads(gzip.decompress(whole.read_bytes()))
    whole.unlink()
    _write(newest / "service-2.json", trimmed(model, called))
    return str(model["metadata"]["endpointPrefix"])


def trimmed(model: Mapping[str, Any], called: frozenset[str]) -> dict[str, Any]:
    """Keep a model's operations that are called and the shapes that these need, without their documentation."""
    operations = {name: model["operations"][name] for name in sorted(called)}
    needed: set[str] = set()
    waiting = list(_shapes(operations))
    while waiting:
        if (shape := waiting.pop()) not in needed:
            needed.add(shape)
            waiting += _shapes(model["shapes"][shape])
    shapes = {name: model["shapes"][name] for name in sorted(needed)}
    kept: dict[str, Any] = _undocumented({**model, "operations": operations, "shapes": shapes})
    return kept


def _shapes(part: object) -> Iterator[str]:
    """Find the shapes that a part of a model refers to."""
    if isinstance(part, Mapping):
        if isinstance(name := part.get("shape"), str):
            yield name
        for value in part.values():
            yield from _shapes(value)
    elif isinstance(part, list):
        for value in part:
            yield from _shapes(value)


def _undocumented(part: Any) -> Any:  # noqa: ANN401 # JSON in, JSON out
    if isinstance(part, Mapping):
        texts = {name for name, value in part.items() if name == "documentation" and isinstance(value, str)}
        return {name: _undocumented(value) for name, value in part.items() if name not in texts}
    return [_undocumented(value) for value in part] if isinstance(part, list) else part


def _keep_endpoints(file: Path, prefixes: set[str]) -> None:
    endpoints = json.loads(file.read_bytes())
    for partition in endpoints["partitions"]:
        known = partition["services"].items()
        partition["services"] = {prefix: service for prefix, service in known if prefix in prefixes}
    _write(file, endpoints)


def _write(file: Path, value: object) -> None:
    file.write_text(json.dumps(value, separators=(",", ":")), "utf-8")
