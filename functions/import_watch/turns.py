"""Whose turn it is in a tick, and who comes first: by the clock alone, so that nothing is written for it."""

from datetime import datetime, timedelta
from hashlib import sha256
from typing import TypeVar

from import_watch.ledger import Ledger
from import_watch.policy import Policy

T = TypeVar("T")

PUNCTUALITY = timedelta(minutes=2)
"""How late a tick may come: a minute by its schedule (EventBridge Scheduler user guide), another by Lambda's queue."""


def has_turn(pk: str, ledger: Ledger | None, policy: Policy, now: datetime) -> bool:
    """Tell whether a target, by its partition, is polled by the tick that begins now.

    An idle one is, if its moment has come since the last tick. These moments are `idle_every` apart, and spread over it
    by targets, so that nothing is written for them and no tick has all of them to poll. A tick that comes as late as it
    may must not miss one, so some are polled again.
    """
    if policy.idle_every is None or policy.every is None or ledger is None:
        return True
    if not ledger.idle or ledger.failing_since is not None:
        return True
    period = policy.idle_every.total_seconds()
    offset = int.from_bytes(sha256(pk.encode()).digest()[:8], "big")
    return (now.timestamp() - offset % period) % period < (policy.every + PUNCTUALITY).total_seconds()


def rotated(ones: tuple[T, ...], now: datetime) -> tuple[T, ...]:
    """Begin at a place that differs from minute to minute, so that where time runs out, none starves."""
    minute = int(now.timestamp() // 60)
    offset = int.from_bytes(sha256(str(minute).encode()).digest()[:8], "big") % (len(ones) or 1)
    return ones[offset:] + ones[:offset]
