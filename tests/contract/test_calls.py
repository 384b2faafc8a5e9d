"""What the function calls is what its bundle can call: botocore's models in it have no other operation."""

import ast
from collections.abc import Iterator

import botocore.session
import pytest
from botocore import xform_name

from import_watch.sources import registry
from infra.models import CALLS
from tests.contract.samples import ROOT
from tests.infra.contexts import targets_of

CODE = sorted((ROOT / "functions").rglob("*.py"))
ARGUMENT = {"get_paginator", "get_waiter", "can_paginate"}
NO_CALLS = {*ARGUMENT, "meta"}


@pytest.mark.parametrize("service", sorted(CALLS))
def test_the_bundled_model_has_each_operation_that_is_called_and_no_other(service: str) -> None:
    """Wherever a module has this service's client, known by its type: by its method, or by a paginator's name.

    Of sources whose client goes by their manifest alone, it has what that says.
    """
    known = botocore.session.get_session().get_service_model(service).operation_names
    operations = {xform_name(name): name for name in known}
    of_manifests = {name for each in registry.manifests() if each.service == service for name in each.operations}
    assert ({operations[name] for name in called(service)} or of_manifests) == CALLS[service]


@pytest.mark.parametrize("source", registry.MODULES)
def test_a_source_s_operations_are_those_that_its_manifest_has_a_use_for(source: str) -> None:
    """To list each kind of target, to ask for one job, and to find the lists that there are."""
    manifest = registry.manifest(source)
    listing = {manifest.asking(registry.parse(target)).operation for target in targets_of(source)}
    assert listing | manifest.details | manifest.lists == manifest.operations


def test_a_source_calls_by_name_only_what_is_known_by_its_client_s_type() -> None:
    """Or the test above would miss it."""
    for path in (ROOT / "functions" / "import_watch" / "sources").glob("*.py"):
        module = ast.parse(path.read_text("utf-8"))
        assert not set(calls(module)) or any("mypy_boto3_" in name for name in imported(module)), path.name


def imported(module: ast.Module) -> set[str]:
    return {node.module or "" for node in ast.walk(module) if isinstance(node, ast.ImportFrom)}


def called(service: str) -> set[str]:
    """Give the names of what is called of `client`, or of anything's, in the modules that import the client's type."""
    names: set[str] = set()
    for module in map(ast.parse, (path.read_text("utf-8") for path in CODE)):
        if f"mypy_boto3_{service.replace('-', '_')}" in imported(module):
            names.update(calls(module))
    return names


def calls(module: ast.Module) -> Iterator[str]:
    """Find `client.method(…)` and `….client.method(…)`, bound methods handed on, and the names paginators go by."""
    for node in ast.walk(module):
        match node:
            case ast.Call(
                func=ast.Attribute(value=ast.Name("client") | ast.Attribute(attr="client"), attr=name),
                args=[ast.Constant(str(argument)), *_],
            ) if name in ARGUMENT:
                yield argument
            case ast.Attribute(value=ast.Name("client") | ast.Attribute(attr="client"), attr=name) if (
                name not in NO_CALLS
            ):
                yield name
