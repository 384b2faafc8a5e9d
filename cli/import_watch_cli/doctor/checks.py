"""All checks, in the order that they are made in, and the making of them."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from botocore.exceptions import BotoCoreError, ClientError

from import_watch_cli.doctor import configuration, delivery, permissions, reads, stack, subscribers, targets
from import_watch_cli.doctor.examined import Examined
from import_watch_cli.doctor.findings import Found, Verdict, finding
from import_watch_cli.speech.errors import RefusedError


@dataclass(frozen=True, slots=True)
class Check:
    """Something that is looked at."""

    name: str
    look: Callable[[Examined], Iterable[Found]]


CHECKS: Final = (
    Check("stack", stack.stack),
    Check("caller", stack.caller),
    Check("clock", stack.clock),
    Check("versions", stack.versions),
    Check("reads", reads.caller_may),
    Check("schedules", configuration.schedules),
    Check("settings", configuration.settings),
    Check("event buses", configuration.buses),
    Check("role", permissions.function_may),
    Check("subscriptions", subscribers.subscriptions),
    Check("ticks", targets.ticks),
    Check("alarms", delivery.alarms),
    Check("queues", delivery.queues),
    Check("pending", delivery.pending),
    Check("targets", targets.targets),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One thing said, and by which check."""

    check: str
    found: Found


def examine(examined: Examined, checks: Sequence[Check] = CHECKS) -> list[Line]:
    """Make every check; one that can't look is a finding of its own, and keeps no other from looking."""
    return [Line(check=check.name, found=found) for check in checks for found in _made(check, examined)]


def in_order(lines: Iterable[Line]) -> list[Line]:
    """Give findings first, then what was not checked."""
    order = list(Verdict)
    return sorted(lines, key=lambda line: order.index(line.found.verdict))


def _made(check: Check, examined: Examined) -> Sequence[Found]:
    try:
        return list(check.look(examined))
    except ClientError as error:
        denied = "allow your credentials what it names" if permissions.is_denied(error) else "mend what it names"
        return [finding(f"could not look: {permissions.said(error)}", f"{denied}, and look again")]
    except (BotoCoreError, RefusedError) as error:
        return [finding(f"could not look: {error}", "mend what it names, and look again")]
    except Exception as error:  # noqa: BLE001 - just where something is broken, the other checks have to go on
        return [
            finding(
                f"this check broke: {error!r}",
                "look at that yourself; what AWS answered is not what import-watch expects: please report it",
            )
        ]
