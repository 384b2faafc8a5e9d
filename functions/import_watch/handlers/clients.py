"""AWS clients for the handlers, with their time-outs and retries."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Self

import boto3
from botocore.config import Config

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_events import EventBridgeClient
    from mypy_boto3_pinpoint import PinpointClient
    from mypy_boto3_sns import SNSClient

CONNECT_TIMEOUT: Final = 1.5  # seconds
READ_TIMEOUT: Final = 4.0  # seconds
ATTEMPTS: Final = 3  # botocore's own retries, the first attempt included


@dataclass(frozen=True, slots=True)
class Clients:
    """One client a service, shared by all threads."""

    dynamodb: "DynamoDBClient"
    events: "EventBridgeClient"
    pinpoint: "PinpointClient"
    sns: "SNSClient"

    @classmethod
    def connected(cls, connections: int) -> Self:
        """Make them from one session, each with so many connections."""
        session = boto3.Session()
        config = Config(
            connect_timeout=CONNECT_TIMEOUT,
            read_timeout=READ_TIMEOUT,
            retries={"mode": "standard", "total_max_attempts": ATTEMPTS},
            max_pool_connections=connections,
        )
        return cls(
            dynamodb=session.client("dynamodb", config=config),
            events=session.client("events", config=config),
            pinpoint=session.client("pinpoint", config=config),
            sns=session.client("sns", config=config),
        )
