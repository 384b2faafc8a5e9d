"""What the function may do for the watches: exact resources, wider only where a role's policies can't hold them all."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

SEGMENT_JOBS: Final = "mobiletargeting:GetSegmentImportJobs"
APPLICATION_JOBS: Final = "mobiletargeting:GetImportJobs"
APPLICATIONS: Final = "mobiletargeting:GetApps"
PUT_EVENTS: Final = "events:PutEvents"

# Characters of resources that each policy has room for. A managed policy holds 6,144, of which the function's own
# statements take some 1,300 of the first; a role has ten of them (IAM quotas), some of which are left to others.
ROOM: Final = (4_400, *(5_600,) * 5)
# What an ARN takes beside its service and resource: account and Region aren't known here, so the longest ones.
_AROUND: Final = len('"arn:aws-us-gov::ap-southeast-2:123456789012:",')


class PolicyTooLargeError(ValueError):
    """The watches need more than a role's policies can say, however wide."""


@dataclass(frozen=True, slots=True, order=True)
class Permission:
    """One action on one resource, the latter as an ARN ends."""

    action: str
    resource: str

    @property
    def service(self) -> str:
        """The ARN's service, which is also the action's prefix."""
        return self.action.partition(":")[0]

    @property
    def is_wide(self) -> bool:
        """Whether it covers what no watch names."""
        return self.resource.endswith("/*")

    @property
    def size(self) -> int:
        """Characters it takes of a policy."""
        return len(self.service) + len(self.resource) + _AROUND


EVERY_APPLICATION: Final = "apps/*"
WHOLE_ACCOUNT: Final = frozenset(
    {
        Permission(APPLICATION_JOBS, EVERY_APPLICATION),
        # Listing the applications is allowed on `apps/*` by AWS's Service Authorization Reference, and on `apps` by
        # Amazon Pinpoint's developer guide. Either allows nothing but that.
        Permission(APPLICATIONS, EVERY_APPLICATION),
        Permission(APPLICATIONS, "apps"),
    }
)


def policies(targets: Iterable[str], buses: Iterable[str], room: Sequence[int] = ROOM) -> list[list[Permission]]:
    """Lay out what these targets and event buses need, one list a policy; PolicyTooLargeError where it doesn't fit."""
    needed = {Permission(PUT_EVENTS, f"event-bus/{bus}") for bus in buses}
    needed |= {permission for target in targets for permission in _listing(target)}
    if needed >= WHOLE_ACCOUNT:
        needed = {one for one in needed if one.action != APPLICATION_JOBS} | WHOLE_ACCOUNT
    segments: defaultdict[str, set[Permission]] = defaultdict(set)
    for permission in needed:
        if permission.action == SEGMENT_JOBS:
            segments[permission.resource.split("/")[1]].add(permission)
    # What saves most goes first, so that as few applications as possible are widened.
    widest_first = sorted(segments, key=lambda application: (-_saved(application, segments[application]), application))
    while (laid_out := _lay_out(needed, room)) is None:
        if not widest_first:
            raise PolicyTooLargeError(f"{len(needed)} resources, as wide as they get")
        application = widest_first.pop(0)
        needed = needed - segments[application] | {_any_segment(application)}
    return laid_out


def _listing(target: str) -> Iterable[Permission]:
    if target == "pinpoint:*":
        return WHOLE_ACCOUNT
    application, _, segment = target.removeprefix("pinpoint:").partition("/")
    if not segment:
        return [Permission(APPLICATION_JOBS, f"apps/{application}")]
    return [Permission(SEGMENT_JOBS, f"apps/{application}/segments/{segment}")]


def _any_segment(application: str) -> Permission:
    return Permission(SEGMENT_JOBS, f"apps/{application}/*")


def _saved(application: str, segments: Iterable[Permission]) -> int:
    return sum(segment.size for segment in segments) - _any_segment(application).size


def _lay_out(permissions: Iterable[Permission], room: Sequence[int]) -> list[list[Permission]] | None:
    """Fill one policy after the other, in order; None where they don't suffice."""
    laid_out: list[list[Permission]] = [[]]
    left = list(room)
    for permission in sorted(permissions):
        if permission.size > left[0]:
            if len(left) == 1:
                return None
            left.pop(0)
            laid_out.append([])
        left[0] -= permission.size
        laid_out[-1].append(permission)
    return laid_out
