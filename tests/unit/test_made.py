"""Sources are made when they are asked for."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from import_watch.listing import Source
from import_watch.sources.made import Sources
from import_watch.sources.manifest import Manifest
from tests.fakes import MemorySource


def test_each_is_made_once_and_only_if_it_is_asked_for() -> None:
    """Whichever thread asks first."""
    made: list[str] = []

    def make(manifest: Manifest) -> Source:
        made.append(manifest.name)
        return MemorySource()

    sources = Sources(make)
    with ThreadPoolExecutor(8) as pool:
        given = list(pool.map(lambda _: sources["customer-profiles"], range(50)))
    assert all(one is given[0] for one in given)
    assert made == ["customer-profiles"]


def test_there_are_no_others_than_the_registry_s() -> None:
    """A watch can't name one: its target would be none."""
    with pytest.raises(LookupError):
        Sources(lambda _: MemorySource())["no-such"]
