"""Which stories the suite plays: each kind of trouble at each request, and ticks that overlap at each request."""

from collections.abc import Sequence
from itertools import product
from typing import Final

from tests.faults.wire.chapters import ALL_AT_ONCE, BACK, PEOPLE_ARE_TOLD, Chapter
from tests.faults.wire.plan import Fault, Trouble
from tests.faults.wire.services import Call
from tests.faults.wire.story import Story

SINGLE: Final = tuple(trouble for trouble in Trouble if trouble is not Trouble.DENIED)
LASTING: Final = (Trouble.REFUSED, Trouble.BROKEN, Trouble.CUT, Trouble.LATE)
"""What all attempts at a call meet: no answer or a refusal, whether or not it was acted on."""
ENDINGS: Final = (None, Trouble.KILLED_BEFORE, Trouble.KILLED_AFTER, Trouble.CUT)
"""What becomes of a tick that was held: it goes on, dies, or loses that reply."""
LATEST, EARLIER, TOO_LATE = 109.0, -30.0, 115.0  # seconds; a claim holds for 110
BUSIEST: Final = (ALL_AT_ONCE, BACK)
SENT_LATER: Final = (PEOPLE_ARE_TOLD,)
"""What is new in these begins with the first publish: all before it is as in any other."""


def single_faults(chapter: Chapter, calls: Sequence[Call]) -> list[Story]:
    """Each kind of trouble, at each request of the chapter's tick."""
    stories = []
    first = next(at for at, call in enumerate(calls, start=1) if call.messages) if chapter in SENT_LATER else 1
    for at in _places(calls)[first - 1 :]:
        faults = [Fault(at=at, trouble=trouble) for trouble in SINGLE]
        faults += [Fault(at=at, trouble=trouble, whole_call=True) for trouble in LASTING]
        stories += [Story(chapter=chapter, fault=fault) for fault in faults]
    return stories


def overlaps(chapter: Chapter, calls: Sequence[Call]) -> list[Story]:
    """One tick or two, from beginning to end, while another is held at each of its requests."""
    meanwhile = ([LATEST], [EARLIER], [EARLIER, LATEST])
    return [
        Story(chapter=chapter, fault=Fault(at=at, trouble=trouble, held=True), others=others)
        for at, trouble, others in product(_places(calls), ENDINGS, meanwhile)
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
