"""How a command reaches AWS: the AWS command line's own options, and the clients made of them."""

import logging
import os
import warnings
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property, partial, wraps
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, Final, Literal, ParamSpec, TypeVar, overload

import click

from import_watch_cli.speech.errors import RefusedError, UsageMistakeError
from import_watch_cli.speech.pages import ConnectionOption

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
    from mypy_boto3_pinpoint import PinpointClient
    from mypy_boto3_scheduler import EventBridgeSchedulerClient
    from mypy_boto3_sns import SNSClient
    from mypy_boto3_sqs import SQSClient
    from mypy_boto3_sts import STSClient

P = ParamSpec("P")
R = TypeVar("R")

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
            self._core.register_component("response_parser_factory", self.parsers)
        return boto3.Session(botocore_session=self._core, profile_name=self.profile, region_name=self.region)

    @cached_property
    def _core(self) -> "botocore.session.Session":
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
    def client(self, service: Literal["pinpoint"]) -> "PinpointClient": ...
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

    def fetched(self, url: str) -> bytes:
        """Get what stands at a signed URL, with the time-outs and the check of certificates that clients have.

        RefusedError where it can't be had; it doesn't tell the signature.
        """
        from botocore.awsrequest import AWSRequest  # noqa: PLC0415 - as above
        from botocore.exceptions import BotoCoreError  # noqa: PLC0415
        from botocore.httpsession import URLLib3Session  # noqa: PLC0415
        from botocore.utils import get_environ_proxies  # noqa: PLC0415

        configured = self._core.get_config_variable("ca_bundle")
        verify: Any = self.verify if self.verify is not None else configured or os.environ.get("REQUESTS_CA_BUNDLE")
        patience: Any = (self.connect_timeout or None, self.read_timeout or None)  # so the stubs' types are too narrow
        http = URLLib3Session(
            verify=True if verify is None else verify, proxies=get_environ_proxies(url), timeout=patience
        )
        unsigned, _, _ = url.partition("?")
        try:
            answer = http.send(AWSRequest(method="GET", url=url).prepare())
            content: bytes = answer.content
        except BotoCoreError as error:
            raise RefusedError(f"{unsigned} can't be fetched: {str(error).replace(url, unsigned)}") from None
        if answer.status_code != HTTPStatus.OK:
            raise RefusedError(f"{unsigned} can't be fetched: HTTP {answer.status_code}")
        return content


def connecting(command: Callable[..., R]) -> Callable[..., R]:
    """Give a command the AWS command line's options for reaching AWS; it takes them as one `connection`."""

    @wraps(command)
    def with_connection(
        *,
        profile: str | None,
        region: str | None,
        endpoint_url: str | None,
        no_verify_ssl: bool,
        ca_bundle: str | None,
        no_sign_request: bool,
        cli_read_timeout: int,
        cli_connect_timeout: int,
        debug: bool,
        **arguments: Any,  # noqa: ANN401 - the command's own
    ) -> R:
        connection = Connection(
            profile=profile,
            region=region,
            endpoint_url=endpoint_url,
            verify=False if no_verify_ssl else ca_bundle,
            sign=not no_sign_request,
            read_timeout=cli_read_timeout,
            connect_timeout=cli_connect_timeout,
            debug=debug,
        )
        return command(connection=connection, **arguments)

    for option in reversed(_OPTIONS):
        with_connection = option(with_connection)
    return with_connection


_option: Final = partial(click.option, cls=ConnectionOption)
_OPTIONS: Final = (
    _option("--profile", metavar="NAME", help="A profile of your AWS configuration."),
    _option("--region", metavar="NAME", help="The Region, instead of your configuration's."),
    _option("--endpoint-url", metavar="URL", help="Ask there instead of AWS."),
    _option("--no-verify-ssl", is_flag=True, help="Don't check certificates."),
    _option("--ca-bundle", metavar="PATH", help="Check certificates against this bundle."),
    _option("--no-sign-request", is_flag=True, help="Ask without credentials."),
    _option(
        "--cli-read-timeout", type=click.IntRange(0), default=60, metavar="SECONDS", help="For an answer; 0: no end."
    ),
    _option(
        "--cli-connect-timeout", type=click.IntRange(0), default=60, metavar="SECONDS", help="To connect; 0: no end."
    ),
    _option("--debug", is_flag=True, help="Log all that is said to AWS, on stderr."),
)
