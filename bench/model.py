"""What polling comes to, as arithmetic: requests, capacity units and seconds of a tick, dollars of a month.

What is assumed is a field or a constant here; what the product decides is taken from it. `simulation` counts the same
by running the product's own code.
"""

from bisect import bisect_left
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from math import ceil
from typing import Final

from bench import prices
from import_watch.adapters.batches import MAX_ENTRIES
from import_watch.adapters.items import MAX_KEYS
from import_watch.handlers.rate import BURST
from import_watch.handlers.wiring import RESERVE
from import_watch.tick import CHUNK, REACH
from import_watch.turns import PUNCTUALITY

MOST: Final = 1_000_000  # segments that are looked at
MONTH: Final = 30 * 24 * 60  # minutes
WORKERS: Final = 2  # at once, sharing the request rate
LATE: Final = PUNCTUALITY.total_seconds() / 60  # minutes
FUNCTION: Final = 50.0  # seconds
WAITS: Final = 30  # minutes a chunk is kept
MEMORY: Final = 0.5  # GB
TABLE: Final = 0.01  # seconds a request to DynamoDB, SNS, EventBridge or SQS; assumed
# Is it announced? Record, publish on both channels, settle; and its ledger.
A_JOB: Final = Counter({"BatchGetItem": 1, "PutItem": 1, "UpdateItem": 2, "PublishBatch": 1, "PutEvents": 1})
WRITE_UNITS: Final = 5  # of an announcement: four of its own, index included, and its ledger's
LOG_BYTES: Final = 1_500  # of a quiet tick: its line, and two of metrics; a job's lines are fewer
LAMBDAS_OWN: Final = 350  # bytes of log that Lambda adds to each run: start, end, report; assumed
POLLERS: Final = 5  # that Lambda keeps at a queue; each asks again after 20 s (Lambda developer guide, SQS scaling)
SQS_CHUNK: Final = 64 * 1024  # bytes that count as a request
TARGET_BYTES: Final = len('"pinpoint:/",') + 2 * 32  # of a message, at ids of 32 characters


@dataclass(frozen=True, slots=True, kw_only=True)
class Load:
    """What is polled, how often, and what may be asked."""

    segments: int
    by_application: bool
    every: int = 1  # minutes
    segments_an_application: int = 1_000
    listed: int = 4  # jobs a segment that Pinpoint still lists
    jobs: int = 4  # a segment, a month
    page_size: int = 100
    page: float = 0.05  # seconds until a page is there
    threads: int = 16
    per_second: int = 200  # requests
    idle_every: int | None = None  # minutes, where no target has a running job
    details: bool = False  # whether a finished job is asked for by itself, at the time a page takes

    @property
    def targets(self) -> int:
        """Job lists."""
        return ceil(self.segments / self.segments_an_application) if self.by_application else self.segments

    @property
    def pages(self) -> int:
        """Pages of each list."""
        jobs = min(self.segments, self.segments_an_application) * self.listed if self.by_application else self.listed
        return max(1, ceil(jobs / self.page_size))

    @property
    def chunks(self) -> int:
        """Messages to workers; none within a tick's reach."""
        return ceil(self.targets / CHUNK) if self.targets > REACH else 0

    @property
    def polled(self) -> float:
        """Which part of the targets a tick polls, on average."""
        return min(1.0, (self.every + LATE) / self.idle_every) if self.idle_every else 1.0

    @property
    def listings(self) -> int:
        """Pages that a tick asks for, on average."""
        return round(self.targets * self.pages * self.polled)


def requests(load: Load, finished: int = 0) -> Counter[str]:
    """Count a tick's requests in which so many targets have a job that finished; idle targets are read, not listed."""
    fixed = {"listings": load.listings, "BatchGetItem": ceil(load.targets / MAX_KEYS), "Query": 1}
    handed_over = {"SendMessageBatch": ceil(load.chunks / MAX_ENTRIES)} if load.chunks else {}
    each = A_JOB + Counter({"details": 1} if load.details else {})
    return Counter({**fixed, **handed_over}) + Counter({name: count * finished for name, count in each.items()})


def read_units(load: Load) -> float:
    """Count a quiet tick's: each ledger is read consistently, by itself, and the index is looked at."""
    return load.targets + 0.5


def seconds(load: Load) -> float:
    """Tell how long a quiet tick takes until its last target is polled."""
    if load.chunks:
        return _handing_over(load) + max(map(_working, shares(load)))
    return TABLE * (1 + ceil(load.targets / MAX_KEYS)) + _polling(load, at_once=load.targets)


def function_seconds(load: Load) -> float:
    """Tell for how long functions run because of a quiet tick: those that wait for the rate are paid for, too."""
    if load.chunks:
        return _handing_over(load) + sum(map(_working, shares(load)))
    return seconds(load)


def shares(load: Load) -> Iterator[Load]:
    """Deal its chunks out to workers, each with its share of the rate; segments only."""
    sizes = [min(CHUNK, load.targets - first) for first in range(0, load.targets, CHUNK)]
    for worker in range(WORKERS):
        yield replace(load, segments=sum(sizes[worker::WORKERS]), per_second=load.per_second // WORKERS)


def _handing_over(load: Load) -> float:
    return TABLE * (1 + ceil(load.chunks / MAX_ENTRIES))


def _working(share: Load) -> float:
    return TABLE * ceil(share.targets / CHUNK) + _polling(share, at_once=CHUNK)


def _polling(load: Load, at_once: int) -> float:
    """Tell what pages take, so many targets at a time: the slower of what threads and rate allow, and the last page."""
    rounds = ceil(load.targets / at_once) * ceil(at_once * load.polled / load.threads)
    return max((rounds * load.pages - 1) * load.page, waiting(load)) + load.page


def waiting(load: Load) -> float:
    """Tell when the last page may be asked for, as one function's bucket fills up, in seconds."""
    burst = max(1, int(load.per_second * BURST))
    return max(0.0, (load.listings - burst) / load.per_second)


def fits(load: Load) -> bool:
    """Tell whether a tick is through before the next one comes, and before its own deadline."""
    room = 60.0 * WAITS if load.chunks else FUNCTION - RESERVE.total_seconds()
    return seconds(load) <= min(60.0 * load.every, room)


def least_every(load: Load) -> Load:
    """Give the load at the least `every` that it fits; StopIteration where a single tick can't poll all of it."""
    tried = range(1, MONTH if load.chunks else 2)
    return next(one for minutes in tried if fits(one := replace(load, every=minutes)))


def most_segments(every: int) -> int:
    """Tell how many segment targets a tick can poll before the next one comes, by whole chunks."""
    load = Load(segments=0, by_application=False, every=every)
    return CHUNK * bisect_left(range(CHUNK, MOST, CHUNK), True, key=lambda n: not fits(replace(load, segments=n)))


def dollars(load: Load) -> Mapping[str, float]:
    """Give what a month costs, by what is paid for."""
    ticks, jobs = MONTH / load.every, load.segments * load.jobs
    runs = ticks * (1 + load.chunks)
    asking = TABLE * A_JOB.total() + (load.page if load.details else 0)
    busy = ticks * function_seconds(load) + jobs * asking
    return {
        "Lambda": busy * MEMORY * prices.LAMBDA_SECOND + runs * prices.LAMBDA_REQUEST,
        "DynamoDB": (ticks * read_units(load) + jobs) * prices.READ_UNIT + jobs * WRITE_UNITS * prices.WRITE_UNIT,
        "SQS": _sqs_requests(load) * prices.SQS_REQUEST,
        "messages": jobs * (prices.SNS_PUBLISH + prices.EVENT),
        "schedule": ticks * prices.INVOCATION,
        "logs": (runs * (LOG_BYTES + LAMBDAS_OWN) + jobs * LOG_BYTES) / 1e9 * prices.LOG_GB,
    }


def _sqs_requests(load: Load) -> float:
    """Count a month's: sends by their size, a receive and a delete for each, and the pollers' empty receives."""
    if not load.chunks:
        return 0.0
    sent = ceil(MAX_ENTRIES * CHUNK * TARGET_BYTES / SQS_CHUNK) * load.chunks / MAX_ENTRIES
    return MONTH / load.every * (sent + 2 * load.chunks) + POLLERS * 3 * MONTH
