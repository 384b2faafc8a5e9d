"""Where AWS is asked over TLS, as it always is: certificates are checked, as one says, or not."""

import socket
import ssl
import threading
from collections.abc import Iterator
from contextlib import closing, suppress
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from local.stand_in import StandIn, import_job
from tests.cli.command import Command

TLS = Path(__file__).parent / "tls"
CERTIFICATE, KEY = TLS / "certificate.pem", TLS / "key.pem"
TARGET = "pinpoint:app/seg"


def forward(source: socket.socket, to: socket.socket) -> None:
    """Hand on what comes, until no more does."""
    with suppress(OSError):
        while data := source.recv(65536):
            to.sendall(data)
        to.shutdown(socket.SHUT_WR)


def serve(listener: ssl.SSLSocket, address: tuple[str, int]) -> None:
    """Take connections one by one, until the listener is closed; who distrusts the certificate hangs up."""
    while listener.fileno() >= 0:
        with suppress(OSError):
            client, _ = listener.accept()
            with closing(client), socket.create_connection(address) as server:
                answers = threading.Thread(target=forward, args=(server, client), daemon=True)
                answers.start()
                forward(client, server)
                answers.join()


@pytest.fixture
def secure(pinpoint: StandIn) -> Iterator[str]:
    """Put TLS, with a certificate that only we know, before the stand-in; its address."""
    pinpoint.jobs.put(TARGET, import_job(TARGET, "job", "CREATED", created=datetime.now(UTC)))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(CERTIFICATE, KEY)
    plain = urlsplit(pinpoint.url)
    assert plain.hostname
    assert plain.port
    with context.wrap_socket(socket.create_server(("127.0.0.1", 0)), server_side=True) as listener:
        threading.Thread(target=serve, args=(listener, (plain.hostname, plain.port)), daemon=True).start()
        yield f"https://127.0.0.1:{listener.getsockname()[1]}"


def test_a_certificate_that_nobody_knows_is_refused(secure: str) -> None:
    """In one line, with AWS's code."""
    run = Command()("jobs", TARGET, "--endpoint-url", secure)
    assert (run.returncode, run.stdout, run.stderr.count("\n")) == (3, "", 1)
    assert "certificate verify failed" in run.stderr


@pytest.mark.parametrize("options", [("--ca-bundle", str(CERTIFICATE)), ("--no-verify-ssl",)], ids=str)
def test_it_is_taken_where_one_says_so(secure: str, options: tuple[str, ...]) -> None:
    """By a bundle of one's own, or without a check; nothing else is said about it."""
    run = Command()("jobs", TARGET, "--endpoint-url", secure, *options, "--query", "ImportJobsResponse.Item[].Id")
    assert (run.returncode, run.stdout.split(), run.stderr) == (0, ["[", '"job"', "]"], "")
