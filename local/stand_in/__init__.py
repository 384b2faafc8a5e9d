"""A stand-in for the services whose job lists are watched: `StandIn`, and what it takes to script it."""

from local.stand_in.api import ImportJob
from local.stand_in.call import Call, Guard
from local.stand_in.cognito import user_import_job
from local.stand_in.customer_profiles import upload_job
from local.stand_in.faults import ApiError, Delay, Fault, HangUp, Truncated
from local.stand_in.mailmanager import address_list_import_job
from local.stand_in.model import BrokenModelError
from local.stand_in.pages import Page
from local.stand_in.pinpoint import application, import_job
from local.stand_in.registry import endpoints
from local.stand_in.server import StandIn
from local.stand_in.ses import email_import_job

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
    "StandIn",
    "Truncated",
    "address_list_import_job",
    "application",
    "email_import_job",
    "endpoints",
    "import_job",
    "upload_job",
    "user_import_job",
]
