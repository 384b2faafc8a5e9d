"""A stand-in for Amazon Pinpoint's import jobs: `PinpointStandIn`, and what it takes to script it."""

from local.pinpoint.contract import BrokenModelError
from local.pinpoint.faults import ApiError, Delay, Fault, HangUp, Truncated
from local.pinpoint.job_lists import Page
from local.pinpoint.jobs import ImportJob, application, import_job
from local.pinpoint.server import Call, Guard, PinpointStandIn

__all__ = [
    "ApiError",
    "BrokenModelError",
    "Call",
    "Delay",
    "Fault",
    "Guard",
    "HangUp",
    "ImportJob",
    "Page",
    "PinpointStandIn",
    "Truncated",
    "application",
    "import_job",
]
