"""Emails, as a person reads them: how it ended, of what, how many; then when, what to do, and how to silence it."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from import_watch import chats, digests, emails
from import_watch.jobs import Counts, ImportJob, Kind, Milestone, Target, Trouble
from import_watch.live import Due
from import_watch.messages import Message, job_message, target_message, trial_message
from import_watch.phrases import span
from tests.builders import HOUR, MINUTE, NOW, TARGET, a_job, a_watch

JOB = a_job(
    "0123abcd",
    created=NOW - timedelta(seconds=125),
    completed=NOW,
    segment_name="Spring newsletter",
    counts=Counts(processed=5000, failed=12, total_pieces=10, completed_pieces=9, failed_pieces=1),
    failures=("row 7: no address", "row 9:\nno\taddress"),
    as_listed={"Definition": {"S3Url": "s3://bucket/spring.csv"}},
)


def a_message(kind: Kind = Kind.COMPLETED_WITH_FAILURES, job: ImportJob = JOB, **policy: Any) -> Message:
    due = Due(job=job, milestone=Milestone.FINISHED, kind=kind)
    return job_message(due, watch=a_watch(**policy), target=TARGET, observed_at=NOW + MINUTE)


def of_target(kind: Kind, trouble: Trouble = Trouble.GONE, target: Target = TARGET) -> Message:
    return target_message(
        kind, watch=a_watch(), target=target, reason=trouble, failing_since=NOW - HOUR, observed_at=NOW + MINUTE
    )


@pytest.mark.parametrize(
    ("kind", "subject", "sentence"),
    [
        (
            Kind.STARTED,
            "Import started: Spring newsletter",
            "is running, since 2026-05-24 11:57:55 UTC.",
        ),
        (
            Kind.COMPLETED_WITH_FAILURES,
            "Import completed with failures: Spring newsletter (12 of 5,000 rows failed)",
            "completed at 2026-05-24 12:00:00 UTC after 2 minutes 5 seconds, but 12 of 5,000 rows failed.",
        ),
        (
            Kind.FAILED,
            "Import failed: Spring newsletter (12 of 5,000 rows failed)",
            "failed at 2026-05-24 12:00:00 UTC after 2 minutes 5 seconds; 12 of 5,000 rows failed.",
        ),
        (
            Kind.CANCELLED,
            "Import cancelled: Spring newsletter (12 of 5,000 rows failed)",
            "was cancelled at 2026-05-24 12:00:00 UTC after 2 minutes 5 seconds; 12 of 5,000 rows failed.",
        ),
        (
            Kind.OVERDUE,
            "Import overdue: Spring newsletter (running for 3 minutes 5 seconds)",
            "has been running for 3 minutes 5 seconds, since 2026-05-24 11:57:55 UTC, and has not finished.",
        ),
    ],
)
def test_the_first_lines_say_what_a_person_asks_first(kind: Kind, subject: str, sentence: str) -> None:
    """How it ended, of which segment, how many rows; when, and how long it took."""
    message = a_message(kind)
    assert emails.subject(message) == f"[newsletter] {subject}"
    first, _, rest = emails.text(message).partition("\n\n")
    assert " ".join(first.split()) == f'The import into segment "Spring newsletter" {sentence}'
    assert rest.startswith("File: s3://bucket/spring.csv\n\nWhat to do\n- ")


UPLOAD = a_job("0123abcd", None, created=NOW, segment_id=None, name="Spring", never_started=True)


def test_one_that_was_never_started_is_said_to_be_so() -> None:
    """It hangs for want of somebody, and nothing is wrong with it."""
    message = a_message(Kind.OVERDUE, UPLOAD)
    assert emails.subject(message) == "[newsletter] Import overdue: Spring (never started for 1 minute)"
    said = emails.text(message)
    assert said.startswith(
        'The import "Spring" was created at 2026-05-24 12:00:00 UTC, 1 minute ago, and\nwas never started.\n'
    )
    assert "- Start it if it is still wanted, else delete it.\n" in said
    assert "counts stand still" not in said


def test_one_whose_dates_are_not_known_is_said_to_be_so_all_the_same() -> None:
    """A sentence is whole without them."""
    said = emails.text(a_message(Kind.OVERDUE, replace(UPLOAD, created_at=None)))
    assert said.startswith('The import "Spring" was created, and was never started.\n')


@pytest.mark.parametrize("kind", [Kind.COMPLETED_WITH_FAILURES, Kind.FAILED, Kind.CANCELLED])
def test_a_reason_is_told_where_there_is_one(kind: Kind) -> None:
    """In the source's own word."""
    job = a_job("0123abcd", completed=NOW, segment_id=None, name="Spring", status_reason="VALIDATION_FAILURE")
    said = " ".join(emails.text(a_message(kind, job)).split())
    assert "; the reason given is VALIDATION_FAILURE." in said
    assert "Job Spring 0123abcd Status COMPLETED, VALIDATION_FAILURE" in said


def test_what_else_there_is_to_know_of_a_lost_list_is_told() -> None:
    """Such as that its service has ended."""
    facts = {**of_target(Kind.TARGET_UNAVAILABLE).facts, "notice": "It left support."}
    assert "- It left support.\n" in emails.text(Message(facts))


def test_a_file_is_told_wherever_a_job_has_it() -> None:
    """By the name that all services have for it."""
    job = a_job(completed=NOW, as_listed={"JobId": "1", "ImportDataSource": {"S3Url": "s3://bucket/list.csv"}})
    assert "\nFile: s3://bucket/list.csv\n" in emails.text(a_message(job=job))


def test_what_completed_well_says_how_many_rows() -> None:
    """And that nothing is to be done."""
    message = a_message(Kind.COMPLETED, a_job(completed=NOW, counts=Counts(processed=1, failed=0), segment_name="A"))
    assert emails.subject(message) == "[newsletter] Import completed: A (1 row)"
    assert "after 1 hour,\n1 row.\n\nWhat to do\n- Nothing.\n" in emails.text(message)


@pytest.mark.parametrize(
    ("counts", "said"),
    [
        (Counts(), ""),
        (Counts(failed=3), " (3 rows failed)"),
        (Counts(failed=1, processed=1), " (1 of 1 row failed)"),
        (Counts(failed=7, processed=5), " (7 rows failed)"),
        (Counts(failed=0, failed_pieces=2, total_pieces=3), " (2 of 3 pieces failed)"),
        (Counts(processed=5), " (5 rows)"),
    ],
)
def test_only_counts_that_are_known_are_told(counts: Counts, said: str) -> None:
    """None is made up, nor put beside one that it doesn't fit."""
    message = a_message(Kind.FAILED, a_job(completed=NOW, counts=counts, segment_name="Spring"))
    assert emails.subject(message) == f"[newsletter] Import failed: Spring{said}"


def test_failures_nobody_counted_are_told_all_the_same() -> None:
    """A counter may be no number, and still a sign of them."""
    message = a_message(job=a_job(completed=NOW, created=None, segment_id=None))
    assert emails.text(message).startswith(
        "The import completed at 2026-05-24 12:00:00 UTC, but some of its rows failed."
    )
    assert "File:" not in emails.text(message)


def test_the_first_failures_are_there_where_they_are_asked_for() -> None:
    """A line each."""
    assert "The first failures" not in emails.text(a_message())
    said = emails.text(a_message(include_failures=True))
    assert "\n\nThe first failures\n- row 7: no address\n- row 9: no address\n\nWhat to do\n" in said


def test_what_to_do_comes_with_commands_to_copy() -> None:
    """Each on a line of its own, whole; and so does how to silence it."""
    said = emails.text(a_message())
    for command in (
        "import-watch jobs pinpoint:app/seg --job 0123abcd --output json",
        "import-watch explain 0123abcd",
        'import-watch mute newsletter --for 2h --hold --reason "..."',
    ):
        assert f"\n    {command}\n" in said
    assert "\n\nTo silence this watch for a while; what it would say is sent at the end\n    imp" in said


def test_a_command_is_safe_to_paste_whatever_the_job_is_called() -> None:
    """An id may be any text that can be printed, and stands in none then."""
    for name in ("x'; rm -rf ~; echo '", "$(reboot)", "`reboot`", "a b", "--help"):
        said = emails.text(a_message(job=replace_id(name)))
        assert f"Job          {name}\n" in said
        assert said.count(name) == 1
        assert "    import-watch jobs pinpoint:app/seg\n" in said
        assert "    import-watch history pinpoint:app/seg\n" in said


def replace_id(name: str) -> ImportJob:
    return replace(JOB, id=name)


@pytest.mark.parametrize("trouble", list(Trouble))
def test_a_target_s_email_says_why_since_when_and_what_to_do_about_it(trouble: Trouble) -> None:
    """In words of its own for each trouble; silenced is that target alone."""
    message = of_target(Kind.TARGET_UNAVAILABLE, trouble)
    said = emails.text(message)
    assert emails.subject(message) == f"[newsletter] Import jobs can't be read: seg ({trouble})"
    assert " ".join(said.split()).startswith(
        "Reading the import jobs of segment seg of application app has failed since 2026-05-24 11:00:00 UTC: "
    )
    assert len({emails.text(of_target(Kind.TARGET_UNAVAILABLE, other)) for other in Trouble}) == len(Trouble)
    assert "\n\nTo silence this target for a while; what it would say is sent at the end\n    imp" in said
    assert "    import-watch mute pinpoint:app/seg --for 2h --hold" in said


def test_a_recovery_says_how_long_it_took() -> None:
    """And that nothing is to be done."""
    message = of_target(Kind.TARGET_RECOVERED)
    assert emails.subject(message) == "[newsletter] Import jobs can be read again: seg (after 1 hour 1 minute)"
    said = emails.text(message)
    assert " ".join(said.split()).startswith(
        "The import jobs of segment seg of application app can be read again, after 1 hour 1 minute. "
        "That failed from 2026-05-24 11:00:00 UTC on. What to do - Nothing. "
    )
    assert "What to do\n- Nothing. Jobs that finished meanwhile are announced now.\n" in said


def test_what_is_sent_again_says_so() -> None:
    """In the subject and in the text."""
    message = Message({**a_message().facts, "replay": True})
    assert emails.subject(message).startswith("[newsletter] Again: Import completed with failures: Spring")
    assert "\n\nThis was sent before. Somebody asked for it once more.\n\n" in emails.text(message)


def test_a_name_is_cut_for_the_counts() -> None:
    """They stay, whatever comes of the name."""
    message = a_message(job=a_job(completed=NOW, segment_name="x" * 300, counts=Counts(processed=5000, failed=12)))
    said = emails.subject(message)
    assert len(said) == 99
    assert said.endswith("x... (12 of 5,000 rows failed)")
    crowded = Message({**message.facts, "watch": "w" * 32, "replay": True})
    assert emails.subject(crowded) == (f"[{'w' * 32}] Again: Import completed with failures (12 of 5,000 rows failed)")


@pytest.mark.parametrize(
    ("name", "said"), [("Frühling à la carte", "Fruhling a la carte"), ("春", "seg"), ("😀!", "seg")]
)
def test_a_name_in_other_letters_is_as_near_as_ascii_gets(name: str, said: str) -> None:
    """And an id stands for one of which nothing is left."""
    message = a_message(Kind.STARTED, a_job(outcome=None, segment_name=name))
    assert emails.subject(message) == f"[newsletter] Import started: {said}"


@pytest.mark.parametrize("char", ["\x1b", "\x7f", "\x9b", "\u061c", "\u200f", "\u202e", "\u2066", "\u2069"])
def test_nobody_s_name_moves_what_stands_beside_it(char: str) -> None:
    """By a terminal's commands, or by turning the direction of text: it is told what can be seen."""
    listed = {"Definition": {"S3Url": f"e{char}f"}}
    job = a_job(completed=NOW, segment_name=f"a{char}b", failures=(f"c{char}d",), as_listed=listed)
    message = a_message(job=job, include_failures=True)
    said, note = emails.text(message), chats.chat(message, "arn")
    for text in (said, note.description):
        assert char not in text
        assert all(seen in text for seen in ("a\ufffdb", "c\ufffdd", "e\ufffdf"))
    several = digests.text([message, a_message()])
    assert char not in several + note.title + note.summary + emails.subject(message)
    assert message.facts["segmentName"] == f"a{char}b"


@given(
    name=st.text(max_size=200),
    counts=st.builds(Counts, processed=st.integers(), failed=st.integers(), total_pieces=st.integers()),
    kind=st.sampled_from([Kind.COMPLETED, Kind.COMPLETED_WITH_FAILURES, Kind.FAILED, Kind.CANCELLED, Kind.OVERDUE]),
)
def test_any_job_s_subject_is_one_that_sns_takes(name: str, counts: Counts, kind: Kind) -> None:
    """Less than 100 printable ASCII characters."""
    said = emails.subject(a_message(kind, a_job(completed=NOW, segment_name=name, counts=counts)))
    assert 0 < len(said) < 100
    assert said.isascii()
    assert said.isprintable()


@pytest.mark.parametrize(
    ("time", "said"),
    [
        (timedelta(0), "less than a second"),
        (timedelta(seconds=61), "1 minute 1 second"),
        (timedelta(days=2, seconds=5), "2 days 5 seconds"),
        (timedelta(days=400, hours=2, minutes=3), "400 days 2 hours"),
    ],
)
def test_how_long_is_told_by_the_two_largest_units(time: timedelta, said: str) -> None:
    """Nobody counts the seconds of a day."""
    assert span(time) == said


def test_moments_that_do_not_fit_give_no_time() -> None:
    """Such as a job that ended before it was created, by two clocks."""
    assert " after " not in emails.text(a_message(job=a_job(created=NOW, completed=NOW - MINUTE)))


def test_a_test_says_that_it_is_one() -> None:
    """And names neither a job list nor a way to silence it: there is nothing to."""
    message = trial_message(a_watch(), "nonce", observed_at=NOW)
    assert emails.subject(message) == "[newsletter] Test message"
    text = emails.text(message)
    assert text.startswith("This message is a test: what watch newsletter announces arrives here.")
    assert "What to do\n- Nothing." in text
    assert "Watch       newsletter\n" in text
    assert "silence" not in text
