"""Chapters of a target's life: what is listed at which tick, and what must reach every channel whatever happens.

Ids are computed here from the contract, not with the product's code.
"""

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, TypeAlias

from local.stand_in import ImportJob, import_job
from tests.faults.findings import Wanted
from tests.faults.wire.services import EMAIL, EVENTBRIDGE, SNS

CHANNELS: Final = (SNS, EVENTBRIDGE)
DEFAULTS: Final = ("completed", "completed_with_failures", "failed", "cancelled", "overdue")

Calendar: TypeAlias = Callable[[float], datetime]
"""The time at a minute of a story."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """An import job as it is listed; times in minutes of the story."""

    id: str
    status: str = "PROCESSING"
    created: float = -10
    completed: float | None = None
    failures: int = 0

    def listed(self, target: str, moment: Calendar) -> ImportJob:
        """Write it as Pinpoint does."""
        return import_job(
            target,
            self.id,
            self.status,
            created=moment(self.created),
            completed=None if self.completed is None else moment(self.completed),
            TotalFailures=self.failures,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Scene:
    """A tick, and the world at that time."""

    minute: float
    jobs: Sequence[Job] | None
    """None: the target is gone."""
    topic_closed: bool = False
    held_until: float | None = None
    """When the mute ends that somebody has set by then, with hold."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Chapter:
    """Some clean ticks, the tick that trouble is made for, and what the whole of it must come to."""

    name: str
    before: Sequence[Scene] = ()
    tick: Scene
    jobs: Sequence[tuple[str, str]] = ()
    """Job and milestone of each announcement that is wanted."""
    target: Sequence[tuple[str, float]] = ()
    """Kind, and the minute since when the target failed, of each that is wanted of the target itself."""
    notify: Sequence[str] = DEFAULTS
    people: bool = False
    """Whether people are told by email, too: of more than one job at once, in one."""

    def watch(self, name: str, target: str) -> Mapping[str, Any]:
        """Build the schedule's input."""
        people = {"email": True, "digestAbove": 1} if self.people else {}
        return {"name": name, "targets": [target], "policy": {"notify": list(self.notify), **people}}

    def wanted(self, target: str, moment: Calendar) -> set[Wanted]:
        """Tell what every channel must get."""
        application = target.removeprefix("pinpoint:").partition("/")[0]
        names = [f"pinpoint|{application}|{job}|{milestone}" for job, milestone in self.jobs]
        names += [f"{target}|{kind}|{_written(moment(since))}" for kind, since in self.target]
        channels = (*CHANNELS, EMAIL) if self.people else CHANNELS
        return {(hashlib.sha256(name.encode()).hexdigest(), channel) for name in names for channel in channels}


def _written(when: datetime) -> str:
    return when.isoformat(timespec="milliseconds").replace("+00:00", "Z")


RUNNING: Final = Job(id="running")
DONE: Final = Job(id="done", status="COMPLETED", completed=0.2)
FINISHED: Final = (
    Job(id="a", status="COMPLETED", completed=0.2),
    Job(id="b", status="COMPLETED", completed=0.2),
    Job(id="c", status="COMPLETED", completed=0.2, failures=12),
    Job(id="d", status="FAILED", completed=0.2),
    Job(id="e", status="CANCELLED", completed=0.2),
    Job(id="f", status="COMPLETED"),  # nobody knows when
    Job(id="hung", created=-359.8),  # overdue after six hours: at minute 0.2
)

# What came before is history however late the first sight succeeds, and what runs is still running then.
FIRST_SIGHT: Final = Chapter(
    name="first sight",
    tick=Scene(
        minute=0,
        jobs=(
            Job(id="ancient", status="COMPLETED", created=-300, completed=-290),
            Job(id="recent", status="FAILED", created=-40, completed=-30),
            RUNNING,
            Job(id="hung", created=-420),
        ),
    ),
    jobs=(("running", "started"), ("hung", "started"), ("hung", "overdue")),
    notify=(*DEFAULTS, "started"),
)
ALL_AT_ONCE: Final = Chapter(
    name="all at once",
    before=(Scene(minute=0, jobs=()),),
    tick=Scene(minute=1, jobs=FINISHED),
    jobs=(*((job.id, "finished") for job in FINISHED[:-1]), ("hung", "overdue")),
)
LEFTOVERS: Final = Chapter(
    name="leftovers",
    before=(Scene(minute=0, jobs=()), Scene(minute=1, jobs=FINISHED[:3], topic_closed=True)),
    tick=Scene(minute=2, jobs=FINISHED[:3]),
    jobs=tuple((job.id, "finished") for job in FINISHED[:3]),
)
# A listing that breaks in this tick is a failure of another kind: then it takes the two clean ticks, both gone, to tell
# of it. The failure began before, and so its message has the same id.
GONE: Final = Chapter(
    name="gone",
    before=(Scene(minute=0, jobs=(RUNNING,)), Scene(minute=1, jobs=None)),
    tick=Scene(minute=2, jobs=None),
    target=(("target_unavailable", 1),),
)
BACK: Final = Chapter(
    name="back",
    before=(Scene(minute=0, jobs=(RUNNING,)), Scene(minute=1, jobs=None), Scene(minute=2, jobs=None)),
    tick=Scene(minute=3, jobs=(RUNNING, DONE)),
    jobs=(("done", "finished"),),
    target=(("target_unavailable", 1), ("target_recovered", 1)),
)
QUIET: Final = Chapter(
    name="quiet",
    before=(Scene(minute=0, jobs=()), Scene(minute=1, jobs=(DONE,))),
    tick=Scene(minute=2, jobs=(DONE,)),
    jobs=(("done", "finished"),),
)
COUNTERS_COME_LATE: Final = Chapter(
    name="counters come late",
    before=(Scene(minute=0, jobs=()), Scene(minute=1, jobs=(DONE,))),
    tick=Scene(minute=2, jobs=(Job(id="done", status="COMPLETED", completed=0.2, failures=3),)),
    jobs=(("done", "finished"),),
    notify=("completed_with_failures",),
)
# What the tick in trouble records comes at the mute's end, with the clean ticks.
HELD: Final = Chapter(
    name="held",
    before=(Scene(minute=0, jobs=()),),
    tick=Scene(minute=1, jobs=(DONE,), held_until=1.5),
    jobs=(("done", "finished"),),
)
PEOPLE_ARE_TOLD: Final = Chapter(
    name="people are told",
    before=(Scene(minute=0, jobs=()),),
    tick=Scene(minute=1, jobs=FINISHED[:2]),
    jobs=tuple((job.id, "finished") for job in FINISHED[:2]),
    people=True,
)
CHAPTERS: Final = (FIRST_SIGHT, ALL_AT_ONCE, LEFTOVERS, GONE, BACK, QUIET, COUNTERS_COME_LATE, HELD, PEOPLE_ARE_TOLD)
