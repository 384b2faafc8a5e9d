"""What every benchmark stands on: the emulator and the page server, a process each, for as long as it takes."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from uuid import uuid4

from bench.page_server import PageServer, running_page_server
from local.emulator import Emulator, running_emulator
from tests.adapters.function import Listening, environment
from tests.adapters.state_table import SCHEMA

UNBOUNDED = "1000000"  # requests a second


@dataclass(frozen=True)
class Stage:
    """Where the function runs."""

    emulator: Emulator
    pages: PageServer

    def environment(self, pinpoint: Listening | None = None, **settings: str) -> Mapping[str, str]:
        """Give the function's environment, with a table and a topic of its own; the settings are laid over it."""
        name = f"bench-{uuid4()}"
        self.emulator.session.client("dynamodb").create_table(TableName=name, **SCHEMA)
        topic = self.emulator.session.client("sns").create_topic(Name=name)["TopicArn"]
        usual = environment(self.emulator, pinpoint or self.pages, table=name, topic=topic)
        return {**usual, "REQUESTS_PER_SECOND": UNBOUNDED, **settings}


@contextmanager
def running_stage() -> Iterator[Stage]:
    """Start it; no process outlives the block."""
    with running_page_server() as pages, running_emulator(services_url=pages.url) as emulator:
        yield Stage(emulator, pages)
