"""From a request to the call that it is, and from a call to what the job lists have for it."""

from werkzeug.wrappers import Request, Response

from local.stand_in.api import Listing
from local.stand_in.call import Call
from local.stand_in.contract import Contract, contract
from local.stand_in.job_lists import JobLists, UnknownTargetError
from local.stand_in.registry import APIS


def asked(request: Request) -> Contract:
    """Find the service that is asked; of a request that is none's, the one that it is signed for."""
    for source in APIS:
        if contract(source).operation(request):
            return contract(source)
    scope = request.headers.get("Authorization", "")
    signed = (contract(source) for source in APIS if f"/{contract(source).signing_name}/aws4_request" in scope)
    return next(signed, contract("pinpoint"))


def read(service: Contract, request: Request, jobs: JobLists) -> Call:
    """Read the call; a job that is asked for without its list is looked up."""
    operation = service.operation(request)
    if not operation:
        raise UnknownTargetError(f"not served: {request.method} {request.path}")
    parameters = service.parameters(request, operation)
    way = service.api.operations[operation]
    if isinstance(way, Listing):
        return Call(operation, parameters, way.target(parameters))
    job = parameters[way.job]
    target = way.target(parameters) if way.target else jobs.holding(service.api.source, job)
    return Call(operation, parameters, target, job)


def told(service: Contract, call: Call, jobs: JobLists) -> Response:
    """Answer the call, well."""
    way = service.api.operations[call.operation]
    if not isinstance(way, Listing):
        return service.answer(call.operation, jobs.job(call.target, call.parameters[way.job]))
    size = service.size(call.operation, way, call.parameters)
    page = jobs.page(call.target, size=size, token=call.parameters.get(way.start))
    return service.listed(call.operation, way, page)
