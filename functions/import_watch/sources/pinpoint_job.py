"""Reading one Pinpoint import job as it comes: nearly every field is optional in practice, and new statuses appear."""

import re
from collections.abc import Mapping
from datetime import datetime
from typing import Final, cast

from import_watch.jobs import ID, Counts, ImportJob, Json, Outcome, Target, parse_timestamp

# botocore's model lists these; CANCELLING and CANCELLED stand in the API reference only.
RUNNING: Final = frozenset(
    {
        "CREATED",
        "PREPARING_FOR_INITIALIZATION",
        "INITIALIZING",
        "PROCESSING",
        "PENDING_JOB",
        "COMPLETING",
        "FAILING",
        "CANCELLING",
    }
)
FINISHED: Final = {"COMPLETED": Outcome.COMPLETED, "FAILED": Outcome.FAILED, "CANCELLED": Outcome.CANCELLED}
MAX_ID: Final = 256  # bytes; ids have 32 in practice, and the table's sort key ends at 1,024


def read_job(raw: object, target: Target) -> tuple[ImportJob | None, list[str]]:
    """Read what can be read of a job, and tell what was wrong with it; no job where it has no usable id."""
    flaws: list[str] = []
    if not isinstance(raw, Mapping):
        return None, ["no job, but something else"]
    job_id = raw.get("Id")
    if not isinstance(job_id, str) or not job_id.isprintable() or not 0 < len(job_id.encode()) <= MAX_ID:
        return None, ["no usable Id"]
    status = _text(raw.get("JobStatus")) or ""
    if status not in RUNNING and status not in FINISHED:
        flaws.append(f"unknown JobStatus {status[:64]!r}" if status else "no JobStatus")
    definition = raw.get("Definition")
    definition = definition if isinstance(definition, Mapping) else {}
    listed_failures = raw.get("Failures")
    failures = tuple(map(str, listed_failures)) if isinstance(listed_failures, list) else ()
    counts = Counts(
        processed=_count(raw, "TotalProcessed", flaws),
        failed=_count(raw, "TotalFailures", flaws),
        total_pieces=_count(raw, "TotalPieces", flaws),
        completed_pieces=_count(raw, "CompletedPieces", flaws),
        failed_pieces=_count(raw, "FailedPieces", flaws),
    )
    job = ImportJob(
        id=job_id,
        status=status,
        outcome=_outcome(status, counts, failures),
        application_id=_id(raw, "ApplicationId", flaws) or target.application_id,
        segment_id=target.segment_id or _id(definition, "SegmentId", flaws),
        segment_name=_text(definition.get("SegmentName")),
        created_at=_moment(raw, "CreationDate", flaws),
        completed_at=_moment(raw, "CompletionDate", flaws),
        counts=counts,
        failures=failures,
        as_listed=_as_listed(raw, definition),
    )
    return job, flaws


def _outcome(status: str, counts: Counts, failures: tuple[str, ...]) -> Outcome | None:
    outcome = FINISHED.get(status)
    half_failed = (counts.failed or 0) > 0 or (counts.failed_pieces or 0) > 0 or bool(failures)
    return Outcome.COMPLETED_WITH_FAILURES if outcome is Outcome.COMPLETED and half_failed else outcome


def _text(value: object) -> str | None:
    """Give a text that can be encoded; None for an empty one or none."""
    return value.encode("utf-8", "replace").decode() or None if isinstance(value, str) else None


def _id(raw: Mapping[str, object], name: str, flaws: list[str]) -> str | None:
    value = raw.get(name)
    if isinstance(value, str) and re.fullmatch(ID, value):
        return value
    if value not in (None, ""):
        flaws.append(f"{name} is no id")
    return None


def _count(raw: Mapping[str, object], name: str, flaws: list[str]) -> int | None:
    value = raw.get(name)
    if value is None or (isinstance(value, int) and not isinstance(value, bool)):
        return value
    flaws.append(f"{name} is no number")
    return None


def _moment(raw: Mapping[str, object], name: str, flaws: list[str]) -> datetime | None:
    value = raw.get(name)
    if value is None:
        return None
    try:
        return parse_timestamp(str(value))
    except ValueError:
        flaws.append(f"{name} is no date")
        return None


def _as_listed(raw: Mapping[str, object], definition: Mapping[str, object]) -> Mapping[str, Json]:
    """Give the job as the API did, without what may hold personal data and what is nobody's business."""
    job = {name: value for name, value in raw.items() if name != "Failures"}
    if definition:
        job["Definition"] = {name: value for name, value in definition.items() if name not in ("ExternalId", "RoleArn")}
    return cast("Mapping[str, Json]", job)
