"""What a mute is about, and what it says that it does."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest

from import_watch.jobs import Target
from import_watch.mutes import Mute
from import_watch_cli.acting.muting import announced, meant
from import_watch_cli.speech.errors import UsageMistakeError
from import_watch_cli.stack.connection import Connection
from import_watch_cli.stack.deployment import Deployment
from import_watch_cli.stack.scheduled import Scheduled
from tests.builders import HOUR, NOW, OTHER, TARGET, a_watch

ACCOUNT, APPLICATION = Target.parse("pinpoint:*"), Target.parse("pinpoint:crm")
MUTE = Mute(by="arn:me", reason="a reload", since=NOW, until=NOW + 2 * HOUR, hold=False)


@pytest.fixture
def deployed() -> Deployment:
    """Give a stack of three watches, two of which poll the same target."""
    watches = [a_watch(ACCOUNT, name="all"), a_watch(TARGET, name="first"), a_watch(TARGET, OTHER, name="second")]
    deployment = Deployment(connection=Connection(), stack="ImportWatch", outputs={}, status="CREATE_COMPLETE")
    every = timedelta(minutes=1)
    deployment.__dict__["scheduled"] = [
        Scheduled(watch=watch, schedule="", every=every, enabled=True, input="") for watch in watches
    ]
    return deployment


@pytest.fixture
def about(deployed: Deployment) -> Callable[..., list[tuple[str, str]]]:
    """Give the partitions that mutes would stand in, and how they are called."""
    return lambda what, watch=None: [(one.pk, str(one)) for one in meant(deployed, what, watch)]


def test_a_watch_is_muted_as_a_whole(about: Callable[..., list[tuple[str, str]]]) -> None:
    """How many targets that are is told; `pinpoint:*` is its watch."""
    assert about("second") == [("second", "watch second (2 targets)")]
    assert about("pinpoint:*") == about("all") == [("all", "watch all (all applications)")]


def test_a_target_is_muted_in_each_watch_that_polls_it(about: Callable[..., list[tuple[str, str]]]) -> None:
    """Or in one; an application of a whole account, too."""
    first, second = (f"{name}#{TARGET}" for name in ("first", "second"))
    assert about(str(TARGET)) == [(first, f"{TARGET} in watch first"), (second, f"{TARGET} in watch second")]
    assert about(str(TARGET), "second") == [(second, f"{TARGET} in watch second")]
    assert about(str(APPLICATION)) == [(f"all#{APPLICATION}", f"{APPLICATION} in watch all")]
    with pytest.raises(
        UsageMistakeError, match="--watch: 'first' is not allowed with pinpoint:app/other; allowed: second"
    ):
        about(str(OTHER), "first")


def test_a_mute_covers_what_is_its_own(deployed: Deployment) -> None:
    """Of a watch all its partitions, and none of another whose name begins the same."""
    (watch,), (target,) = meant(deployed, "second", None), meant(deployed, str(OTHER), None)
    assert [watch.covers(pk) for pk in ("second", f"second#{TARGET}", "second-one#x", "first#x")] == [
        True,
        True,
        False,
        False,
    ]
    assert [target.covers(pk) for pk in ("second", f"second#{TARGET}", f"second#{OTHER}")] == [False, False, True]


def test_it_says_until_when_by_whom_and_why(deployed: Deployment) -> None:
    """What becomes of the messages, and what mute it replaces; one that is over, it doesn't."""
    (one,) = meant(deployed, "first", None)
    until = "2026-05-24 14:00:00 UTC, for 2 hours"
    begun = f"Messages of watch first (1 target) are held back until {until}, by arn:me: a reload"
    assert announced(one, MUTE, None) == f"{begun}; they will not be sent."
    assert announced(one, replace(MUTE, hold=True), None) == f"{begun}; they will be sent then."
    before = Mute(by="arn:you", reason="night", since=NOW - HOUR, until=NOW + HOUR, hold=True)
    assert announced(one, MUTE, before).splitlines()[1:] == [
        "  This replaces the mute of arn:you until 2026-05-24 13:00:00 UTC: night.",
        "  What that one holds is still sent at its end.",
    ]
    assert len(announced(one, MUTE, replace(before, hold=False)).splitlines()) == 2
    assert len(announced(one, MUTE, replace(before, until=NOW)).splitlines()) == 1
