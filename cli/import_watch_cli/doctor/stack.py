"""The stack itself, who asks, the clocks, and the versions."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from importlib.metadata import version
from typing import Final

from import_watch_cli.doctor.examined import Examined
from import_watch_cli.doctor.findings import Found, finding, fine, not_checked

RUNTIME: Final = "python3.13"
"""What the function's bundle is made for."""
SKEW: Final = timedelta(seconds=60)
"""How far clocks may differ for the promises to hold."""


def stack(examined: Examined) -> Iterator[Found]:
    """Look whether it is whole."""
    name, status = examined.deployment.stack, examined.deployment.status
    if status in {"CREATE_COMPLETE", "UPDATE_COMPLETE", "IMPORT_COMPLETE"}:
        yield fine(f"{name} is {status}")
    elif status.endswith("_IN_PROGRESS"):
        yield finding(f"{name} is {status}", "wait until it is done, and look again")
    elif status == "UPDATE_ROLLBACK_COMPLETE":
        yield finding(
            f"{name} is {status}: its last deployment failed", "see its events in CloudFormation; make deploy"
        )
    else:
        yield finding(f"{name} is {status}", "see its events in CloudFormation, mend the cause, and make deploy")


def caller(examined: Examined) -> Iterator[Found]:
    """Tell whose credentials these are."""
    identity = examined.deployment.connection.client("sts").get_caller_identity()
    *_, account, _ = examined.deployment.topic_arn.split(":")
    if identity["Account"] == account:
        yield fine(f"you are {identity['Arn']}")
    else:
        yield finding(f"you are {identity['Arn']}, the stack is in account {account}", "use that account's credentials")


def clock(examined: Examined) -> Iterator[Found]:
    """Compare this machine's clock with AWS's."""
    began = datetime.now(UTC)
    answer = examined.deployment.connection.client("sts").get_caller_identity()
    said = answer["ResponseMetadata"]["HTTPHeaders"].get("date", "")
    yield compared(said, began, datetime.now(UTC))


def compared(said: str, began: datetime, ended: datetime) -> Found:
    """Tell how far AWS's clock, as a Date header, is from one that said so at a request's beginning and end."""
    try:
        theirs = parsedate_to_datetime(said)
    except ValueError:
        return not_checked(f"clock: the answer's Date is {said!r}")
    # The header is cut to the second.
    ahead = max(began - theirs - timedelta(seconds=1), theirs - ended, timedelta(0))
    if ahead > SKEW:
        way = "ahead of" if began > theirs else "behind"
        seconds = ahead.total_seconds()
        return finding(
            f"this machine's clock is {seconds:,.0f} s {way} AWS's: moments and ages shown here are wrong by that",
            "set it by NTP",
        )
    return fine("this machine's clock agrees with AWS's, to a minute")


def versions(examined: Examined) -> Iterator[Found]:
    """Tell what runs here and there. The function doesn't say which version it is."""
    yield fine(f"import-watch {version('import-watch')} and boto3 {version('boto3')} here")
    for name in examined.functions:
        known = examined.configured(name)
        what = f"{name}: {known['Runtime']}, code {known['CodeSha256'][:8]} of {known['LastModified']}"
        state, update = known.get("State", "Active"), known.get("LastUpdateStatus", "Successful")
        if known["Runtime"] != RUNTIME:
            yield finding(f"{what}: its bundle is for {RUNTIME}", "make deploy")
        elif (state, update) != ("Active", "Successful"):
            yield finding(f"{what}: {state}, its last update {update}", "see the function in Lambda; make deploy")
        else:
            yield fine(what)
