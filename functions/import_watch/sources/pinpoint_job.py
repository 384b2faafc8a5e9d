"""Reading one Pinpoint import job as it comes: nearly every field is optional in practice, and new statuses appear."""

import re
from collections.abc import Mapping
from datetime import datetime
from typing import Final, TypeGuard

from import_watch.confidential import cleaned, cleaned_members
from import_watch.jobs import ID, Counts, ImportJob, Outcome, Target, parse_timestamp
from import_watch.messages import MAX_FAILURE, MAX_FAILURES

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
    listed = cleaned_members(raw)
    job_id = listed.get("Id")
    if not _is_job_id(job_id) or job_id != raw["Id"]:
        return None, ["no usable Id"]
    status = _text(listed.get("JobStatus")) or ""
    if status not in RUNNING and status not in FINISHED:
        flaws.append(f"unknown JobStatus {status[:64]!r}" if status else "no JobStatus")
    definition = listed.get("Definition")
    definition = definition if isinstance(definition, Mapping) else {}
    failures, counts = _failures(raw.get("Failures")), _counts(listed, flaws)
    created_at, completed_at = _dates(listed, flaws)
    job = ImportJob(
        id=job_id,
        status=status,
        outcome=_outcome(status, counts, failures),
        application_id=_id(listed, "ApplicationId", flaws) or target.application_id,
        segment_id=target.segment_id or _id(definition, "SegmentId", flaws),
        segment_name=_text(definition.get("SegmentName")),
        created_at=created_at,
        completed_at=completed_at,
        counts=counts,
        failures=failures,
        as_listed=listed,
    )
    return job, flaws


def _is_job_id(value: object) -> TypeGuard[str]:
    return isinstance(value, str) and value.isprintable() and 0 < len(value.encode()) <= MAX_ID


def _outcome(status: str, counts: Counts, failures: tuple[str, ...]) -> Outcome | None:
    outcome = FINISHED.get(status)
    half_failed = (counts.failed or 0) > 0 or (counts.failed_pieces or 0) > 0 or bool(failures)
    return Outcome.COMPLETED_WITH_FAILURES if outcome is Outcome.COMPLETED and half_failed else outcome


def _failures(rows: object) -> tuple[str, ...]:
    """Give as many as a message can carry: there may be a megabyte of them, and thousands of jobs in memory."""
    return tuple(_row(row) for row in rows[:MAX_FAILURES]) if isinstance(rows, list) else ()


def _row(row: object) -> str:
    return str(cleaned(row))[:MAX_FAILURE]


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


def _counts(raw: Mapping[str, object], flaws: list[str]) -> Counts:
    return Counts(
        processed=_count(raw, "TotalProcessed", flaws),
        failed=_count(raw, "TotalFailures", flaws),
        total_pieces=_count(raw, "TotalPieces", flaws),
        completed_pieces=_count(raw, "CompletedPieces", flaws),
        failed_pieces=_count(raw, "FailedPieces", flaws),
    )


def _count(raw: Mapping[str, object], name: str, flaws: list[str]) -> int | None:
    value = raw.get(name)
    if value is None or (isinstance(value, int) and not isinstance(value, bool)):
        return value
    if isinstance(value, float) and value.is_integer():
        return int(value)  # JSON doesn't tell 12.0 from 12
    flaws.append(f"{name} is no number")
    return None


def _dates(raw: Mapping[str, object], flaws: list[str]) -> tuple[datetime | None, datetime | None]:
    created_at, completed_at = _moment(raw, "CreationDate", flaws), _moment(raw, "CompletionDate", flaws)
    if created_at and completed_at and completed_at < created_at:
        # Taken at its word, it could make history of a job that has only just finished.
        flaws.append("CompletionDate before CreationDate")
        completed_at = None
    return created_at, completed_at


def _moment(raw: Mapping[str, object], name: str, flaws: list[str]) -> datetime | None:
    value = raw.get(name)
    if value is None:
        return None
    try:
        return parse_timestamp(str(value))
    except ValueError:
        flaws.append(f"{name} is no date")
        return None
