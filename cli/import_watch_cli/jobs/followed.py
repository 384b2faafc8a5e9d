"""Which jobs are followed, and what each listing changed about them: decided from plain values."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from import_watch.jobs import Outcome
from import_watch_cli.jobs.choice import Choice
from import_watch_cli.jobs.facts import NO_ID, Facts, read
from import_watch_cli.jobs.listing import Asked, Page
from import_watch_cli.speech.errors import Exit


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """A job that a listing showed for the first time, or otherwise than before."""

    facts: Facts
    raw: dict[str, Any]
    """The same as its service showed it."""


@dataclass(slots=True, kw_only=True)
class Followed:
    """Those that run at the start or were chosen by `--since`, and those that appear until all of them have ended."""

    choice: Choice
    asked: Asked
    complete: Callable[[dict[str, Any]], dict[str, Any]]
    """Adds to a job that has ended what its list doesn't tell."""
    jobs: dict[str, Facts] = field(default_factory=dict)
    gone: set[str] = field(default_factory=set)
    """Ids of those that were running, and are listed no more."""
    _others: set[str] = field(default_factory=set)
    """Ids of jobs that had ended before."""
    _begun: bool = False

    def look(self, pages: Iterable[Page]) -> Iterator[Change]:
        """Go through a listing: yield what is new in it. Only one that comes to its end tells what is gone."""
        listed: set[str] = set()
        for raw in (raw for page in pages for raw in page.jobs):
            if raw.get(self.asked.asking.id) in self._others:
                continue
            facts = read(raw, self.asked)
            if facts.id == NO_ID:
                continue  # nobody could tell it from another
            listed.add(facts.id)
            if facts.id in self.jobs or self._takes(facts):
                yield from self._seen(facts, raw)
            elif facts.outcome is not None:
                self._others.add(facts.id)
        self._begun = True
        self.gone = {id_ for id_, facts in self.jobs.items() if facts.outcome is None and id_ not in listed}

    def _seen(self, facts: Facts, raw: dict[str, Any]) -> Iterator[Change]:
        known = self.jobs.get(facts.id)
        if facts.outcome is not None and self.asked.tells_more:
            if known and known.outcome is not None:
                return  # nothing of it changes any more
            raw = self.complete(raw)
            facts = read(raw, self.asked)
        if known != facts:
            yield Change(facts=facts, raw=raw)
        self.jobs[facts.id] = facts

    def _takes(self, facts: Facts) -> bool:
        if facts.outcome is None or self._begun:
            return self.choice.takes_status(facts)
        return (self.choice.job, self.choice.since) != (None, None) and self.choice.takes(facts)

    @property
    def is_over(self) -> bool:
        """Whether none of them is running any more."""
        return all(facts.outcome is not None or id_ in self.gone for id_, facts in self.jobs.items())

    @property
    def exit(self) -> Exit:
        """Whether all of them ended well."""
        return Exit.FINE if all(facts.is_fine for facts in self.jobs.values()) else Exit.FINDING

    def summary(self) -> str:
        """Say in a line how they ended."""
        ends = [facts.outcome or Outcome.CANCELLED for facts in self.jobs.values() if facts.id not in self.gone]
        counted = [f"{ends.count(outcome)} {outcome.replace('_', ' ')}" for outcome in Outcome if outcome in ends]
        counted += [f"{len(self.gone)} listed no more"] if self.gone else []
        jobs = f"{len(self.jobs)} job{'' if len(self.jobs) == 1 else 's'}"
        return f"{jobs}: {', '.join(counted)}"
