"""A watch beyond one tick's reach, as deployed: every target polled, each announcement once, with a worker killed."""

import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

from bench.deployed import PATIENCE, Run
from bench.figures import Figure, at_least, exactly
from bench.stage import Stage
from local.assembly import Assembly, synthesize
from local.emulator import running_emulator
from local.inbox import Inbox, catch_events, subscribe_inbox
from local.stand_in import Call, StandIn, import_job

# With the longest ids, so that the schedule can't carry them and names a file of the bundle instead.
TARGETS: Final = [f"pinpoint:{1:064}/{number:064}" for number in range(2_000)]
FINISHING: Final = TARGETS[::10]
WATCH: Final = {"name": "many", "every": "1 day", "targets": TARGETS}
VISIBILITY: Final = 15  # seconds until a killed worker's chunk comes again; the template's 300 would be waited for, too
BEFORE_THE_KILL: Final = 300  # listings
STANDSTILL: Final = 0.5  # seconds without another call


@dataclass(frozen=True, slots=True, kw_only=True)
class FannedOut:
    """What came of the tick in which jobs had finished."""

    handed_over: int
    polled: Counter[str]
    """How often each target was listed."""
    delivered: Mapping[str, Counter[str]]
    """How often each target's announcement came, by channel."""
    given_up: int
    """Chunks that failed for good."""
    killed: int
    """The worker, by its process."""


@dataclass(slots=True)
class Gate:
    """Lets some calls to Pinpoint pass, and holds all others until it is opened."""

    passes: int
    held: int = 0
    _opened: threading.Event = field(default_factory=threading.Event)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def __call__(self, _call: Call) -> None:
        """Forbid nothing, whoever calls."""
        with self._lock:
            self.passes -= 1
            hold = self.passes < 0
            self.held += hold
        if hold:
            self._opened.wait(PATIENCE)

    def open(self) -> None:
        """Let everything pass from now on."""
        self._opened.set()

    def await_standstill(self) -> None:
        """Wait until nobody calls any more, as everybody is held."""
        before = -1
        while not self.held or self.held != before:
            before = self.held
            time.sleep(STANDSTILL)


def figures(_stage: Stage) -> Iterable[Figure]:
    """Tell it on an emulator of its own, which the function finds another Pinpoint by. It finds a worker by /proc."""
    if sys.platform != "linux":
        print("fan-out: skipped, as it runs on Linux only", file=sys.stderr)  # noqa: T201 - beside the table
        return
    with tempfile.TemporaryDirectory() as directory, StandIn() as pinpoint:
        assembly = assembled(Path(directory))
        with running_emulator(services_url=pinpoint.url) as emulator:
            came = fanned_out(Run.deployed(emulator, assembly), pinpoint)
    story = f"{len(TARGETS):,} targets fanned out, a worker killed: "
    yield Figure(what=f"{story}targets polled", value=len(came.polled), bar=exactly(len(TARGETS)))
    for channel, announcements in came.delivered.items():
        once = sum(times == 1 for times in announcements.values())
        yield Figure(what=f"{story}announcements once on {channel}", value=once, bar=exactly(len(FINISHING)))
    again = sum(times > 1 for times in came.polled.values())
    yield Figure(what=f"{story}targets polled again, as their worker died", value=again, bar=at_least(1))
    yield Figure(what=f"{story}chunks given up", value=came.given_up, bar=exactly(0))


def assembled(directory: Path) -> Assembly:
    """Synthesize the stack with the one watch."""
    return synthesize({"import-watch": {"watches": [WATCH], "requestsPerSecond": 300}}, directory)


def fanned_out(run: Run, pinpoint: StandIn) -> FannedOut:
    """Run a tick in which nothing has happened, and one in which jobs have finished and a worker dies."""
    for target in TARGETS:
        pinpoint.jobs.put(target)
    run.tick()
    run.await_workers()
    inboxes = {
        "SNS": subscribe_inbox(run.emulator, run.outputs["NotificationsTopicArn"]),
        "EventBridge": catch_events(run.emulator),
    }
    now = datetime.now(UTC)
    for target in FINISHING:
        job = import_job(target, "job", "COMPLETED", created=now - timedelta(minutes=1), completed=now)
        pinpoint.jobs.put(target, job)
    before = len(pinpoint.calls)
    run.shorten_visibility(VISIBILITY)
    pinpoint.guard = gate = Gate(BEFORE_THE_KILL)
    handed_over = run.tick()
    # Where all stand still, none is between an announcement's record and its settling: that death is another story's.
    gate.await_standstill()
    killed = run.kill_a_worker()
    gate.open()
    run.await_workers()
    pinpoint.guard = None
    return FannedOut(
        handed_over=handed_over,
        polled=Counter(call.target for call in pinpoint.calls[before:]),
        delivered={channel: _received(inbox) for channel, inbox in inboxes.items()},
        given_up=run.given_up(),
        killed=killed,
    )


def _received(inbox: Inbox) -> Counter[str]:
    return Counter(mail.message["target"] for mail in inbox.receive(at_least=len(FINISHING)))
