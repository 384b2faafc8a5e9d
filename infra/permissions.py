"""What the function may do for the watches: exact resources, wider only where a role's policies can't hold them all."""

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Container, Iterable, Sequence
from typing import Final

from import_watch.sources import registry
from import_watch.sources.manifest import Permission

PUT_EVENTS: Final = "events:PutEvents"
LISTING_LISTS: Final = frozenset[str]().union(*(each.listing_lists for each in registry.manifests()))
"""Actions that list what lists an account has."""
NO_RESOURCES: Final = "*"
"""The resource of an action that IAM can't limit to any."""

# Characters of statements that each policy has room for. A managed policy holds 6,144, of which the function's own
# statements take some 1,600 of the first; a role has ten of them (IAM quotas), some of which are left to others.
ROOM: Final = (4_300, *(5_850,) * 5)
_STATEMENT: Final = len('{"Action":"","Effect":"Allow","Resource":[]},')
# What an ARN takes beside its service and resource: account and Region aren't known here, so the longest ones.
_AROUND: Final = len('"arn:aws-us-gov::ap-southeast-2:123456789012:",')


class PolicyTooLargeError(ValueError):
    """The watches' event buses are more than a role's policies can name."""


def needed(targets: Iterable[str], buses: Iterable[str]) -> set[Permission]:
    """Tell what these targets and event buses need, as narrow as it gets."""
    return {Permission(PUT_EVENTS, f"event-bus/{bus}") for bus in buses} | {
        permission
        for target in map(registry.parse, targets)
        for permission in registry.manifest(target.source).permissions(target)
    }


def policies(targets: Iterable[str], buses: Iterable[str], room: Sequence[int] = ROOM) -> list[list[Permission]]:
    """Lay out what these targets and event buses need, one list a policy; PolicyTooLargeError where it doesn't fit."""
    narrow = needed(targets, buses)
    # What is needed wide anyway takes the place of what it covers.
    exact = _widened(narrow, narrow)
    wider = _wider(exact)

    def laid_out(count: int) -> list[list[Permission]] | None:
        return _lay_out(_widened(exact, set(wider[:count])), room)

    fewest = bisect_left(range(len(wider)), True, key=lambda count: laid_out(count) is not None)
    found = laid_out(fewest)
    if found is None:
        raise PolicyTooLargeError(f"{len(_widened(exact, set(wider)))} resources, as wide as they get")
    return found


def size(policy: Iterable[Permission]) -> int:
    """Count the characters that it takes, less what stands around its statements."""
    actions: set[str] = set()
    return sum(_added(one, actions) for one in policy)


def _added(permission: Permission, actions: set[str]) -> int:
    """Count what it adds to a policy, and note its action there."""
    listed = len(permission.service) + len(permission.resource) + _AROUND
    if permission.action in actions:
        return listed
    actions.add(permission.action)
    return listed + len(permission.action) + _STATEMENT


def _wider(exact: Iterable[Permission]) -> list[Permission]:
    """List what may take the place of several: the least wide before the others, what saves most first."""
    saved: defaultdict[Permission, int] = defaultdict(int)
    widenings: dict[Permission, int] = {}
    for one in exact:
        for narrower, wide in enumerate(one.wider):
            saved[wide] += len(one.resource) + _AROUND
            widenings[wide] = len(one.wider) - narrower
    return sorted(saved, key=lambda wide: (-widenings[wide], len(wide.resource) - saved[wide], wide))


def _widened(permissions: Iterable[Permission], wider: Container[Permission]) -> set[Permission]:
    """Put in each one's place the widest of these that may."""
    return {next((wide for wide in reversed(one.wider) if wide in wider), one) for one in permissions}


def _lay_out(permissions: Iterable[Permission], room: Sequence[int]) -> list[list[Permission]] | None:
    """Fill one policy after the other, in order; None where they don't suffice."""
    laid_out: list[list[Permission]] = [[]]
    left, actions = list(room), set[str]()
    for permission in sorted(permissions):
        added = _added(permission, actions)
        if added > left[0]:
            if len(left) == 1:
                return None
            left.pop(0)
            laid_out.append([])
            actions.clear()
            added = _added(permission, actions)
        left[0] -= added
        laid_out[-1].append(permission)
    return laid_out
