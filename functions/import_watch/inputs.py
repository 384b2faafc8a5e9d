"""A watch as the schedule's input carries it: read, with every mistake named, and written."""

import re
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta
from typing import Any, Final

from import_watch.jobs import JOB_KINDS, Json, Kind, Target
from import_watch.policy import Policy, Watch


class InvalidWatchError(ValueError):
    """The input isn't a watch; the text names the key, the value and what is allowed."""


MAX_DIGEST_ABOVE: Final = 1_000
"""More than this is no number of messages for a person."""
ReadFile = Callable[[str], object]
"""Reads a file of targets by its name; LookupError where there is none."""
ParseTarget = Callable[[str], Target]
"""Reads a target; ValueError where it is none."""


def no_file(name: str) -> object:
    """Know of no file, whatever its name."""
    raise LookupError(name)


def parse_watch(event: object, read_file: ReadFile = no_file, parse: ParseTarget = Target.parse) -> Watch:
    """Read `{"watch": {"name", "targets", "policy"}}`; InvalidWatchError names what is wrong with it.

    There may be a file's name under "targetsFile" instead of "targets". What targets there are, `parse` knows.
    """
    keys = {"name", "targets", "targetsFile", "policy"}
    watch = _mapping("watch", _mapping("input", event, {"watch"}).get("watch"), keys)
    return Watch(
        name=_name("watch.name", watch.get("name")),
        targets=_targets("watch.targets", _listed(watch, read_file), parse),
        policy=_policy(_mapping("watch.policy", watch.get("policy", {}), set(_POLICY_KEYS))),
    )


def write_watch(watch: Watch) -> dict[str, Json]:
    """Write a watch so that `parse_watch` reads the same; of the policy only what differs from the defaults."""
    usual = Policy()
    policy: dict[str, Json] = {
        key: write(getattr(watch.policy, name))
        for key, (name, _, write) in _POLICY_KEYS.items()
        if getattr(watch.policy, name) != getattr(usual, name)
    }
    return {"watch": {"name": watch.name, "targets": [*map(str, watch.targets)], "policy": policy}}


def _wrong(key: str, value: object, allowed: str) -> InvalidWatchError:
    return InvalidWatchError(f"{key}: {value!r} is not allowed; allowed: {allowed}")


def _mapping(key: str, value: object, allowed: set[str]) -> Mapping[str, object]:
    words = ", ".join(sorted(allowed))
    if not isinstance(value, Mapping):
        raise _wrong(key, value, f"an object of {words}")
    for name in value:
        if name not in allowed:
            raise _wrong(f"{key}.{name}", value[name], f"only the keys {words}")
    return value


def _name(key: str, value: object) -> str:
    if not isinstance(value, str) or not re.fullmatch("[a-z0-9-]{1,32}", value):
        raise _wrong(key, value, "1-32 of a-z, 0-9 and '-'")
    return value


def _listed(watch: Mapping[str, object], read_file: ReadFile) -> object:
    if "targetsFile" not in watch:
        return watch.get("targets")
    key, name = "watch.targetsFile", watch["targetsFile"]
    if "targets" in watch:
        raise _wrong(key, name, "either targets or targetsFile")
    # A plain name, so that whoever writes an input can have nothing else read.
    if isinstance(name, str) and re.fullmatch(r"[a-z0-9-]{1,32}\.json", name):
        with suppress(LookupError):
            return read_file(name)
    raise _wrong(key, name, "the name of a file of targets in the function's bundle")


def _targets(key: str, value: object, parse: ParseTarget) -> tuple[Target, ...]:
    if not isinstance(value, list) or not value:
        raise _wrong(key, value, "a list of at least one target")
    targets: dict[Target, None] = {}
    applications: set[Target] = set()
    for text in value:
        try:
            target = parse(text if isinstance(text, str) else repr(text))
        except ValueError as error:
            raise InvalidWatchError(f"{key}: {error}") from None
        application = replace(target, segment_id=None)
        if target in targets or application in targets or (target == application and application in applications):
            raise _wrong(key, text, "each job once: no target twice, no application beside one of its own segments")
        targets[target] = None
        applications.add(application)
    for account in filter(lambda target: target.is_account, targets):
        for target in targets:
            if target.source == account.source and target != account:
                allowed = f"each job once: nothing of the same source beside {account}, which has each application's"
                raise _wrong(key, str(target), allowed)
    return tuple(targets)


def _notify(key: str, value: object) -> frozenset[Kind]:
    if not isinstance(value, list) or not JOB_KINDS.issuperset(map(str, value)):
        raise _wrong(key, value, f"a list of {', '.join(sorted(JOB_KINDS))}")
    return frozenset(map(Kind, value))


_UNITS: Final = {"minute": timedelta(minutes=1), "hour": timedelta(hours=1), "day": timedelta(days=1)}


def _duration(key: str, value: object) -> timedelta:
    match = re.fullmatch(r"(\d{1,5}) (minute|hour|day)s?", value) if isinstance(value, str) else None
    if not match:
        raise _wrong(key, value, "a number of minutes, hours or days, such as '6 hours'")
    return int(match[1]) * _UNITS[match[2]]


def _spelled(span: timedelta) -> str:
    unit = next(unit for unit in reversed(_UNITS) if not span % _UNITS[unit])
    return f"{span // _UNITS[unit]} {unit}s"


def _flag(key: str, value: object) -> bool:
    if not isinstance(value, bool):
        raise _wrong(key, value, "true or false")
    return value


def _event_bus(key: str, value: object) -> str | None:
    # One that no bus can have would be refused with whatever is sent to it, as if that were at fault.
    if value is not None and not (isinstance(value, str) and re.fullmatch("[A-Za-z0-9._/-]{1,256}", value)):
        raise _wrong(key, value, "the name of an event bus, 1-256 letters, digits or '._/-', or null for none")
    return value


def _digest_above(key: str, value: object) -> int | None:
    if value is not None and not (type(value) is int and 1 <= value <= MAX_DIGEST_ABOVE):
        raise _wrong(key, value, f"a whole number from 1 to {MAX_DIGEST_ABOVE}, or null for never")
    return value


def _as_it_is(value: Json) -> Json:
    return value


_POLICY_KEYS: Final[dict[str, tuple[str, Callable[[str, object], object], Callable[[Any], Json]]]] = {
    "notify": ("notify", _notify, sorted),
    "overdueAfter": ("overdue_after", _duration, _spelled),
    "announceFinishedWithin": ("announce_finished_within", _duration, _spelled),
    "announceNotOlderThan": ("announce_not_older_than", _duration, _spelled),
    "includeFailures": ("include_failures", _flag, _as_it_is),
    "eventBus": ("event_bus", _event_bus, _as_it_is),
    "email": ("email", _flag, _as_it_is),
    "chat": ("chat", _flag, _as_it_is),
    "digestAbove": ("digest_above", _digest_above, _as_it_is),
    "idleEvery": ("idle_every", _duration, _spelled),
    "every": ("every", _duration, _spelled),
}
"""By a key of the input: the attribute, how it is read, and how it is written."""


def _policy(given: Mapping[str, object]) -> Policy:
    values: dict[str, Any] = {}
    for key, value in given.items():
        name, read, _ = _POLICY_KEYS[key]
        values[name] = read(f"watch.policy.{key}", value)
    policy = Policy(**values)
    if (idle_every := policy.idle_every) is not None:
        key, value = "watch.policy.idleEvery", given["idleEvery"]
        if not (policy.every and policy.every < idle_every):
            raise _wrong(key, value, "longer than watch.policy.every, which it needs")
        if 2 * idle_every > policy.announce_not_older_than:  # else a turn that is missed makes what finished late
            raise _wrong(key, value, "at most half of watch.policy.announceNotOlderThan")
    return policy
