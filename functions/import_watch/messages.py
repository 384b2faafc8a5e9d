"""What a subscriber gets: the JSON that is our public API, and what filters and rules match on."""

import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from import_watch.jobs import Counts, Details, Json, Kind, Target, Trouble, timestamp
from import_watch.live import Due
from import_watch.policy import Watch

VERSION: Final = "1"
MAX_FAILURES: Final = 10
MAX_FAILURE: Final = 256  # characters
MAX_NAME: Final = 1024  # characters; names come from outside and are unbounded there
MAX_JSON: Final = 64 * 1024  # bytes; above, the job's own description is left out. SNS takes 256 KiB, escaped and twice

SEVERITIES: Final = {
    Kind.STARTED: "info",
    Kind.COMPLETED: "info",
    Kind.TARGET_RECOVERED: "info",
    Kind.TEST: "info",
    Kind.COMPLETED_WITH_FAILURES: "warning",
    Kind.CANCELLED: "warning",
    Kind.OVERDUE: "warning",
    Kind.FAILED: "error",
    Kind.TARGET_UNAVAILABLE: "error",
}
DETAIL_TYPES: Final = {
    Kind.STARTED: "Import Job Started",
    Kind.COMPLETED: "Import Job Completed",
    Kind.COMPLETED_WITH_FAILURES: "Import Job Completed With Failures",
    Kind.FAILED: "Import Job Failed",
    Kind.CANCELLED: "Import Job Cancelled",
    Kind.OVERDUE: "Import Job Overdue",
    Kind.TARGET_UNAVAILABLE: "Import Target Unavailable",
    Kind.TARGET_RECOVERED: "Import Target Recovered",
    Kind.TEST: "Import Watch Test",
}
# Characters that SNS and SQS refuse anywhere in a message, lone surrogates among them (SQS API reference, SendMessage).
# Told one by one, as the set of all others takes ten times as long to compile, at every cold start.
ILLEGAL: Final = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


@dataclass(frozen=True, slots=True)
class Message:
    """One announcement's content, the same on every channel."""

    facts: Mapping[str, Json]

    def json(self) -> str:
        """Write the message as subscribers get it, free of characters that a channel refuses."""
        return ILLEGAL.sub("\ufffd", json.dumps(self.facts, ensure_ascii=False))

    @property
    def id(self) -> str:
        """The same on every channel, retry and replay: what a consumer drops repeats by."""
        return str(self.facts["id"])

    @property
    def kind(self) -> Kind:
        """What happened."""
        return Kind(str(self.facts["kind"]))

    @property
    def detail_type(self) -> str:
        """The EventBridge detail-type."""
        return DETAIL_TYPES[self.kind]

    def attributes(self) -> dict[str, str]:
        """Give the SNS message attributes for filter policies; absent where the fact is."""
        given = {**self.facts, "severity": SEVERITIES[self.kind]}
        names = ("id", "kind", "watch", "source", "applicationId", "segmentId", "severity", "replay", "test")
        return {name: _attribute(given[name]) for name in names if given.get(name)}

    def again(self) -> "Message":
        """Give it marked as one that somebody asked for once more."""
        return Message({**self.facts, "replay": True})


def job_message(due: Due, *, watch: Watch, target: Target, observed_at: datetime) -> Message:
    """Build the message that a job has reached a milestone."""
    job, details = due.job, due.job.details()
    facts = _facts(
        {
            "version": VERSION,
            "id": _sha256(f"{target.source}|{details.application_id}|{job.id}|{due.milestone}"),
            "kind": due.kind.value,
            "watch": watch.name,
            "source": target.source,
            "target": str(target),
            "applicationId": details.application_id,
            "segmentId": details.segment_id,
            "segmentName": details.segment_name and details.segment_name[:MAX_NAME],
            "jobId": job.id,
            "jobName": details.name and details.name[:MAX_NAME],
            "status": details.status[:MAX_NAME],
            "statusReason": details.status_reason and details.status_reason[:MAX_NAME],
            "neverStarted": (due.kind is Kind.OVERDUE and details.never_started) or None,
            "counts": _counts(details.counts),
            "createdAt": _when(job.created_at),
            "completedAt": _when(job.completed_at),
            "observedAt": timestamp(observed_at),
            "failures": _failures(details) if watch.policy.include_failures else None,
        }
    )
    whole = Message({**facts, "job": dict(details.as_listed)})
    return whole if len(whole.json().encode()) <= MAX_JSON else Message(facts)


def target_message(
    kind: Kind,
    *,
    watch: Watch,
    target: Target,
    reason: Trouble | None,
    notice: str = "",
    failing_since: datetime,
    observed_at: datetime,
) -> Message:
    """Build the message that a target can't be listed, or can again."""
    since = timestamp(failing_since)
    return Message(
        _facts(
            {
                "version": VERSION,
                "id": _sha256(f"{target}|{kind}|{since}"),
                "kind": kind.value,
                "watch": watch.name,
                "source": target.source,
                "target": str(target),
                "applicationId": None if target.is_account else target.application_id,
                "segmentId": target.segment_id,
                "reason": reason and reason.value,
                "notice": notice,
                "failingSince": since,
                "observedAt": timestamp(observed_at),
            }
        )
    )


def trial_message(watch: Watch, nonce: str, *, observed_at: datetime) -> Message:
    """Build a message that says nothing but that it arrived; its id is the watch's and the nonce's.

    It names the watch's first target, as every message names one; nothing happened there.
    """
    return Message(
        {
            "version": VERSION,
            "id": _sha256(f"{watch.name}|{Kind.TEST}|{nonce}"),
            "kind": Kind.TEST.value,
            "watch": watch.name,
            "source": watch.targets[0].source,
            "target": str(watch.targets[0]),
            "test": True,
            "observedAt": timestamp(observed_at),
        }
    )


def _attribute(fact: Json) -> str:
    return "true" if fact is True else ILLEGAL.sub("\ufffd", str(fact))


def _facts(given: Mapping[str, Json]) -> dict[str, Json]:
    return {name: value for name, value in given.items() if value not in (None, "", {}, [])}


def _sha256(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def _counts(counts: Counts) -> dict[str, Json]:
    return _facts(
        {
            "processed": counts.processed,
            "failed": counts.failed,
            "totalPieces": counts.total_pieces,
            "completedPieces": counts.completed_pieces,
            "failedPieces": counts.failed_pieces,
        }
    )


def _failures(details: Details) -> list[Json]:
    return [text[:MAX_FAILURE] for text in details.failures[:MAX_FAILURES]]


def _when(moment: datetime | None) -> str | None:
    return None if moment is None else timestamp(moment)
