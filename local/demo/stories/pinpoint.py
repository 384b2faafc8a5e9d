"""What happens at Pinpoint: two segments' import jobs."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from http import HTTPStatus
from typing import Any

from local.demo.scene import Job, Scene
from local.demo.story import Story
from local.demo.verdict import News
from local.stand_in import import_job
from local.stand_in.pinpoint import api_date

NEWSLETTER = "pinpoint:shop/spring-newsletter"
EMEA = "pinpoint:shop/customers-emea"

LONG_AGO = tuple(Job(NEWSLETTER, f"old-{days}", "COMPLETED", age=timedelta(days=days)) for days in range(1, 121))
ALMOST_SIX_HOURS = timedelta(hours=6, seconds=-36)

SCENES = (
    Scene(
        at=0,
        title="A segment with a past: the first tick lists all of it, and announces none",
        past=LONG_AGO,
        jobs=(
            Job(NEWSLETTER, "recent-1", "COMPLETED", age=timedelta(minutes=40)),
            Job(NEWSLETTER, "recent-2", "FAILED", age=timedelta(minutes=20)),
        ),
        answers={NEWSLETTER: HTTPStatus.OK, EMEA: HTTPStatus.OK},
    ),
    Scene(
        at=4,
        title="Four imports begin; another has been running for almost six hours",
        jobs=(
            Job(NEWSLETTER, "clean-file", "CREATED"),
            Job(NEWSLETTER, "bad-rows", "CREATED"),
            Job(NEWSLETTER, "wrong-format", "CREATED"),
            Job(NEWSLETTER, "called-off", "CREATED"),
            Job(NEWSLETTER, "stuck", "PROCESSING", age=ALMOST_SIX_HOURS),
        ),
    ),
    Scene(
        at=8,
        title="They move on, and two ticks overlap: nothing to say",
        jobs=(
            Job(NEWSLETTER, "clean-file", "PROCESSING"),
            Job(NEWSLETTER, "bad-rows", "PROCESSING"),
            Job(NEWSLETTER, "wrong-format", "INITIALIZING"),
            Job(NEWSLETTER, "called-off", "INITIALIZING"),
        ),
        ticks=2,
    ),
    Scene(
        at=12,
        title="One completes: that is news",
        jobs=(
            Job(NEWSLETTER, "clean-file", "COMPLETED"),
            Job(NEWSLETTER, "wrong-format", "PROCESSING"),
            Job(NEWSLETTER, "called-off", "PROCESSING"),
        ),
        expected=(News("completed", "clean-file"),),
    ),
    Scene(at=16, title="Nothing has changed: what does such a quiet tick cost?", counted=True),
    Scene(
        at=20,
        title="One completes with failed rows, one fails: two ticks at once, and no message twice",
        jobs=(
            Job(NEWSLETTER, "bad-rows", "COMPLETED", facts={"TotalProcessed": 5000, "TotalFailures": 12}),
            Job(NEWSLETTER, "wrong-format", "FAILED"),
        ),
        ticks=2,
        expected=(News("completed_with_failures", "bad-rows"), News("failed", "wrong-format")),
    ),
    Scene(
        at=25,
        title="One is cancelled; another came and went between two ticks",
        jobs=(Job(NEWSLETTER, "called-off", "CANCELLED"), Job(EMEA, "in-a-flash", "COMPLETED")),
        expected=(News("cancelled", "called-off"), News("completed", "in-a-flash")),
    ),
    Scene(
        at=30,
        title="The second segment answers 404: once may be a hiccup",
        jobs=(Job(NEWSLETTER, "last-one", "CREATED"),),
        answers={EMEA: HTTPStatus.NOT_FOUND},
    ),
    Scene(at=34, title="... twice is news", expected=(News("target_unavailable", EMEA),)),
    Scene(
        at=38,
        title="It is back",
        jobs=(Job(NEWSLETTER, "last-one", "PROCESSING"),),
        answers={EMEA: HTTPStatus.OK},
        expected=(News("target_recovered", EMEA),),
    ),
    Scene(at=46, title="Six hours, and still running: overdue", expected=(News("overdue", "stuck"),)),
    Scene(
        at=51,
        title="The last one completes. Hands off: the schedule itself has to see it",
        jobs=(Job(NEWSLETTER, "last-one", "COMPLETED"),),
        ticks=0,
        expected=(News("completed", "last-one"),),
    ),
)


def _created(job: Job, moment: datetime) -> Mapping[str, Any]:
    return import_job(job.target, job.id, "CREATED", created=moment)


def _changed(job: Job, finished: datetime | None) -> Mapping[str, Any]:
    return {"JobStatus": job.status, **({"CompletionDate": api_date(finished)} if finished else {}), **job.facts}


STORY = Story(
    source="pinpoint",
    service="Pinpoint",
    watch={"name": "demo", "every": "1 minute", "targets": (NEWSLETTER, EMEA), "overdueAfter": "6 hours"},
    scenes=SCENES,
    finished=frozenset({"COMPLETED", "FAILED", "CANCELLED"}),
    id=str,
    created=_created,
    changed=_changed,
    asked=(("status",), ("explain", "bad-rows")),
    next="Name your own segments in cdk.json",
)
