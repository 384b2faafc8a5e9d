"""What is to come of a job, and what keeps that from coming, in sentences."""

from collections.abc import Iterator
from typing import Final

from import_watch.changes import Change, Reason, Recorded
from import_watch.jobs import ImportJob, Kind, Milestone, Outcome
from import_watch.ledger import Ledger
from import_watch.listed import Listed
from import_watch.live import Due
from import_watch.phrases import span
from import_watch.wording import CAUSES
from import_watch_cli.explain.fates import Fate, muted_by
from import_watch_cli.explain.known import Known
from import_watch_cli.speech.words import listed, when

_WHY_NOT: Final = {
    Reason.FIRST_SIGHT: "as it had finished before the watch first looked",
    Reason.LATE: "as it finished longer ago than the watch's announceNotOlderThan allows",
    Reason.UNWANTED: "as the watch's policy doesn't want what ended like that (its `notify`)",
}


def next_tick(known: Known) -> Iterator[Fate]:
    """Tell what the next tick will do about the end of a job, by the function's own decision."""
    job, ledger = known.job, known.ledger
    if job is None or job.outcome is None or ledger is None or not known.is_polled:
        return
    tick = "next tick that polls this idle list" if ledger.idle else "next tick"
    shown = _listed(known, ledger)
    for change in _changes(known, shown, job):
        if known.whole is None and shown.has_rest(change):
            why = f" ({known.listed.untold})" if known.listed else ""
            will = f"waits with it: what the list doesn't tell of it can't be read now{why}"
        elif known.mute and change.mute:
            will = f"will {'hold it back' if known.mute.hold else 'not announce it'}: muted by {muted_by(known.mute)}"
        elif change.suppressed:
            will = f"will not announce it, {_WHY_NOT.get(change.suppressed, change.suppressed)}"
        else:
            will = "will announce it" + (f", as {change.due.kind} by now" if change.instead_of else "")
        yield Fate(code="undecided", sentence=f"The {tick} {will}.")


def _listed(known: Known, ledger: Ledger) -> Listed:
    return Listed(
        target=known.target,
        ledger=ledger,
        policy=known.watch.policy,
        recorded={one.sk: Recorded(kind=one.kind, suppressed=one.suppressed) for one in known.records.values()},
        mute=known.mute,
        now=known.now,
    )


def _changes(known: Known, listed: Listed, job: ImportJob) -> Iterator[Change]:
    """Decide on a job's end as a tick does: by what its list tells, then, unless its dates say all, by the rest."""
    for change in listed.changes(_due(job)):
        whole = known.whole if listed.has_rest(change) else None
        yield from listed.changes(_due(whole)) if whole else [change]


def _due(job: ImportJob) -> list[Due]:
    return [Due(job=job, milestone=Milestone.FINISHED, kind=Kind(job.outcome))] if job.outcome else []


def prospects(known: Known, job: ImportJob) -> Iterator[Fate]:
    """Tell what will be announced of a job that runs."""
    policy = known.watch.policy
    wanted = [kind for kind in map(Kind, Outcome) if kind in policy.notify]
    if len(wanted) == len(Outcome):
        will = "It is announced when it ends"
    elif wanted:
        will = f"It is announced if it ends as {listed(wanted)}"
    else:
        will = "Its end is not announced, as the watch's policy wants none"
    if Kind.OVERDUE in policy.notify and Milestone.OVERDUE not in known.records and job.created_at:
        at, unstarted = job.created_at + policy.overdue_after, job.details().never_started
        if at > known.now:
            will += f", and as overdue if it {'has not ended by' if unstarted else 'still runs at'} {when(at)}"
        else:
            has = "has waited" if unstarted else "has run"
            will += f", and by the next tick as overdue, as it {has} for longer than {span(policy.overdue_after)}"
    muted = f" But for now that is muted by {muted_by(known.mute)}." if known.mute else ""
    yield Fate(code="running", sentence=f"{will}.{muted}")


def hindrances(known: Known) -> Iterator[Fate]:
    """Tell what keeps a watch from seeing anything new."""
    ledger, heard = known.ledger, known.heard
    if ledger and ledger.failing_since and ledger.failing_reason and not (known.listed and known.listed.trouble):
        yield Fate(
            code="target_recovered",
            sentence=(
                f"Watch {known.watch.name} could not list {known.target} since {when(ledger.failing_since)}"
                f" ({CAUSES[ledger.failing_reason]}); it can be listed now, so the next tick sees what is new."
            ),
        )
    if not known.enabled:
        yield Fate(
            code="paused",
            sentence=f"The schedule of watch {known.watch.name} is off: nothing new is seen until it is on again.",
            steps=("Resume it: docs/operations.md, Pause",),
            finding=True,
        )
    elif heard and heard.is_late(known.every, known.now):
        every = span(known.every).removeprefix("1 ")
        last = f"since {when(heard.last.at)}" if heard.last else f"for {span(known.now - heard.since)} at least"
        sentence = f"Watch {known.watch.name} is silent {last}, though it has a tick every {every}."
        yield Fate(code="silent", sentence=sentence, steps=("Find out why: import-watch doctor",), finding=True)
    if heard and heard.last and heard.last.failed:
        sentence = f"The last tick of watch {known.watch.name}, at {when(heard.last.at)}, failed."
        yield Fate(
            code="tick_failed",
            sentence=sentence,
            steps=("The function's log says why: import-watch tail",),
            finding=True,
        )
