"""A job's facts, as recorded or as its list shows it, and in a sentence."""

from collections.abc import Mapping
from datetime import datetime
from typing import Final

from import_watch.jobs import ImportJob, Json, Kind, Milestone, Target, timestamp
from import_watch.live import Due
from import_watch.messages import job_message
from import_watch.phrases import between, failed, moment, rows
from import_watch.policy import Watch

_FACTS: Final = (
    "kind",
    "applicationId",
    "segmentId",
    "segmentName",
    "jobName",
    "status",
    "statusReason",
    "neverStarted",
    "counts",
    "createdAt",
    "completedAt",
)


def shown(job: ImportJob, watch: Watch, target: Target, now: datetime) -> dict[str, Json]:
    """Give a job's facts as its list shows it, by the message's own names; without a kind while it runs."""
    milestone, kind = (Milestone.FINISHED, Kind(job.outcome)) if job.outcome else (Milestone.STARTED, Kind.STARTED)
    message = job_message(Due(job=job, milestone=milestone, kind=kind), watch=watch, target=target, observed_at=now)
    facts: dict[str, Json] = {**message.facts, **({"neverStarted": True} if job.details().never_started else {})}
    return {name: facts[name] for name in _FACTS if name in facts and (job.outcome or name != "kind")}


def recorded(facts: Mapping[str, Json]) -> dict[str, Json]:
    """Give a job's facts as a message has them that was recorded."""
    return {name: facts[name] for name in _FACTS if name in facts}


def ending(job_id: str, facts: Mapping[str, Json]) -> str:
    """Say how a job ended, and when, as far as that is known."""
    unknown = ", but nobody knows when" if "status" in facts else ""
    at = f" on {moment(facts, 'completedAt')}" if "completedAt" in facts else unknown
    took = between(facts, "createdAt", "completedAt")
    counted = failed(facts) or rows(facts)
    rest = (f" after {took}" if took else "") + (f" ({counted})" if counted else "")
    return f"Job {job_id} finished as {facts['kind']}{at}{rest}."


def progress(job_id: str, facts: Mapping[str, Json], now: datetime) -> str:
    """Say since when a job runs, and how far it is; of one that nobody has started, since when it could be."""
    lasting = {**facts, "now": timestamp(now)}
    time = between(lasting, "createdAt", "now")
    if "neverStarted" in facts:
        created = f" on {moment(facts, 'createdAt')}" if "createdAt" in facts else ""
        return f"Job {job_id} was created{created}{f', {time} ago,' if time else ''} and was never started."
    since = f" since {moment(facts, 'createdAt')}" if "createdAt" in facts else ""
    details = [str(facts.get("status", "")), _pieces(facts), f"{rows(facts)} so far" if rows(facts) else ""]
    told = ", ".join(filter(None, details))
    return f"Job {job_id} is running{since}{f', for {time}' if time else ''}{f' ({told})' if told else ''}."


def _pieces(facts: Mapping[str, Json]) -> str:
    counts = facts.get("counts")
    if not isinstance(counts, dict) or not counts.get("totalPieces"):
        return ""
    return f"{counts.get('completedPieces', 0)} of {counts['totalPieces']} pieces"
