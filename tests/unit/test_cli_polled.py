"""Which job lists a command is about."""

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, cast

import pytest

from import_watch.jobs import Target
from import_watch.ledger import Ledger
from import_watch_cli.speech.errors import UsageMistakeError
from import_watch_cli.stack.deployment import Deployment
from import_watch_cli.stack.scheduled import Scheduled
from import_watch_cli.table.polled import meant, polled
from tests.builders import DAY, NOW, OTHER, TARGET, a_watch

if TYPE_CHECKING:
    from import_watch_cli.table.state import State

LEDGER = Ledger(first_seen_at=NOW, settled_before=NOW)
ACCOUNT = Target("pinpoint", "*")


@dataclass
class MemoryState:
    rows: dict[str, Ledger] = field(default_factory=dict)

    def ledgers(self, pks: list[str]) -> dict[str, Ledger]:
        return {pk: self.rows[pk] for pk in pks if pk in self.rows}


def a_deployment(*watches: Any, connection: Any = None, outputs: dict[str, str] | None = None) -> Deployment:
    deployment = Deployment(connection=connection, stack="stack", outputs=outputs or {}, status="")
    scheduled = [Scheduled(watch=each, schedule="", every=DAY, enabled=True, input="") for each in watches]
    object.__setattr__(deployment, "scheduled", scheduled)
    return deployment


def lists(chosen: list[str], rows: dict[str, Ledger] | None = None, watch: str | None = None) -> list[tuple[str, bool]]:
    deployment = a_deployment(a_watch(TARGET, OTHER), a_watch(ACCOUNT, name="all"))
    state = cast("State", MemoryState({pk.replace("__", "#pinpoint:"): ledger for pk, ledger in (rows or {}).items()}))
    return [(one.pk, one.ledger is not None) for one in polled(deployment, state, chosen, watch)]


def test_it_is_about_all_lists_unless_some_are_named() -> None:
    """Each once, however often it is named."""
    named, other, account = "newsletter#pinpoint:app/seg", "newsletter#pinpoint:app/other", "all#pinpoint:*"
    assert lists([]) == [(named, False), (other, False), (account, False)]
    assert lists(["newsletter", "pinpoint:app/seg"]) == [(named, False), (other, False)]
    assert lists(["pinpoint:app/other"]) == [(other, False)]


def test_a_whole_account_is_the_applications_known_of_it() -> None:
    """And itself, as a list of them; one that is named need not be known yet."""
    known = replace(LEDGER, applications=frozenset({"crm", "app"}))
    ledgers = {"all__*": known, "all__crm": LEDGER}
    assert lists(["all"], ledgers) == [
        ("all#pinpoint:*", True),
        ("all#pinpoint:app", False),
        ("all#pinpoint:crm", True),
    ]
    assert lists(["pinpoint:new"], ledgers) == [("all#pinpoint:new", False)]


def test_it_is_about_one_watch_where_that_is_named() -> None:
    """All its lists, or the one of them that is named, too."""
    assert lists([], watch="all") == [("all#pinpoint:*", False)]
    assert lists(["pinpoint:app"], watch="all") == [("all#pinpoint:app", False)]


@pytest.mark.parametrize(
    ("what", "watch", "says"),
    [
        ("nope", None, "'nope' is no watch of the stack stack; allowed: newsletter, all"),
        ("all", "nope", "'nope' is no watch of the stack stack; allowed: newsletter, all"),
        ("all", "newsletter", "--watch: 'newsletter' is not allowed with all; allowed: all"),
        ("pinpoint:*", "newsletter", "--watch: 'newsletter' is not allowed with pinpoint:*; allowed: all"),
        ("pinpoint:a/b", "all", "no watch of the stack stack polls pinpoint:a/b; import-watch status shows what is"),
        ("x:y", None, "TARGET: 'x:y' is no target; allowed: "),
    ],
)
def test_a_mistake_in_naming_one_says_what_is_allowed(what: str, watch: str | None, says: str) -> None:
    """In the same words, whichever command takes it."""
    deployment = a_deployment(a_watch(TARGET, OTHER), a_watch(ACCOUNT, name="all"))
    with pytest.raises(UsageMistakeError) as mistake:
        meant(deployment, what, watch)
    assert says in str(mistake.value)
