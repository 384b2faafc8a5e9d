"""What a story is made of."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from http import HTTPStatus
from typing import Any

from local.demo.verdict import News


@dataclass(frozen=True, slots=True)
class Job:
    """What is listed of an import job from a scene on."""

    target: str
    id: str
    """Or its name, where ids are no words."""
    status: str
    age: timedelta = timedelta(0)
    """How long ago it was created and, if its status says so, finished."""
    facts: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Scene:
    """Something happens at the service; the function is invoked with the schedule's own input; announcements arrive."""

    at: float
    """Seconds after the deployment: when it begins, unless the scene before it still lasts."""
    title: str
    past: tuple[Job, ...] = ()
    """Jobs of long ago, too many to be shown one by one."""
    jobs: tuple[Job, ...] = ()
    answers: Mapping[str, HTTPStatus] = field(default_factory=dict)
    """How targets answer from now on."""
    ticks: int = 1
    """How many at once; with none, the announcement is left to the schedule itself."""
    counted: bool = False
    """Whether to count what the tick costs."""
    expected: tuple[News, ...] = ()
