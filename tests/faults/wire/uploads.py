"""Chapters of Customer Profiles' upload jobs, whose list tells less than each job tells of itself."""

from typing import Final

from tests.faults.wire.chapters import Chapter, Scene
from tests.faults.wire.lists import Job

NAMED: Final = "customer-profiles:{}"
HALF: Final = Job(id="a" * 32, status="SUCCEEDED", completed=0.2, itself="PARTIALLY_SUCCEEDED")
NOT_YET: Final = Job(id="a" * 32, status="SUCCEEDED", completed=0.2, itself="IN_PROGRESS")
SOME: Final = Job(id="b" * 32, status="SUCCEEDED", completed=0.2, failures=12)
FINE: Final = Job(id="c" * 32, status="SUCCEEDED", completed=0.2)
GONE: Final = Job(id="d" * 32, status="SUCCEEDED", completed=0.2, gone=True)
KINDS: Final = {
    HALF.id: "completed_with_failures",
    SOME.id: "completed_with_failures",
    FINE.id: "completed",
    GONE.id: "completed",
}

# One is announced at once, though the other, finished by its list, says of itself that it isn't.
UPLOADS: Final = Chapter(
    name="uploads",
    named=NAMED,
    before=(Scene(minute=0, jobs=()), Scene(minute=1, jobs=(NOT_YET, FINE), fails=True)),
    tick=Scene(minute=2, jobs=(HALF, SOME, FINE, GONE)),
    jobs=tuple((job, "finished") for job in KINDS),
    kinds=KINDS,
)
DETAILS_ARE_BACK: Final = Chapter(
    name="details are back",
    named=NAMED,
    before=(
        Scene(minute=0, jobs=()),
        Scene(minute=1, jobs=(HALF, SOME), denied="GetUploadJob"),
        Scene(minute=2, jobs=(HALF, SOME), denied="GetUploadJob"),
    ),
    tick=Scene(minute=3, jobs=(HALF, SOME)),
    jobs=((HALF.id, "finished"), (SOME.id, "finished")),
    kinds=KINDS,
    target=(("target_unavailable", 1), ("target_recovered", 1)),
)
