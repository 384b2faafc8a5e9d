"""A complete listing beside what is recorded: what is to be done, the rest of each job asked for where need be."""

from collections import deque
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

from import_watch.changes import Change, Reason, Recorded, decide
from import_watch.jobs import ImportJob, Kind, Milestone, Target
from import_watch.ledger import Ledger
from import_watch.listing import ListingFailedError, NotAskedError, Source
from import_watch.live import Due
from import_watch.mutes import Mute
from import_watch.policy import Policy
from import_watch.turns import PUNCTUALITY, rotated

MOST_FAILED: Final = 10
"""Jobs that one tick asks for in vain, of a list: where all are refused, that costs no more."""
BY_DATE: Final = frozenset({Reason.FIRST_SIGHT, Reason.LATE})
"""What suppresses a job whatever else it tells."""


@dataclass(slots=True, kw_only=True)
class Listed:
    """What one target's listing shows, at one moment."""

    target: Target
    ledger: Ledger
    policy: Policy
    recorded: Mapping[str, Recorded]
    """Its announcements, by their sort keys."""
    mute: Mute | None
    now: datetime
    failure: ListingFailedError | None = None
    """Why the rest of a job could not be asked for: the first reason there was, want of time last of all."""
    failed: int = 0
    """For how many it couldn't."""

    def changes(self, dues: Iterable[Due]) -> list[Change]:
        """Decide what is to be done about milestones.

        Of a partial job that has an announcement, nothing: as a list shows it, it may look better than it is.
        """
        undecided = (due for due in dues if not (due.job.partial and due.key in self.recorded))
        return list(decide(undecided, self.recorded, self.ledger, self.policy, self.now, mute=self.mute))

    def in_turn(self, changes: list[Change]) -> Iterable[Change]:
        """Begin with another one each minute where something fails: that may take all the time, and be a rest."""
        return changes if self.ledger.failing_since is None else rotated(tuple(changes), self.now)

    def whole(self, source: Source, changes: deque[Change], late: Callable[[], bool]) -> deque[Change]:
        """Take changes off, and decide anew on those whose job has a rest: one at least, and then until it is late."""
        whole: deque[Change] = deque()
        begun = False
        while changes and not (changes[0].due.job.partial and (self.failed >= MOST_FAILED or (begun and late()))):
            whole.extend(self._whole(source, changes.popleft()))
            begun = True
        return whole

    def _whole(self, source: Source, change: Change) -> Iterable[Change]:
        due = change.due
        if not self.has_rest(change):
            return [change]
        try:
            job = self._dated(source.whole(self.target, due.job), due.job)
        except ListingFailedError as failure:
            if self.failure is None or isinstance(self.failure, NotAskedError):
                self.failure = failure
            self.failed += 1
            return []
        outcome = job.outcome if due.milestone is Milestone.FINISHED else None
        return self.changes([replace(due, job=job, kind=Kind(outcome) if outcome else due.kind)])

    def has_rest(self, change: Change) -> bool:
        """Tell whether a decision needs what only the job itself tells."""
        return change.due.job.partial and (change.suppressed not in BY_DATE or self._is_guess(change))

    def _is_guess(self, change: Change) -> bool:
        """Tell whether one without a date, taken for history, may have finished since first sight all the same.

        Where that was only just now, none is asked for: there may be a long history.
        """
        job, seen = change.due.job, self.ledger.first_seen_at
        if change.suppressed is not Reason.FIRST_SIGHT or job.completed_at or self.now - seen <= PUNCTUALITY:
            return False
        return job.created_at is None or job.created_at > seen - self.policy.announce_not_older_than

    @staticmethod
    def _dated(job: ImportJob, listed: ImportJob) -> ImportJob:
        """Keep what only the list tells: without its date, a job would be taken for one from before first sight."""
        created, completed = job.created_at or listed.created_at, job.completed_at or listed.completed_at
        return replace(job, created_at=created, completed_at=completed)
