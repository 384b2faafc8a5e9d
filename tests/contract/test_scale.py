"""What docs/scale.md says is what the model says, and the model says what the product does."""

import pytest

from bench.latency import SHARE
from bench.model import FUNCTION, MEMORY, WAITS, WORKERS, Load
from bench.scale import PAGE, TABLE, tables, written
from bench.simulation import DOMAINS, compared, idle
from infra.chunks import RETENTION
from infra.functions import TIMEOUT
from infra.workers import AT_ONCE
from tests.infra.contexts import a_config, a_watch
from tests.infra.deployed import Deployed


def test_the_page_has_the_model_s_tables() -> None:
    """All of them, as `make samples` writes them."""
    page = PAGE.read_text("utf-8")
    assert written(page) == page
    assert [name for _, name, _ in TABLE.findall(page)] == [*tables()]


@pytest.mark.parametrize(
    "load",
    [
        Load(segments=3, by_application=False, per_second=4),
        Load(segments=1_000, by_application=False),
        Load(segments=1_001, by_application=False),
        Load(segments=2_500, by_application=True, segments_an_application=50),
        DOMAINS,
    ],
    ids=str,
)
def test_the_product_asks_and_waits_as_the_model_says(load: Load) -> None:
    """Within a tick's reach and beyond it; `make bench` goes on to a hundred thousand segments."""
    figure = compared(load)
    assert figure.holds, figure.what


def test_idle_targets_are_listed_as_often_as_the_model_says() -> None:
    """Over a whole period of `idleEvery`."""
    assert idle().holds


def test_the_model_has_the_stack_s_own_limits() -> None:
    """Those that the function can't tell it."""
    assert (AT_ONCE, RETENTION.to_minutes()) == (WORKERS, WAITS)
    assert TIMEOUT.to_seconds() == FUNCTION


def test_the_model_s_settings_are_the_defaults(deployed: Deployed) -> None:
    """And so is the rate of the benchmark that keeps to it."""
    defaults, load = a_config(a_watch()), Load(segments=1, by_application=False)
    assert (load.threads, load.page_size, load.per_second) == (
        defaults.threads,
        defaults.page_size,
        defaults.requests_per_second,
    )
    assert str(defaults.requests_per_second) == SHARE
    assert deployed.one("AWS::Lambda::Function")["MemorySize"] == MEMORY * 1024
