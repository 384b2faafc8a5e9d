"""What the function may do for the watches: exact resources, wider only where a role's policies can't hold them all."""

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Container, Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from infra.watch import ACCOUNT

SEGMENT_JOBS: Final = "mobiletargeting:GetSegmentImportJobs"
APPLICATION_JOBS: Final = "mobiletargeting:GetImportJobs"
APPLICATIONS: Final = "mobiletargeting:GetApps"
PUT_EVENTS: Final = "events:PutEvents"

# Characters of resources that each policy has room for. A managed policy holds 6,144, of which the function's own
# statements take some 1,600 of the first; a role has ten of them (IAM quotas), some of which are left to others.
ROOM: Final = (4_200, *(5_600,) * 5)
# What an ARN takes beside its service and resource: account and Region aren't known here, so the longest ones.
_AROUND: Final = len('"arn:aws-us-gov::ap-southeast-2:123456789012:",')


class PolicyTooLargeError(ValueError):
    """The watches' event buses are more than a role's policies can name."""


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
    def wider(self) -> "tuple[Permission, ...]":
        """What may take its place where it finds no room, ever wider."""
        if self.action == APPLICATION_JOBS:
            return (Permission(self.action, EVERY_APPLICATION),)
        if self.action == SEGMENT_JOBS:
            application = "/".join(self.resource.split("/")[:2])
            return (Permission(self.action, f"{application}/*"), Permission(self.action, EVERY_APPLICATION))
        return ()

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
        needed = _widened(needed, WHOLE_ACCOUNT)
    wider = _wider(needed)

    def laid_out(count: int) -> list[list[Permission]] | None:
        return _lay_out(_widened(needed, set(wider[:count])), room)

    fewest = bisect_left(range(len(wider)), True, key=lambda count: laid_out(count) is not None)
    found = laid_out(fewest)
    if found is None:
        raise PolicyTooLargeError(f"{len(_widened(needed, set(wider)))} resources, as wide as they get")
    return found


def _wider(needed: Iterable[Permission]) -> list[Permission]:
    """List what may take the place of several: applications before all of them, what saves most first."""
    saved: defaultdict[Permission, int] = defaultdict(int)
    for one in needed:
        for wide in one.wider:
            saved[wide] += one.size
    return sorted(saved, key=lambda wide: (wide.resource == EVERY_APPLICATION, wide.size - saved[wide], wide))


def _widened(needed: Iterable[Permission], wider: Container[Permission]) -> set[Permission]:
    """Put in each one's place the widest of these that may."""
    return {next((wide for wide in reversed(one.wider) if wide in wider), one) for one in needed}


def _listing(target: str) -> Iterable[Permission]:
    if target == ACCOUNT:
        return WHOLE_ACCOUNT
    application, _, segment = target.removeprefix("pinpoint:").partition("/")
    if not segment:
        return [Permission(APPLICATION_JOBS, f"apps/{application}")]
    return [Permission(SEGMENT_JOBS, f"apps/{application}/segments/{segment}")]


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
