"""What a tick asks of AWS when nothing happens, and when a job finishes: its requests, counted.

`make bench` prints them. The real handler makes them, with real clients over HTTP, of the emulator and the stand-in.
"""

import importlib
import os
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, redirect_stdout
from dataclasses import dataclass, field, fields
from datetime import UTC, datetime
from io import StringIO
from types import ModuleType
from unittest.mock import patch
from uuid import uuid4

from botocore.model import OperationModel
from rich.console import Console
from rich.table import Table

from local.emulator import Emulator, running_emulator
from local.pinpoint import PinpointStandIn, import_job
from tests.adapters.function import Context, environment
from tests.adapters.state_table import SCHEMA

JOBS = 20
COLUMNS = ("GetSegmentImportJobs", "BatchGetItem", "Query", "PutItem", "UpdateItem", "PublishBatch", "PutEvents")


@dataclass(frozen=True)
class Bench:
    """A cold-started handler whose requests are counted."""

    handler: ModuleType
    pinpoint: PinpointStandIn
    requests: Counter[str] = field(default_factory=Counter)

    def tick(self, targets: list[str]) -> Counter[str]:
        """Run one tick; what it asked for."""
        self.requests.clear()
        with redirect_stdout(StringIO()):
            self.handler.handler({"watch": {"name": "bench", "targets": targets}}, Context())
        return Counter(self.requests)

    def count(self, model: OperationModel, **_: object) -> None:
        """Note a request as botocore makes it, each of its own attempts apart."""
        self.requests[model.name] += 1


@contextmanager
def counting(emulator: Emulator, pinpoint: PinpointStandIn) -> Iterator[Bench]:
    """Start the function cold, on a table and a topic of its own."""
    table = f"bench-{uuid4()}"
    emulator.session.client("dynamodb").create_table(TableName=table, **SCHEMA)
    topic = emulator.session.client("sns").create_topic(Name=table)["TopicArn"]
    settings = environment(emulator, pinpoint, table=table, topic=topic)
    with patch.dict(os.environ, {**settings, "POWERTOOLS_LOG_LEVEL": "CRITICAL"}):
        handler = importlib.reload(importlib.import_module("import_watch.handlers.poll"))
        bench = Bench(handler, pinpoint)
        clients = handler.wiring.clients
        for client in filter(None, (getattr(clients, service.name) for service in fields(clients))):
            client.meta.events.register("before-call", bench.count)
        yield bench


def measure(bench: Bench, targets: int, jobs: int) -> Mapping[str, Counter[str]]:
    """Count a quiet tick over so many targets of so many live jobs, and one in which a single job finishes."""
    names = [f"pinpoint:app/segment-{number}" for number in range(targets)]
    for name in names:
        running = [import_job(name, f"job-{n}", "PROCESSING", created=datetime.now(UTC)) for n in range(jobs)]
        bench.pinpoint.jobs.put(name, *running)
    bench.tick(names)
    quiet = bench.tick(names)
    bench.pinpoint.jobs.change(names[0], "job-0", JobStatus="COMPLETED")
    return {"nothing happens": quiet, "one job finishes": bench.tick(names)}


def main() -> None:
    """Print the counts for several numbers of targets."""
    table = Table("targets", "tick", *COLUMNS, title=f"Requests of one tick, {JOBS} jobs a target")
    with PinpointStandIn() as pinpoint, running_emulator(pinpoint_url=pinpoint.url) as emulator:
        for targets in (1, 100, 250):
            with counting(emulator, pinpoint) as bench:
                for tick, requests in measure(bench, targets, JOBS).items():
                    table.add_row(str(targets), tick, *(str(requests[name]) for name in COLUMNS))
    Console(width=150).print(table)


if __name__ == "__main__":
    main()
