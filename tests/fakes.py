"""Small real things in memory: a table, job lists, channels. The table keeps the same contract as the real one."""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from itertools import count
from typing import Any

from import_watch.announce import Outbox, Sender
from import_watch.announcements import Announcement, Claim, Key, Known, Leftover, Receipt, Settlement, Suppressed
from import_watch.changes import Reason, Recorded
from import_watch.channels import Channel, Destinations, People, Published
from import_watch.jobs import ImportJob, Kind, Target, Trouble, parse_timestamp, timestamp
from import_watch.later import Later
from import_watch.ledger import Ledger
from import_watch.listing import Applications, ListingFailedError, Page, Source
from import_watch.mutes import Mute
from import_watch.policy import Watch
from import_watch.poll import Ledgers, Poll
from import_watch.report import Log, Report
from import_watch.sources import registry
from import_watch.tick import Tick
from tests.builders import CHATS, EMAILS, MINUTE, NOW, TOPIC


@dataclass
class Clock:
    """A clock that stands until it is moved."""

    now: datetime = NOW

    def __call__(self) -> datetime:
        return self.now

    def move(self, by: timedelta) -> None:
        self.now += by

    def taking(self, time: timedelta, call: Callable[..., Any]) -> Callable[..., Any]:
        """Make a call take so long."""

        def slowly(*args: Any) -> Any:
            self.move(time)
            return call(*args)

        return slowly


@dataclass
class MemoryLedgers:
    """Ledgers in memory."""

    rows: dict[str, Ledger] = field(default_factory=dict)
    sightings: dict[str, Claim] = field(default_factory=dict)
    writes: int = 0

    def read(self, pks: Sequence[str], /) -> Mapping[str, Ledger]:
        return {pk: self.rows[pk] for pk in pks if pk in self.rows}

    def begin(self, pk: str, fresh: Ledger, /) -> Ledger:
        self.writes += 1
        return self.rows.setdefault(pk, fresh)

    def claim_first_sight(self, pk: str, claim: Claim, /) -> bool:
        self.writes += 1
        if self.rows[pk].sighted:
            return False
        standing = self.sightings.get(pk)
        if standing is None or standing.until < claim.made:
            standing = self.sightings[pk] = claim
        return standing.token == claim.token

    def settle(self, pk: str, digest: str, settled_before: datetime, /, *, instead_of: str | None, idle: bool) -> None:
        row = self.rows[pk]
        if row.settled_before <= settled_before and (not idle or row.digest == instead_of):
            self._change(pk, digest=digest, settled_before=settled_before, sighted=True, idle=idle)

    def wake(self, pk: str, /) -> None:
        self._change(pk, idle=False)

    def failing(self, pk: str, trouble: Trouble, now: datetime, /) -> None:
        self._change(pk, failing_since=self.rows[pk].failing_since or now, failing_reason=trouble)

    def unavailable(self, pk: str, since: datetime, /) -> None:
        if self.rows[pk].failing_since == since:
            self._change(pk, unavailable_recorded=True)

    def recovering(self, pk: str, since: datetime, /) -> None:
        if self.rows[pk].failing_since == since:
            self._change(pk, recovering=True)

    def recovered(self, pk: str, since: datetime, /) -> None:
        if self.rows[pk].failing_since == since:
            self._change(pk, failing_since=None, failing_reason=None, unavailable_recorded=False, recovering=False)

    def came(self, pk: str, applications: Collection[str], /) -> None:
        self._change(pk, applications=self.rows[pk].applications.union(applications))

    def went(self, pk: str, applications: Collection[str], /) -> None:
        self._change(pk, applications=self.rows[pk].applications.difference(applications))

    def _change(self, pk: str, **facts: Any) -> None:
        self.writes += 1
        self.rows[pk] = replace(self.rows[pk], **facts)


@dataclass
class Row:
    """An announcement as the table holds it."""

    kind: Kind
    suppressed: Reason | None = None
    announcement: Announcement | None = None
    id: str = ""
    """Of one that is suppressed."""
    claim: str = ""
    due: str = ""
    released: str = ""
    """The moment when it was made due on purpose."""
    attempts: int = 0
    lapsed: int = 0
    recorded_at: str = ""
    delivered: Mapping[str, str] = field(default_factory=dict)
    quarantined: frozenset[str] = frozenset()
    mute: Mute | None = None
    replays: int = 0
    redriven_at: datetime | None = None


@dataclass
class MemoryOutbox:
    """Announcements in memory."""

    rows: dict[Key, Row] = field(default_factory=dict)
    mutes: dict[str, Mute] = field(default_factory=dict)
    """By partition, or by watch."""
    malformed: Sequence[str] = ()
    writes: int = 0

    def known(self, pk: str, sks: Sequence[str], /) -> Known:
        if not sks:
            return Known(recorded={})
        found = {sk: self.rows[Key(pk=pk, sk=sk)] for sk in sks if Key(pk=pk, sk=sk) in self.rows}
        return Known(
            recorded={sk: Recorded(kind=row.kind, suppressed=row.suppressed) for sk, row in found.items()},
            mutes=[self.mutes[one] for one in dict.fromkeys((pk.partition("#")[0], pk)) if one in self.mutes],
            flaws=self.malformed,
        )

    def record(self, announcement: Announcement, claim: Claim, instead_of: str | None, /) -> bool:
        self.writes += 1
        standing = self.rows.get(announcement.key)
        if standing and (standing.suppressed, standing.kind) != (Reason.UNWANTED, instead_of):
            return (standing.claim, standing.attempts) == (claim.token, 0 if announcement.mute else 1)
        mute = announcement.mute
        self.rows[announcement.key] = Row(
            kind=announcement.message.kind,
            announcement=replace(announcement, mute=None),
            claim=claim.token,
            due=timestamp(mute.until if mute else claim.until),
            released=timestamp(mute.until) if mute else "",
            attempts=0 if mute else 1,
            recorded_at=timestamp(mute.until if mute else claim.made),
            mute=mute,
        )
        return True

    def suppress(self, suppressed: Suppressed, now: datetime, /) -> bool:
        self.writes += 1
        standing = self.rows.get(suppressed.key)
        if standing and (standing.suppressed, standing.kind) != (Reason.UNWANTED, suppressed.instead_of):
            return False
        self.rows[suppressed.key] = Row(
            suppressed.kind, suppressed.reason, id=suppressed.id, recorded_at=timestamp(now), mute=suppressed.mute
        )
        return True

    def leftovers(self, before: datetime, /) -> Iterator[Leftover]:
        found = [(row.due, key) for key, row in self.rows.items() if row.due and row.due <= timestamp(before)]
        for due, key in sorted(found, key=str):
            yield Leftover(key=key, due=due, recorded_at=parse_timestamp(self.rows[key].recorded_at))

    def claim(self, leftover: Leftover, claim: Claim, /) -> Announcement | None:
        self.writes += 1
        row = self.rows[leftover.key]
        if row.due == leftover.due:
            row.attempts += 1
            row.lapsed += row.due != row.released
            row.claim, row.due = claim.token, timestamp(claim.until)
        return row.announcement if (row.claim, row.due) == (claim.token, timestamp(claim.until)) else None

    def settle(self, key: Key, token: str, settlement: Settlement, now: datetime, /) -> bool:
        self.writes += 1
        row = self.rows[key]
        if row.claim != token or row.announcement is None:
            return False
        row.delivered = {**row.delivered, **dict.fromkeys(settlement.delivered, timestamp(now))}
        row.quarantined |= settlement.quarantined
        gone = settlement.delivered | settlement.quarantined
        row.announcement = replace(
            row.announcement,
            pending=settlement.pending,
            refusals=settlement.refusals,
            replay=(again := row.announcement.replay - gone),
            asked_at=row.announcement.asked_at if again else row.redriven_at,
        )
        if settlement.retry or not settlement.pending:
            row.due = row.released = timestamp(now) if settlement.retry else ""
        return True

    def replay(self, key: Key, now: datetime, channels: Collection[str] = ("sns", "eventbridge")) -> bool:
        """Make it due again, as the command line does, unless it is due or was never to be sent."""
        row = self.rows[key]
        if row.due or row.announcement is None:
            return False
        again = frozenset(channels)
        row.announcement = replace(
            row.announcement, pending=again, replay=again, asked_at=max(now, row.redriven_at or now)
        )
        row.due = row.released = timestamp(now)
        row.quarantined -= again
        row.claim = ""
        row.replays += 1
        return True

    def redrive(self, key: Key, now: datetime) -> bool:
        """Make due what was given up, as the command line does."""
        row = self.rows[key]
        if row.due or row.announcement is None or not row.quarantined:
            return False
        row.announcement = replace(row.announcement, pending=row.quarantined, refusals={}, asked_at=now)
        row.redriven_at, row.due = now, timestamp(now)
        row.released = row.due
        row.quarantined, row.claim = frozenset(), ""
        return True

    def release(self, key: Key, seen: str, now: datetime) -> bool:
        """Make due what a mute held until the moment seen, as the command line does."""
        row = self.rows[key]
        if not row.due == row.released == seen:
            return False
        row.due = row.released = row.recorded_at = timestamp(now)
        return True

    def pending(self) -> list[Key]:
        return [key for key, row in self.rows.items() if row.due]


@dataclass
class MemorySource:
    """Job lists in memory: what is listed of a target, page by page, and why it can't be, or not to its end."""

    lists: dict[Target, Sequence[list[ImportJob] | Trouble] | Trouble] = field(default_factory=dict)
    account: Sequence[list[str] | Trouble] = ()
    """Ids of the account's applications, likewise."""
    after_page: Callable[[], object] = lambda: None
    flaws: Sequence[str] = ()
    wholes: dict[tuple[Target, str], ImportJob | Trouble] = field(default_factory=dict)
    """What partial jobs turn out to be, or why they can't be asked for."""
    asked: list[str] = field(default_factory=list)
    """Ids of the jobs that were asked for by themselves."""

    def applications(self) -> Iterator[Applications]:
        for number, ids in enumerate(self.account, start=1):
            if isinstance(ids, Trouble):
                raise ListingFailedError(ids, "as scripted")
            self.after_page()
            yield Applications(ids=ids, more=number < len(self.account), flaws=self.flaws)

    def pages(self, target: Target, history_before: datetime, /) -> Iterator[Page]:  # noqa: ARG002 # lists all alike
        listed = self.lists.get(target, [])
        listed = [listed] if isinstance(listed, Trouble) else listed
        for number, jobs in enumerate(listed, start=1):
            if isinstance(jobs, Trouble):
                raise ListingFailedError(jobs, "as scripted")
            self.after_page()
            yield Page(jobs=jobs, listed=len(jobs), more=number < len(listed), flaws=self.flaws)

    def whole(self, target: Target, job: ImportJob, /) -> ImportJob:
        self.asked.append(job.id)
        whole = self.wholes.get((target, job.id), job)
        if isinstance(whole, Trouble):
            raise ListingFailedError(whole, "as scripted")
        return whole

    def notice(self, _trouble: Trouble, /) -> str:
        return ""

    def arn(self, application_id: str, segment_id: str | None, /) -> str:
        return f"arn:{application_id}/{segment_id}"


@dataclass
class MemoryChannel:
    """A channel that keeps what it is sent, and answers as scripted: by default it delivers."""

    sent: list[Announcement] = field(default_factory=list)
    receipts: dict[str, Receipt] = field(default_factory=dict)
    """By message id, or `*` for all."""
    down: str | None = None
    calls: int = 0
    digests: list[int] = field(default_factory=list)
    """Of the calls that sent announcements together, how many each named."""

    def digest(self, address: str, announcements: Sequence[Announcement], /) -> Published:
        self.digests.append(len(announcements))
        return self.publish(address, announcements)

    def publish(self, _address: str, announcements: Sequence[Announcement], /) -> Published:
        self.calls += 1
        if self.down is not None:
            return Published([Receipt.FAILED] * len(announcements), down=self.down)
        receipts = []
        for announcement in announcements:
            receipt = self.receipts.get(announcement.message.id, self.receipts.get("*", Receipt.DELIVERED))
            if receipt is Receipt.DELIVERED:
                self.sent.append(announcement)
            receipts.append(receipt)
        return Published(receipts)

    def kinds(self) -> list[Kind]:
        return sorted(announcement.message.kind for announcement in self.sent)


@dataclass
class MemoryQueue:
    """A queue that takes chunks, or refuses each so many with a reason."""

    chunks: list[Watch] = field(default_factory=list)
    refusals: Mapping[int, str] = field(default_factory=dict)
    ends_after: int | None = None

    def hand_over(self, chunks: Sequence[Watch], /) -> Iterator[tuple[Watch, str | None]]:
        for number, chunk in enumerate(chunks):
            if number == self.ends_after:
                raise TimeoutError("no answer")
            if number not in self.refusals:
                self.chunks.append(chunk)
            yield chunk, self.refusals.get(number)


@dataclass
class MemoryLog:
    """A log that can be asked."""

    lines: list[tuple[str, dict[str, object]]] = field(default_factory=list)

    def info(self, event: str, /, **facts: object) -> None:
        self.lines.append((event, facts))

    warning = exception = info

    def events(self) -> list[str]:
        return [event for event, _ in self.lines]


def a_poll(
    *,
    watch: Watch,
    ledgers: Ledgers,
    outbox: Outbox,
    source: Source,
    channels: Mapping[str, Channel],
    people: Mapping[str, People],
    clock: Callable[[], datetime],
    token: str,
    lease: timedelta,
    budget: timedelta,
    log: Log,
) -> Poll:
    """Wire one tick's polling, as the handler does."""
    policy = watch.policy
    own = {"sns": TOPIC, "eventbridge": policy.event_bus}
    own |= {"email": EMAILS if policy.email else None, "chat": CHATS if policy.chat else None}
    return Poll(
        watch=watch,
        sources=dict.fromkeys(registry.MODULES, source),
        ledgers=ledgers,
        sender=Sender(
            outbox=outbox,
            destinations=Destinations(
                channels=channels,
                people=people,
                own={channel: address for channel, address in own.items() if address},
                log=log,
            ),
            clock=clock,
            token=token,
            lease=lease,
            log=log,
            quarantining=lambda: None,
            later=Later(above={watch.name: policy.digest_above}),
        ),
        clock=clock,
        began=clock(),
        deadline=clock() + budget,
        log=log,
    )


@dataclass
class Install:
    """All that a tick works with, in memory, and the ticks themselves."""

    watch: Watch
    clock: Clock = field(default_factory=Clock)
    ledgers: MemoryLedgers = field(default_factory=MemoryLedgers)
    outbox: MemoryOutbox = field(default_factory=MemoryOutbox)
    source: MemorySource = field(default_factory=MemorySource)
    sns: MemoryChannel = field(default_factory=MemoryChannel)
    bus: MemoryChannel = field(default_factory=MemoryChannel)
    email: MemoryChannel = field(default_factory=MemoryChannel)
    chat: MemoryChannel = field(default_factory=MemoryChannel)
    queue: MemoryQueue | None = None
    log: MemoryLog = field(default_factory=MemoryLog)
    lease: timedelta = timedelta(seconds=110)
    budget: timedelta = timedelta(seconds=30)
    tokens: Iterator[int] = field(default_factory=count)

    def poll(self) -> Poll:
        """Wire one tick's polling."""
        return a_poll(
            watch=self.watch,
            ledgers=self.ledgers,
            outbox=self.outbox,
            source=self.source,
            channels={"sns": self.sns, "eventbridge": self.bus},
            people={"email": self.email, "chat": self.chat},
            clock=self.clock,
            token=f"tick-{next(self.tokens)}",
            lease=self.lease,
            budget=self.budget,
            log=self.log,
        )

    def tick(self, after: timedelta = MINUTE) -> Report:
        """Run one tick, then let a minute pass."""
        report = Tick(poll=self.poll(), each=map, queue=self.queue).run()
        self.clock.move(after)
        return report

    def chunk(self, chunk: Watch, waited: timedelta = timedelta(0)) -> Report:
        """Run a worker's part of a tick, in no time."""
        return Tick(poll=replace(self.poll(), watch=chunk), each=map).run_chunk(self.clock.now - waited)

    def lists(self, *jobs: ImportJob, target: Target | None = None) -> None:
        """Make a target list these jobs, on one page."""
        self.source.lists[target or self.watch.targets[0]] = [list(jobs)]

    @property
    def writes(self) -> int:
        return self.ledgers.writes + self.outbox.writes
