"""A stand-in for the services whose job lists are watched: a real HTTP server that keeps to botocore's own models."""

import threading
from collections.abc import Iterable
from socket import SHUT_RDWR
from types import TracebackType
from typing import TYPE_CHECKING, Self

from werkzeug.serving import WSGIRequestHandler, make_server
from werkzeug.wrappers import Request, Response

from local.stand_in.api import Listing
from local.stand_in.call import Call
from local.stand_in.contract import Contract, contract
from local.stand_in.faults import ApiError, Delay, Faults, HangUp, Truncated
from local.stand_in.job_lists import JobLists, UnknownTargetError
from local.stand_in.model import InvalidRequestError
from local.stand_in.pages import InvalidTokenError
from local.stand_in.registry import APIS

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

    from local.stand_in.call import Guard


class StandIn:
    """Serves the services of `registry` from `jobs`, or what `faults` has for them, all on one free port.

    Everybody may call, unless a `guard` is set. Leaving it raises BrokenModelError if it had to answer anything that
    a model doesn't allow.
    """

    def __init__(self) -> None:
        self.jobs = JobLists()
        self.faults = Faults()
        self.guard: Guard | None = None
        self._calls: list[Call] = []
        self._broken: list[Exception] = []
        self._closing = threading.Event()
        self._server = make_server("127.0.0.1", 0, self._serve, threaded=True, request_handler=_Quiet)
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.05,), name="stand-in", daemon=True)
        self.url = f"http://127.0.0.1:{self._server.port}"

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._closing.set()
        self._server.shutdown()
        self._thread.join()
        if error is None:
            self.check()
        elif self._broken:
            error.add_note(f"and the stand-in broke: {self._broken[0]}")

    @property
    def calls(self) -> list[Call]:
        """What was asked so far, in order."""
        return list(self._calls)

    def check(self) -> None:
        """Raise if anything that was to be served breaks its model: its caller saw no more than an error."""
        if self._broken:
            raise self._broken[0]

    def reset(self) -> None:
        """As new: no jobs, no faults, no guard, nothing asked."""
        self.jobs.reset()
        self.faults.reset()
        self.guard = None
        self._calls.clear()
        self._broken.clear()

    def _serve(self, environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        request = Request(environ)
        asked = _asked(request)
        api = asked.api
        try:
            response = self._answer(asked, request)
        except UnknownTargetError as error:
            response = asked.error(ApiError(api.gone, str(error)))
        except (InvalidRequestError, InvalidTokenError) as error:
            response = asked.error(ApiError(api.invalid, str(error)))
        except Exception as error:  # noqa: BLE001 - recorded, for check() to raise it in the test
            self._broken.append(error)
            response = asked.error(ApiError(api.invalid, f"the stand-in broke: {error}"))
        return response(environ, start_response)

    def _answer(self, asked: Contract, request: Request) -> Response:
        call = self._call(asked, request)
        self._calls.append(call)
        if self.guard and (forbidden := self.guard(call)):
            return asked.error(ApiError(asked.api.denied, forbidden))
        match self.faults.spend(call.target, call.operation, call.job):
            case None:
                return self._told(asked, call)
            case Delay(seconds):
                self._closing.wait(seconds)
                return self._told(asked, call)
            case Truncated():
                whole = self._told(asked, call)
                body = whole.get_data()
                return Response(body[: len(body) // 2], content_type=whole.content_type)
            case HangUp():
                request.environ["werkzeug.socket"].shutdown(SHUT_RDWR)
                return Response()  # goes nowhere
            case ApiError() as error:
                return asked.error(error)

    def _call(self, asked: Contract, request: Request) -> Call:
        operation = asked.operation(request)
        if not operation:
            raise UnknownTargetError(f"not served: {request.method} {request.path}")
        parameters = asked.parameters(request, operation)
        way = asked.api.operations[operation]
        if isinstance(way, Listing):
            return Call(operation, parameters, way.target(parameters))
        job = parameters[way.job]
        target = way.target(parameters) if way.target else self.jobs.holding(asked.api.source, job)
        return Call(operation, parameters, target, job)

    def _told(self, asked: Contract, call: Call) -> Response:
        way = asked.api.operations[call.operation]
        if not isinstance(way, Listing):
            return asked.answer(call.operation, self.jobs.job(call.target, call.parameters[way.job]))
        size = asked.size(call.operation, way, call.parameters)
        page = self.jobs.page(call.target, size=size, token=call.parameters.get(way.start))
        return asked.listed(call.operation, way, page)


def _asked(request: Request) -> Contract:
    """Find the service that is asked; of a request that is none's, the one that it is signed for."""
    for source in APIS:
        if contract(source).operation(request):
            return contract(source)
    scope = request.headers.get("Authorization", "")
    signed = (contract(source) for source in APIS if f"/{contract(source).signing_name}/aws4_request" in scope)
    return next(signed, contract("pinpoint"))


class _Quiet(WSGIRequestHandler):
    def log(self, type: str, message: str, *args: object) -> None:  # noqa: A002 - the name it has in werkzeug
        """Say nothing: `calls` has it all."""
