"""Digests: many announcements in one message that a person can take in; and notes for chats."""

from typing import Any

import pytest

from import_watch import chats, digests
from import_watch.chats import MAX_DESCRIPTION, MAX_TITLE
from import_watch.digests import TooMuchError
from import_watch.jobs import Counts, Kind, Milestone, Trouble
from import_watch.live import Due
from import_watch.messages import SEVERITIES, Message, job_message, target_message, trial_message
from tests.builders import HOUR, NOW, OTHER, TARGET, a_job, a_watch


def a_message(job_id: str = "job-1", kind: Kind = Kind.COMPLETED, **facts: Any) -> Message:
    job = a_job(job_id, completed=NOW, **{"segment_name": "Spring", **facts})
    milestone = Milestone.STARTED if kind is Kind.STARTED else Milestone.FINISHED
    watch = a_watch(include_failures=True)
    return job_message(Due(job=job, milestone=milestone, kind=kind), watch=watch, target=TARGET, observed_at=NOW + HOUR)


def of_target(kind: Kind = Kind.TARGET_UNAVAILABLE) -> Message:
    return target_message(
        kind, watch=a_watch(), target=OTHER, reason=Trouble.GONE, failing_since=NOW, observed_at=NOW + HOUR
    )


MANY = [
    *(a_message(f"done-{n}", counts=Counts(processed=n)) for n in range(3)),
    a_message("bad", Kind.FAILED, segment_name="Autumn", counts=Counts(processed=10, failed=10)),
    a_message("half", Kind.COMPLETED_WITH_FAILURES, counts=Counts(processed=10, failed=1)),
    of_target(),
]


class TestEmails:
    """As one email."""

    def test_the_subject_has_the_totals_the_worst_first(self) -> None:
        """By what happened."""
        assert digests.subject(MANY) == (
            "[newsletter] 6 announcements: 1 failed, 1 can't be read, 1 with failures, 3 completed"
        )

    def test_the_text_names_each_by_what_happened(self) -> None:
        """With its counts, and what it takes to ask for more."""
        said = digests.text(MANY)
        assert said.startswith(
            "The watch newsletter had 6 announcements at once, which are named here\ntogether. Each has"
        )
        assert (
            "\n\nImport failed (1)\n- Autumn (10 of 10 rows failed), job bad"
            "\n\nImport jobs can't be read (1)\n- pinpoint:app/other (gone)"
            "\n\nImport completed with failures (1)\n- Spring (1 of 10 rows failed), job half"
            "\n\nImport completed (3)\n- Spring "
        ) in said
        assert (
            "\n\nTo silence this watch for a while; what it would say is sent at the end"
            '\n    import-watch mute newsletter --for 2h --hold --reason "..."\n'
        ) in said
        for number in range(3):
            assert f"job done-{number}\n" in said

    def test_what_is_sent_again_says_so(self) -> None:
        """If all of it is."""
        again = [Message({**message.facts, "replay": True}) for message in MANY]
        assert digests.subject(again).startswith("[newsletter] Again: 6 announcements: ")
        assert "They were sent before" in digests.text(again)
        assert "before" not in digests.subject([again[0], MANY[1]])

    def test_any_subject_is_one_that_sns_takes(self) -> None:
        """However many kinds there are."""
        every = [a_message(str(kind), kind) for kind in Kind if not kind.startswith("target")]
        every += [of_target(), of_target(Kind.TARGET_RECOVERED)]
        said = digests.subject([Message({**message.facts, "watch": "w" * 32}) for message in every])
        assert len(said) == 99
        assert said.endswith("...")

    def test_long_names_are_cut_and_ids_never(self) -> None:
        """Nobody can ask about half an id."""
        said = digests.text([a_message("j" * 256, segment_name="x" * 1000), a_message("other")])
        assert f"- {'x' * 77}..., job {'j' * 256}\n" in said

    def test_what_can_t_be_one_message_says_so(self) -> None:
        """Whoever sends it cuts it in two."""
        with pytest.raises(TooMuchError):
            digests.text([a_message(f"{n:0250}", segment_name="x" * 80) for n in range(1000)])

    def test_attributes_are_what_all_have_in_common(self) -> None:
        """So that filters by watch work, and by the worst severity."""
        assert digests.attributes(MANY) == {
            "watch": "newsletter",
            "source": "pinpoint",
            "applicationId": "app",
            "severity": "error",
        }
        alike = digests.attributes(MANY[:3])
        assert (alike["kind"], alike["segmentId"], alike["severity"]) == ("completed", "seg", "info")


def test_every_kind_has_a_word_for_totals() -> None:
    """None is forgotten."""
    assert set(digests.WORDS) == set(Kind)
    assert set(digests.RANKS) == set(SEVERITIES.values())


class TestChats:
    """As notes in a chat channel."""

    def test_a_note_says_what_a_person_asks_first(self) -> None:
        """As the email does, and what to do."""
        message = a_message(
            kind=Kind.COMPLETED_WITH_FAILURES,
            counts=Counts(processed=5, failed=1),
            failures=("row 7",),
            as_listed={"Definition": {"S3Url": "s3://bucket/file.csv"}},
        )
        note = chats.chat(message, "arn:segment")
        assert note.title == "[newsletter] Import completed with failures: Spring (1 of 5 rows failed)"
        sentence, *lines = note.description.split("\n")
        assert sentence == (
            'The import into segment "Spring" completed at 2026-05-24 12:00:00 UTC after 1 hour, '
            "but 1 of 5 rows failed."
        )
        assert lines == [
            "File: `s3://bucket/file.csv`",
            "- row 7",
        ]
        look = "`import-watch jobs pinpoint:app/seg --job job-1 --output json`"
        assert note.next_steps[0] == f"See what is known of the rows that failed: {look}"
        assert note.next_steps[-1] == (
            "To silence this watch for a while; what it would say is sent at the end: "
            '`import-watch mute newsletter --for 2h --hold --reason "..."`'
        )
        assert (note.keywords, note.resources) == (
            ["newsletter", "completed_with_failures", "warning"],
            ["arn:segment"],
        )
        assert note.event_type == message.detail_type
        assert note.context["jobId"] == "job-1"

    def test_one_thread_a_job(self) -> None:
        """Of each watch; whatever is told of it, and whichever target found it."""
        started, finished = a_message(kind=Kind.STARTED), a_message()
        assert chats.thread(started.facts) == chats.thread(finished.facts)
        others = [
            a_message("job-2").facts,
            {**finished.facts, "watch": "other"},
            {**finished.facts, "applicationId": "other"},
            of_target().facts,
        ]
        assert len({chats.thread(facts) for facts in [finished.facts, *others]}) == 5
        assert chats.thread({**finished.facts, "target": "pinpoint:app"}) == chats.thread(finished.facts)

    def test_one_thread_a_target(self) -> None:
        """For all that becomes of it."""
        assert chats.thread(of_target().facts) == chats.thread(of_target(Kind.TARGET_RECOVERED).facts)

    def test_a_name_can_call_nobody(self) -> None:
        """Nor be a link, nor fill the screen."""
        note = chats.chat(a_message(segment_name="<!channel> & <@U1>\n" + "x" * 1000), "arn")
        for text in (note.title, note.description, note.summary):
            assert not set(text) & {"<", ">"}
            assert "&lt;!channel&gt; &amp; " in text
        assert note.title.count("x") < MAX_TITLE

    @pytest.mark.parametrize(
        ("name", "told"),
        [
            ("[x](https://evil.example)", "[x]\u200b(https:\u200b//evil.\u200bexample)"),
            ("[x]: //evil [x][x]", "[x]\u200b: //evil [x]\u200b[x]"),
            ("www.evil.example", "www.\u200bevil.\u200bexample"),
            ("@here a@b.example", "\uff20here a\uff20b.\u200bexample"),
            ("*a* _b_ ~c~ `d` e_f", "\u2217a\u2217 \u02cdb\u02cd \u223cc\u223c \u02cbd\u02cb e_f"),
            ("&#64;here", "&amp;#64;here"),
        ],
    )
    def test_a_name_is_neither_link_nor_markup(self, name: str, told: str) -> None:
        """Nor is a failed row, by itself or among many; what is code stays so, whatever it is cut to."""
        message = a_message(segment_name=name, failures=(name,), kind=Kind.COMPLETED)
        note, digest = chats.chat(message, "arn"), digests.chat([message, a_message("other")], [])
        for text in (note.title, note.description, note.summary, digest.description):
            assert told in text
            assert name not in text
        assert f"\n- {told}" in note.description

    def test_what_can_t_be_code_is_none(self) -> None:
        """A file's address may hold what ends it, or be too long to be shown whole."""
        for name in ("a`<!here> https://evil.example`", "x" * 600 + "`", "x" * 600):
            listed = {"Definition": {"S3Url": f"s3://bucket/{name}"}}
            note = chats.chat(a_message(as_listed=listed, segment_name="a&" * 400, failures=("<" * 200,) * 9), "arn")
            assert "`" not in note.description
            assert "://" not in note.description
            assert len(note.description) <= MAX_DESCRIPTION
            assert set(note.description.split("\n")[2:]) == {"- " + "&lt;" * 200}

    def test_what_is_sent_again_says_so(self) -> None:
        """In title and text."""
        note = chats.chat(Message({**a_message().facts, "replay": True}), "arn")
        assert note.title.startswith("[newsletter] Again: Import completed: ")
        assert "This was sent before." in note.description

    def test_a_test_has_nothing_to_be_silenced(self) -> None:
        """It comes because somebody asked for it, and can be named beside others all the same."""
        test = trial_message(a_watch(), "1", observed_at=NOW)
        note = chats.chat(test, "arn")
        assert note.title == "[newsletter] Test message"
        assert note.next_steps == ["Nothing."]
        assert test.facts["target"] == str(a_watch().targets[0])
        in_thread = target_message(
            Kind.TARGET_UNAVAILABLE,
            watch=a_watch(),
            target=a_watch().targets[0],
            reason=Trouble.GONE,
            failing_since=NOW,
            observed_at=NOW,
        )
        assert chats.thread(test.facts) != chats.thread(in_thread.facts)
        assert f"Test message (1)\n- {test.id}\n" in digests.text([test, *MANY])

    def test_a_digest_names_each_and_is_in_no_thread(self) -> None:
        """It is of many jobs."""
        note = digests.chat(MANY, ["arn:b", "arn:a", "arn:b"])
        assert note.thread is None
        assert note.title == digests.subject(MANY)
        assert note.next_steps[-1].startswith("To silence this watch for a while; what it would say ")
        assert "*Import failed (1)*\n- Autumn (10 of 10 rows failed), job bad\n" in note.description
        assert (note.resources, note.keywords) == (["arn:a", "arn:b"], ["newsletter", "digest", "error"])
        assert note.id == digests.chat(MANY[::-1], []).id

    def test_a_digest_that_would_not_be_shown_whole_says_so(self) -> None:
        """Whoever sends it cuts it in two."""
        with pytest.raises(TooMuchError):
            digests.chat([a_message(f"{n:032}") for n in range(MAX_DESCRIPTION // 32)], [])
