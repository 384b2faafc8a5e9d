"""What is known of a job where one watch polls for it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from import_watch.adapters.muted import write_mute
from import_watch.jobs import ImportJob, Json, Milestone, Target, timestamp
from import_watch.ledger import Ledger
from import_watch.mutes import Mute
from import_watch.policy import Watch
from import_watch_cli.explain.job_words import recorded, shown
from import_watch_cli.stack.lists import Listed
from import_watch_cli.stack.ticks import Heard
from import_watch_cli.table.records import Record


@dataclass(frozen=True, slots=True, kw_only=True)
class Outage:
    """A time in which a target could not be listed, over by now."""

    since: datetime
    until: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """What is known of a job where one watch polls for it."""

    job_id: str
    watch: Watch
    target: Target
    every: timedelta
    enabled: bool
    """Whether the watch's schedule is on."""
    now: datetime
    is_polled: bool = True
    """Whether the watch still polls the list."""
    records: Mapping[Milestone, Record] = field(default_factory=dict)
    ledger: Ledger | None = None
    listed: Listed | None = None
    """What the list shows now; None where it was not asked for."""
    mute: Mute | None = None
    """One in force, of the target or the watch."""
    mutes: Mapping[str, Mute] = field(default_factory=dict)
    """Those of both, by partition: the watch's name, or the target's."""
    heard: Heard | None = None
    outages: Sequence[Outage] = ()

    @property
    def job(self) -> ImportJob | None:
        """The job as its list shows it now."""
        return self.listed.jobs.get(self.job_id) if self.listed else None

    @property
    def whole(self) -> ImportJob | None:
        """The same with what its list doesn't tell; None where that can't be read."""
        job = self.job
        return self.listed.whole.get(job.id) if self.listed and job and job.partial else job

    @property
    def facts(self) -> dict[str, Json]:
        """The job's facts, as they are now or else as they were recorded last; if need be, as far as its list tells."""
        told = [self.records[one] for one in Milestone if one in self.records]
        facts = self._shown(self.whole)
        for record in reversed(told):
            facts = facts or recorded(record.facts)
        facts = facts or self._shown(self.job)
        finished = self.records.get(Milestone.FINISHED)
        return {**facts, "kind": finished.kind} if finished else facts

    def _shown(self, job: ImportJob | None) -> dict[str, Json]:
        return shown(job, self.watch, self.target, self.now) if job else {}

    def json(self) -> dict[str, Json]:
        """Give it as the command answers in JSON; absent facts are absent keys."""
        ledger, listed = self.ledger, self.listed
        given: dict[str, Json] = {
            "job": {**self.facts, "jobId": self.job_id},
            "records": [self.records[one].json() for one in Milestone if one in self.records],
            "listedNow": None if listed is None or listed.trouble else self.job is not None,
            "unlisted": {"reason": listed.trouble, "detail": listed.detail} if listed and listed.trouble else None,
            "firstSeenAt": timestamp(ledger.first_seen_at) if ledger else None,
            "settledBefore": timestamp(ledger.settled_before) if ledger else None,
            "failingSince": timestamp(ledger.failing_since) if ledger and ledger.failing_since else None,
            "failingReason": ledger.failing_reason if ledger else None,
            "enabled": self.enabled,
            "lastTick": self.heard.json(self.every, self.now) if self.heard else None,
            "muted": write_mute(self.mute) if self.mute else None,
            "outages": [{"since": timestamp(one.since), "until": timestamp(one.until)} for one in self.outages],
        }
        return {name: value for name, value in given.items() if value not in (None, [], {})}
