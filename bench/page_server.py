"""Import jobs over HTTP at next to no cost, each page after a set latency: for timing those who list them.

A process of its own. What it lists stands in the application's id, `<which>-<pages>x<jobs>-<latency>`, such as
`history-5x100-50`: five pages of 100 jobs that finished long ago, each after 50 ms. All segments list the same jobs.
"""

import asyncio
import json
import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Final, Literal, cast
from urllib.parse import parse_qs, urlsplit

from local.stand_in import import_job

Which = Literal["running", "finished", "history"]
APPLICATION: Final = re.compile(r"(running|finished|history)-(\d+)x(\d+)-(\d+)")
PAGE: Final = "PPPPPP"  # stands in job ids for the page's number
STARTED: Final = datetime.now(UTC)


@dataclass(frozen=True)
class PageServer:
    """A running server."""

    url: str


@contextmanager
def running_page_server() -> Iterator[PageServer]:
    """Start the server; it ends with the block, or with us."""
    server = subprocess.Popen(
        [sys.executable, "-m", "bench.page_server"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    with server:
        try:
            assert server.stdout  # noqa: S101 - as asked for
            yield PageServer(server.stdout.readline().strip())
        finally:
            server.kill()


@dataclass(frozen=True)
class Listing:
    """What an application's id says of its list."""

    which: Which
    pages: int
    jobs: int
    latency: float  # seconds

    @classmethod
    def parse(cls, application: str) -> "Listing":
        """Read it; a mistake in a benchmark is a LookupError."""
        if not (found := APPLICATION.fullmatch(application)):
            raise LookupError(application)
        which, pages, jobs, latency = found.groups()
        return cls(cast("Which", which), int(pages), int(jobs), int(latency) / 1000)

    def page(self, number: int) -> bytes:
        """Write one page, whose jobs are its own."""
        following = {"NextToken": str(number + 1)} if number < self.pages else {}
        start = json.dumps(following).encode()[:-1] + (b", " if following else b"")
        return start + _jobs(self.which, self.jobs).replace(PAGE.encode(), b"%06d" % number)


@cache
def _jobs(which: Which, count: int) -> bytes:
    """Write a page's jobs, as complete as AWS's own sample of one, and the end of the page."""
    running = which == "running"
    created = STARTED - (timedelta(days=60) if which == "history" else timedelta(minutes=2))
    jobs = [
        import_job(
            "pinpoint:example-application/example-segment",
            f"{PAGE}{number:026}",
            "PROCESSING" if running else "COMPLETED",
            created=created,
            completed=None if running else created + timedelta(minutes=1),
            TotalPieces=10,
            CompletedPieces=10,
            FailedPieces=0,
            TotalProcessed=5000,
            TotalFailures=0,
        )
        for number in range(count)
    ]
    return b'"Item": ' + json.dumps(jobs).encode() + b"}"


def answer(path: str) -> tuple[float, bytes]:
    """Give what is listed there, and after how many seconds."""
    parts = urlsplit(path)
    listing = Listing.parse(parts.path.split("/")[3])
    query = parse_qs(parts.query)
    if int(query["page-size"][0]) < listing.jobs:
        raise LookupError(f"a page of {listing.jobs} jobs is more than was asked for: {path}")
    return listing.latency, listing.page(int(query.get("token", ["1"])[0]))


class _Connection(asyncio.Protocol):
    """Answers one request after the other, for as long as the client keeps the connection."""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.Transport", transport)
        self._received = b""

    def data_received(self, data: bytes) -> None:
        self._received += data
        while b"\r\n\r\n" in self._received:
            head, _, self._received = self._received.partition(b"\r\n\r\n")
            try:
                latency, body = answer(head.split(b" ", 2)[1].decode())
            except (LookupError, ValueError) as error:
                self._answer("404 Not Found", json.dumps({"Message": repr(error)}).encode())
            else:
                asyncio.get_running_loop().call_later(latency, self._answer, "200 OK", body)

    def _answer(self, status: str, body: bytes) -> None:
        head = f"HTTP/1.1 {status}\r\nContent-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
        self._transport.write(head.encode() + body)


async def serve() -> None:
    """Serve on a free port, and say which, until whoever started us lets go of our input."""
    loop = asyncio.get_running_loop()
    server = await loop.create_server(_Connection, "127.0.0.1", 0, backlog=256)
    print(f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}", flush=True)  # noqa: T201 - its one line
    await loop.run_in_executor(None, sys.stdin.read)


if __name__ == "__main__":
    asyncio.run(serve())
