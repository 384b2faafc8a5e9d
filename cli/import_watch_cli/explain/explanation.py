"""Why a job was announced by a watch or not: decided from what is known of it, in sentences for a person."""

import re
import shlex
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from typing import Final

from import_watch.advice import ADVICE
from import_watch.jobs import ImportJob, Milestone, Trouble, timestamp
from import_watch.live import is_live
from import_watch.wording import CAUSES
from import_watch_cli.explain.fates import Fate, fate
from import_watch_cli.explain.job_words import ending, progress
from import_watch_cli.explain.known import Known
from import_watch_cli.explain.prospects import hindrances, next_tick, prospects
from import_watch_cli.speech.words import listed, when
from import_watch_cli.stack.ticks import RUNNING
from import_watch_cli.table.records import Record

_HAPPENED: Final = {Milestone.OVERDUE: "was overdue", Milestone.STARTED: "had started"}
_AWAITED: Final = frozenset(
    {"running", "overdue", "undecided", "pending", "replaying", "sending", "target_unavailable"}
)
"""Codes of what another tick is needed for."""
MOST_NAMED: Final = 5  # lists that can't be read; the rest are counted


@dataclass(frozen=True, slots=True, kw_only=True)
class Explanation:
    """Why it is as it is."""

    code: str
    sentences: Sequence[str]
    steps: Sequence[str] = ()
    finding: bool = False

    @property
    def sentence(self) -> str:
        """All of it in one text."""
        return " ".join(self.sentences)


def explain(known: Known) -> Explanation:
    """Explain what became of a job for one watch, or will."""
    parts = list(_parts(known))
    awaited = any(part.code in _AWAITED for part in parts)
    if not known.is_polled:
        sentence = f"Watch {known.watch.name} does not poll {known.target} any more: nothing new is seen of it."
        parts.append(Fate(code="not_polled", sentence=sentence, finding=awaited))
    elif awaited:
        parts += hindrances(known)
    return Explanation(
        code=parts[0].code,
        sentences=[part.sentence for part in parts],
        steps=list(dict.fromkeys(step for part in parts for step in part.steps)),
        finding=any(part.finding for part in parts),
    )


def _parts(known: Known) -> Iterator[Fate]:
    """Tell it part by part; the first one's code is the whole's."""
    finished, job = known.records.get(Milestone.FINISHED), known.job
    if finished:
        told = _told(known, finished)
        yield replace(told, sentence=ending(known.job_id, known.facts))
        yield Fate(code=told.code, sentence=told.sentence)
        yield from _seen_late(known, finished)
        yield from next_tick(known) if finished.suppressed else ()
    elif job and job.outcome:
        yield from _unrecorded(known, job)
    elif job:
        code = "overdue" if Milestone.OVERDUE in known.records else "running"
        yield Fate(code=code, sentence=progress(known.job_id, known.facts, known.now))
        yield from prospects(known, job) if known.is_polled else ()
    else:
        yield from _unseen(known)
    for milestone in (Milestone.OVERDUE, Milestone.STARTED):
        if record := known.records.get(milestone):
            told = _told(known, record)
            seen = f"That it {_HAPPENED[milestone]} was seen at {when(record.seen_at)}."
            yield replace(told, sentence=f"{seen} {told.sentence}")


def _told(known: Known, record: Record) -> Fate:
    """Tell what became of an announcement; of one that is held, how to have it now."""
    told = fate(record, known.now)
    return replace(told, steps=tuple(_unmuting(known, record))) if record.is_held(known.now) else told


def _unmuting(known: Known, record: Record) -> Iterator[str]:
    """Give the command that ends what holds it; where that mute stands no more, each that may let it go."""
    watch, target = f"import-watch unmute {record.watch}", f"{shlex.quote(record.target)} --watch {record.watch}"
    commands = {record.watch: watch, record.pk: f"import-watch unmute {target}"}
    holding = [pk for pk, mute in known.mutes.items() if record.muted and mute.is_same(record.muted)]
    if holding:
        yield from (f"To have it now: {commands[pk]}" for pk in holding)
    else:
        yield f"To have it now, of what is held of this list: {commands[record.pk]}"
        yield f"Or of all that is held of the watch: {watch}"


def _seen_late(known: Known, finished: Record) -> Iterator[Fate]:
    """Tell where it was seen only after an outage of its list, which is noted at the end of the tick that sees it."""
    ended = known.facts.get("completedAt")
    for outage in known.outages:
        latest = timestamp(min(outage.until, finished.seen_at))
        if ended and finished.seen_at >= outage.until - RUNNING and timestamp(outage.since) <= str(ended) <= latest:
            yield Fate(
                code="target_recovered",
                sentence=(
                    f"It ended while {known.target} could not be listed, from {when(outage.since)} to"
                    f" {when(outage.until)}, and so was not seen before {when(finished.seen_at)}."
                ),
            )


def _unrecorded(known: Known, job: ImportJob) -> Iterator[Fate]:
    """Tell of a job that has finished, and of which no tick has recorded that."""
    about, ledger = ending(known.job_id, known.facts), known.ledger
    if ledger and not is_live(job, ledger.settled_before):
        yield Fate(code="history", sentence=about)
        if job.completed_at and job.completed_at <= ledger.first_seen_at:
            looked = f"looked at {known.target}, at {when(ledger.first_seen_at)}"
            why = f"that was before watch {known.watch.name} first {looked}"
        else:
            why = "that was more than 30 days before a tick could have seen it"
        yield Fate(code="history", sentence=f"It is history, never announced and never recorded: {why}.")
        return
    yield Fate(code="undecided", sentence=about)
    yield Fate(code="undecided", sentence=f"Watch {known.watch.name} has not seen that yet.")
    if ledger is None:
        sentence = (
            "It has never looked at this list: what finished before its first look is history, and not announced."
        )
        yield Fate(code="undecided", sentence=sentence)
    else:
        yield from next_tick(known)


def _unseen(known: Known) -> Iterator[Fate]:
    """Tell of a job that the list doesn't show now."""
    trouble = known.listed.trouble if known.listed else None
    if trouble:
        yield _unavailable(known, trouble)
        tail = (
            "What is recorded:"
            if known.records
            else "Nothing is recorded of the job, so nothing more can be said of it."
        )
        yield Fate(code="target_unavailable", sentence=tail)
    elif known.records:
        sentence = f"The list {known.target} doesn't show job {known.job_id} any more. What is recorded:"
        yield Fate(code="vanished", sentence=sentence, finding=True)
    else:
        sentence = f"Watch {known.watch.name} never saw job {known.job_id}: its list {known.target} doesn't show it."
        yield Fate(code="never_seen", sentence=sentence, finding=True)


def _unavailable(known: Known, trouble: Trouble) -> Fate:
    ledger, since, notice = known.ledger, "", known.listed.notice if known.listed else ""
    steps: tuple[str, ...] = (ADVICE[trouble], *([notice] if notice else []))
    if ledger and ledger.failing_since:
        since = f" since {when(ledger.failing_since)}"
    elif ledger and trouble is Trouble.DENIED:
        since = " by you"
        steps = ("The watch could read it at its last tick: it is your own credentials that may not list it.",)
    sentence = f"The list {known.target} can't be read{since}: {CAUSES[trouble]}."
    return Fate(code="target_unavailable", sentence=sentence, steps=steps, finding=True)


def never_seen(job_id: str, lists: int, unavailable: Mapping[str, str]) -> Explanation:
    """Explain that no list shows a job and nothing is recorded of it; those that can't be read may have it."""
    shows = "the list that is polled doesn't show it" if lists == 1 else f"none of the {lists:,} lists polled shows it"
    sentences = [f"Nothing is recorded of job {job_id} in what is polled, and {shows}."]
    steps = ["Is it a message's id? Its jobId is what explain takes."] if re.fullmatch("[0-9a-f]{64}", job_id) else []
    steps += ["If its list is polled no more, name that by --target."] if lists != 1 else []
    if unavailable:
        some = [f"{target} ({why})" for target, why in islice(unavailable.items(), MOST_NAMED)]
        more = len(unavailable) - len(some)
        unread = listed([*some, *([f"{more:,} more"] if more else [])])
        sentences = [
            f"Nothing is recorded of job {job_id} in what is polled, and no list that can be read shows it.",
            f"But {unread} can't be read now, so nobody knows.",
        ]
        steps.append("What keeps them from being read: import-watch status")
    code = "target_unavailable" if unavailable else "never_seen"
    return Explanation(code=code, sentences=sentences, steps=steps, finding=True)
