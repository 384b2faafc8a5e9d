"""A stand-in for Amazon Pinpoint's lists of import jobs: a real HTTP server that keeps to botocore's own model."""

import json
import threading
import uuid
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from socket import SHUT_RDWR
from types import TracebackType
from typing import TYPE_CHECKING, Self, TypeAlias

from werkzeug.exceptions import HTTPException, MethodNotAllowed
from werkzeug.serving import WSGIRequestHandler, make_server
from werkzeug.wrappers import Request, Response

from local.pinpoint.contract import Contract, InvalidRequestError
from local.pinpoint.faults import ApiError, Delay, Faults, HangUp, Truncated
from local.pinpoint.job_lists import InvalidTokenError, JobLists, UnknownTargetError

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

JSON = "application/json"
DEFAULT_PAGE_SIZE = "100"  # AWS documents neither a default nor a largest size


@dataclass(frozen=True, slots=True)
class Call:
    """A call as it came in."""

    operation: str
    parameters: Mapping[str, str]

    @property
    def target(self) -> str:
        """The list that was asked for, as a watch names it."""
        return "pinpoint:" + ("/".join(filter(None, map(self.parameters.get, ("ApplicationId", "SegmentId")))) or "*")


Guard: TypeAlias = Callable[[Call], str | None]
"""Says why a call is forbidden, or nothing where it isn't."""


class PinpointStandIn:
    """Serves GetSegmentImportJobs, GetImportJobs and GetApps from `jobs`, or what `faults` has for it, on a free port.

    Everybody may call, unless a `guard` is set. Leaving it raises BrokenModelError if it had to answer anything that
    the model doesn't allow.
    """

    def __init__(self) -> None:
        self.jobs = JobLists()
        self.faults = Faults()
        self.guard: Guard | None = None
        self._contract = Contract("pinpoint", ["GetSegmentImportJobs", "GetImportJobs", "GetApps"])
        self._calls: list[Call] = []
        self._broken: list[Exception] = []
        self._closing = threading.Event()
        self._server = make_server("127.0.0.1", 0, self._serve, threaded=True, request_handler=_Quiet)
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.05,), name="pinpoint", daemon=True)
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
        """Raise if anything that was to be served breaks the model: its caller saw no more than an error."""
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
        try:
            response = self._answer(request)
        except MethodNotAllowed as error:
            response = self._error(ApiError("MethodNotAllowedException", error.name))
        except (HTTPException, UnknownTargetError) as error:
            response = self._error(ApiError("NotFoundException", str(error)))
        except (InvalidRequestError, InvalidTokenError) as error:
            response = self._error(ApiError("BadRequestException", str(error)))
        except Exception as error:  # noqa: BLE001 - recorded, for check() to raise it in the test
            self._broken.append(error)
            response = self._error(ApiError("BadRequestException", f"the stand-in broke: {error}"))
        return response(environ, start_response)

    def _answer(self, request: Request) -> Response:
        operation, path = self._contract.routes.bind_to_environ(request.environ).match()
        call = Call(operation, self._contract.parameters(operation, path, request.args))
        self._calls.append(call)
        if self.guard and (forbidden := self.guard(call)):
            return self._error(ApiError("ForbiddenException", forbidden))
        match self.faults.spend(call.target):
            case None:
                return self._page(call)
            case Delay(seconds):
                self._closing.wait(seconds)
                return self._page(call)
            case Truncated():
                whole = self._page(call).get_data()
                return Response(whole[: len(whole) // 2], content_type=JSON)
            case HangUp():
                request.environ["werkzeug.socket"].shutdown(SHUT_RDWR)
                return Response()  # goes nowhere
            case ApiError() as error:
                return self._error(error)

    def _page(self, call: Call) -> Response:
        size = call.parameters.get("PageSize", DEFAULT_PAGE_SIZE)
        if not (size.isdecimal() and int(size)):
            raise InvalidRequestError(f"page-size: {size!r}")
        page = self.jobs.page(call.target, size=int(size), token=call.parameters.get("Token"))
        payload = {"Item": list(page.jobs), **({"NextToken": page.token} if page.token is not None else {})}
        return Response(self._contract.body(call.operation, payload), content_type=JSON)

    def _error(self, error: ApiError) -> Response:
        request_id = str(uuid.uuid4())
        return Response(
            json.dumps({"Message": error.message, "RequestID": request_id}),
            status=self._contract.status(error.code),
            headers={"x-amzn-ErrorType": error.code, "x-amzn-RequestId": request_id},
            content_type=JSON,
        )


class _Quiet(WSGIRequestHandler):
    def log(self, type: str, message: str, *args: object) -> None:  # noqa: A002 - the name it has in werkzeug
        """Say nothing: `calls` has it all."""
