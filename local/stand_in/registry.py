"""The services that are served. Another one is a module beside this one, and a line here."""

from typing import Final

from local.stand_in import cognito, customer_profiles, mailmanager, pinpoint, ses
from local.stand_in.api import Api

APIS: Final = {api.source: api for api in (pinpoint.API, customer_profiles.API, ses.API, cognito.API, mailmanager.API)}
"""By source."""


def api_of(target: str) -> Api:
    """Tell whose list the target is; of none is a KeyError."""
    return APIS[target.partition(":")[0]]


def endpoints(url: str) -> dict[str, str]:
    """Give the environment in which boto3 finds every service there."""
    return dict.fromkeys((api.endpoint for api in APIS.values()), url)
