"""What trimming leaves of botocore's models is what botocore itself would have read."""

import shutil
from pathlib import Path
from typing import Any

import botocore.session
import pytest
from botocore import xform_name
from botocore.loaders import Loader
from botocore.model import ListShape, MapShape, OperationModel, ServiceModel, Shape, StructureShape

from import_watch.sources import registry
from infra.models import CALLS, trim, trimmed

NOBODY: Any = {"region_name": "eu-west-1", "aws_access_key_id": "x", "aws_secret_access_key": "x"}
OPERATIONS = [(service, operation) for service, called in CALLS.items() for operation in sorted(called)]


@pytest.mark.parametrize(("service", "operation"), OPERATIONS)
def test_an_operation_is_the_same_but_for_its_documentation(service: str, operation: str) -> None:
    """How it is asked for, what it takes and gives, and its errors, at any depth."""
    whole = botocore.session.get_session().get_service_model(service)
    model: dict[str, Any] = (
        botocore.session.get_session().get_component("data_loader").load_service_model(service, "service-2")
    )
    kept = ServiceModel(trimmed(model, CALLS[service]), service)
    assert set(kept.operation_names) == CALLS[service]
    assert told(kept.operation_model(operation)) == told(whole.operation_model(operation))
    assert {**kept.metadata} == {**whole.metadata}


def test_listings_are_paged_as_by_the_whole_botocore(tmp_path: Path) -> None:
    """What it knows of how to go from page to page stays, beside the models, of each source."""
    whole = Path(botocore.session.__file__).parent / "data"
    for each in (*CALLS, "endpoints.json", "partitions.json", "sdk-default-configuration.json"):
        (shutil.copytree if (whole / each).is_dir() else shutil.copy)(whole / each, tmp_path / each)
    trim(tmp_path)
    core = botocore.session.get_session()
    core.register_component("data_loader", Loader([str(tmp_path)], include_default_search_paths=False))
    paged: set[str] = set()
    for manifest in registry.manifests():
        here, there = (one.create_client(manifest.service, **NOBODY) for one in (core, botocore.session.Session()))
        names = [*map(xform_name, manifest.operations)]
        assert [*map(here.can_paginate, names)] == [*map(there.can_paginate, names)]
        paged.update(filter(here.can_paginate, names))
    assert "list_upload_jobs" in paged


def told(operation: OperationModel) -> object:
    shapes = [operation.input_shape, operation.output_shape, *operation.error_shapes]
    facts = (
        operation.http,
        operation.auth_type,
        operation.endpoint,
        operation.http_checksum,
        operation.context_parameters,
    )
    return facts, [shape and spelled_out(shape, ()) for shape in shapes]


def spelled_out(shape: Shape, above: tuple[str, ...]) -> object:
    """Write a shape with all that is in it; one that is in itself, only once."""
    parts: dict[str, Shape] = {}
    match shape:
        case StructureShape():
            parts = dict(shape.members)
        case ListShape():
            parts = {"member": shape.member}
        case MapShape():
            parts = {"key": shape.key, "value": shape.value}
    facts = (shape.name, shape.type_name, shape.serialization, shape.metadata)
    if shape.name in above:
        return facts
    return facts, {name: spelled_out(part, (*above, shape.name)) for name, part in parts.items()}
