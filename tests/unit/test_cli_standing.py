"""How watches and targets stand, and what needs a look."""

from typing import Any

import pytest

from import_watch.jobs import Trouble
from import_watch.ledger import Ledger
from import_watch.policy import Policy
from import_watch_cli.commands.status import STEPS
from import_watch_cli.stack.lists import Listed
from import_watch_cli.status.needs import Need
from import_watch_cli.status.standing import Standing
from import_watch_cli.status.targets import TargetStanding
from import_watch_cli.table.items import read_record
from import_watch_cli.table.waiting import LONGEST_WAIT
from infra.alarms import LONGEST_WAIT as ALARMING
from tests.builders import HOUR, MINUTE, NOW, a_job
from tests.cli.items import announced_item, pending

WELL = Ledger(first_seen_at=NOW, settled_before=NOW, sighted=True)
FAILING = Ledger(first_seen_at=NOW, settled_before=NOW, failing_since=NOW, failing_reason=Trouble.DENIED)


def target(name: str = "pinpoint:app/seg", *items: dict[str, Any], **facts: Any) -> TargetStanding:
    records = [read_record(item) for item in items]
    given: dict[str, Any] = {"ledger": WELL, "mute": None, "policy": Policy(), **facts}
    return TargetStanding(watch="newsletter", target=name, records=records, now=NOW, **given)


def item(minutes_ago: int, **attributes: Any) -> dict[str, Any]:
    return announced_item("newsletter", "pinpoint:app/seg", a_job(), NOW - minutes_ago * MINUTE, **attributes)


RUNNING = Listed(jobs={"long": a_job("long", None, created=NOW - 6 * HOUR), "short": a_job("short", None)})


@pytest.mark.parametrize(
    ("standing", "needs"),
    [
        (target(), []),
        (target("", item(9)), []),
        (target("", item(5, **pending(NOW))), []),
        (target("", item(6, **pending(NOW))), [Need.PENDING_LONG]),
        (target("", item(6, heldSince="2026-05-24", **pending(NOW + MINUTE, released=True))), []),
        (target("", item(6, quarantined={"sns"})), [Need.QUARANTINED]),
        (target(ledger=FAILING), [Need.FAILING]),
        (target(listed=Listed(jobs={}, trouble=Trouble.GONE)), [Need.UNLISTED]),
        (target(listed=RUNNING), [Need.OVERDUE]),
        (target(ledger=None), []),
    ],
)
def test_a_target_needs_a_look_for_what_won_t_mend_itself_soon(standing: TargetStanding, needs: list[Need]) -> None:
    """A job that runs, and what is pending for a short while or held, are as they should be."""
    assert standing.needs == needs


def test_waiting_for_long_is_what_the_alarm_takes_for_it() -> None:
    """So that a person sees why it rang."""
    assert LONGEST_WAIT.total_seconds() == ALARMING


def test_what_was_announced_last_is_what_a_channel_took_last() -> None:
    """Not what was recorded last."""
    first, second = item(9), {**item(8, deliveredAt=None), "sk": "second#finished"}
    assert target("", first, second).last == read_record(first)


def test_the_most_urgent_target_comes_first() -> None:
    """Those that are well keep their order."""
    targets = [target("a"), target("b"), target("c", ledger=FAILING), target("d", item(6, quarantined={"sns"}))]
    assert [one.target for one in Standing(watches=[], targets=targets, now=NOW).most_urgent_first()] == [*"dcab"]


def test_what_waits_elsewhere_needs_a_look_once_it_has_waited_for_long() -> None:
    """As anything pending."""
    young, old = ({"key": NOW - minutes * MINUTE} for minutes in (5, 6))
    assert Standing(watches=[], targets=[], now=NOW, elsewhere=young).is_well
    assert not Standing(watches=[], targets=[], now=NOW, elsewhere=old).is_well


def test_what_can_t_be_read_needs_a_look() -> None:
    """It is told by its key."""
    standing = Standing(watches=[], targets=[], now=NOW, unread={"newsletter#x one#finished": "it lacks 'id'"})
    assert (standing.is_well, standing.json()["unread"]) == (
        False,
        [{"key": "newsletter#x one#finished", "flaw": "it lacks 'id'"}],
    )


def test_there_is_a_step_for_each_need() -> None:
    """In the order of their urgency."""
    assert list(STEPS) == list(Need)
