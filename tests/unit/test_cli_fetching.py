"""What is fetched at a signed URL: a function's bundle, where it has lists too long for a schedule."""

import io
import socket
import ssl
import threading
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any, cast

import pytest

from import_watch_cli.speech.errors import RefusedError
from import_watch_cli.stack.bundle import Bundle
from import_watch_cli.stack.connection import Connection
from import_watch_cli.stack.deployment import Deployment
from import_watch_cli.stack.fetching import fetched
from tests.cli.test_tls import CERTIFICATE, KEY, serve

SIGNED = "/bundle?X-Amz-Signature=secret"


def zipped(**files: str) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        for name, text in files.items():
            archive.writestr(f"targets/{name}.json", text)
    return made.getvalue()


@contextmanager
def answering(status: int, body: bytes) -> Iterator[str]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(status)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: Any) -> None:
            pass

    with HTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()


@dataclass(frozen=True, kw_only=True)
class Fetching(Connection):
    """A connection that knows where the bundle is."""

    url: str

    def client(self, service: str) -> Any:
        assert service == "lambda"
        return self

    def get_function(self, *, FunctionName: str) -> dict[str, Any]:  # noqa: N803 - Lambda's own
        assert FunctionName == "poll"
        return {"Code": {"Location": self.url}}


def a_bundle(url: str) -> Bundle:
    return Bundle(connection=Fetching(url=url), function="poll")


def test_a_bundle_has_lists_by_name() -> None:
    """One that it doesn't have is none."""
    with answering(200, zipped(long="[1]")) as url:
        bundle = a_bundle(url + SIGNED)
        assert bundle.targets("long.json") == [1]
        with pytest.raises(LookupError, match=r"other\.json"):
            bundle.targets("other.json")


def test_what_is_no_bundle_is_refused() -> None:
    """With its function."""
    with answering(200, b"<html>") as url, pytest.raises(RefusedError, match="bundle of the function poll can't be"):
        a_bundle(url + SIGNED).targets("long.json")


def test_what_is_not_given_is_refused_without_its_signature() -> None:
    """Be it that the service says so, or that nobody is there."""
    with answering(403, b"") as url, pytest.raises(RefusedError) as refused:
        fetched(Connection(), url + SIGNED)
    assert str(refused.value) == f"{url}/bundle can't be fetched: HTTP 403"
    with pytest.raises(RefusedError) as gone:
        fetched(Connection(), url + SIGNED)
    assert str(gone.value).startswith(f"{url}/bundle can't be fetched: Could not connect to the endpoint")
    assert "secret" not in str(gone.value)


def test_it_is_not_waited_for_without_end() -> None:
    """But as long as one says."""
    with socket.create_server(("127.0.0.1", 0)) as silent:
        url = f"http://127.0.0.1:{silent.getsockname()[1]}{SIGNED}"
        with pytest.raises(RefusedError, match="Read timeout"):
            fetched(Connection(read_timeout=1), url)


def test_its_certificate_is_checked_as_one_says(tmp_path: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """By a bundle that is named, or that the environment names; or not at all."""
    monkeypatch.setenv("AWS_CONFIG_FILE", str(tmp_path / "none"))
    with answering(200, b"here") as plain, secured(plain) as url:
        with pytest.raises(RefusedError, match="certificate verify failed"):
            fetched(Connection(), url + SIGNED)
        assert fetched(Connection(verify=str(CERTIFICATE)), url + SIGNED) == b"here"
        assert fetched(Connection(verify=False), url + SIGNED) == b"here"
        monkeypatch.setenv("AWS_CA_BUNDLE", str(CERTIFICATE))
        assert fetched(Connection(), url + SIGNED) == b"here"


@contextmanager
def secured(plain: str) -> Iterator[str]:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(CERTIFICATE, KEY)
    address = ("127.0.0.1", int(plain.rpartition(":")[2]))
    with context.wrap_socket(socket.create_server(("127.0.0.1", 0)), server_side=True) as listener:
        threading.Thread(target=serve, args=(listener, address), daemon=True).start()
        yield f"https://127.0.0.1:{listener.getsockname()[1]}"


def test_a_stack_without_one_of_our_outputs_is_none_of_ours() -> None:
    """It says which are missing."""

    class Described:
        def client(self, service: str) -> "Described":
            assert service == "cloudformation"
            return self

        def describe_stacks(self, *, StackName: str) -> dict[str, Any]:  # noqa: N803 - CloudFormation's own
            outputs = [{"OutputKey": name, "OutputValue": name} for name in ("StateTableName", "PollFunctionName")]
            return {"Stacks": [{"StackName": StackName, "Outputs": outputs, "StackStatus": "CREATE_COMPLETE"}]}

    with pytest.raises(RefusedError, match="is not import-watch: it has no outputs NotificationsTopicArn"):
        Deployment.found(cast("Connection", Described()), "old")
