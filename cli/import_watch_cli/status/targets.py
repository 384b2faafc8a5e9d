"""How a target of a watch stands, decided from what the table holds of it and what its list showed."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from import_watch.adapters.muted import write_mute
from import_watch.jobs import ImportJob, Json, timestamp
from import_watch.ledger import Ledger
from import_watch.mutes import Mute
from import_watch.policy import Policy
from import_watch_cli.stack.lists import Listed
from import_watch_cli.status.needs import Need
from import_watch_cli.table.records import Record
from import_watch_cli.table.waiting import has_waited_long


@dataclass(frozen=True, slots=True, kw_only=True)
class TargetStanding:
    """How a target of a watch stands."""

    watch: str
    target: str
    policy: Policy
    ledger: Ledger | None
    records: Sequence[Record]
    """Every announcement of it, in any order; in brief, those pending."""
    mute: Mute | None
    now: datetime
    brief: bool = False
    listed: Listed | None = None
    """What its list showed, where it was asked for."""

    @property
    def running(self) -> list[ImportJob]:
        """The jobs that were running now."""
        return [job for job in self.listed.jobs.values() if job.outcome is None] if self.listed else []

    @property
    def overdue(self) -> list[ImportJob]:
        """Those of them that have run for longer than the watch has patience."""
        longest = self.policy.overdue_after
        return [job for job in self.running if job.created_at and self.now - job.created_at >= longest]

    @property
    def pending(self) -> list[Record]:
        """What is to be sent as soon as may be, what has waited longest first."""
        waiting = [record for record in self.records if record.waits() and not record.is_held(self.now)]
        return sorted(waiting, key=lambda record: record.waiting_since)

    @property
    def waited(self) -> timedelta | None:
        """How long the first of these has been; None where there is none."""
        return self.now - self.pending[0].waiting_since if self.pending else None

    @property
    def held(self) -> list[Record]:
        """What a mute holds."""
        return [record for record in self.records if record.is_held(self.now)]

    @property
    def quarantined(self) -> list[Record]:
        """What a channel has refused for good; in brief, nobody looked."""
        return [] if self.brief else [record for record in self.records if record.quarantined]

    @property
    def last(self) -> Record | None:
        """What was announced last; in brief, nobody looked."""
        if self.brief:
            return None
        delivered = [(one.delivered_at, one.sk, one) for one in self.records if one.delivered_at]
        return max(delivered, key=lambda each: each[:2])[-1] if delivered else None

    @property
    def needs(self) -> list[Need]:
        """Tell what needs a look, most urgent first."""
        return list(self._needs())

    def _needs(self) -> Iterator[Need]:
        if self.quarantined:
            yield Need.QUARANTINED
        if any(has_waited_long(record, self.now) for record in self.pending):
            yield Need.PENDING_LONG
        if self.ledger and self.ledger.failing_since:
            yield Need.FAILING
        if self.listed and self.listed.trouble:
            yield Need.UNLISTED
        if self.overdue:
            yield Need.OVERDUE

    def json(self) -> dict[str, Json]:
        """Give it as the command answers in JSON; absent facts are absent keys."""
        ledger, listed, last = self.ledger, self.listed, self.last
        given: dict[str, Json] = {
            "watch": self.watch,
            "target": self.target,
            "firstSeenAt": timestamp(ledger.first_seen_at) if ledger else None,
            "running": [_job(job, self.now) for job in self.running] if listed and not listed.trouble else None,
            "overdue": [job.id for job in self.overdue] if listed and not listed.trouble else None,
            "unlisted": {"reason": listed.trouble, "detail": listed.detail} if listed and listed.trouble else None,
            "failing": _failing(ledger),
            "pending": [record.json() for record in self.pending],
            "oldestPendingSeconds": int(self.waited.total_seconds()) if self.waited else None,
            "held": [record.json() for record in self.held],
            "quarantined": None if self.brief else [record.json() for record in self.quarantined],
            "lastAnnounced": last.json() if last else None,
            "muted": write_mute(self.mute) if self.mute else None,
            "needs": [*self.needs],
        }
        return {name: value for name, value in given.items() if value is not None}


def _job(job: ImportJob, now: datetime) -> dict[str, Json]:
    created = job.created_at
    since: dict[str, Json] = (
        {"createdAt": timestamp(created), "seconds": int((now - created).total_seconds())} if created else {}
    )
    details = job.details()
    unstarted: dict[str, Json] = {"neverStarted": True} if details.never_started else {}
    return {"jobId": job.id, "status": details.status, **unstarted, **since}


def _failing(ledger: Ledger | None) -> dict[str, Json] | None:
    if ledger is None or ledger.failing_since is None:
        return None
    return {
        "since": timestamp(ledger.failing_since),
        "reason": ledger.failing_reason,
        "announced": ledger.unavailable_recorded,
    }
