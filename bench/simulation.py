"""The model held to the product: its own ticks and adapters, over lists, table and clock in memory, counted.

Only botocore is left out, which `quiet_tick` has. Time passes where the rate bucket says so, and nowhere else.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from itertools import cycle
from typing import Any, Final

from bench.aws import Aws
from bench.figures import Figure, exactly
from bench.model import FUNCTION, WORKERS, Load, requests, shares, waiting
from bench.stage import Stage
from import_watch.adapters.bus import Bus
from import_watch.adapters.chunks import ChunkQueue
from import_watch.adapters.ledgers import TableLedgers
from import_watch.adapters.outbox import TableOutbox
from import_watch.adapters.topic import Topic
from import_watch.handlers.rate import Bucket
from import_watch.handlers.wiring import RESERVE
from import_watch.inputs import parse_watch
from import_watch.jobs import ImportJob, Target, Trouble
from import_watch.policy import Watch
from import_watch.report import Report
from import_watch.tick import Tick
from tests.builders import DAY, MINUTE, NOW, a_job, a_watch
from tests.fakes import Clock, MemoryLog, MemorySource, a_poll

SIZES: Final = (10, 1_000, 10_000, 100_000)  # segments
FINISHED: Final = 7  # targets that have a job that finishes
DOMAINS: Final = Load(segments=2_500, by_application=True, segments_an_application=250, details=True)
IDLE: Final = Load(segments=1_000, by_application=False, idle_every=15)


class Lists(dict[Target, Sequence[list[ImportJob] | Trouble] | Trouble]):
    """Job lists, of which all that aren't here are alike."""

    alike: Sequence[list[ImportJob]] = ()

    def get(self, target: Target, _default: object = None) -> Any:  # noqa: ANN401 # as dict has it
        """Give a list's pages."""
        return super().get(target, self.alike)


class Rate:
    """A function's bucket, and the time that passes while it waits for its turns."""

    def __init__(self, per_second: int) -> None:
        self.waited = 0.0  # seconds
        self._bucket = Bucket(per_second, lambda: self.waited, lambda _: None)

    def wait(self) -> timedelta:
        """Wait for one."""
        pause = self._bucket.turn(FUNCTION) or 0.0
        self.waited += pause
        return timedelta(seconds=pause)


@dataclass
class World:
    """One load, and what was counted of it."""

    load: Load
    aws: Any = field(default_factory=Aws)  # for boto3's clients, of which it has what the adapters use
    clock: Clock = field(default_factory=Clock)
    lists: Lists = field(default_factory=Lists)
    listings: int = 0
    details: list[str] = field(default_factory=list)
    """Ids of jobs that were asked for by themselves."""
    waited: float = 0.0
    """Seconds that functions spent waiting for the rate, all together."""

    def __post_init__(self) -> None:
        jobs = [a_job(f"job-{n}", created=NOW - 90 * DAY, completed=NOW - 60 * DAY) for n in range(self.load.pages)]
        self.lists.alike = [[job] for job in jobs]
        self.targets = [_target(number, self.load) for number in range(self.load.targets)]
        self._tick(self._watch(self.targets[:1]), Rate(self.load.per_second))  # first sight

    def tick(self) -> Counter[str]:
        """Run one over all targets, workers included; the requests it took, pages as listings."""
        self.aws.requests.clear()
        self.listings = 0
        self.details.clear()
        poller, workers = Rate(self.load.per_second), [Rate(self.load.per_second // WORKERS) for _ in range(WORKERS)]
        report = self._tick(self._watch(self.targets), poller)
        for body, worker in zip(self.aws.received(), cycle(workers)):
            report.left += self._tick(parse_watch(body), worker, handed_over=self.clock()).left
        self.waited = sum(rate.waited for rate in (poller, *workers))
        if report.left or report.faults or report.failing:
            raise RuntimeError(f"not all was polled: {report}")
        return Counter({**self.aws.requests, "listings": self.listings, "details": len(self.details)})

    def finish(self, targets: int) -> None:
        """Let a job of each of so many targets finish."""
        for target in self.targets[-targets:]:  # not the first, whose ledger stands for others
            finished = replace(a_job("new", completed=self.clock.now, target=target), partial=self.load.details)
            self.lists[target] = [[*self.lists.alike[0], finished], *self.lists.alike[1:]]

    def _watch(self, targets: Sequence[Target]) -> Watch:
        every = timedelta(minutes=self.load.every)
        idle = timedelta(minutes=self.load.idle_every) if self.load.idle_every else None
        return a_watch(*targets, name="bench", every=every, idle_every=idle)

    def _tick(self, watch: Watch, rate: "Rate", handed_over: datetime | None = None) -> Report:
        def page() -> None:
            self.listings += 1
            self.clock.move(rate.wait())

        poll = a_poll(
            watch=watch,
            ledgers=TableLedgers(client=self.aws, table="table"),
            outbox=TableOutbox(client=self.aws, table="table"),
            source=MemorySource(lists=self.lists, after_page=page, asked=self.details),
            channels={"sns": Topic(self.aws), "eventbridge": Bus(self.aws)},
            people={},
            clock=self.clock,
            token="tick",  # noqa: S106 # a claim's
            lease=timedelta(seconds=FUNCTION) + MINUTE,
            budget=timedelta(seconds=FUNCTION) - RESERVE,
            log=MemoryLog(),
        )
        tick = Tick(poll=poll, each=map, queue=ChunkQueue(self.aws, "queue"))
        return tick.run() if handed_over is None else tick.run_chunk(handed_over)


def figures(_stage: Stage) -> Iterable[Figure]:
    """Compare model and code at every size, for segments and for applications."""
    for by_application in (False, True):
        for segments in SIZES:
            yield compared(Load(segments=segments, by_application=by_application))
    yield compared(DOMAINS)
    yield idle()


def compared(load: Load) -> Figure:
    """Count a quiet tick and one in which jobs finish; how far the model is off, in requests and milliseconds."""
    world = World(load)
    quiet, waited = world.tick(), world.waited
    world.finish(finished := min(FINISHED, load.targets))
    busy = world.tick()
    requests_off = _off(quiet, requests(load)) + _off(busy, requests(load, finished))
    return Figure(
        what=f"simulated quiet tick, {load.segments:,} segments in {load.targets:,} target{'s'[: load.targets > 1]}: "
        f"{quiet.total():,} requests, {waited:,.1f} s of waiting for the rate; {busy.total() - quiet.total()} requests "
        f"more as jobs of {finished} finish. Off the model by",
        value=requests_off + round(abs(waited - paused(load)) * 1000),
        bar=exactly(0),
    )


def idle() -> Figure:
    """Count the listings of idle targets over a whole period of `idleEvery`, in which each has its turns."""
    world, period = World(IDLE), IDLE.idle_every or 0
    world.clock.now = datetime(2026, 5, 25, tzinfo=UTC)
    listings = 0
    for minute in range(period):
        world.clock.now = datetime(2026, 5, 25, tzinfo=UTC) + minute * MINUTE
        listings += world.tick()["listings"]
    return Figure(
        what=f"simulated, {IDLE.targets:,} idle targets with idleEvery {period} minutes: {listings:,} listings in "
        f"{period} ticks. Off the model by",
        value=abs(listings - round(IDLE.targets * IDLE.polled * period)),
        bar=exactly(0),
    )


def paused(load: Load) -> float:
    """Give what the model says of waiting for the rate, by all functions together."""
    return sum(map(waiting, shares(load))) if load.chunks else waiting(load)


def _target(number: int, load: Load) -> Target:
    return Target("pinpoint", f"app-{number}", None) if load.by_application else Target("pinpoint", "app", str(number))


def _off(counted: Counter[str], said: Counter[str]) -> int:
    return sum(abs(counted[name] - said[name]) for name in counted | said)
