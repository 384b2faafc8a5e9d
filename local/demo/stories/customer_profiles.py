"""What happens at Customer Profiles: two domains' upload jobs, which are created, then started, or not."""

import hashlib
from collections.abc import Mapping
from datetime import datetime, timedelta
from http import HTTPStatus
from typing import Any

from local.demo.scene import Job, Scene
from local.demo.story import Story
from local.demo.verdict import News
from local.stand_in import upload_job

SHOP = "customer-profiles:shop"
EMEA = "customer-profiles:shop-emea"

LONG_AGO = tuple(Job(SHOP, f"old-{days}", "SUCCEEDED", age=timedelta(days=days)) for days in range(1, 121))
ALMOST_SIX_HOURS = timedelta(hours=6, seconds=-36)


def _summary(*, updated: int, created: int, failed: int) -> Mapping[str, Any]:
    """Give what GetUploadJob alone tells, and no list."""
    return {"ResultsSummary": {"UpdatedRecords": updated, "CreatedRecords": created, "FailedRecords": failed}}


SCENES = (
    Scene(
        at=0,
        title="A domain with a past: the first tick lists all of it, and announces none",
        past=LONG_AGO,
        jobs=(
            Job(SHOP, "recent-1", "SUCCEEDED", age=timedelta(minutes=40)),
            Job(SHOP, "recent-2", "FAILED", age=timedelta(minutes=20)),
        ),
        answers={SHOP: HTTPStatus.OK, EMEA: HTTPStatus.OK},
    ),
    Scene(
        at=4,
        title="Five uploads are created; another was almost six hours ago, and nobody has started it",
        jobs=(
            Job(SHOP, "clean-file", "CREATED"),
            Job(SHOP, "bad-rows", "CREATED"),
            Job(SHOP, "half-read", "CREATED"),
            Job(SHOP, "wrong-format", "CREATED"),
            Job(SHOP, "called-off", "CREATED"),
            Job(SHOP, "forgotten", "CREATED", age=ALMOST_SIX_HOURS),
        ),
    ),
    Scene(
        at=8,
        title="The five are started, and two ticks overlap: nothing to say",
        jobs=(
            Job(SHOP, "clean-file", "IN_PROGRESS"),
            Job(SHOP, "bad-rows", "IN_PROGRESS"),
            Job(SHOP, "half-read", "IN_PROGRESS"),
            Job(SHOP, "wrong-format", "IN_PROGRESS"),
            Job(SHOP, "called-off", "IN_PROGRESS"),
        ),
        ticks=2,
    ),
    Scene(
        at=12,
        title="One succeeds: that is news, and worth asking how many records it had",
        jobs=(Job(SHOP, "clean-file", "SUCCEEDED", facts=_summary(updated=4000, created=1000, failed=0)),),
        expected=(News("completed", "clean-file"),),
    ),
    Scene(at=16, title="Nothing has changed: what does such a quiet tick cost?", counted=True),
    Scene(
        at=20,
        title="Two succeed but for some records, one fails: two ticks at once, and no message twice",
        jobs=(
            Job(SHOP, "bad-rows", "SUCCEEDED", facts=_summary(updated=4000, created=988, failed=12)),
            Job(SHOP, "half-read", "PARTIALLY_SUCCEEDED", facts=_summary(updated=0, created=2500, failed=2500)),
            Job(SHOP, "wrong-format", "FAILED", facts={"StatusReason": "VALIDATION_FAILURE"}),
        ),
        ticks=2,
        expected=(
            News("completed_with_failures", "bad-rows"),
            News("completed_with_failures", "half-read"),
            News("failed", "wrong-format"),
        ),
    ),
    Scene(
        at=25,
        title="One is stopped; another came and went between two ticks",
        jobs=(Job(SHOP, "called-off", "STOPPED"), Job(EMEA, "in-a-flash", "SUCCEEDED")),
        expected=(News("cancelled", "called-off"), News("completed", "in-a-flash")),
    ),
    Scene(
        at=30,
        title="The second domain answers 404: once may be a hiccup",
        jobs=(Job(SHOP, "last-one", "CREATED"),),
        answers={EMEA: HTTPStatus.NOT_FOUND},
    ),
    Scene(at=34, title="... twice is news", expected=(News("target_unavailable", EMEA),)),
    Scene(
        at=38,
        title="It is back",
        jobs=(Job(SHOP, "last-one", "IN_PROGRESS"),),
        answers={EMEA: HTTPStatus.OK},
        expected=(News("target_recovered", EMEA),),
    ),
    Scene(at=46, title="Six hours, and never started: overdue", expected=(News("overdue", "forgotten"),)),
    Scene(
        at=51,
        title="The last one succeeds. Hands off: the schedule itself has to see it",
        jobs=(Job(SHOP, "last-one", "SUCCEEDED", facts=_summary(updated=1, created=0, failed=0)),),
        ticks=0,
        expected=(News("completed", "last-one"),),
    ),
)


def _id(name: str) -> str:
    """Give 32 digits, as the service does."""
    return hashlib.sha256(name.encode()).hexdigest()[:32]


def _created(job: Job, moment: datetime) -> Mapping[str, Any]:
    return upload_job(job.target, _id(job.id), "CREATED", created=moment, DisplayName=job.id)


def _changed(job: Job, finished: datetime | None) -> Mapping[str, Any]:
    return {"Status": job.status, **({"CompletedAt": finished} if finished else {}), **job.facts}


STORY = Story(
    source="customer-profiles",
    service="Customer Profiles",
    watch={"name": "demo", "every": "1 minute", "targets": (SHOP, EMEA), "overdueAfter": "6 hours"},
    scenes=SCENES,
    finished=frozenset({"SUCCEEDED", "PARTIALLY_SUCCEEDED", "FAILED", "STOPPED"}),
    id=_id,
    created=_created,
    changed=_changed,
    asked=(("status",), ("explain", _id("bad-rows"))),
    next="Name your own domains in cdk.json",
)
