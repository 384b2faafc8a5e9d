"""AWS clients for the handlers, with their time-outs and retries."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from typing import TYPE_CHECKING, Any, Final, Self

import boto3
import botocore.session
from botocore.config import Config

from import_watch.handlers.curfew import Curfew
from import_watch.handlers.rate import Bucket

if TYPE_CHECKING:
    from botocore.parsers import ResponseParserFactory
    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_events import EventBridgeClient
    from mypy_boto3_sns import SNSClient
    from mypy_boto3_sqs import SQSClient

CONNECT_TIMEOUT: Final = 1.5  # seconds
READ_TIMEOUT: Final = 4.0  # seconds
ATTEMPTS: Final = 3  # botocore's own retries, the first attempt included
PAUSE: Final = 2.0  # seconds, the longest between three attempts in botocore's standard mode

FINISH: Final = timedelta(seconds=1)
"""Kept for the end of the function itself: its log line and its metrics."""
_ATTEMPT: Final = timedelta(seconds=CONNECT_TIMEOUT + READ_TIMEOUT + PAUSE)
# What was listed and published has to be written down, so the others must have ended while the table may be asked.
BEFORE_TABLE: Final = 2 * _ATTEMPT + FINISH
BEFORE_END: Final[Mapping[str, timedelta]] = {
    "sns": BEFORE_TABLE,
    "eventbridge": BEFORE_TABLE,
    "sqs": BEFORE_TABLE,
    "dynamodb": _ATTEMPT + FINISH,
}
"""How long before the function's end the last attempt of a call may begin, by the service's id."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Clients:
    """One client a service, shared by all threads; those that list jobs are their sources'."""

    dynamodb: "DynamoDBClient"
    events: "EventBridgeClient"
    sns: "SNSClient"
    sqs: "SQSClient | None" = None
    """Only where targets are handed over: a client that isn't used would be paid at every cold start."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Connection:
    """The one session that all clients come from, under a curfew."""

    core: botocore.session.Session
    session: boto3.Session
    config: Config
    curfew: Curfew
    bucket: Bucket

    @classmethod
    def made(cls, connections: int, curfew: Curfew, bucket: Bucket) -> Self:
        """Make it; each client has so many connections."""
        core = botocore.session.get_session()
        session = boto3.Session(botocore_session=core)
        curfew.watch(session.events, BEFORE_END)
        config = Config(
            connect_timeout=CONNECT_TIMEOUT,
            read_timeout=READ_TIMEOUT,
            retries={"mode": "standard", "total_max_attempts": ATTEMPTS},
            max_pool_connections=connections,
            user_agent=f"import-watch Boto3/{boto3.__version__}",  # else it is put together anew for each request
        )
        return cls(core=core, session=session, config=config, curfew=curfew, bucket=bucket)

    def clients(self, *, sqs: bool) -> Clients:
        """Make those of the table and the channels; of the queue where that is needed."""
        session, config = self.session, self.config
        return Clients(
            dynamodb=session.client("dynamodb", config=config),
            events=session.client("events", config=config),
            sns=session.client("sns", config=config),
            sqs=session.client("sqs", config=config) if sqs else None,
        )

    def of_jobs(self, service: str, parsers: "ResponseParserFactory") -> Any:  # noqa: ANN401 - whichever it is
        """Make one that lists jobs: at a limited rate, its answers decoded in their own way."""
        self.core.register_component("response_parser_factory", parsers)
        client: Any = self.session.client(service, config=self.config)  # type: ignore[call-overload] # by its name
        events, service_id = client.meta.events, client.meta.service_model.service_id.hyphenize()
        self.bucket.watch(events, service_id, partial(self.curfew.left, BEFORE_TABLE))
        self.curfew.watch(events, {service_id: BEFORE_TABLE})
        return client
