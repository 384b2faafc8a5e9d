"""A tick rehearsed: a target polled by the function's own code, which reads for real, and writes and sends nothing."""

import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Final

from botocore.exceptions import BotoCoreError, ClientError

from import_watch.adapters.ledgers import TableLedgers
from import_watch.adapters.outbox import TableOutbox
from import_watch.announce import Sender
from import_watch.announcements import Announcement, Suppressed
from import_watch.channels import Destinations
from import_watch.jobs import Target
from import_watch.later import Later
from import_watch.policy import Watch
from import_watch.poll import Poll
from import_watch.report import Report
from import_watch.tick import Tick
from import_watch_cli.rehearsal.channels import Sent, channels, people
from import_watch_cli.rehearsal.state import Recording, RehearsedLedgers, RehearsedOutbox
from import_watch_cli.stack.sources import sources_of

if TYPE_CHECKING:
    from import_watch_cli.stack.deployment import Deployment

PATIENCE: Final = timedelta(hours=1)
"""How long a rehearsal may take: longer than a tick, as it may be far from AWS."""


@dataclass(slots=True)
class Notes:
    """The function's log, as a rehearsal has it: what a tick would warn of is kept, and what it would break off at."""

    warnings: list[Mapping[str, object]] = field(default_factory=list)

    def info(self, event: str, /, **facts: object) -> None:
        """Keep nothing."""

    def warning(self, event: str, /, **facts: object) -> None:
        """Keep it."""
        self.warnings.append({"event": event, **facts})

    def exception(self, event: str, /, **facts: object) -> None:
        """Keep it with the exception that is being handled: a tick would note that, too, go on, and fail at its end.

        What AWS refuses ends the rehearsal: it is the caller who may not, or can't reach it; a tick may fare better.
        """
        error = sys.exception()
        if isinstance(error, BotoCoreError | ClientError):
            raise error
        self.warning(event, **facts, error=repr(error))


@dataclass(frozen=True, slots=True, kw_only=True)
class Rehearsal:
    """What a tick would do."""

    watch: Watch
    target: Target
    deployed: bool
    """Whether such a watch polls it; else the defaults were asked what they would do."""
    at: datetime
    report: Report
    recordings: Sequence[Recording]
    suppressions: Sequence[Suppressed]
    leftover: Sequence[Announcement]
    """What earlier ticks left for this one to send."""
    others: int
    """How many are due for other targets."""
    sent: Sequence[Sent]
    noted: Sequence[str]
    warnings: Sequence[Mapping[str, object]]


def rehearse(deployment: "Deployment", watch: Watch, target: Target, *, deployed: bool) -> Rehearsal:
    """Run a tick of the watch over this target alone, without a trace."""
    now, notes, sent = datetime.now(UTC), Notes(), list[Sent]()
    watch = replace(watch, targets=(target,))
    client, table = deployment.connection.client("dynamodb"), deployment.table
    outbox = RehearsedOutbox(
        real=TableOutbox(client=client, table=table),
        is_of_target=lambda pk: pk == watch.pk(target) or (target.is_account and pk.startswith(f"{watch.name}#")),
    )
    ledgers = RehearsedLedgers(real=TableLedgers(client=client, table=table))
    sender = Sender(
        outbox=outbox,
        destinations=Destinations(
            channels=channels(sent), people=people(sent), own=deployment.addresses(watch), log=notes
        ),
        clock=lambda: datetime.now(UTC),
        token="rehearsal",  # noqa: S106 - a claim's, which is never made
        lease=PATIENCE,
        log=notes,
        quarantining=lambda: None,
        later=Later(above={watch.name: watch.policy.digest_above}),
    )
    poll = Poll(
        watch=watch,
        sources=sources_of(deployment),
        ledgers=ledgers,
        sender=sender,
        clock=sender.clock,
        began=now,
        deadline=now + PATIENCE,
        log=notes,
    )
    report = Tick(poll=poll, each=map).run()
    return Rehearsal(
        watch=watch,
        target=target,
        deployed=deployed,
        at=now,
        report=report,
        recordings=outbox.recordings,
        suppressions=outbox.suppressions,
        leftover=outbox.leftover,
        others=len(outbox.others),
        sent=sent,
        noted=ledgers.noted,
        warnings=notes.warnings,
    )
