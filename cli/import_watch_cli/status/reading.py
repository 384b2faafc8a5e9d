"""Reading how watches and targets stand: from the table, the log and the service itself, all at once."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from import_watch.jobs import ImportJob, Target
from import_watch_cli.stack.lists import Listed, read_lists
from import_watch_cli.stack.sources import sources_of
from import_watch_cli.stack.threads import Threads
from import_watch_cli.stack.ticks import hear
from import_watch_cli.status.standing import Standing
from import_watch_cli.status.targets import TargetStanding
from import_watch_cli.status.watches import WatchStanding
from import_watch_cli.table.polled import polled
from import_watch_cli.table.records import Record
from import_watch_cli.table.state import State
from import_watch_cli.table.waiting import waiting as waiting_now

if TYPE_CHECKING:
    from import_watch_cli.stack.deployment import Deployment


def read_standing(deployment: "Deployment", chosen: Sequence[str], *, jobs: bool, brief: bool) -> Standing:
    """Read how the watches and targets so named stand, or all; which jobs run now only where asked.

    In brief, only what is pending is read of what is recorded, and not all that ever was.
    """
    state, now = State.of(deployment), datetime.now(UTC)
    lists = polled(deployment, state, chosen)
    scheduled = list({one.watch.name: one.scheduled for one in lists}.values())
    pks = [one.pk for one in lists]
    with Threads() as pool:
        hearing = pool.submit(hear, deployment, scheduled, now)
        muting = pool.submit(state.mutes, [*(one.watch.name for one in scheduled), *pks])
        recording = pool.submit(read_recorded, state, pks, everywhere=not chosen, brief=brief)
        listed = _running(deployment, [one.target for one in lists], now) if jobs else {}
    heard, (records, others) = hearing.result(), recording.result()
    mutes = {pk: mute for pk, mute in muting.result().items() if not mute.is_over(now)}
    return Standing(
        watches=[
            WatchStanding(
                name=(name := one.watch.name),
                every=one.every,
                enabled=one.enabled,
                heard=heard[name],
                mute=mutes.get(name),
                now=now,
            )
            for one in scheduled
        ],
        targets=[
            TargetStanding(
                watch=one.watch.name,
                target=str(one.target),
                policy=one.watch.policy,
                ledger=one.ledger,
                records=records.get(one.pk, []),
                brief=brief,
                mute=mutes.get(one.pk),
                now=now,
                listed=listed.get(one.target),
            )
            for one in lists
        ],
        elsewhere={
            f"{one.pk} {one.sk}": one.waiting_since
            for one in others
            if one.pk not in {f"{each.watch.name}#test" for each in scheduled}
        },
        brief=brief,
        now=now,
        unread=state.unread,
    )


def read_recorded(
    state: State, pks: Sequence[str], *, everywhere: bool, brief: bool
) -> tuple[Mapping[str, Sequence[Record]], Sequence[Record]]:
    """Read what is recorded of these targets, by partition, or in brief what is pending; and what is of all others."""
    own = frozenset(pks)
    if not brief:
        others = waiting_now(state, lambda one: one.pk not in own) if everywhere else []
        return state.of_targets(pks, messages=False), others
    found = waiting_now(state, lambda one: everywhere or one.pk in own)
    by_target: dict[str, list[Record]] = {}
    for record in found:
        by_target.setdefault(record.pk, []).append(record)
    return by_target, [record for record in found if record.pk not in own]


def _running(deployment: "Deployment", targets: Sequence[Target], now: datetime) -> Mapping[Target, Listed]:
    return read_lists(sources_of(deployment), targets, _is_running, now)


def _is_running(job: ImportJob) -> bool:
    return job.outcome is None
