"""Running ticks of a deployed watch: its schedule's own input, handed to its function; and seeing what that sent."""

import json
import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, Final

import click

from import_watch_cli.speech.answers import say
from import_watch_cli.speech.words import when
from import_watch_cli.stack.deployment import Deployment
from import_watch_cli.stack.scheduled import Scheduled

if TYPE_CHECKING:
    from import_watch_cli.table.records import Record
    from import_watch_cli.table.state import State

PAUSE: Final = 1.0  # seconds before another tick or look at the table, doubled each time
LONGEST_PAUSE: Final = 8.0  # seconds; each tick asks for job lists, too

tick_option: Final = click.option(
    "--no-tick", is_flag=True, help="Leave the sending to the next tick, instead of running one now."
)
wait_option: Final = click.option(
    "--wait",
    type=click.IntRange(0, 900),
    default=30,
    show_default=True,
    metavar="SECONDS",
    help="How long all channels may take to accept it.",
)


def run_tick(deployment: Deployment, scheduled: Scheduled) -> str | None:
    """Run one tick as the schedule does; give the error that it failed with, None where it succeeded.

    That the function can't be invoked is one of them: what is due by then is sent by a tick of the schedule.
    """
    from botocore.exceptions import BotoCoreError, ClientError  # noqa: PLC0415 - takes longer than all of `--help`

    try:
        reply = deployment.connection.client("lambda").invoke(
            FunctionName=deployment.function, Payload=scheduled.input.encode()
        )
    except (BotoCoreError, ClientError) as error:
        return str(error)
    result: Any = json.loads(reply["Payload"].read() or "null")
    if not reply.get("FunctionError"):
        return None
    return str(result.get("errorMessage") or reply["FunctionError"])


@dataclass(frozen=True, slots=True, kw_only=True)
class Sent:
    """What came of sending at once."""

    records: Sequence["Record"]
    """As they stand now."""
    failed: Mapping[str, str]
    """By watch, what its last tick failed with."""

    def told(self, channels: Mapping[tuple[str, str], Iterable[str]]) -> bool:
        """Say of each announcement what its channels did with it; tell whether all of them accepted it."""
        accepted = True
        for record in self.records:
            wanted = frozenset(channels[record.pk, record.sk])
            said = "; ".join(f"{channel}: {self._outcome(record, channel)}" for channel in sorted(wanted))
            say(f"{record.pk} {record.sk}: {said}")
            accepted &= not wanted & (record.pending | record.quarantined)
        return accepted

    def _outcome(self, record: "Record", channel: str) -> str:
        times = record.refusals.get(channel, 0)
        if channel in record.quarantined:
            return f"NOT accepted: quarantined, refused {times} times for its content; the log says why"
        if channel not in record.pending:
            at = record.delivered.get(channel)
            return "accepted" + (f" at {when(at)}" if at else "")
        refused = f", refused {times} times for its content" if times else ""
        error = self.failed.get(record.watch)
        return f"NOT accepted yet{refused}: " + (f"the tick failed: {error}" if error else "a tick is yet to send it")


def send(
    deployment: Deployment, state: "State", keys: Sequence[tuple[str, str]], watches: Iterable[Scheduled], wait: int
) -> Sent:
    """Have what is due sent by ticks of these watches, until nothing of it waits, or so many seconds have passed.

    A tick finds what is due by an index that may lag by a moment, so one that found nothing is run again.
    """
    by_name = {one.watch.name: one for one in watches}
    until = datetime.now(UTC) + timedelta(seconds=wait)
    failed: dict[str, str] = {}
    due, pause = set(by_name), PAUSE
    while True:
        for name in sorted(due):
            failed.pop(name, None)
            if error := run_tick(deployment, by_name[name]):
                failed[name] = error
        records, now = state.records(keys), datetime.now(UTC)
        if not any(record.waits() for record in records) or now >= until:
            return Sent(records=records, failed=failed)
        waiting = {record.watch for record in records if record.due is not None and record.due <= now}
        due = waiting & by_name.keys() or (set(by_name) if waiting else set())  # any watch's tick sends another's
        time.sleep(min(pause, max(0, (until - now).total_seconds())))
        pause = min(2 * pause, LONGEST_PAUSE)
