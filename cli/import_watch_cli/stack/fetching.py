"""Getting what stands at a signed URL, as patiently and as checked as clients ask."""

import os
from http import HTTPStatus
from typing import Any

from import_watch_cli.speech.errors import RefusedError
from import_watch_cli.stack.connection import Connection


def fetched(connection: Connection, url: str) -> bytes:
    """Get what stands at a signed URL, with the time-outs and the check of certificates that clients have.

    RefusedError where it can't be had; it doesn't tell the signature.
    """
    from botocore.awsrequest import AWSRequest  # noqa: PLC0415 - takes longer than all else that `--help` needs
    from botocore.exceptions import BotoCoreError  # noqa: PLC0415
    from botocore.httpsession import URLLib3Session  # noqa: PLC0415
    from botocore.utils import get_environ_proxies  # noqa: PLC0415

    configured = connection.core.get_config_variable("ca_bundle")
    verify: Any = (
        connection.verify if connection.verify is not None else configured or os.environ.get("REQUESTS_CA_BUNDLE")
    )
    patience: Any = (
        connection.connect_timeout or None,
        connection.read_timeout or None,
    )  # so the stubs' types are too narrow
    http = URLLib3Session(verify=True if verify is None else verify, proxies=get_environ_proxies(url), timeout=patience)
    unsigned, _, _ = url.partition("?")
    try:
        answer = http.send(AWSRequest(method="GET", url=url).prepare())
        content: bytes = answer.content
    except BotoCoreError as error:
        raise RefusedError(f"{unsigned} can't be fetched: {str(error).replace(url, unsigned)}") from None
    if answer.status_code != HTTPStatus.OK:
        raise RefusedError(f"{unsigned} can't be fetched: HTTP {answer.status_code}")
    return content
