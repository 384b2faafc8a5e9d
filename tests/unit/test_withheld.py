"""Whatever a service says of its jobs: what is confidential reaches nothing that is read of them."""

from typing import Any

import pytest
from botocore.model import ListShape, MapShape, StructureShape
from hypothesis import given
from hypothesis import strategies as st

from import_watch.sources import registry
from tests.builders import EVER, NOW
from tests.unit.answering import TARGETS, session

MARK = "5ec2e7"
"""Stands in everything that must not leave."""
URLS = [f"https://b/k?X-Amz-Signature={MARK}", f"see 'https://b/k?a=b&x-amz-credential={MARK}' there"]
ROLES = [f"arn:aws:iam::123456789012:role/{MARK}", f"as arn:aws:sts::123456789012:assumed-role/{MARK}/x"]
WITHHELD = {"PreSignedUrl", "FailedRecordsS3Url", "CloudWatchLogsRoleArn", "Fields", "UniqueKey"}

signed = st.sampled_from([*URLS, *ROLES])
texts = st.one_of(st.text(max_size=8), signed)


def drawn(shape: Any, statuses: list[str]) -> st.SearchStrategy[Any]:
    """Draw a value of a shape, any member of it absent; where it must be withheld, it is marked throughout."""
    match shape:
        case StructureShape():
            members = {
                name: marked(each) if name in WITHHELD else drawn(each, statuses)
                for name, each in shape.members.items()
            }
            return st.fixed_dictionaries({}, optional=members)
        case ListShape():
            return st.lists(drawn(shape.member, statuses), max_size=2)
    match shape.type_name:
        case "timestamp":
            return st.one_of(st.just(NOW), signed)
        case "integer" | "long":
            return st.one_of(st.integers(), signed)
        case _:
            return st.one_of(texts, st.sampled_from(statuses), st.just("a"))


def marked(shape: Any) -> st.SearchStrategy[Any]:
    if isinstance(shape, MapShape):
        return st.just({MARK: {"Source": MARK}})
    return st.sampled_from([MARK, *URLS, *ROLES])


def shapes(name: str) -> list[Any]:
    """Give what a source reads jobs from: a list's own, and those of what tells the rest."""
    manifest = registry.manifest(name)
    asking, model = manifest.asking(TARGETS[name]), session().get_service_model(manifest.service)
    pages: Any = model.operation_model(asking.operation).output_shape
    rest = [model.operation_model(operation).output_shape for operation in manifest.details]
    return [pages.members[asking.items].member, *rest]


def withheld(shape: Any) -> set[str]:
    """Name the members, however deep, that sound as if they were confidential, or that the model calls so."""
    if not isinstance(shape, StructureShape):
        return set()
    deeper = [withheld(each) for each in shape.members.values()]
    return set().union(*deeper) | {
        name
        for name, each in shape.members.items()
        if each.metadata.get("sensitive") or name.endswith(("SignedUrl", "RecordsS3Url", "RoleArn", "UniqueKey"))
    }


def test_what_is_confidential_is_known() -> None:
    """A member that a new version of a model calls sensitive has to be thought about."""
    assert set().union(*(withheld(shape) for name in TARGETS for shape in shapes(name))) == WITHHELD


@pytest.mark.parametrize("name", TARGETS)
@given(data=st.data())
def test_nothing_confidential_is_read(name: str, data: st.DataObject) -> None:
    """Neither of jobs, nor of what is wrong with them."""
    members: Any = getattr(registry.manifest(name).source, "members")  # noqa: B009 # not every source has them
    statuses = [*members.running, *members.finished]
    raw = data.draw(st.one_of([drawn(shape, statuses) for shape in shapes(name)]))
    page = members.page([raw], TARGETS[name], EVER)
    read = [job.details() for job in page.jobs]
    assert MARK not in repr((read, page.flaws, [job.id for job in page.jobs]))
    assert not any(name in repr(read) for name in WITHHELD - {"Fields"})
