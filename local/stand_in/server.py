"""A stand-in for the services whose job lists are watched: a real HTTP server that keeps to botocore's own models."""

import threading
from collections.abc import Iterable
from socket import SHUT_RDWR
from types import TracebackType
from typing import TYPE_CHECKING, Self

from werkzeug.serving import WSGIRequestHandler, make_server
from werkzeug.wrappers import Request, Response

from local.stand_in.asking import asked, read, told
from local.stand_in.faults import ApiError, Delay, Faults, HangUp, Truncated
from local.stand_in.job_lists import JobLists, UnknownTargetError
from local.stand_in.model import InvalidRequestError
from local.stand_in.pages import InvalidTokenError

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

    from local.stand_in.call import Call, Guard
    from local.stand_in.contract import Contract


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
    def calls(self) -> "list[Call]":
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
        service = asked(request)
        api = service.api
        try:
            response = self._answer(service, request)
        except UnknownTargetError as error:
            response = service.error(ApiError(api.gone, str(error)))
        except (InvalidRequestError, InvalidTokenError) as error:
            response = service.error(ApiError(api.invalid, str(error)))
        except Exception as error:  # noqa: BLE001 - recorded, for check() to raise it in the test
            self._broken.append(error)
            response = service.error(ApiError(api.invalid, f"the stand-in broke: {error}"))
        return response(environ, start_response)

    def _answer(self, service: "Contract", request: Request) -> Response:
        call = read(service, request, self.jobs)
        self._calls.append(call)
        if self.guard and (forbidden := self.guard(call)):
            return service.error(ApiError(service.api.denied, forbidden))
        match self.faults.spend(call.target, call.operation, call.job):
            case None:
                return told(service, call, self.jobs)
            case Delay(seconds):
                self._closing.wait(seconds)
                return told(service, call, self.jobs)
            case Truncated():
                whole = told(service, call, self.jobs)
                body = whole.get_data()
                return Response(body[: len(body) // 2], content_type=whole.content_type)
            case HangUp():
                request.environ["werkzeug.socket"].shutdown(SHUT_RDWR)
                return Response()  # goes nowhere
            case ApiError() as error:
                return service.error(error)


class _Quiet(WSGIRequestHandler):
    def log(self, type: str, message: str, *args: object) -> None:  # noqa: A002 - the name it has in werkzeug
        """Say nothing: `calls` has it all."""
