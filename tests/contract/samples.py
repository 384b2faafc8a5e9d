"""The samples in `events/`, what schemas there say of sources, docs/scale.md's tables: `make samples` writes them."""

import json
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from bench import scale
from import_watch.adapters.people import Parcel, as_chat
from import_watch.announcements import Announcement, Key
from import_watch.inputs import parse_watch
from import_watch.jobs import ImportJob, Kind, Milestone, Target, Trouble
from import_watch.live import Due
from import_watch.messages import Message, job_message, target_message, trial_message
from infra.context import read_config
from tests.builders import read_job
from tests.contract import schemas, uploads

ROOT = Path(__file__).parents[2]
EVENTS = ROOT / "events"
OBSERVED = datetime(2026, 5, 24, 21, 27, tzinfo=UTC)
RESOURCE = (
    "arn:aws:mobiletargeting:us-east-1:123456789012:"
    "apps/0123456789abcdef0123456789abcdef/segments/fedcba9876543210fedcba9876543210"
)
FAILING_SINCE = datetime(2026, 5, 24, 21, 26, tzinfo=UTC)


def load(name: str) -> Any:
    """Read a file of `events/`."""
    return json.loads((EVENTS / name).read_text("utf-8"))


def schedule_input() -> Any:
    """Give what the schedule of cdk.json's watch hands to the function."""
    context = json.loads((ROOT / "cdk.json").read_text("utf-8"))["context"]
    return json.loads(read_config(context).watches[0].schedule_input)


def messages() -> Iterator[Message]:
    """Every kind of message: what the jobs of the sample page, and their target, are announced as."""
    watch = parse_watch(load("schedule-input.json"))
    (target,) = watch.targets
    for raw in load("import-jobs-page.json")["Item"]:
        job, flaws = read_job(raw, target)
        assert job is not None
        assert not flaws
        for milestone, kind in _reached(job):
            yield job_message(
                Due(job=job, milestone=milestone, kind=kind), watch=watch, target=target, observed_at=OBSERVED
            )
    for kind in (Kind.TARGET_UNAVAILABLE, Kind.TARGET_RECOVERED):
        yield target_message(
            kind,
            watch=watch,
            target=Target.parse(str(target)),
            reason=Trouble.GONE,
            failing_since=FAILING_SINCE,
            observed_at=OBSERVED,
        )
    yield trial_message(watch, "nonce", observed_at=OBSERVED)


def of_uploads() -> Mapping[str, Message]:
    """Give messages about jobs that have no segment, by their files."""
    return uploads.messages(parse_watch(load("schedule-input.json")), OBSERVED)


def notes() -> dict[str, Any]:
    """Give what is shown in a chat channel of one announcement, and of all of them at once."""
    sent = [
        Announcement(
            key=Key(pk="", sk=message.id), message=message, resource=RESOURCE, destinations={}, pending=frozenset()
        )
        for message in messages()
    ]
    (one,) = [each for each in sent if each.message.kind is Kind.COMPLETED_WITH_FAILURES]
    written = {"chat-completed-with-failures.json": as_chat(Parcel([one])), "chat-digest.json": as_chat(Parcel(sent))}
    return {name: json.loads(entry["Message"]) for name, entry in written.items()}


def _reached(job: ImportJob) -> Iterator[tuple[Milestone, Kind]]:
    if job.outcome is not None:
        yield Milestone.FINISHED, Kind(job.outcome)
    else:
        yield Milestone.STARTED, Kind.STARTED
        yield Milestone.OVERDUE, Kind.OVERDUE


def samples() -> dict[str, Any]:
    """Give every generated file of `events/` with its content."""
    return {
        "schedule-input.json": schedule_input(),
        **{f"message-{message.kind.replace('_', '-')}.json": message.facts for message in messages()},
        **{name: message.facts for name, message in of_uploads().items()},
        **notes(),
        "schedule-input.schema.json": schemas.schedule_input(load("schedule-input.schema.json")),
        "message.schema.json": schemas.message(load("message.schema.json")),
    }


def text(content: Any) -> str:
    """Write a sample as it stands in its file."""
    return json.dumps(content, indent=2, ensure_ascii=False) + "\n"


if __name__ == "__main__":
    (EVENTS / "schedule-input.json").write_text(text(schedule_input()), "utf-8")
    for name, content in samples().items():
        (EVENTS / name).write_text(text(content), "utf-8")
    scale.PAGE.write_text(scale.written(scale.PAGE.read_text("utf-8")), "utf-8")
