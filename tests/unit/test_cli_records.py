"""What the state table's items mean to the command line."""

from typing import Any

from import_watch.jobs import Milestone, timestamp
from import_watch.mutes import Mute
from import_watch_cli.table.items import is_record, read_record
from tests.builders import HOUR, MINUTE, NOW, a_job
from tests.cli.items import DESTINATIONS, announced_item, ledger_item, pending, suppressed_item

WATCH, TARGET = "newsletter", "pinpoint:app/seg"
MUTED: dict[str, Any] = {
    "by": "alice",
    "reason": "a move",
    "since": timestamp(NOW),
    "until": timestamp(NOW + HOUR),
    "hold": True,
}


def an_item(**attributes: Any) -> dict[str, Any]:
    return announced_item(WATCH, TARGET, a_job("job#1", completed=NOW), NOW, **attributes)


def test_a_record_tells_what_it_is_about() -> None:
    """A job's id may have the sign that parts of a key are joined by."""
    record = read_record(an_item())
    assert (record.watch, record.target, record.job_id) == (WATCH, TARGET, "job#1")
    assert (record.milestone, record.failing_since) == (Milestone.FINISHED, None)
    assert (record.facts["jobId"], record.facts["kind"], record.destinations) == ("job#1", "completed", DESTINATIONS)
    of_target = read_record({**an_item(packed=None), "sk": f"#target#target_unavailable#{timestamp(NOW)}"})
    assert (of_target.job_id, of_target.milestone, of_target.failing_since) == (None, None, NOW)
    assert of_target.facts == {}
    test = read_record({**an_item(packed=None), "sk": "a1b2#test"})
    assert (test.job_id, test.failing_since) == (None, None)


def test_only_announcements_are_records() -> None:
    """A partition holds more."""
    others = (ledger_item(WATCH, TARGET, NOW), {**MUTED, "sk": "#mute"}, {"sk": "#later", "kind": "a later version's"})
    assert [is_record(item) for item in (an_item(), {"sk": "truncated#finished"}, *others)] == [
        True,
        True,
        False,
        False,
        False,
    ]


def test_what_waits_is_held_or_being_sent_or_due() -> None:
    """Held and due by somebody's will; being sent while a claim lasts, and due once it has lapsed."""
    later = NOW + MINUTE
    held = read_record(an_item(heldSince=timestamp(NOW), muted=MUTED, **pending(later, released=True)))
    claimed, failed = read_record(an_item(**pending(later))), read_record(an_item(**pending(NOW, released=True)))
    done = read_record(an_item())
    assert [one.waits() for one in (held, claimed, failed, done)] == [True, True, True, False]
    assert [one.is_held(NOW) for one in (held, claimed, failed, done)] == [True, False, False, False]
    assert [one.is_being_sent(NOW) for one in (held, claimed, failed, done)] == [False, True, False, False]
    assert [one.is_held(later) or one.is_being_sent(later) for one in (held, claimed)] == [False, False]


def test_what_a_mute_left_is_told_as_it_was_written() -> None:
    """By the function."""
    record = read_record(an_item(muted=MUTED))
    assert record.muted == Mute(by="alice", reason="a move", since=NOW, until=NOW + HOUR, hold=True)
    assert record.json()["muted"] == MUTED


def test_it_waits_from_when_it_was_recorded_or_last_asked_for() -> None:
    """As the alarm counts."""
    asked: dict[str, Any] = {"replayed": {"by": "alice", "at": timestamp(NOW + MINUTE)}}
    for given, since in (
        ({}, NOW),
        (asked, NOW + MINUTE),
        ({**asked, "redrivenAt": timestamp(NOW + HOUR)}, NOW + HOUR),
    ):
        assert read_record(an_item(**given)).waiting_since == since


def test_a_failure_s_beginning_may_be_no_date() -> None:
    """After an edit by hand, or in a later version."""
    assert read_record({**an_item(packed=None), "sk": "#target#target_unavailable#x"}).failing_since is None


def test_in_json_absent_facts_are_absent() -> None:
    """And moments are as AWS writes them."""
    assert read_record(suppressed_item(WATCH, TARGET, a_job(completed=NOW), NOW, "unwanted")).json() == {
        "watch": WATCH,
        "target": TARGET,
        "jobId": "job-1",
        "milestone": "finished",
        "kind": "completed",
        "id": an_id(),
        "seenAt": "2026-05-24T12:00:00.000Z",
        "recordedAt": "2026-05-24T12:00:00.000Z",
        "attempts": 0,
        "suppressed": "unwanted",
    }


def an_id() -> str:
    identity = read_record(announced_item(WATCH, TARGET, a_job(completed=NOW), NOW)).id
    assert len(identity) == 64
    return identity
