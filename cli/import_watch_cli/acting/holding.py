"""What mutes hold to be sent at their end, and which of it goes when one is ended."""

import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Self

from import_watch.mutes import Mute
from import_watch_cli.acting.muting import Mutable, meant, standing
from import_watch_cli.acting.ticking import PAUSE
from import_watch_cli.speech.errors import UsageMistakeError
from import_watch_cli.stack.deployment import Deployment
from import_watch_cli.table.records import Record
from import_watch_cli.table.waiting import waiting

if TYPE_CHECKING:
    from import_watch_cli.table.amending import Amendments
    from import_watch_cli.table.state import State, Waiting


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """What is held, and the mutes that stand where it is."""

    records: Sequence[Record]
    mutes: Mapping[str, Mute]

    @classmethod
    def found(cls, state: "State", mutables: Iterable[Mutable], now: datetime) -> Self:
        """Find it where these are about it, be it polled or not."""

        def concerns(one: "Waiting") -> bool:
            return (one.due is None or one.due > now) and any(mutable.covers(one.pk) for mutable in mutables)

        records = [record for record in waiting(state, concerns) if record.is_held(now)]
        # Read after those, as a mute is written before all that it holds.
        return cls(records=records, mutes=state.mutes({pk for one in records for pk in (one.pk, one.watch)}))

    def by(self, mutable: Mutable, mute: Mute | None) -> list[Record]:
        """Give what a mute holds; for none, what is held by none that stands: it was replaced, or has been ended."""
        return [
            record
            for record in self.records
            if mutable.covers(record.pk) and (_holds(mute, record) if mute else not self._is_kept(record))
        ]

    def _is_kept(self, record: Record) -> bool:
        return any(pk in self.mutes and _holds(self.mutes[pk], record) for pk in (record.pk, record.watch))


def _holds(mute: Mute, record: Record) -> bool:
    """Tell whether it was this mute."""
    return record.muted is not None and mute.is_same(record.muted)


def release(
    state: "State",
    amendments: "Amendments",
    mutables: Sequence[Mutable],
    ended: Mapping[str, Mute],
    sleep: Callable[[float], None] = time.sleep,
) -> dict[tuple[str, str], frozenset[str]]:
    """Make due now what the ended mutes hold, by partition; where none was, what is held by none that stands.

    Look twice: a tick that saw the mute may write down one more after its end.
    """
    released: dict[tuple[str, str], frozenset[str]] = {}
    for pause in (PAUSE, 0):
        now = datetime.now(UTC)
        held = Held.found(state, mutables, now)
        kept = {(one.pk, one.sk): one for each in mutables for one in held.by(each, ended.get(each.pk))}
        released |= {key: record.pending for key, record in kept.items() if amendments.release(record, now)}
        sleep(pause)
    return released


def liftable(deployment: Deployment, state: "State", what: str, watch: str | None, now: datetime) -> list[Mutable]:
    """Read WATCH or TARGET as `meant` does, and where nothing polls it any more, but something mutes or holds it."""
    try:
        found, mistake = meant(deployment, what, watch), None
    except UsageMistakeError as error:
        found, mistake = [], error
    polled = {one.pk for one in found}
    once = [one for one in _once(deployment, state, what) if one.pk not in polled and watch in {None, one.watch}]
    mutes, flaws = standing(state, [one.pk for one in once])
    held = Held.found(state, once, now).records if once else []
    muted = {*flaws, *(pk for pk, mute in mutes.items() if not mute.is_over(now))}
    found += [one for one in once if one.pk in muted or any(one.covers(record.pk) for record in held)]
    if mistake and not found:
        raise mistake
    return found


def _once(deployment: Deployment, state: "State", what: str) -> list[Mutable]:
    """Give what may be meant and have been polled: by the stack's watches, or by others whose messages wait."""
    if ":" not in what:
        return [Mutable(watch=what)]
    names = {one.pk.partition("#")[0] for one in state.waiting() if one.pk.partition("#")[2] == what}
    return [
        Mutable(watch=name, target=what) for name in sorted(names | {one.watch.name for one in deployment.scheduled})
    ]
