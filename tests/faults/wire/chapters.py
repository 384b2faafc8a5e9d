"""Chapters of a target's life: what is listed at which tick, and what must reach every channel whatever happens.

Ids are computed here from the contract, not with the product's code.
"""

import hashlib
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

from tests.faults.findings import Wanted
from tests.faults.wire.lists import Calendar, Job
from tests.faults.wire.services import EMAIL, EVENTBRIDGE, SNS

CHANNELS: Final = (SNS, EVENTBRIDGE)
DEFAULTS: Final = ("completed", "completed_with_failures", "failed", "cancelled", "overdue")


@dataclass(frozen=True, slots=True, kw_only=True)
class Scene:
    """A tick, and the world at that time."""

    minute: float
    jobs: Sequence[Job] | None
    """None: the target is gone."""
    denied: str | None = None
    """An operation that is denied in it."""
    fails: bool = False
    """Whether the tick fails, as it must where nothing could be polled."""
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
    kinds: Mapping[str, str] = field(default_factory=dict)
    """What jobs that finished must be told as, and never as anything else."""
    target: Sequence[tuple[str, float]] = ()
    """Kind, and the minute since when the target failed, of each that is wanted of the target itself."""
    notify: Sequence[str] = DEFAULTS
    named: str = "pinpoint:{}/segment"
    """Its target, but for a name."""
    people: bool = False
    """Whether people are told by email, too: of more than one job at once, in one."""

    @property
    def source(self) -> str:
        """Name the kind of its list."""
        return self.named.partition(":")[0]

    def watch(self, name: str, target: str) -> Mapping[str, Any]:
        """Build the schedule's input."""
        people = {"email": True, "digestAbove": 1} if self.people else {}
        return {"name": name, "targets": [target], "policy": {"notify": list(self.notify), **people}}

    def wanted(self, target: str, moment: Calendar) -> set[Wanted]:
        """Tell what every channel must get."""
        ids = [_id(target, job, milestone) for job, milestone in self.jobs]
        ids += [_hashed(f"{target}|{kind}|{_written(moment(since))}") for kind, since in self.target]
        channels = (*CHANNELS, EMAIL) if self.people else CHANNELS
        return {(one, channel) for one in ids for channel in channels}

    def mistold(self, target: str, told: Collection[tuple[str, str]]) -> list[str]:
        """Find jobs that were told as something else than they are, by the ids and kinds of messages."""
        kinds = {_id(target, job, "finished"): (job, kind) for job, kind in self.kinds.items()}
        wrong = [(*kinds[one], kind) for one, kind in told if one in kinds and kinds[one][1] != kind]
        return [f"{job} was told as {kind}, and is {right}" for job, right, kind in wrong]


def _id(target: str, job: str, milestone: str) -> str:
    source, _, path = target.partition(":")
    return _hashed(f"{source}|{path.partition('/')[0]}|{job}|{milestone}")


def _hashed(name: str) -> str:
    return hashlib.sha256(name.encode()).hexdigest()


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
    kinds={"a": "completed", "c": "completed_with_failures", "d": "failed", "e": "cancelled", "f": "completed"},
)
LEFTOVERS: Final = Chapter(
    name="leftovers",
    before=(Scene(minute=0, jobs=()), Scene(minute=1, jobs=FINISHED[:3], denied="PublishBatch")),
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
