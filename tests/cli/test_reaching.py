"""How AWS is reached: what the options for it put into a request, and how long an answer is waited for."""

import json
import re
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from tests.cli.command import Command, Regionless

TARGET = "pinpoint:app/seg"
PATIENCE = 20  # seconds: three attempts of a second each and botocore's pauses between them, on a machine that is busy
PAGE = json.dumps({"Item": []}).encode()


@contextmanager
def recording() -> Iterator[tuple[str, list[str | None]]]:
    """Answer each request with an empty list; give the address, and who asked."""
    asked: list[str | None] = []

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append(self.headers.get("Authorization"))
            self.send_response(200)
            self.send_header("Content-Length", str(len(PAGE)))
            self.end_headers()
            self.wfile.write(PAGE)

        def log_message(self, *_: Any) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}", asked
        server.shutdown()
        thread.join()


def scope(authorization: str | None) -> tuple[str, str]:
    """Read whose key signed a request, and for which Region."""
    found = re.match(
        r"AWS4-HMAC-SHA256 Credential=(\w+)/\d{8}/([\w-]+)/mobiletargeting/aws4_request,", authorization or ""
    )
    assert found
    return found[1], found[2]


def test_a_request_is_signed_as_one_says(tmp_path: Path) -> None:
    """By the profile's key for its Region, or for the one that is named; or not at all."""
    config, credentials = tmp_path / "config", tmp_path / "credentials"
    config.write_text("[profile people]\nregion = eu-west-1\n")
    credentials.write_text("[people]\naws_access_key_id = THEIRS\naws_secret_access_key = secret\n")
    files = {"AWS_CONFIG_FILE": str(config), "AWS_SHARED_CREDENTIALS_FILE": str(credentials)}
    with recording() as (url, asked):
        for options in (
            ("--profile", "people"),
            ("--profile", "people", "--region", "ap-southeast-2"),
            ("--region", "eu-central-1"),
            ("--region", "eu-central-1", "--no-sign-request"),
        ):
            run = Regionless()("jobs", TARGET, "--endpoint-url", url, *options, **files)
            assert (run.returncode, run.stderr) == (0, ""), options
    *signed, unsigned = asked
    assert list(map(scope, signed)) == [
        ("THEIRS", "eu-west-1"),
        ("THEIRS", "ap-southeast-2"),
        ("test", "eu-central-1"),
    ]
    assert unsigned is None


def test_an_answer_is_waited_for_as_long_as_one_says() -> None:
    """A few times, then it ends in one line with AWS's code."""
    with socket.create_server(("127.0.0.1", 0)) as silent:
        url = f"http://127.0.0.1:{silent.getsockname()[1]}"
        began = time.monotonic()
        run = Command()("jobs", TARGET, "--endpoint-url", url, "--cli-read-timeout", "1")
        took = time.monotonic() - began
    assert (run.returncode, run.stdout) == (3, "")
    assert run.stderr.startswith("import-watch: Read timeout on endpoint URL")
    assert run.stderr.count("\n") == 1
    assert took < PATIENCE


def test_a_connection_is_waited_for_as_long_as_one_says() -> None:
    """The same, where nobody takes it: whose queue of connections is full."""
    with socket.create_server(("127.0.0.1", 0), backlog=0) as full:
        address = full.getsockname()
        waiting = [socket.socket() for _ in range(4)]
        for one in waiting:
            one.setblocking(False)
            one.connect_ex(address)
        began = time.monotonic()
        run = Command()(
            "jobs", TARGET, "--endpoint-url", f"http://127.0.0.1:{address[1]}", "--cli-connect-timeout", "1"
        )
        took = time.monotonic() - began
        for one in waiting:
            one.close()
    assert (run.returncode, run.stdout) == (3, "")
    assert run.stderr.startswith("import-watch: Connect timeout on endpoint URL")
    assert took < PATIENCE
