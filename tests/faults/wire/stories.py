"""Which stories the suite plays: each kind of trouble at each request, and ticks that overlap at each request."""

from collections.abc import Mapping, Sequence
from itertools import groupby, product
from typing import Final

from tests.faults.wire.chapters import (
    ALL_AT_ONCE,
    BACK,
    COUNTERS_COME_LATE,
    FIRST_SIGHT,
    GONE,
    HELD,
    LEFTOVERS,
    PEOPLE_ARE_TOLD,
    QUIET,
    Chapter,
)
from tests.faults.wire.plan import Fault, Trouble
from tests.faults.wire.services import PROFILES, Call
from tests.faults.wire.story import Story
from tests.faults.wire.uploads import DETAILS_ARE_BACK, UPLOADS

CHAPTERS: Final[Mapping[str, Sequence[Chapter]]] = {
    "pinpoint": (
        *(FIRST_SIGHT, ALL_AT_ONCE, LEFTOVERS, GONE, BACK, QUIET),
        *(COUNTERS_COME_LATE, HELD, PEOPLE_ARE_TOLD),
    ),
    "customer-profiles": (UPLOADS, DETAILS_ARE_BACK),
}
"""By source. What differs between them is how jobs are listed and asked for, and what follows from that."""
SINGLE: Final = tuple(trouble for trouble in Trouble if trouble is not Trouble.DENIED)
LASTING: Final = (Trouble.REFUSED, Trouble.BROKEN, Trouble.CUT, Trouble.LATE)
"""What all attempts at a call meet: no answer or a refusal, whether or not it was acted on."""
ENDINGS: Final = (None, Trouble.KILLED_BEFORE, Trouble.KILLED_AFTER, Trouble.CUT)
"""What becomes of a tick that was held: it goes on, dies, or loses that reply."""
LATEST, EARLIER, TOO_LATE = 109.0, -30.0, 115.0  # seconds; a claim holds for 110
BUSIEST: Final = (ALL_AT_ONCE, BACK, UPLOADS)
NEW_FROM: Final[Mapping[str, str]] = {
    COUNTERS_COME_LATE.name: "ListJobs",
    HELD.name: "ListJobs",
    PEOPLE_ARE_TOLD.name: "PutEvents",
    UPLOADS.name: "ListUploadJobs",
    DETAILS_ARE_BACK.name: "ListUploadJobs",
}
"""The first operation in which these chapters have something new: all before it is as in any other."""
ALIKE: Final = 4
"""Requests of one operation in a row; of more, those between the first two and the last two tell nothing."""


def single_faults(chapter: Chapter, calls: Sequence[Call]) -> list[Story]:
    """Each kind of trouble, at each request of the chapter's tick."""
    stories = []
    places = _telling(calls, _first(calls, NEW_FROM.get(chapter.name)))
    if chapter is DETAILS_ARE_BACK:
        places = [at for at in places if calls[at - 1].service == PROFILES]  # what follows is as in the others
    for at in places:
        faults = [Fault(at=at, trouble=trouble) for trouble in _troubles(chapter, calls[at - 1])]
        faults += [Fault(at=at, trouble=trouble, whole_call=True) for trouble in LASTING]
        stories += [Story(chapter=chapter, fault=fault) for fault in faults]
    return stories


def overlaps(chapter: Chapter, calls: Sequence[Call]) -> list[Story]:
    """One tick or two, from beginning to end, while another is held at each of its requests.

    Where jobs are asked for by themselves, from there to the first publish: else it is as where they aren't.
    """
    meanwhile = ([LATEST], [EARLIER], [EARLIER, LATEST])
    places = _telling(calls)
    if chapter is UPLOADS:
        places = _telling(calls[: _first(calls, "PublishBatch") + 1], _first(calls, "GetUploadJob"))
    return [
        Story(chapter=chapter, fault=Fault(at=at, trouble=trouble, held=True), others=others)
        for at, trouble, others in product(places, ENDINGS, meanwhile)
    ]


def at_once(chapter: Chapter, rounds: int) -> list[Story]:
    """Three ticks at the same time, however they mix."""
    return [Story(chapter=chapter, others=[EARLIER, -EARLIER])] * rounds


def beyond_the_lease(chapter: Chapter, calls: Sequence[Call]) -> list[Story]:
    """Let a tick live longer than its claims hold, which is what a lease no longer than the time-out comes to."""
    return [Story(chapter=chapter, fault=Fault(at=at, held=True), others=[TOO_LATE]) for at in _places(calls)]


def publishes(chapter: Chapter, calls: Sequence[Call]) -> list[Story]:
    """Each kind of trouble at the requests that publish."""
    places = [at for at, call in zip(_places(calls), calls, strict=True) if call.messages]
    return [Story(chapter=chapter, fault=Fault(at=at, trouble=trouble)) for at in places for trouble in SINGLE]


def _places(calls: Sequence[Call]) -> range:
    return range(1, len(calls) + 1)


def _troubles(chapter: Chapter, call: Call) -> list[Trouble]:
    """Give the kinds of trouble that tell something: a 503 is to the SDK what a 500 is, so some chapters do for it."""
    if call.service == PROFILES:
        return [*SINGLE, Trouble.DENIED]
    return [trouble for trouble in SINGLE if chapter in BUSIEST or trouble is not Trouble.UNAVAILABLE]


def _telling(calls: Sequence[Call], first: int = 0) -> list[int]:
    """Give the places, from the one after so many on, that tell something."""
    places = []
    for _, alike in groupby(list(enumerate(calls, start=1))[first:], lambda each: each[1].operation):
        row = [at for at, _ in alike]
        places += row if len(row) <= ALIKE else [*row[:2], *row[-2:]]
    return places


def _first(calls: Sequence[Call], operation: str | None) -> int:
    return 0 if operation is None else [call.operation for call in calls].index(operation)
