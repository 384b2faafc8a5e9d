"""Services that crawl: the function outlives its tick, says what it did, and loses nothing. Time is a puppet here."""

import os
import re
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import fields
from datetime import UTC, datetime, timedelta
from types import ModuleType
from typing import Any
from unittest.mock import patch

import pytest
import time_machine
from botocore.exceptions import ReadTimeoutError

from import_watch.delivery import LETTING_GO
from import_watch.handlers.clients import ATTEMPTS, BEFORE_END, FINISH, PAUSE, READ_TIMEOUT
from import_watch.handlers.curfew import NEVER, OutOfTimeError
from import_watch.handlers.wiring import RESERVE, TickFailedError, Wiring, now
from import_watch.jobs import Target
from import_watch.listing import ListingFailedError
from import_watch.sources import registry
from import_watch.tick import TELLING
from local.inbox import Inbox
from local.stand_in import StandIn, import_job
from tests.adapters.function import Context

TARGET = "pinpoint:app/seg"
EVENT = {"watch": {"name": "newsletter", "targets": [TARGET], "policy": {"eventBus": None}}}
JOBS = 25
ALMOST, TOO_LONG = READ_TIMEOUT - 0.1, READ_TIMEOUT + 0.1


@contextmanager
def puppet_time() -> Iterator[time_machine.Traveller]:
    """Stop the clock; only the test moves it, and botocore's pauses."""
    with time_machine.travel(datetime.now(UTC), tick=False) as time, patch("botocore.endpoint.time.sleep", time.shift):
        yield time


@contextmanager
def crawling(client: Any, time: time_machine.Traveller, *, seconds: float, after: int) -> Iterator[None]:
    """Let each request but the first few take so long; it times out where that is longer than is waited for."""
    spared = iter(range(after))

    def send(request: Any, **_: object) -> None:
        if next(spared, None) is None:
            time.shift(min(seconds, READ_TIMEOUT))
            if seconds > READ_TIMEOUT:
                raise ReadTimeoutError(endpoint_url=request.url)

    client.meta.events.register("before-send", send)
    yield
    client.meta.events.unregister("before-send", send)


def tick(poll: ModuleType) -> timedelta:
    """Run one, whether it fails or not; how long it took."""
    began = now()
    with suppress(TickFailedError):
        poll.handler(EVENT, Context())
    took: timedelta = now() - began
    return took


def client_of(poll: ModuleType, service: str) -> Any:
    """Give the client of a channel, the table or a source."""
    wiring = poll.wiring
    return wiring.sources[service].client if service in wiring.sources else getattr(wiring.clients, service)


@pytest.mark.parametrize(
    ("service", "seconds", "after"),
    [
        *(("dynamodb", seconds, after) for seconds in (ALMOST, TOO_LONG) for after in (0, 3, 17)),
        *((service, seconds, 0) for service in ("pinpoint", "sns") for seconds in (ALMOST, TOO_LONG)),
    ],
)
def test_the_function_outlives_its_tick_and_nothing_is_lost(  # noqa: PLR0917 # what pytest names, and the case
    poll: ModuleType,
    pinpoint: StandIn,
    inbox: Inbox,
    capsys: pytest.CaptureFixture[str],
    service: str,
    seconds: float,
    after: int,
) -> None:
    """Whatever crawls, and from whichever call on. What it couldn't settle any more may be sent once more."""
    tick(poll)
    capsys.readouterr()
    with puppet_time() as time:
        at = now()
        jobs = [import_job(TARGET, f"job-{n}", "COMPLETED", created=at, completed=at) for n in range(JOBS)]
        pinpoint.jobs.put(TARGET, *jobs)
        with crawling(client_of(poll, service), time, seconds=seconds, after=after):
            assert tick(poll) + FINISH <= timedelta(seconds=Context().seconds)
        assert '"Heartbeat"' in capsys.readouterr().out
        for _ in range(4):
            time.shift(60)
            tick(poll)
    deliveries = Counter(mail.message["id"] for mail in inbox.receive(at_least=JOBS))
    assert len(deliveries) == JOBS
    assert set(deliveries.values()) <= ({1} if service == "pinpoint" else {1, 2})


def test_a_table_that_crawls_on_and_on_keeps_nothing_from_going_out(
    poll: ModuleType, pinpoint: StandIn, inbox: Inbox
) -> None:
    """Each tick gets a little done."""
    tick(poll)
    with puppet_time() as time:
        at = now()
        jobs = [import_job(TARGET, f"job-{n}", "COMPLETED", created=at, completed=at) for n in range(5)]
        pinpoint.jobs.put(TARGET, *jobs)
        with crawling(poll.wiring.clients.dynamodb, time, seconds=ALMOST, after=0):
            for _ in range(10):
                time.shift(60)
                tick(poll)
    assert len({mail.message["id"] for mail in inbox.receive(at_least=5)}) == 5


def test_every_client_is_under_the_curfew(poll: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    """Also one that is added later, or made only where targets are handed over."""
    assert poll.wiring.curfew.end == NEVER
    assert poll.wiring.clients.sqs is None
    wiring = Wiring.from_environment({**os.environ, "CHUNKS_QUEUE_URL": "https://queue"})
    monkeypatch.setattr(wiring.curfew, "end", now())
    calls = {
        "dynamodb": "list_tables",
        "events": "list_rules",
        "sns": "list_topics",
        "sqs": "list_queues",
    }
    for service in fields(wiring.clients):
        with pytest.raises(OutOfTimeError):
            getattr(getattr(wiring.clients, service.name), calls[service.name])()
    for source in registry.manifests():
        target = Target.parse(re.sub("<.*?>", "some_one", source.examples[0]))
        with pytest.raises(ListingFailedError, match="not tried"):
            next(iter(wiring.sources[source.name].pages(target, now())))


def test_an_attempt_that_is_begun_ends_in_time(poll: ModuleType) -> None:
    """With the pause after it; and when a listing or a publish has ended, the table can still be asked."""
    config = poll.wiring.clients.dynamodb.meta.config
    attempt = timedelta(seconds=config.connect_timeout + config.read_timeout + PAUSE)
    assert PAUSE == 2 ** (ATTEMPTS - 2), "botocore's standard mode: at most 1 s, then 2 s"
    table = BEFORE_END["dynamodb"]
    assert table >= attempt + FINISH
    assert all(margin >= attempt + table for service, margin in BEFORE_END.items() if service != "dynamodb")
    assert max(BEFORE_END.values()) < RESERVE


def test_people_are_told_while_sns_may_still_be_asked() -> None:
    """Telling them may begin after the deadline, and never after the curfew."""
    assert RESERVE - BEFORE_END["sns"] > TELLING


def test_that_they_were_not_is_noted_while_the_table_may_still_be_asked() -> None:
    """What can't be told any more is let go of after that, and never after the curfew."""
    assert RESERVE - BEFORE_END["dynamodb"] > TELLING + LETTING_GO
