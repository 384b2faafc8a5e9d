"""What a process does to the world outside it, one effect at a time, and the ways in which that can go wrong."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from functools import partial
from itertools import count, islice
from typing import Any, cast

from import_watch.announcements import Receipt
from import_watch.channels import Published
from import_watch.jobs import ImportJob, Target, Trouble
from import_watch.listing import Applications, ListingFailedError, Page
from tests.fakes import MemorySource

READS = ("known", "leftovers", "read", "pages", "whole")
OUTBOX, LEDGERS, SOURCE, CHANNEL = "outbox", "ledgers", "source", "channel"


class Answer(StrEnum):
    """What becomes of an effect."""

    GO = "does"
    REFUSE = "is refused"
    """Nothing is done, and the process is told."""
    LOSE = "hears nothing of"
    """It is done, and the reply is lost."""
    REPEAT = "asks again for"
    """It is done, the reply is lost, and the SDK is about to ask again: others may come between."""
    CRASH = "dies before"
    """The process ends: neither this nor anything else of it is done."""


class TableDownError(Exception):
    """The table answered with an error, or not at all."""


@dataclass(frozen=True, slots=True)
class Effect:
    """One call that a process is about to make."""

    kind: str
    name: str
    do: Callable[[], Any]
    size: int = 1
    """How many announcements a publish sends."""

    @property
    def changes(self) -> bool:
        """Whether it leaves anything behind, so that it matters if only its reply is lost."""
        return self.name not in READS

    @property
    def acknowledges(self) -> bool:
        """Whether it writes down what was delivered: if it fails, however clearly, that has to be sent again."""
        return (self.kind, self.name) == (OUTBOX, "settle")


@dataclass(frozen=True, slots=True)
class Reply:
    """What a process gets for an effect: a value, or an error raised."""

    value: Any = None
    error: Exception | None = None

    def get(self) -> Any:
        """Return or raise it, any number of times alike."""
        if self.error is not None:
            raise self.error.with_traceback(None)
        return self.value


def reply(effect: Effect, answer: Answer) -> Reply:
    """Do an effect, or don't, and make up the reply."""
    done = Reply()
    if answer is not Answer.REFUSE:
        try:
            done = Reply(effect.do())
        except ListingFailedError as error:  # the only error that a world in order has to give
            done = Reply(error=error)
    if answer is Answer.GO:
        return done
    if effect.kind == CHANNEL:
        receipt = Receipt.UNKNOWN if answer is Answer.LOSE else Receipt.FAILED
        return Reply(Published([receipt] * effect.size, down=str(answer)))
    if effect.kind == SOURCE:
        return Reply(error=ListingFailedError(Trouble.BROKEN, str(answer)))
    return Reply(error=TableDownError(answer))


Pass = Callable[[Effect], Any]
"""Stop before an effect until it is answered; give its value."""


@dataclass(frozen=True, slots=True)
class Gate:
    """Stands before one thing of the world, and looks like it."""

    kind: str
    thing: Any
    through: Pass

    def __getattr__(self, name: str) -> Callable[..., Any]:
        method = getattr(self.thing, name)

        def call(*args: Any, **named: Any) -> Any:
            size = len(args[-1]) if self.kind == CHANNEL else 1
            return self.through(Effect(self.kind, name, lambda: method(*args, **named), size))

        return call

    def leftovers(self, *args: Any) -> Iterator[Any]:
        """Ask when the first is wanted, as a query does."""
        yield from self.through(Effect(self.kind, "leftovers", lambda: list(self.thing.leftovers(*args))))


@dataclass(frozen=True, slots=True)
class SourceGate:
    """Stands before each page of a job list, and before the rest of each job."""

    source: MemorySource
    through: Pass

    def pages(self, target: Target, history_before: datetime, /) -> Iterator[Page]:
        """Fetch page by page."""
        for number in count():
            page = self.through(Effect(SOURCE, "pages", partial(self._page, target, history_before, number)))
            yield page
            if not page.more:
                return

    def _page(self, target: Target, history_before: datetime, number: int) -> Page:
        return next(islice(self.source.pages(target, history_before), number, None))

    def applications(self) -> Iterator[Applications]:
        """Give them without asking anybody: no story here is about a whole account."""
        yield from self.source.applications()

    def whole(self, target: Target, job: ImportJob, /) -> ImportJob:
        """Ask for the rest of one job."""
        return cast("ImportJob", self.through(Effect(SOURCE, "whole", partial(self.source.whole, target, job))))

    def notice(self, trouble: Trouble, /) -> str:
        """Tell without asking anybody."""
        return self.source.notice(trouble)

    def arn(self, application_id: str, segment_id: str | None, /) -> str:
        """Name it without asking anybody."""
        return self.source.arn(application_id, segment_id)
