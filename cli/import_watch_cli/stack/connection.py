"""How a command reaches AWS: clients, by what the options say."""

import logging
import warnings
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final, Literal, overload

from import_watch_cli.speech.errors import UsageMistakeError

if TYPE_CHECKING:
    import boto3
    import botocore.session
    from botocore.parsers import ResponseParserFactory
    from mypy_boto3_cloudformation import CloudFormationClient
    from mypy_boto3_cloudwatch import CloudWatchClient
    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_events import EventBridgeClient
    from mypy_boto3_iam import IAMClient
    from mypy_boto3_lambda import LambdaClient
    from mypy_boto3_logs import CloudWatchLogsClient
    from mypy_boto3_scheduler import EventBridgeSchedulerClient
    from mypy_boto3_sns import SNSClient
    from mypy_boto3_sqs import SQSClient
    from mypy_boto3_sts import STSClient

POOL: Final = 32  # connections a client: more than the threads that any command uses


@dataclass(frozen=True, kw_only=True)
class Connection:
    """Who asks AWS, where, and how patiently. Clients may be shared between threads."""

    profile: str | None = None
    region: str | None = None
    endpoint_url: str | None = None
    verify: bool | str | None = None
    """False for no check of certificates, a path for a bundle of one's own, None for what is usual."""
    sign: bool = True
    read_timeout: int = 60
    """Seconds; 0 for no end."""
    connect_timeout: int = 60
    """Seconds; 0 for no end."""
    debug: bool = False
    parsers: "ResponseParserFactory | None" = None
    """What decodes answers, where not botocore's own does."""

    @cached_property
    def session(self) -> "boto3.Session":
        """The one session that all clients come from."""
        import boto3  # noqa: PLC0415 - takes longer than all else that `--help` needs

        if self.debug:
            boto3.set_stream_logger("", logging.DEBUG)
        if self.parsers:
            self.core.register_component("response_parser_factory", self.parsers)
        return boto3.Session(botocore_session=self.core, profile_name=self.profile, region_name=self.region)

    @cached_property
    def core(self) -> "botocore.session.Session":
        """What botocore reads of the configuration, for what no client asks."""
        import botocore.session  # noqa: PLC0415 - as above

        if self.verify is False:  # it was asked for: saying so again with each request helps nobody
            warnings.filterwarnings("ignore", message="Unverified HTTPS request")
        return botocore.session.Session(profile=self.profile)

    @overload
    def client(self, service: Literal["cloudformation"]) -> "CloudFormationClient": ...
    @overload
    def client(self, service: Literal["cloudwatch"]) -> "CloudWatchClient": ...
    @overload
    def client(self, service: Literal["dynamodb"]) -> "DynamoDBClient": ...
    @overload
    def client(self, service: Literal["events"]) -> "EventBridgeClient": ...
    @overload
    def client(self, service: Literal["iam"]) -> "IAMClient": ...
    @overload
    def client(self, service: Literal["lambda"]) -> "LambdaClient": ...
    @overload
    def client(self, service: Literal["logs"]) -> "CloudWatchLogsClient": ...
    @overload
    def client(self, service: Literal["scheduler"]) -> "EventBridgeSchedulerClient": ...
    @overload
    def client(self, service: Literal["sns"]) -> "SNSClient": ...
    @overload
    def client(self, service: Literal["sqs"]) -> "SQSClient": ...
    @overload
    def client(self, service: Literal["sts"]) -> "STSClient": ...

    def client(self, service: str) -> Any:
        """Make a client; botocore's own retries and errors pass through."""
        return self.of_jobs(service)

    def of_jobs(self, service: str) -> Any:  # noqa: ANN401 - whichever it is
        """Make one of a service that has job lists, by botocore's name for it."""
        from botocore import UNSIGNED  # noqa: PLC0415 - as above
        from botocore.config import Config  # noqa: PLC0415
        from botocore.exceptions import BotoCoreError  # noqa: PLC0415

        config = Config(
            read_timeout=self.read_timeout or None,
            connect_timeout=self.connect_timeout or None,
            retries={"mode": "standard"},
            max_pool_connections=POOL,
            user_agent_extra="import-watch",
            **({} if self.sign else {"signature_version": UNSIGNED}),
        )
        try:
            return self.session.client(  # type: ignore[call-overload] # any of the services above
                service, endpoint_url=self.endpoint_url, verify=self.verify, config=config
            )
        except BotoCoreError:
            raise
        except ValueError as error:  # botocore's for an endpoint that is no URL
            raise UsageMistakeError(str(error)) from None
