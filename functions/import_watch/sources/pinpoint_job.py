"""Reading Pinpoint import jobs as they come: nearly every field is optional in practice, and new statuses appear.

Of each job only what a tick decides by is read here, and of history only when it was; the rest is for
`pinpoint_details.py`.
"""

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, Final, TypeGuard

from import_watch.confidential import cleaned, redacted
from import_watch.jobs import ImportJob, Outcome, Target, parse_timestamp
from import_watch.listing import Page
from import_watch.sources.pinpoint_details import FAILURES, Raw, Unread
from import_watch.sources.pinpoint_page import BODY
from import_watch.sources.values import is_sign, text

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
_date: Final = datetime.fromisoformat
_PLAIN_ID: Final = re.compile("[0-9a-f-]{1,64}")  # as nearly every one; nothing confidential can be spelt with these


def read_page(page: Mapping[str, Any], target: Target, history_before: datetime, *, more: bool = False) -> Page:
    """Read what can be read of a page's jobs, and tell what is wrong with those that are not history."""
    items = page.get("Item") or []
    unread = Unread(target)
    jobs: list[ImportJob] = []
    flaws: list[str] = []
    history = 0
    for number, raw in enumerate(items):
        if not isinstance(raw, dict):
            flaws.append("no job, but something else")
            continue
        found: list[str] = []
        end, created_at, completed_at = _end(raw, found)
        if end is not None and completed_at is not None and completed_at <= history_before:
            history += 1
        elif _is_job_id(job_id := raw.get("Id")):
            outcome = _outcome(raw, end, found)
            flaws += found
            jobs.append(ImportJob(job_id, outcome, created_at, completed_at, unread, number))
        else:
            flaws.append("no usable Id")
    unread.keep(items, [job.number for job in jobs], page.get(BODY, b""))
    return Page(jobs=jobs, listed=history + len(jobs), more=more, flaws=flaws)


def _is_job_id(value: object) -> TypeGuard[str]:
    if not isinstance(value, str):
        return False
    if _PLAIN_ID.fullmatch(value):
        return True
    # Under another id it would be another job.
    return value.isprintable() and 0 < len(value.encode()) <= MAX_ID and redacted(value) == value


def _outcome(raw: Raw, end: Outcome | None, flaws: list[str]) -> Outcome | None:
    if end is None:
        word = text(raw.get("JobStatus"))
        if word not in RUNNING:
            flaws.append(f"unknown JobStatus {word[:64]!r}" if word else "no JobStatus")
    elif end is Outcome.COMPLETED and (
        raw.get(FAILURES) or is_sign(raw.get("TotalFailures")) or is_sign(raw.get("FailedPieces"))
    ):
        return Outcome.COMPLETED_WITH_FAILURES
    return end


def _end(raw: Raw, flaws: list[str]) -> tuple[Outcome | None, datetime | None, datetime | None]:
    try:  # as nearly every finished job has it
        created, completed = _date(raw["CreationDate"]), _date(raw["CompletionDate"])
        if created.tzinfo is UTC is completed.tzinfo and created <= completed:
            return FINISHED[raw["JobStatus"]], created, completed
    except (KeyError, TypeError, ValueError):
        pass
    status = raw.get("JobStatus")
    end = FINISHED.get(status) if isinstance(status, str) else None
    created_at, completed_at = _moment(raw, "CreationDate", flaws), _moment(raw, "CompletionDate", flaws)
    if created_at and completed_at and completed_at < created_at:
        # Taken at its word, it could make history of a job that has only just finished.
        flaws.append("CompletionDate before CreationDate")
        completed_at = None
    return end, created_at, completed_at


def _moment(raw: Raw, name: str, flaws: list[str]) -> datetime | None:
    value = raw.get(name)
    if value is None:
        return None
    try:
        return parse_timestamp(value if isinstance(value, str) else str(cleaned(value)))
    except ValueError:
        flaws.append(f"{name} is no date")
        return None
