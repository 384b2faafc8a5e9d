"""An install that has seen its target, where most stories begin."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

from import_watch.policy import Watch
from tests.builders import MINUTE, a_watch
from tests.fakes import Install
from tests.faults.simulation.worlds import Silence


def an_install(*watches: Watch, **policy: Any) -> Install:
    """Build an install whose watches, or the one with this policy, have seen their target empty."""
    install = Install(a_watch(**policy), log=Silence())
    for watch in watches or [install.watch]:
        replace(install, watch=watch).tick(timedelta(0))
    install.clock.move(MINUTE)
    return install
