"""Why a job was announced or not, in sentences."""

from dataclasses import replace
from datetime import datetime
from typing import Any

import pytest

from import_watch.adapters.muted import write_mute
from import_watch.changes import Reason
from import_watch.jobs import Counts, ImportJob, Kind, Outcome, Trouble, timestamp
from import_watch.ledger import Ledger
from import_watch.mutes import Mute
from import_watch_cli.explain.explanation import Explanation, explain, never_seen
from import_watch_cli.explain.known import Known, Outage
from import_watch_cli.stack.lists import Listed
from import_watch_cli.stack.ticks import Heard, LastTick
from import_watch_cli.table.items import read_record
from tests.builders import DAY, HOUR, MINUTE, NOW, TARGET, a_job, a_watch
from tests.cli.items import announced_item, pending, suppressed_item

LEDGER = Ledger(first_seen_at=NOW - 2 * DAY, settled_before=NOW - 2 * DAY - HOUR, sighted=True)
WELL = Heard(last=LastTick(at=NOW, failed=False), since=NOW - HOUR)
MUTE = Mute(by="alice", reason="a move", since=NOW - HOUR, until=NOW + HOUR, hold=False)
SEEN = NOW - 2 * MINUTE
ENDED = a_job(
    "7", Outcome.COMPLETED_WITH_FAILURES, completed=NOW - 3 * MINUTE, counts=Counts(processed=5000, failed=12)
)
RUNS = a_job("7", None, created=NOW - HOUR, counts=Counts(processed=1200, total_pieces=10, completed_pieces=3))
ABOUT = (
    "Job 7 finished as completed_with_failures on 2026-05-24 11:57:00 UTC after 57 minutes (12 of 5,000 rows failed)."
)
RUNNING = "Job 7 is running since 2026-05-24 11:00:00 UTC, for 1 hour (PROCESSING, 3 of 10 pieces, 1,200 rows so far)."
FIRST_LOOK = "watch newsletter first looked at pinpoint:app/seg, at 2026-05-24 12:00:00 UTC"
SEEN_AT, OLDEST = "2026-05-24 11:58:00 UTC", "announceNotOlderThan"
BOTH = "It was announced by watch newsletter on SNS and EventBridge at 2026-05-24 11:58:01 UTC"


def announced(**attributes: Any) -> dict[str, Any]:
    return announced_item("newsletter", str(TARGET), ENDED, SEEN, **attributes)


def suppressed(reason: str, **attributes: Any) -> dict[str, Any]:
    return suppressed_item("newsletter", str(TARGET), ENDED, SEEN, reason, **attributes)


def overdue(recorded: datetime = SEEN, **attributes: Any) -> dict[str, Any]:
    return announced_item("newsletter", str(TARGET), RUNS, recorded, **attributes)


def listing(*jobs: ImportJob) -> Listed:
    return Listed(jobs={job.id: job for job in jobs})


def known(*items: dict[str, Any], **facts: Any) -> Known:
    records = {record.milestone: record for record in map(read_record, items) if record.milestone}
    given: dict[str, Any] = {"ledger": LEDGER, "heard": WELL, "every": MINUTE, "enabled": True, **facts}
    return Known(job_id="7", watch=given.pop("watch", a_watch()), target=TARGET, now=NOW, records=records, **given)


def told(*items: dict[str, Any], **facts: Any) -> tuple[str, str, bool]:
    explanation = explain(known(*items, **facts))
    return explanation.code, explanation.sentence, explanation.finding


def test_delivered() -> None:
    """Where and when, and at which attempt."""
    assert told(announced()) == ("delivered", f"{ABOUT} {BOTH}, at the first attempt.", False)
    later = {"sns": timestamp(NOW), "eventbridge": timestamp(SEEN)}
    assert told(announced(deliveredAt=later, attempts=2))[1] == (
        f"{ABOUT} It was announced by watch newsletter on SNS at 2026-05-24 12:00:00 UTC and on EventBridge at"
        " 2026-05-24 11:58:00 UTC, at the second attempt."
    )


def test_delivered_twice_after_a_crash() -> None:
    """Nobody knows, and so it says."""
    code, sentence, finding = told(announced(attempts=2, lapsed=1))
    assert (code, finding) == ("delivered_twice", False)
    assert sentence == (
        f"{ABOUT} {BOTH}, at the second attempt. Of 1 attempt before nobody knows what came, as after a crash:"
        " it may have arrived twice, with the same id."
    )
    assert "may have arrived up to 3 times" in told(announced(attempts=3, lapsed=2))[1]


def test_replayed() -> None:
    """Who asked for it, and when; until it is sent, that it will be."""
    asked = {"replayed": {"by": "alice", "at": timestamp(NOW - MINUTE)}, "replays": 1}
    code, sentence, _ = told(announced(**asked))
    assert code == "replayed"
    assert sentence.endswith(
        "It was sent again once, with the same id, as was asked for by alice at 2026-05-24 11:59:00 UTC."
    )
    waiting = {key: value for key, value in pending(NOW, "sns", released=True).items() if key != "deliveredAt"}
    code, sentence, finding = told(announced(**asked, **waiting, replay={"sns"}))
    assert (code, finding) == ("replaying", False)
    assert sentence == (
        f"{ABOUT} It waits to be sent again on SNS, as was asked for by alice at 2026-05-24 11:59:00 UTC: the next tick"
        " does that."
    )


@pytest.mark.parametrize(
    ("reason", "why"),
    [
        (
            "first_sight",
            f"it had finished before the watch first looked, and so was history when it was seen at {SEEN_AT}",
        ),
        ("late", f"it was not seen before {SEEN_AT}, longer after its end than the watch's {OLDEST} allows"),
        ("unwanted", "the watch's policy doesn't want what is completed_with_failures (its `notify`)"),
        ("strange", "strange, a reason that only a later version knows"),
    ],
)
def test_suppressed(reason: str, why: str) -> None:
    """With the reason."""
    listed = listing(ENDED)
    assert told(suppressed(reason), listed=listed) == (reason, f"{ABOUT} It was not announced: {why}.", False)


def test_suppressed_and_not_listed_any_more() -> None:
    """What is not known is not made up."""
    sentence = told(suppressed("unwanted"), listed=listing())[1]
    assert sentence.startswith("Job 7 finished as completed_with_failures. It was not announced: ")


def test_suppressed_and_wanted_by_now() -> None:
    """As its counters came late: the next tick announces it."""
    item = {**suppressed("unwanted"), "kind": "completed"}
    sentence = told(item, listed=listing(ENDED))[1]
    assert sentence.endswith("The next tick will announce it, as completed_with_failures by now.")


def test_muted() -> None:
    """By whom, until when and why."""
    expected = f"{ABOUT} It was not announced: muted by alice until 2026-05-24 13:00:00 UTC (a move)."
    assert told(suppressed("muted", muted=write_mute(MUTE)), listed=listing(ENDED)) == ("muted", expected, False)


def test_held() -> None:
    """Until when, and how to have it at once."""
    waiting = pending(NOW + HOUR, released=True)
    item = announced(attempts=0, muted={**write_mute(MUTE), "hold": True}, heldSince=timestamp(SEEN), **waiting)
    explanation = explain(known(item))
    assert (explanation.code, explanation.finding) == ("held", False)
    assert explanation.sentence == (
        f"{ABOUT} It is held back, as it was muted by alice until 2026-05-24 13:00:00 UTC (a move)."
        " Then it is sent on SNS and EventBridge."
    )


@pytest.mark.parametrize(
    ("mutes", "steps"),
    [
        ({"newsletter": MUTE}, ["To have it now: import-watch unmute newsletter"]),
        ({f"newsletter#{TARGET}": MUTE}, ["To have it now: import-watch unmute pinpoint:app/seg --watch newsletter"]),
        (
            {"newsletter": replace(MUTE, by="bob")},
            [
                "To have it now, of what is held of this list: import-watch unmute pinpoint:app/seg --watch newsletter",
                "Or of all that is held of the watch: import-watch unmute newsletter",
            ],
        ),
    ],
)
def test_what_is_held_can_be_had_by_ending_the_mute_that_holds_it(mutes: dict[str, Mute], steps: list[str]) -> None:
    """Of the watch, or the list in it; or by either, once another one has taken its place."""
    waiting = pending(NOW + HOUR, released=True)
    item = announced(attempts=0, muted={**write_mute(MUTE), "hold": True}, heldSince=timestamp(SEEN), **waiting)
    assert explain(known(item, mutes=mutes)).steps == steps


def test_what_redrive_asked_for_says_so() -> None:
    """Until a tick has had it."""
    due = pending(NOW, "sns", released=True)
    assert (
        " SNS, as was asked for by redrive at 2026-05-24 12:00:00 UTC: the next tick does that."
        in told(announced(**due, redrivenAt=timestamp(NOW)))[1]
    )
    assert "sending failed" in told(announced(**due, redrivenAt=timestamp(NOW - MINUTE)))[1]


@pytest.mark.parametrize(
    ("attributes", "code", "how"),
    [
        (
            pending(NOW + MINUTE),
            "sending",
            "It is being sent on SNS and EventBridge: a tick has a claim to it until 2026-05-24 12:01:00 UTC.",
        ),
        (pending(NOW), "pending", "the tick that had it until 2026-05-24 12:00:00 UTC never told what came of it"),
        (pending(NOW, "sns", released=True), "pending", "on SNS: sending failed, and the next tick tries again."),
        ({**pending(NOW, released=True), "attempts": 0}, "pending", "on SNS and EventBridge: the next tick does that."),
    ],
)
def test_pending(attributes: dict[str, Any], code: str, how: str) -> None:
    """Because it is being sent, or was in vain; a finding only once it has waited for long."""
    explanation = explain(known(announced(**attributes)))
    assert (explanation.code, explanation.finding) == (code, False)
    assert how in explanation.sentence
    long = {**announced(**attributes), "recordedAt": timestamp(NOW - HOUR)}
    assert told(long)[2]
    assert "It has waited for 1 hour." in told(long)[1]


def test_pending_on_one_channel_of_two() -> None:
    """What has it is told."""
    some = {**pending(NOW, "sns", released=True), "deliveredAt": {"eventbridge": timestamp(NOW)}}
    sentence = told(announced(**some))[1]
    assert sentence.endswith("It was announced by watch newsletter on EventBridge at 2026-05-24 12:00:00 UTC.")


def test_quarantined() -> None:
    """By which channel, how often it refused, and what to do."""
    item = announced(quarantined={"sns"}, refusals={"sns": 5}, deliveredAt={"eventbridge": timestamp(NOW)})
    explanation = explain(known(item))
    assert (explanation.code, explanation.finding) == ("quarantined", True)
    assert explanation.sentence == (
        f"{ABOUT} It is given up on SNS: its content was refused there by SNS (5 times), so it is quarantined. It was"
        " announced by watch newsletter on EventBridge at 2026-05-24 12:00:00 UTC."
    )
    assert explanation.steps == ["Once what is wrong with it is mended, send it again there: import-watch redrive"]


def test_running() -> None:
    """How far it is, and what will be announced of it."""
    assert told(listed=listing(RUNS)) == (
        "running",
        f"{RUNNING} It is announced when it ends, and as overdue if it still runs at 2026-05-24 17:00:00 UTC.",
        False,
    )
    some = a_watch(notify=frozenset({Kind.FAILED, Kind.CANCELLED}))
    assert told(listed=listing(RUNS), watch=some)[1] == f"{RUNNING} It is announced if it ends as failed and cancelled."
    none = a_watch(notify=frozenset[Kind]())
    assert "Its end is not announced, as the watch's policy wants none." in told(listed=listing(RUNS), watch=none)[1]
    impatient = a_watch(overdue_after=MINUTE)
    assert (
        "by the next tick as overdue, as it has run for longer than 1 minute"
        in told(listed=listing(RUNS), watch=impatient)[1]
    )
    assert "But for now that is muted by alice" in told(listed=listing(RUNS), mute=MUTE)[1]


def test_overdue() -> None:
    """That it was announced as overdue, and still runs."""
    code, sentence, finding = told(overdue(), listed=listing(RUNS))
    assert (code, finding) == ("overdue", False)
    assert sentence == (
        f"{RUNNING} It is announced when it ends. That it was overdue was seen at {SEEN_AT}. {BOTH},"
        " at the first attempt."
    )


def test_finished_after_it_was_overdue() -> None:
    """The end comes first."""
    code, sentence, _ = told(overdue(), suppressed("unwanted"), listed=listing(ENDED))
    assert code == "unwanted"
    assert "That it was overdue was seen at" in sentence


@pytest.mark.parametrize(
    ("facts", "will"),
    [
        ({}, "The next tick will announce it."),
        ({"mute": MUTE}, "The next tick will not announce it: muted by alice until 2026-05-24 13:00:00 UTC (a move)."),
        ({"mute": replace(MUTE, hold=True)}, "The next tick will hold it back: muted by alice"),
        ({"ledger": replace(LEDGER, idle=True)}, "The next tick that polls this idle list will announce it."),
        ({"watch": a_watch(notify=frozenset[Kind]())}, "will not announce it, as the watch's policy doesn't want"),
        ({"ledger": None}, "It has never looked at this list"),
        (
            {"ledger": replace(LEDGER, sighted=False, first_seen_at=NOW)},
            "will not announce it, as it had finished before the watch first looked.",
        ),
        ({"watch": a_watch(announce_not_older_than=MINUTE)}, "as it finished longer ago than"),
    ],
)
def test_seen_but_not_decided_yet(facts: dict[str, Any], will: str) -> None:
    """What the next tick will do is the function's own decision."""
    code, sentence, finding = told(**{"listed": listing(ENDED), **facts})
    assert (code, finding) == ("undecided", False)
    assert sentence.startswith(f"{ABOUT} Watch newsletter has not seen that yet.")
    assert will in sentence


def test_history() -> None:
    """Finished before the watch first looked, or so long ago that nothing is said of it any more."""
    old = replace(LEDGER, first_seen_at=NOW, settled_before=NOW - MINUTE)
    assert told(listed=listing(ENDED), ledger=old) == (
        "history",
        f"{ABOUT} It is history, never announced and never recorded: that was before {FIRST_LOOK}.",
        False,
    )
    ancient = replace(LEDGER, settled_before=NOW - MINUTE)
    assert "more than 30 days before a tick could have seen it" in told(listed=listing(ENDED), ledger=ancient)[1]


def test_target_unavailable() -> None:
    """Since when and why; what is recorded is told."""
    failing = replace(LEDGER, failing_since=NOW - HOUR, failing_reason=Trouble.DENIED)
    unreadable = Listed(jobs={}, trouble=Trouble.DENIED, detail="nope")
    explanation = explain(known(listed=unreadable, ledger=failing))
    assert (explanation.code, explanation.finding) == ("target_unavailable", True)
    assert explanation.sentence == (
        "The list pinpoint:app/seg can't be read since 2026-05-24 11:00:00 UTC: access is denied."
        " Nothing is recorded of the job, so nothing more can be said of it."
    )
    assert explanation.steps
    ended = replace(unreadable, notice="It left support.")
    assert explain(known(listed=ended, ledger=failing)).steps[-1] == "It left support."
    assert "What is recorded: That it was overdue" in told(overdue(), listed=unreadable, ledger=failing)[1]
    assert "can't be read by you: access is denied" in told(listed=unreadable)[1]


def test_target_recovered() -> None:
    """That it was seen late, or is about to be, because of an outage."""
    outage = Outage(since=NOW - 5 * MINUTE, until=SEEN)
    assert told(announced(), outages=[outage])[1].endswith(
        "It ended while pinpoint:app/seg could not be listed, from 2026-05-24 11:55:00 UTC to"
        f" {SEEN_AT}, and so was not seen before {SEEN_AT}."
    )
    noted = Outage(since=NOW - 5 * MINUTE, until=SEEN + MINUTE / 60)  # at the end of the tick that saw it
    assert "could not be listed, from " in told(announced(), outages=[noted])[1]
    lasting = Outage(since=NOW - 5 * MINUTE, until=SEEN + 2 * MINUTE)  # for another job's sake: this one was seen
    assert "could not be listed" not in told(announced(), outages=[lasting])[1]
    over = Outage(since=NOW - HOUR, until=NOW - 50 * MINUTE)
    assert "could not be listed" not in told(announced(), outages=[over])[1]
    failing = replace(LEDGER, failing_since=NOW - HOUR, failing_reason=Trouble.DENIED)
    assert "it can be listed now, so the next tick sees what is new" in told(listed=listing(ENDED), ledger=failing)[1]


@pytest.mark.parametrize(
    ("facts", "why"),
    [
        ({"enabled": False}, "The schedule of watch newsletter is off"),
        (
            {"heard": replace(WELL, last=None)},
            "Watch newsletter is silent for 1 hour at least, though it has a tick every",
        ),
        (
            {"heard": replace(WELL, last=LastTick(at=NOW - HOUR, failed=False))},
            "is silent since 2026-05-24 11:00:00 UTC",
        ),
        ({"heard": replace(WELL, last=LastTick(at=NOW, failed=True))}, "The last tick of watch newsletter"),
    ],
)
def test_a_watch_that_sees_nothing_new(facts: dict[str, Any], why: str) -> None:
    """A finding where something is awaited of it, and not worth a word where all is done."""
    code, sentence, finding = told(listed=listing(ENDED), **facts)
    assert (code, finding) == ("undecided", True)
    assert why in sentence
    assert told(announced(), **facts) == told(announced())


def test_a_list_that_is_not_polled_any_more() -> None:
    """Nothing is to come of it; a finding only where something would be awaited."""
    gone = "Watch newsletter does not poll pinpoint:app/seg any more: nothing new is seen of it."
    assert told(announced(), is_polled=False) == ("delivered", f"{told(announced())[1]} {gone}", False)
    assert told(listed=listing(RUNS), is_polled=False) == ("running", f"{RUNNING} {gone}", True)
    assert told(listed=listing(ENDED), is_polled=False)[1].endswith(f"has not seen that yet. {gone}")


def test_vanished() -> None:
    """Recorded once, and not in the list any more."""
    code, sentence, finding = told(overdue(), listed=listing())
    assert (code, finding) == ("vanished", True)
    assert "doesn't show job 7 any more. What is recorded: That it was overdue" in sentence


def test_never_seen() -> None:
    """By one watch, whose list should show it; or by none."""
    one_watch = told(listed=listing())
    sentence = "Watch newsletter never saw job 7: its list pinpoint:app/seg doesn't show it."
    assert one_watch == ("never_seen", sentence, True)
    nothing = "Nothing is recorded of job 7 in what is polled, and"
    expected = Explanation(
        code="never_seen",
        sentences=[f"{nothing} none of the 1,000 lists polled shows it."],
        steps=["If its list is polled no more, name that by --target."],
        finding=True,
    )
    assert never_seen("7", 1000, {}) == expected
    assert never_seen("7", 1, {}).sentence == f"{nothing} the list that is polled doesn't show it."


def test_never_seen_where_some_list_can_t_be_read() -> None:
    """As that may have it. Many of these are counted."""
    some = {f"pinpoint:{name}": "access is denied" for name in "abcdefg"}
    nothing = never_seen("7", 9, some)
    assert nothing.code == "target_unavailable"
    assert "pinpoint:e (access is denied) and 2 more can't be read now, so nobody knows." in nothing.sentence


def test_a_message_s_id_is_no_job_s() -> None:
    """And that is said, as it is easily mistaken."""
    assert never_seen("a" * 64, 1, {}).steps == ["Is it a message's id? Its jobId is what explain takes."]


def test_every_reason_for_not_announcing_is_known() -> None:
    """One that is new must be told in words."""
    for reason in Reason:
        assert "later version" not in told(suppressed(reason))[1]


PARTIAL = a_job("7", completed=NOW - 3 * MINUTE)
PARTIAL.partial = True
OUTCOME = "Job 7 finished as completed on 2026-05-24 11:57:00 UTC after 57 minutes"


def test_what_a_list_tells_only_in_part_is_told_whole() -> None:
    """As the job has it by itself; until that can be read, no tick decides, but by its dates."""
    whole = Listed(jobs={"7": PARTIAL}, whole={"7": ENDED})
    assert told(listed=whole)[1] == f"{ABOUT} Watch newsletter has not seen that yet. The next tick will announce it."
    unread = Listed(jobs={"7": PARTIAL}, untold="denied: no")
    assert told(listed=unread)[1] == (
        f"{OUTCOME}. Watch newsletter has not seen that yet. The next tick waits with it: what the list doesn't tell of"
        " it can't be read now (denied: no)."
    )
    hurried = a_watch(announce_not_older_than=MINUTE)
    assert told(listed=unread, watch=hurried)[1].endswith(
        "The next tick will not announce it, as it finished longer ago than the watch's announceNotOlderThan allows."
    )


@pytest.mark.parametrize("whole", [{}, {"7": PARTIAL}])
def test_what_is_recorded_of_a_job_counts_more_than_its_list(whole: dict[str, ImportJob]) -> None:
    """Which may show it better than it is; no tick asks for its rest again, whatever is wanted by now."""
    listed = Listed(jobs={"7": PARTIAL}, whole=whole)
    assert known(announced(), listed=listed).facts["kind"] == "completed_with_failures"
    code, sentence, finding = told(suppressed("unwanted"), listed=listed)
    assert (code, finding) == ("unwanted", False)
    assert sentence.startswith("Job 7 finished as completed_with_failures on ")
    assert sentence.endswith("the watch's policy doesn't want what is completed_with_failures (its `notify`).")


def test_a_job_that_nobody_has_started_is_said_to_wait() -> None:
    """And when it will be overdue, or that it is."""
    unstarted = listing(a_job("7", None, created=NOW - HOUR, status="CREATED", never_started=True))
    about = "Job 7 was created on 2026-05-24 11:00:00 UTC, 1 hour ago, and was never started. It is announced when it"
    assert told(listed=unstarted)[:2] == (
        "running",
        f"{about} ends, and as overdue if it has not ended by 2026-05-24 17:00:00 UTC.",
    )
    assert told(listed=unstarted, watch=a_watch(overdue_after=HOUR / 2))[1] == (
        f"{about} ends, and by the next tick as overdue, as it has waited for longer than 30 minutes."
    )
    assert known(listed=unstarted).facts["neverStarted"] is True
