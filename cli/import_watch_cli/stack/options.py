"""The AWS command line's own options for reaching AWS, and the one that names a deployed stack."""

from collections.abc import Callable
from functools import partial, wraps
from typing import Any, Final, TypeVar

import click

from import_watch_cli.speech.pages import ConnectionOption
from import_watch_cli.stack.connection import Connection
from import_watch_cli.stack.deployment import Deployment

R = TypeVar("R")

STACK: Final = "ImportWatch"


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


def operating(command: Callable[..., R]) -> Callable[..., R]:
    """Give a command the options that find a deployed stack; it takes that as one `deployment`."""

    @wraps(command)
    def with_deployment(*, stack: str, connection: Connection, **arguments: Any) -> R:  # noqa: ANN401 - the command's own
        return command(deployment=Deployment.found(connection, stack), **arguments)

    option = _option(
        "--stack",
        default=STACK,
        envvar="IMPORT_WATCH_STACK",
        show_default=True,
        show_envvar=True,
        metavar="NAME",
        help="The deployed stack.",
    )
    return connecting(option(with_deployment))


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
