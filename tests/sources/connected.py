"""Sources as a handler makes them, listening to the stand-in, or to one who alters what that says."""

import json
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from functools import cache
from http.client import HTTPConnection
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any
from urllib.parse import urlsplit

import pytest
from botocore.config import Config

from import_watch.handlers.clients import Connection
from import_watch.handlers.connected import connected as made_of
from import_watch.handlers.curfew import Curfew
from import_watch.handlers.rate import Bucket
from import_watch.settings import Settings
from import_watch.sources.made import Sources
from local.stand_in import endpoints
from tests.builders import TOPIC

Alter = Callable[[Any], object]
"""Takes a decoded answer, and gives what is to be sent instead."""
ENVIRONMENT = {
    "AWS_ACCESS_KEY_ID": "nobody's",
    "AWS_SECRET_ACCESS_KEY": "nobody's",
    "AWS_DEFAULT_REGION": "us-east-1",
    "STATE_TABLE": "none",
    "TOPIC_ARN": TOPIC,
    "FUNCTION_TIMEOUT_SECONDS": "50",
    "PAGE_SIZE": "100",
    "MAX_PAGES": "1000",
    "THREADS": "1",
    "SOURCES": "",
    "REQUESTS_PER_SECOND": "100000",  # so that no test waits
}


def connected(url: str, *names: str, page_size: int = 100, max_pages: int = 1000, attempts: int = 1) -> Sources:
    """Make these sources; each asks once, and doesn't try again unless told to."""
    with reaching(url):
        settings = Settings.from_environment(ENVIRONMENT)
        settings = replace(settings, sources=names, page_size=page_size, max_pages=max_pages)
        return made_of(settings, _connection(attempts))


@contextmanager
def reaching(url: str) -> Iterator[None]:
    """Let whatever client is made meanwhile call on the services there."""
    with pytest.MonkeyPatch.context() as patch:
        for name, value in {**ENVIRONMENT, **endpoints(url)}.items():
            patch.setenv(name, value)
        yield


@cache  # or each test would read the services' models anew
def _connection(attempts: int) -> Connection:
    curfew = Curfew(lambda: datetime.now(UTC))
    connection = Connection.made(1, curfew, Bucket(100_000, time.monotonic, time.sleep))
    connection.session.get_credentials()
    tries = Config(retries={"mode": "standard", "total_max_attempts": attempts})
    return replace(connection, config=connection.config.merge(tries))


@contextmanager
def altered(url: str, alter: Alter) -> Iterator[str]:
    """Serve what is served there, altered where it is no error."""

    def serve(method: str, path: str, headers: dict[str, str], body: bytes) -> tuple[int, dict[str, str], bytes]:
        connection = HTTPConnection(urlsplit(url).netloc, timeout=10)
        connection.request(method, path, body, headers)
        with connection.getresponse() as answer:
            told = answer.read()
            kept = {
                name: value for name, value in answer.getheaders() if name.lower().startswith(("content-type", "x-"))
            }
            if answer.status == 200:
                told = json.dumps(alter(json.loads(told))).encode()
        connection.close()
        return answer.status, kept, told

    with _serving(serve) as there:
        yield there


@contextmanager
def answering(body: bytes, status: int = 200, **headers: str) -> Iterator[str]:
    """Serve this and nothing else."""
    with _serving(lambda *_: (status, headers, body)) as there:
        yield there


@contextmanager
def _serving(serve: Callable[..., tuple[int, dict[str, str], bytes]]) -> Iterator[str]:
    class Serving(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:  # the name that http.server looks for
            sent = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            status, headers, body = serve(self.command, self.path, dict(self.headers), sent)
            self.send_response(status)
            for name, value in {**headers, "Content-Length": str(len(body)), "Connection": "close"}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(body)

        do_POST = do_GET  # noqa: N815 # likewise

        def log_message(self, *_: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Serving) as server:
        server.daemon_threads = True
        thread = Thread(target=server.serve_forever, args=(0.02,))
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}"
        finally:
            server.shutdown()
            thread.join()
