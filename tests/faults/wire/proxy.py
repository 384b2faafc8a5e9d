"""A reverse proxy that makes trouble at a given request of a tick, and knows what the channels really accepted."""

import signal
import threading
import time
from collections import Counter
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import replace
from functools import partial
from http import HTTPStatus
from http.client import HTTPConnection
from socket import SHUT_RDWR
from types import TracebackType
from typing import TYPE_CHECKING, Final, Self
from urllib.parse import urlsplit

from werkzeug.serving import BaseWSGIServer, WSGIRequestHandler, make_server
from werkzeug.wrappers import Request, Response

from tests.faults.findings import Wanted
from tests.faults.wire.plan import ANSWERED, CRASHES, PATIENCE, TIMED_OUT, UNFORWARDED, Script, Trouble
from tests.faults.wire.services import Call, Reply

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

TOO_LONG: Final = 4.5  # seconds; the function's clients give up after 4
DONE: Final = "faults.done"  # where a request's environment has what is to be called at its end
HOP_BY_HOP: Final = frozenset({"connection", "content-length", "keep-alive", "transfer-encoding"})


class Proxy:
    """Stands between a function and its services, on a free port for each upstream.

    The function's ticks are told apart by the trace id that Lambda gives each invocation, and the SDK each request.
    """

    def __init__(self, *upstreams: str) -> None:
        self._scripts: dict[str, Script] = {}
        self._accepted: dict[str, Counter[Wanted]] = {}
        self._kinds: dict[str, set[tuple[str, str]]] = {}
        self._lock = threading.Lock()
        self._broken: list[Exception] = []
        self._servers = [self._server(upstream) for upstream in upstreams]
        self.urls = [f"http://127.0.0.1:{server.port}" for server in self._servers]

    def __enter__(self) -> Self:
        for server in self._servers:
            threading.Thread(target=server.serve_forever, args=(0.05,), name="proxy", daemon=True).start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for server in self._servers:
            server.shutdown()
            server.server_close()
        if self._broken and error is None:
            raise self._broken[0]

    def expect(self, script: Script) -> None:
        """Treat the tick of that id by that script."""
        self._scripts[script.id] = script

    def accepted(self, watch: str) -> Counter[Wanted]:
        """Tell what the channels accepted of a watch's messages, whatever its function learnt of it."""
        with self._lock:
            return Counter(self._accepted.get(watch, {}))

    def kinds(self, watch: str) -> set[tuple[str, str]]:
        """Tell the ids and kinds of what was accepted for machines of a watch's."""
        with self._lock:
            return set(self._kinds.get(watch, ()))

    def _server(self, upstream: str) -> BaseWSGIServer:
        app = partial(self._serve, urlsplit(upstream).netloc)
        return make_server("127.0.0.1", 0, app, threaded=True, request_handler=_Handler)

    def _serve(self, upstream: str, environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        request = Request(environ)
        script = self._scripts[request.headers["X-Amzn-Trace-Id"]]
        try:
            response = self._treated(upstream, request, script)
        except Exception as error:  # noqa: BLE001 - recorded, for the block's end to raise it
            self._broken.append(error)
            response = Response(status=HTTPStatus.NOT_IMPLEMENTED)
        return response(environ, start_response)

    def _treated(self, upstream: str, request: Request, script: Script) -> Response:
        request.get_data()  # all of it is kept, before its sender may be stopped
        call = Call.read(request)
        request.environ[DONE] = partial(script.end, call)
        trouble = script.begin(call)
        if trouble in ANSWERED:
            return _response(call.refusal(trouble))
        if trouble in TIMED_OUT:
            time.sleep(TOO_LONG)
        reply = None if trouble in UNFORWARDED else self._forward(upstream, request, call)
        if trouble in CRASHES:
            script.signal(signal.SIGKILL)
        if reply is None or trouble in CRASHES or trouble is Trouble.CUT:
            return _hung_up(request)
        return _response(_truncated(reply) if trouble is Trouble.TRUNCATED else reply)

    def _forward(self, upstream: str, request: Request, call: Call) -> Reply:
        connection = HTTPConnection(upstream, timeout=PATIENCE)
        try:
            connection.request(request.method, request.environ["RAW_URI"], request.get_data(), dict(request.headers))
            answer = connection.getresponse()
            reply = Reply(status=answer.status, headers=dict(answer.getheaders()), body=answer.read())
        finally:
            connection.close()
        with self._lock:
            for message in call.accepted(reply):
                self._accepted.setdefault(message["watch"], Counter())[message["id"], call.channel] += 1
                if "kind" in message:
                    self._kinds.setdefault(message["watch"], set()).add((message["id"], message["kind"]))
        return reply


def _response(reply: Reply) -> Response:
    headers = {name: value for name, value in reply.headers.items() if name.lower() not in HOP_BY_HOP}
    return Response(reply.body, status=reply.status, headers=headers)


def _truncated(reply: Reply) -> Reply:
    # Without the checksum by which the SDK would notice, and only of DynamoDB.
    headers = {name: value for name, value in reply.headers.items() if name.lower() != "x-amz-crc32"}
    return replace(reply, headers=headers, body=reply.body[: len(reply.body) // 2])


def _hung_up(request: Request) -> Response:
    with suppress(OSError):  # the client did so first
        request.environ["werkzeug.socket"].shutdown(SHUT_RDWR)
    return Response()  # goes nowhere


class _Handler(WSGIRequestHandler):
    def run_wsgi(self) -> None:
        """Tell the script when all is written, or can't be: closing the response tells only of the former."""
        try:
            super().run_wsgi()
        finally:
            if done := self.environ.get(DONE):
                done()

    def log(self, type: str, message: str, *args: object) -> None:  # noqa: A002 - the name it has in werkzeug
        """Say nothing: the scripts have it all."""
