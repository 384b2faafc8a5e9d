"""The job lists that the watches of a stack poll: whole accounts with the applications known of them."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from import_watch.jobs import Target
from import_watch.ledger import Ledger
from import_watch.policy import Watch
from import_watch.sources import registry
from import_watch_cli.speech.errors import UsageMistakeError

if TYPE_CHECKING:
    from import_watch_cli.stack.deployment import Deployment
    from import_watch_cli.stack.scheduled import Scheduled
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


def meant(deployment: "Deployment", what: str, watch: str | None = None) -> list[tuple["Scheduled", Target | None]]:
    """Read WATCH or TARGET, of one watch if so asked: the watches meant, with the target where one was named.

    UsageMistakeError where there is no such watch, or none polls it.
    """
    if ":" not in what:
        return [(one, None) for one in of_watch(deployment, [deployment.named(what)], what, watch)]
    target = read_target(what)
    if not (watching := deployment.watching(target)):
        raise unpolled(deployment, what)
    return [(one, target) for one in of_watch(deployment, watching, what, watch)]


def of_watch(
    deployment: "Deployment", found: Sequence["Scheduled"], what: str, watch: str | None
) -> Sequence["Scheduled"]:
    """Keep the watch that --watch names of those that something means, all where none is named."""
    if watch is None:
        return found
    if (named := deployment.named(watch)) in found:
        return [named]
    others = ", ".join(one.watch.name for one in found)
    raise UsageMistakeError(f"--watch: {watch!r} is not allowed with {what}; allowed: {others}")


def unpolled(deployment: "Deployment", target: str, also: str = "") -> UsageMistakeError:
    """Give the mistake of naming a target that nobody polls."""
    polls = f"no watch of the stack {deployment.stack} polls {target}{also}"
    return UsageMistakeError(f"{polls}; import-watch status shows what is polled")


def polled(
    deployment: "Deployment", state: "State", chosen: Sequence[str] = (), watch: str | None = None
) -> list[Polled]:
    """Give the lists of watches and targets so named, or of all, of one watch if so asked.

    UsageMistakeError where one is not polled.
    """
    pairs = list(dict.fromkeys(_named(deployment, chosen or ([watch] if watch is not None else []), watch)))
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


def polled_once(deployment: "Deployment", state: "State", target: Target, watch: str | None = None) -> list[Polled]:
    """Give a list as the stack's watches remember it that polled it once, or do; of one of them if so asked."""
    ledgers = state.ledgers([one.watch.pk(target) for one in deployment.scheduled])
    found = [one for one in deployment.scheduled if one.watch.pk(target) in ledgers]
    return [
        Polled(scheduled=one, target=target, ledger=ledgers[one.watch.pk(target)])
        for one in (of_watch(deployment, found, str(target), watch) if found else [])
    ]


def _named(deployment: "Deployment", chosen: Sequence[str], watch: str | None) -> Iterator[tuple["Scheduled", Target]]:
    if not chosen:
        yield from ((one, target) for one in deployment.scheduled for target in one.watch.targets)
    for text in chosen:
        for scheduled, target in meant(deployment, text, watch):
            yield from ((scheduled, one) for one in ([target] if target else scheduled.watch.targets))


def _expanded(
    pairs: Iterable[tuple["Scheduled", Target]], ledgers: Mapping[str, Ledger]
) -> Iterator[tuple["Scheduled", Target]]:
    for scheduled, target in pairs:
        yield scheduled, target
        if target.is_account and (ledger := ledgers.get(scheduled.watch.pk(target))):
            yield from ((scheduled, replace(target, application_id=one)) for one in sorted(ledger.applications))


def read_target(text: str) -> Target:
    """Read a target; UsageMistakeError says what is allowed."""
    try:
        return registry.parse(text)
    except ValueError as error:
        raise UsageMistakeError(f"TARGET: {error}") from None
