"""Finding a job: by the keys of what would be recorded of it, then in the lists themselves."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from import_watch.jobs import ImportJob, Milestone, Target
from import_watch.listing import ListingFailedError
from import_watch.mutes import in_force
from import_watch.sources.made import Sources
from import_watch.wording import CAUSES
from import_watch_cli.explain.known import Known, Outage
from import_watch_cli.speech.words import when
from import_watch_cli.stack.lists import Listed, read_lists
from import_watch_cli.stack.sources import sources_of
from import_watch_cli.stack.threads import Threads
from import_watch_cli.stack.ticks import hear
from import_watch_cli.table.polled import Polled
from import_watch_cli.table.records import Record
from import_watch_cli.table.state import State

if TYPE_CHECKING:
    from import_watch_cli.stack.deployment import Deployment

EVER = datetime.min.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """What is known of a job, by each watch that polls for it; where nothing is, what was searched."""

    known: Sequence[Known]
    lists: int
    unavailable: Mapping[str, str]
    """Lists that can't be read now, and why, by their names."""


@dataclass(frozen=True, slots=True)
class Search:
    """Searches for one job in the job lists given."""

    deployment: "Deployment"
    state: State
    job_id: str
    lists: Sequence[Polled]
    now: datetime

    def found(self) -> Found:
        """Search: the lists are read only where what is recorded doesn't tell all."""
        lists = [one for one in self.lists if not one.target.is_account]
        records: dict[str, dict[Milestone, Record]] = defaultdict(dict)
        for record in self.state.of_job([one.pk for one in lists], self.job_id):
            if record.milestone:
                records[record.pk][record.milestone] = record
        having = [one for one in lists if one.pk in records]
        listed = {} if having else self._read([one.target for one in lists])
        if not having:
            having = [one for one in lists if self.job_id in listed[one.target].jobs]
        covering = self._covering(lists, having, records, listed)
        unread = [one.target for one in covering if one.target not in listed and not _is_told(records[one.pk])]
        listed |= self._read(unread)
        return Found(
            known=self._known(covering, records, listed),
            lists=len({one.target for one in lists}),
            unavailable=_unavailable(lists, listed) if not covering else {},
        )

    def _read(self, targets: Sequence[Target]) -> dict[Target, Listed]:
        if not targets:
            return {}
        sources = sources_of(self.deployment)
        listed = read_lists(sources, targets, self._is_it, EVER)
        return {target: _whole(sources, target, one) for target, one in listed.items()}

    def _is_it(self, job: ImportJob) -> bool:
        return job.id == self.job_id

    def _covering(
        self,
        lists: Sequence[Polled],
        having: Sequence[Polled],
        records: Mapping[str, Mapping[Milestone, Record]],
        listed: Mapping[Target, Listed],
    ) -> list[Polled]:
        """Give those lists that have to do with the job, by its source, application and segment."""
        places: set[Target] = set()
        for one in having:
            facts = [record.facts for record in records.get(one.pk, {}).values()]
            job = listed[one.target].jobs.get(self.job_id) if one.target in listed else None
            segments = {str(fact["segmentId"]) for fact in facts if "segmentId" in fact} | {one.target.segment_id}
            segments |= {job.details().segment_id} if job else set()
            places |= {replace(one.target, segment_id=segment) for segment in segments}
        places |= {replace(place, segment_id=None) for place in places}
        return [one for one in lists if one in having or one.target in places]

    def _known(
        self,
        covering: Sequence[Polled],
        records: Mapping[str, Mapping[Milestone, Record]],
        listed: Mapping[Target, Listed],
    ) -> list[Known]:
        if not covering:
            return []
        pks = [one.pk for one in covering]
        scheduled = list({one.watch.name: one.scheduled for one in covering}.values())
        with Threads() as pool:
            hearing = pool.submit(hear, self.deployment, scheduled, self.now)
            muting = pool.submit(self.state.mutes, [*pks, *(one.watch.name for one in scheduled)])
            recording = pool.submit(self.state.of_targets, pks, beginning="#target#", messages=False)
        mutes = muting.result()
        return [
            Known(
                job_id=self.job_id,
                watch=one.watch,
                target=one.target,
                every=one.scheduled.every,
                enabled=one.scheduled.enabled,
                now=self.now,
                is_polled=one.scheduled in self.deployment.watching(one.target),
                records=records.get(one.pk, {}),
                ledger=one.ledger,
                listed=listed.get(one.target),
                mute=in_force(own.values(), self.now),
                mutes=own,
                heard=hearing.result()[one.watch.name],
                outages=_outages(recording.result()[one.pk]),
            )
            for one in covering
            for own in ({pk: mutes[pk] for pk in (one.pk, one.watch.name) if pk in mutes},)
        ]


def _whole(sources: Sources, target: Target, one: Listed) -> Listed:
    """Ask for the rest of what its list doesn't tell all of."""
    try:
        partial = [job for job in one.jobs.values() if job.partial]
        return replace(one, whole={job.id: sources[target.source].whole(target, job) for job in partial})
    except ListingFailedError as failure:
        return replace(one, untold=str(failure))


def _is_told(records: Mapping[Milestone, Record]) -> bool:
    """Tell whether what is recorded of a job's end leaves nothing to ask."""
    finished = records.get(Milestone.FINISHED)
    return finished is not None and bool(finished.facts)


def _outages(records: Sequence[Record]) -> list[Outage]:
    """Read when a target could not be listed, from what was recorded at the end of that."""
    over = [one for one in records if one.kind == "target_recovered" or one.suppressed == "recovered"]
    return [Outage(since=since, until=one.seen_at) for one in over if (since := one.failing_since)]


def _unavailable(lists: Sequence[Polled], listed: Mapping[Target, Listed]) -> dict[str, str]:
    why: dict[str, str] = {}
    for one in lists:
        if trouble := listed[one.target].trouble:
            since = one.ledger.failing_since if one.ledger else None
            why.setdefault(str(one.target), CAUSES[trouble] + (f" since {when(since)}" if since else ""))
    return why
