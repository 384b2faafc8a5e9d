"""What outlives a process, as a value: copied, compared, and asked how it ends once nothing goes wrong any more."""

from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from hashlib import sha256
from typing import Any

from import_watch.announcements import Announcement
from import_watch.changes import Reason
from import_watch.channels import Published
from import_watch.jobs import Kind, Trouble, parse_timestamp, timestamp
from import_watch.messages import Message
from import_watch.policy import Watch
from import_watch.settings import CLOCK_SKEW
from tests.builders import MINUTE, TARGET
from tests.fakes import Clock, Install, MemoryChannel, MemoryLog
from tests.faults.findings import Wanted

CHANNELS = ("sns", "eventbridge", "email", "chat")


class Silence(MemoryLog):
    """A log that nobody reads."""

    def info(self, event: str, /, **facts: object) -> None:
        pass

    warning = exception = info


def copied(install: Install) -> Install:
    """Copy all that a tick can change."""
    outbox, ledgers, source = install.outbox, install.ledgers, install.source
    return replace(
        install,
        clock=Clock(install.clock.now),
        ledgers=replace(ledgers, rows=dict(ledgers.rows), sightings=dict(ledgers.sightings)),
        outbox=replace(outbox, rows={key: replace(row) for key, row in outbox.rows.items()}, mutes=dict(outbox.mutes)),
        source=replace(source, lists=dict(source.lists), wholes=dict(source.wholes), asked=[]),
        sns=_channel(install.sns),
        bus=_channel(install.bus),
        email=_channel(install.email),
        chat=_channel(install.chat),
    )


def _channel(channel: MemoryChannel) -> MemoryChannel:
    return replace(channel, sent=list(channel.sent), receipts=dict(channel.receipts))


def plain(value: Any) -> object:
    """Give a hashable value that is equal where two replies tell a process the same."""
    if isinstance(value, Announcement):
        return (value.key, *sorted(value.pending), *sorted(value.refusals.items()), *sorted(value.replay), value.mute)
    if isinstance(value, Published):
        return (*value.receipts, value.down)
    if isinstance(value, Mapping):
        return tuple(sorted((key, plain(one)) for key, one in value.items()))
    if isinstance(value, list):
        return tuple(map(plain, value))
    return value if value is None or isinstance(value, bool) else repr(value)


def fingerprint(install: Install) -> object:
    """Give a hashable value that is equal where two worlds are, but for the job lists: no process changes those."""
    rows = [
        (
            *(str(key), row.kind, row.suppressed, row.claim, row.due),
            *(min(row.attempts, 2), row.replays, plain(row.announcement)),
        )
        for key, row in install.outbox.rows.items()
    ]
    ledgers = tuple(sorted(install.ledgers.rows.items(), key=str)) + tuple(sorted(install.ledgers.sightings.items()))
    mutes = tuple(install.outbox.mutes)
    return install.clock.now, tuple(sorted(rows, key=str)), ledgers, mutes, tuple(sorted(deliveries(install).items()))


def deliveries(install: Install) -> Counter[Wanted]:
    """Count what each channel accepted; what is marked as sent again, apart."""
    return Counter(
        (_named(announcement.message), channel)
        for channel, sent in zip(CHANNELS, (install.sns, install.bus, install.email, install.chat), strict=True)
        for announcement in sent.sent
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Ending:
    """What a story came to, after the clean ticks that follow it."""

    delivered: Mapping[Wanted, int]
    wanted: Collection[Wanted]
    pending: Collection[str]


def ending(install: Install, watches: Collection[Watch], jobs: Mapping[str, Kind]) -> Ending:
    """Wait until every claim has lapsed, let two clean ticks of every watch run, and see: so these jobs have finished.

    What tells of one in another way tells of something that nobody wants.
    """
    install = copied(install)
    install.clock.move(install.lease + CLOCK_SKEW + MINUTE)
    for _ in range(2):
        for watch in watches:
            replace(install, watch=watch).tick(timedelta(0))
        install.clock.move(MINUTE)
    told = {watch.name: _channels(watch) for watch in watches}
    facts = {
        (name, kind, f"pinpoint|{TARGET.application_id}|{job}|finished") for name in told for job, kind in jobs.items()
    }
    named = {_name(watch, kind, sha256(fact.encode()).hexdigest()) for watch, kind, fact in facts | _targets(install)}
    wanted = named - _muted(install) | _replayed(install)
    return Ending(
        delivered=deliveries(install),
        wanted={(one, channel) for one in wanted for channel in told[one.partition(" ")[0]]},
        pending=[*map(str, install.outbox.pending()), *_unnoted(install)],
    )


def _name(watch: object, kind: Kind, one: str) -> str:
    return f"{watch} {kind} {one}"


def _named(message: Message) -> str:
    return _name(message.facts["watch"], message.kind, message.id) + (" again" if message.facts.get("replay") else "")


def _muted(install: Install) -> set[str]:
    """Name what is not to be sent as the table says that it was muted."""
    muted = [(key, row) for key, row in install.outbox.rows.items() if row.suppressed is Reason.MUTED]
    return {_name(key.watch, row.kind, row.id) for key, row in muted if row.mute}


def _replayed(install: Install) -> set[str]:
    """Name what is to be sent again as well."""
    rows = [row.announcement for row in install.outbox.rows.values() if row.replays and row.announcement]
    return {_named(one.message.again()) for one in rows}


def _channels(watch: Watch) -> list[str]:
    """Name those that a watch's announcements must reach."""
    policy = watch.policy
    asked_for = {"eventbridge": policy.event_bus is not None, "email": policy.email, "chat": policy.chat}
    return [channel for channel in CHANNELS if asked_for.get(channel, True)]


def _unnoted(install: Install) -> list[str]:
    """Find the targets that fail and whose ledger doesn't say so: what is wanted of targets is read from there."""
    failing = [target for target, listed in install.source.lists.items() if isinstance(listed, Trouble)]
    noted = {pk.partition("#")[2] for pk, ledger in install.ledgers.rows.items() if ledger.failing_since}
    return [f"that {target} fails" for target in failing if str(target) not in noted]


def _targets(install: Install) -> set[tuple[str, Kind, str]]:
    """Find what must have been said of targets: that one fails if it does; that one is back of which that was said."""
    failing = {(pk, since) for pk, ledger in install.ledgers.rows.items() if (since := ledger.failing_since)}
    announced = {
        (key.pk, parse_timestamp(key.sk.split("#")[-1]))
        for key, row in install.outbox.rows.items()
        if row.kind is Kind.TARGET_UNAVAILABLE and row.announcement
    }
    said = [(Kind.TARGET_UNAVAILABLE, one) for one in failing | announced]
    said += [(Kind.TARGET_RECOVERED, one) for one in announced - failing]
    return {(pk.split("#")[0], kind, f"{pk.split('#')[1]}|{kind}|{timestamp(since)}") for kind, (pk, since) in said}
