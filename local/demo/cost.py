"""What a tick costs, counted by those whom it calls: the stand-in, and the emulator's CloudTrail."""

import json
import urllib.request
from collections.abc import Callable
from dataclasses import dataclass

from local.emulator import Emulator
from local.stand_in import StandIn
from local.stand_in.api import Detail
from local.stand_in.registry import APIS

READS = {"BatchGetItem", "GetItem", "Query", "Scan"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Cost:
    """Calls by what they do."""

    pages: int
    details: int | None
    """Jobs that were asked for by themselves; None where a list tells all."""
    reads: int
    writes: int
    publishes: int

    def __str__(self) -> str:
        details = "" if self.details is None else f"{self.details} details asked, "
        of_aws = f"{self.reads} table reads, {self.writes} writes, {self.publishes} publishes"
        return f"{self.pages} pages listed, {details}{of_aws}"


def counted(emulator: Emulator, stand_in: StandIn, source: str, tick: Callable[[], object]) -> Cost:
    """Count the calls to the service, the table and the channels while a tick lasts."""
    before = len(stand_in.calls)
    _record(emulator, on=True)
    tick()
    _record(emulator, on=False)
    called = stand_in.calls[before:]
    details = sum(call.job is not None for call in called)
    of_table = _recorded(emulator, "dynamodb")
    reads = sum(name in READS for name in of_table)
    return Cost(
        pages=len(called) - details,
        details=details if _has_details(source) else None,
        reads=reads,
        writes=len(of_table) - reads,
        publishes=len(_recorded(emulator, "sns")) + len(_recorded(emulator, "events")),
    )


def _has_details(source: str) -> bool:
    return any(isinstance(operation, Detail) for operation in APIS[source].operations.values())


def _record(emulator: Emulator, *, on: bool) -> None:
    body = json.dumps({"cloudtrail._recording_enabled": str(on).lower()}).encode()
    direct = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    with direct.open(f"{emulator.url}/_ministack/config", body, timeout=10):
        pass


def _recorded(emulator: Emulator, service: str) -> list[str]:
    found = emulator.session.client("cloudtrail").lookup_events(
        LookupAttributes=[{"AttributeKey": "EventSource", "AttributeValue": f"{service}.amazonaws.com"}]
    )["Events"]  # the last 50, as many as it ever gives
    return [event["EventName"] for event in found]
