"""What sources say of themselves is consistent, and true of the models that botocore has of their services."""

import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from botocore import xform_name
from botocore.model import ServiceModel, StructureShape

from import_watch.jobs import EVERY, Outcome, Target
from import_watch.sources import registry
from import_watch.sources.manifest import Manifest
from tests.unit.answering import session

FUNCTIONS = Path(__file__).parents[2] / "functions"
IDS = {
    "application-id": "1a2b3c4d5e6f7a8b9c0d1e2f3a4b5c6d",
    "segment-id": "seg_1-a",
    "domain": "shop_1-a",
    "user-pool-id": "eu-west-1_AbCdEfGhI",
    "address-list-id": "al-1a2b3c",
}
"""What may stand for the words in angle brackets."""
DOCUMENTED = {"pinpoint": {"CANCELLING", "CANCELLED"}}
"""Statuses that stand in the API reference, and not in botocore's model."""
EACH = pytest.mark.parametrize("manifest", list(registry.manifests()), ids=lambda manifest: manifest.name)
MODULES = "import_watch.sources."


def targets(manifest: Manifest) -> list[Target]:
    """Fill in a source's examples."""
    return [registry.parse(re.sub("<([a-z-]+)>", lambda word: IDS[word[1]], each)) for each in manifest.examples]


def lists(manifest: Manifest) -> list[Target]:
    """Leave out what stands for all lists."""
    return [target for target in targets(manifest) if target.application_id != EVERY]


def model(manifest: Manifest) -> ServiceModel:
    return session().get_service_model(manifest.service)


def shape(manifest: Manifest, operation: str, *path: str) -> Any:
    """Look up what a member of an answer is, lists' members by `*`."""
    found: Any = model(manifest).operation_model(operation).output_shape
    for name in path:
        found = found.member if name == "*" else found.members[name]
    return found


@EACH
def test_each_is_registered_by_its_own_name(manifest: Manifest) -> None:
    """Which every target begins with, as it is written and as it is explained."""
    assert registry.manifest(manifest.name) is manifest
    assert manifest.title
    for text in (*manifest.examples, manifest.grammar):
        assert text.startswith(f"{manifest.name}:")
    assert manifest.examples
    assert all(str(target) == str(registry.parse(str(target))) for target in targets(manifest))


@EACH
def test_examples_are_as_the_grammar_has_them(manifest: Manifest) -> None:
    """Its words in angle brackets, and its targets without any."""
    for example in manifest.examples:
        for word in re.findall("<[a-z-]+>", example) or [example]:
            assert word in manifest.grammar


@pytest.mark.parametrize(
    ("allowed", "refused"),
    [
        ("customer-profiles:a", "customer-profiles:"),
        ("customer-profiles:" + "a" * 64, "customer-profiles:" + "a" * 65),
        ("customer-profiles:A_b-9", "customer-profiles:a/b"),
        ("ses:suppression-list", "ses:suppression-lists"),
        ("ses:contact-list", "ses:CONTACT_LIST"),
        ("cognito:eu-west-1_AbCdEfGhI", "cognito:eu-west-1"),
        ("cognito:a_" + "b" * 53, "cognito:a_" + "b" * 54),
        ("cognito:a_b", "cognito:_b"),
        ("cognito:a-b_c", "cognito:a_b_c"),
        ("mailmanager:al-1", "mailmanager:al_1"),
        ("mailmanager:" + "a" * 255, "mailmanager:" + "a" * 256),
        ("pinpoint:*", "ses:*"),
        ("pinpoint:app/seg", "cognito:a_b/seg"),
        ("pinpoint:app", "unheard-of:app"),
        ("pinpoint:app", "pinpoint:app\n"),
    ],
)
def test_a_target_is_what_its_source_allows(allowed: str, refused: str) -> None:
    """Refused in words that tell what is."""
    assert str(registry.parse(allowed)) == allowed
    with pytest.raises(ValueError, match=re.escape(f"{refused!r} is no target; allowed: {registry.grammar()}")):
        registry.parse(refused)


@EACH
def test_every_operation_exists(manifest: Manifest) -> None:
    """And each that lists, or asks for one, is one of those that are called."""
    assert manifest.operations <= set(model(manifest).operation_names)
    asked = {manifest.asking(target).operation for target in lists(manifest)}
    assert manifest.operations == asked | manifest.details | manifest.lists


@EACH
def test_a_list_is_asked_for_in_the_api_s_own_words(manifest: Manifest) -> None:
    """Each parameter is one of the operation's, each member one of its answer's; all that it wants is given."""
    for target in lists(manifest):
        asking = manifest.asking(target)
        wanted = model(manifest).operation_model(asking.operation).input_shape
        assert wanted
        assert {*asking.parameters, asking.size, asking.following} <= wanted.members.keys()
        assert set(wanted.required_members) <= {*asking.parameters, asking.size}
        assert wanted.members[asking.size].type_name == ("string" if asking.size_type is str else "integer")
        bound = wanted.members[asking.size].metadata.get("max")
        assert bound is None or bound == asking.largest
        payload = [asking.payload] if asking.payload else []
        page = shape(manifest, asking.operation, *payload)
        assert {asking.items, asking.token} <= page.members.keys()
        assert asking.id in page.members[asking.items].member.members
        for name, value in asking.parameters.items():
            assert value in wanted.members[name].metadata.get("enum", [value])


@EACH
def test_each_page_follows_as_botocore_s_paginator_has_it(manifest: Manifest) -> None:
    """Where it has one."""
    for target in lists(manifest):
        asking = manifest.asking(target)
        client: Any = session().create_client(manifest.service, region_name="eu-west-1")
        if client.can_paginate(xform_name(asking.operation)):
            known: Any = session().get_paginator_model(manifest.service).get_paginator(asking.operation)
            said = {"input_token": asking.following, "output_token": asking.token}
            assert known == {**said, "limit_key": asking.size, "result_key": asking.items}
        else:
            assert manifest.name in {"pinpoint", "ses", "cognito"}


@EACH
def test_every_status_is_known(manifest: Manifest) -> None:
    """The model's, each as running or as finished, never as both."""
    for target in lists(manifest):
        asking = manifest.asking(target)
        job = shape(manifest, asking.operation, *([asking.payload] if asking.payload else []), asking.items, "*")
        (enum,) = (set(each.enum) for name, each in job.members.items() if name in {"Status", "JobStatus"})
        assert {*manifest.running, *manifest.finished} == enum | DOCUMENTED.get(manifest.name, set())
    assert manifest.running.isdisjoint(manifest.finished)
    assert {Outcome.COMPLETED, Outcome.FAILED, Outcome.CANCELLED} <= set(manifest.finished.values())


@EACH
def test_members_that_are_read_are_ones_of_a_job(manifest: Manifest) -> None:
    """As listed, or where it is asked for by itself."""
    members = getattr(manifest.source, "members", None)
    if members is None:
        return  # it reads its answers in its own way
    for target in lists(manifest):
        asking = manifest.asking(target)
        shapes = [shape(manifest, asking.operation, asking.items, "*")]
        shapes += [shape(manifest, operation) for operation in manifest.details]
        dates = (members.created, members.completed)
        texts = [name for name in (members.id, members.status, members.name, members.reason) if name]
        counters = (*members.processed, members.failed)
        for name in (*members.shown, *dates, *texts, *counters):
            kind = kinds(shapes, name)
            assert kind
            assert name not in dates or kind == {"timestamp"}
            assert name not in texts or kind == {"string"}
            assert name not in counters or kind <= {"integer", "long"}
        assert members.unstarted <= members.running
        assert asking.id == members.id


def kinds(shapes: list[Any], name: str) -> set[str]:
    """Tell the types that a member has in those shapes that know it."""
    for part in name.split("."):
        shapes = [each.members[part] for each in shapes if isinstance(each, StructureShape) and part in each.members]
    return {each.type_name for each in shapes}


@EACH
def test_reading_takes_permissions(manifest: Manifest) -> None:
    """One for each operation that the target takes, on its own list, else ever wider; on everything only for want."""
    for target in targets(manifest):
        permissions = list(manifest.permissions(target))
        actions = {permission.action for permission in permissions}
        if target.application_id == EVERY:
            assert manifest.listing_lists < actions
        else:
            operations = {manifest.asking(target).operation, *manifest.details}
            assert actions == {f"{manifest.arn_service}:{operation}" for operation in operations}
        for permission in permissions:
            for one in (permission, *permission.wider):
                assert one.action == permission.action
                assert one.service == manifest.arn_service
            assert all(one.resource.endswith("*") for one in permission.wider)
        narrow = [one.resource for one in permissions if not one.resource.endswith("*")]
        assert manifest.name == "ses" or target.application_id == EVERY or len(narrow) == len(permissions)


@EACH
def test_what_a_target_is_about_has_an_arn(manifest: Manifest) -> None:
    """The one that its permissions name."""
    prefix = f"arn:aws:{manifest.arn_service}:eu-west-1:123456789012"
    client = session().create_client(manifest.service, region_name="eu-west-1")
    source = manifest.source(client=client, arn_prefix=prefix, page_size=1, max_pages=1)
    for target in targets(manifest):
        arn = source.arn(target.application_id, target.segment_id)
        assert arn in {f"{prefix}:{permission.resource}" for permission in manifest.permissions(target)}


@EACH
def test_botocore_s_client_has_a_method_for_each(manifest: Manifest) -> None:
    """By the name that is made of the operation's."""
    client = session().create_client(manifest.service, region_name="eu-west-1")
    assert all(callable(getattr(client, xform_name(operation))) for operation in manifest.operations)


def loaded(code: str) -> set[str]:
    """Run it in a fresh interpreter; which sources it loaded."""
    environment = {"PYTHONPATH": str(FUNCTIONS), "PATH": os.defpath}
    command = [sys.executable, "-c", f"{code}; import sys; print(*sys.modules)"]
    run = subprocess.run(command, env=environment, capture_output=True, text=True, check=True)  # noqa: S603 - our own code
    names = {name.removeprefix(MODULES) for name in run.stdout.split() if name.startswith(MODULES)}
    return names & set(registry.MODULES.values())


def test_the_registry_loads_no_source() -> None:
    """Start-up doesn't pay for those that nobody watches."""
    assert loaded("import import_watch.sources.registry") == set()


@pytest.mark.parametrize(("name", "module"), registry.MODULES.items())
def test_a_source_is_loaded_alone(name: str, module: str) -> None:
    """Also where it is asked for by a target."""
    example = targets(registry.manifest(name))[0]
    for asking in (f"manifest({name!r})", f"parse({str(example)!r})"):
        assert loaded(f"from import_watch.sources import registry; registry.{asking}") == {module}
