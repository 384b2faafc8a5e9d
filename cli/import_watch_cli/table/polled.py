"""The job lists that the watches of a stack poll: whole accounts with the applications known of them."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from import_watch.jobs import Target
from import_watch.ledger import Ledger
from import_watch.policy import Watch

if TYPE_CHECKING:
    from import_watch_cli.stack.deployment import Deployment, Scheduled
    from import_watch_cli.table.state import State


@dataclass(frozen=True, slots=True, kw_only=True)
class Polled:
    """A job list as one watch polls it, and what that watch remembers of it."""

    scheduled: "Scheduled"
    target: Target
    """A whole account, too: as a list of applications."""
    ledger: Ledger | None

    @property
    def watch(self) -> Watch:
        """The watch that polls it."""
        return self.scheduled.watch

    @property
    def pk(self) -> str:
        """Its partition of the table."""
        return self.watch.pk(self.target)


def polled(deployment: "Deployment", state: "State", chosen: Sequence[str] = ()) -> list[Polled]:
    """Give the lists of watches and targets so named, or of all; UsageMistakeError where one is not polled."""
    pairs = list(dict.fromkeys(_named(deployment, chosen)))
    ledgers = state.ledgers([scheduled.watch.pk(target) for scheduled, target in pairs])
    known = list(_expanded(pairs, ledgers))
    ledgers |= state.ledgers(
        [pk for scheduled, target in known if (pk := scheduled.watch.pk(target)) not in ledgers]
        if len(known) > len(pairs)
        else []
    )
    return [
        Polled(scheduled=scheduled, target=target, ledger=ledgers.get(scheduled.watch.pk(target)))
        for scheduled, target in known
    ]


def polled_once(deployment: "Deployment", state: "State", target: Target) -> list[Polled]:
    """Give a list as the stack's watches remember it that polled it once, or do."""
    ledgers = state.ledgers([one.watch.pk(target) for one in deployment.scheduled])
    return [
        Polled(scheduled=one, target=target, ledger=ledgers[pk])
        for one in deployment.scheduled
        if (pk := one.watch.pk(target)) in ledgers
    ]


def _named(deployment: "Deployment", chosen: Sequence[str]) -> Iterator[tuple["Scheduled", Target]]:
    if not chosen:
        yield from ((one, target) for one in deployment.scheduled for target in one.watch.targets)
    for text in chosen:
        for scheduled, target in deployment.watches_of(text):
            yield from ((scheduled, one) for one in ([target] if target else scheduled.watch.targets))


def _expanded(
    pairs: Iterable[tuple["Scheduled", Target]], ledgers: Mapping[str, Ledger]
) -> Iterator[tuple["Scheduled", Target]]:
    for scheduled, target in pairs:
        yield scheduled, target
        if target.is_account and (ledger := ledgers.get(scheduled.watch.pk(target))):
            yield from ((scheduled, replace(target, application_id=one)) for one in sorted(ledger.applications))
