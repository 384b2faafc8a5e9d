"""What the function calls is what its bundle can call: botocore's models in it have no other operation."""

import ast
from collections.abc import Iterator

import botocore.session
import pytest
from botocore import xform_name

from infra.models import CALLS
from tests.contract.samples import ROOT

CODE = sorted((ROOT / "functions").rglob("*.py"))
ARGUMENT = {"get_paginator", "get_waiter", "can_paginate"}


@pytest.mark.parametrize("service", sorted(CALLS))
def test_the_bundled_model_has_each_operation_that_is_called_and_no_other(service: str) -> None:
    """Wherever a module has this service's client, known by its type: by its method, or by a paginator's name."""
    known = botocore.session.get_session().get_service_model(service).operation_names
    operations = {xform_name(name): name for name in known}
    assert {operations[name] for name in called(service)} == CALLS[service]


def called(service: str) -> set[str]:
    """Give the names of what is called of `client`, or of anything's, in the modules that import the client's type."""
    names: set[str] = set()
    for module in map(ast.parse, (path.read_text("utf-8") for path in CODE)):
        imported = {node.module for node in ast.walk(module) if isinstance(node, ast.ImportFrom)}
        if f"mypy_boto3_{service}" in imported:
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
                name not in ARGUMENT
            ):
                yield name
