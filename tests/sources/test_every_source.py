"""No source without its contract, and none that others pay for."""

import importlib
import json
import os
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest

from import_watch.jobs import Trouble
from import_watch.sources import registry
from local.stand_in import ApiError, StandIn, endpoints
from tests.builders import EVER, a_watch
from tests.sources.connected import ENVIRONMENT, connected, reaching
from tests.sources.contract import SourceContract
from tests.sources.rules_of_ticks import Watching

HERE = Path(__file__).parent
FUNCTIONS = HERE.parents[1] / "functions"
STARTED = """
import json, sys
from import_watch.handlers import poll
from import_watch.sources import registry
modules = {name for name in registry.MODULES if f"import_watch.sources.{registry.MODULES[name]}" in sys.modules}
print(json.dumps([sorted(modules), sorted(poll.wiring.sources)]))
"""


def contracts() -> dict[str, type[SourceContract]]:
    for file in sorted(HERE.glob("test_*.py")):
        importlib.import_module(f"{__package__}.{file.stem}")
    return {one.kit.source: one for one in SourceContract.__subclasses__()}


def test_every_source_keeps_the_contract() -> None:
    """A file here says that it does; one that is not registered has none."""
    assert contracts().keys() == registry.MODULES.keys()


def test_a_kit_leaves_nothing_out() -> None:
    """Else rules would be passed over that the source has to keep."""
    for name, contract in contracts().items():
        kit, manifest = contract.kit, registry.manifest(name)
        assert kit.targets
        assert kit.finished.keys().isdisjoint(kit.running)
        assert kit.unstarted <= kit.running
        assert bool(kit.reason) is bool(kit.why)
        assert kit.resources.keys() <= manifest.operations


@pytest.mark.parametrize("names", [[], ["pinpoint"], ["customer-profiles"], [*registry.MODULES]], ids=",".join)
def test_start_up_pays_for_the_sources_that_the_stack_s_watches_use_and_no_others(names: list[str]) -> None:
    """Neither for their modules nor for their clients."""
    given = {**ENVIRONMENT, **endpoints("http://127.0.0.1:9"), "SOURCES": ",".join(names)}
    environment = {**given, "PYTHONPATH": str(FUNCTIONS), "PATH": os.defpath}
    command = [sys.executable, "-c", STARTED]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=True)  # noqa: S603 - our own
    assert json.loads(done.stdout) == [sorted(names), sorted(names)]


def test_an_input_by_hand_may_name_a_source_that_no_watch_of_the_stack_uses(services: StandIn) -> None:
    """It is made when it is asked for, and once."""
    services.jobs.put("customer-profiles:crm")
    sources = connected(services.url, "pinpoint")
    assert [*sources] == ["pinpoint"]
    with reaching(services.url):
        made = sources["customer-profiles"]
    assert len(list(made.pages(registry.parse("customer-profiles:crm"), EVER))) == 1
    assert sources["customer-profiles"] is made
    with pytest.raises(LookupError):
        sources["unheard-of"]


def test_a_watch_may_mix_sources_and_one_that_is_denied_keeps_no_other_waiting(services: StandIn) -> None:
    """Each job is announced once, in whatever words; the denied one's when it can be listed again."""
    kits = {kit.target: kit for kit in (contract.kit for contract in contracts().values())}
    for kit in kits.values():
        services.jobs.put(str(kit.target))
    install = Watching(a_watch(*kits), sources=connected(services.url, *registry.MODULES))
    assert install.tick().failing == {}
    denied = next(iter(kits))
    code = next(code for code, trouble in kits[denied].errors.items() if trouble is Trouble.DENIED)
    services.faults.add(str(denied), ApiError(code), times=3)
    wanted = Counter[str]()
    for target, kit in kits.items():
        services.jobs.put(str(target), kit.job(1, counts=(40, 12)), kit.job(2))
        both = Counter([f"{target} completed_with_failures", f"{target} completed"])
        wanted += Counter() if target == denied else both
    for told in ([], [f"{denied} target_unavailable"], []):
        assert install.tick().failing == {denied: Trouble.DENIED}
        wanted += Counter(told)
        assert install.told(by="target") == wanted
    for _ in range(2):
        assert install.tick().failing == {}
    wanted += Counter(f"{denied} {word}" for word in ("completed_with_failures", "completed", "target_recovered"))
    assert install.told(by="target") == wanted
