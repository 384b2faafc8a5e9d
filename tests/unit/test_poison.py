"""Jobs as no service should list them, messages that no channel takes: each costs itself something, and no other."""

from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from import_watch.announcements import Key, Receipt
from import_watch.jobs import Kind
from import_watch.ledger import HISTORY_AFTER
from tests.builders import DAY, HOUR, MINUTE, NOW, PK, TARGET, a_job, a_watch, read_job
from tests.fakes import Install

CREATED, FINISHED = "2026-05-24T11:59:00Z", "2026-05-24T12:00:30Z"
ODD_DATES = [
    "soon",
    "",
    "0001-01-01T00:00:00Z",
    "1970-01-01T00:00:00Z",
    "1969-12-31T23:59:59.999+00:00",
    "2026-05-24T13:00:30Z",
    "2026-05-24T12:00:30+23:59",
    "2026-05-24T12:00:30-23:59",
    "2026-W21-7",
    "9999-12-31T23:59:59.999Z",
    "9999-12-31T23:59:59-14:00",
    7,
    None,
]


def an_install(**policy: Any) -> Install:
    """Build an install that has seen its target empty, at NOW."""
    install = Install(a_watch(**policy))
    install.tick()
    return install


def list_raw(install: Install, *raws: dict[str, Any]) -> list[str]:
    """List jobs as the source reads them; what it had to say about them."""
    read = [read_job(raw, TARGET) for raw in raws]
    install.lists(*(job for job, _ in read if job is not None))
    return [flaw for _, flaws in read for flaw in flaws]


def a_raw_job(**facts: Any) -> dict[str, Any]:
    return {"Id": "job-1", "JobStatus": "COMPLETED", "CreationDate": CREATED, "CompletionDate": FINISHED, **facts}


class TestDates:
    """A date may be wrong; the job has finished all the same."""

    @pytest.mark.parametrize("date", ODD_DATES)
    @pytest.mark.parametrize("name", ["CreationDate", "CompletionDate"])
    def test_a_job_is_announced_once_whatever_one_of_its_dates_says(self, name: str, date: object) -> None:
        """Not taken for history, nor for late; and not again when the time it names has come or is long past."""
        install = an_install()
        list_raw(install, a_raw_job(**{name: date}))
        for pause in (MINUTE, 2 * HOUR, 8 * DAY, HISTORY_AFTER):
            install.tick(pause)
        assert install.sns.kinds() == install.bus.kinds() == [Kind.COMPLETED]

    @given(st.sampled_from(ODD_DATES), st.sampled_from(ODD_DATES), st.booleans())
    def test_no_pair_of_dates_makes_it_two(self, created: object, completed: object, sighted: bool) -> None:  # noqa: FBT001 # drawn
        """At first sight or later; nor does it break the tick."""
        install = an_install() if sighted else Install(a_watch())
        list_raw(install, a_raw_job(CreationDate=created, CompletionDate=completed))
        faults = [install.tick(pause).faults for pause in (MINUTE, 2 * HOUR, 8 * DAY, HISTORY_AFTER, MINUTE)]
        assert faults == [[]] * 5
        assert len(install.sns.sent) <= 1

    def test_a_finish_before_the_creation_is_none(self) -> None:
        """It is told; the job counts as finished nobody knows when."""
        install = an_install()
        assert list_raw(install, a_raw_job(CompletionDate="1970-01-01T00:00:00Z")) == [
            "CompletionDate before CreationDate"
        ]
        install.tick()
        assert "completedAt" not in install.sns.sent[0].message.facts

    def test_at_first_sight_a_finish_in_the_future_is_news(self) -> None:
        """Rather too much than too little."""
        install = Install(a_watch())
        list_raw(install, a_raw_job(CompletionDate="2026-05-24T13:00:00Z"))
        install.tick()
        assert install.sns.kinds() == [Kind.COMPLETED]

    @pytest.mark.parametrize(
        ("created", "overdue_after"),
        [("0001-01-01T00:00:00Z", timedelta(0)), ("2026-05-25T12:00:00Z", 30 * HOUR), (None, None), ("soon", None)],
    )
    def test_overdue_goes_by_the_creation_that_is_told(
        self, created: str | None, overdue_after: timedelta | None
    ) -> None:
        """Without one a job is never overdue; its end is announced all the same."""
        install = an_install()
        list_raw(install, a_raw_job(JobStatus="PROCESSING", CreationDate=created, CompletionDate=None))
        if overdue_after:
            install.clock.now = NOW + overdue_after - MINUTE
            install.tick()
            assert install.sns.kinds() == []
        install.tick()
        list_raw(install, a_raw_job(CreationDate=created))
        install.tick()
        assert install.sns.kinds() == [Kind.COMPLETED, Kind.OVERDUE][: 1 if overdue_after is None else 2]


class TestCounters:
    """Numbers as they come."""

    @pytest.mark.parametrize(
        ("failed", "told", "kind"),
        [
            (-1, -1, Kind.COMPLETED),
            (None, None, Kind.COMPLETED),
            (0.0, 0, Kind.COMPLETED),
            (12.0, 12, Kind.COMPLETED_WITH_FAILURES),
            (10**300, 10**300, Kind.COMPLETED_WITH_FAILURES),
            (0.5, None, Kind.COMPLETED_WITH_FAILURES),
            (float("inf"), None, Kind.COMPLETED_WITH_FAILURES),
            (float("nan"), None, Kind.COMPLETED_WITH_FAILURES),
            ("12", None, Kind.COMPLETED_WITH_FAILURES),
            ([12], None, Kind.COMPLETED_WITH_FAILURES),
        ],
    )
    def test_a_whole_number_is_one_and_nothing_else_is(self, failed: object, told: int | None, kind: Kind) -> None:
        """However large or negative it is, and however it is written; what is none is absent from the counts.

        But it is a sign: nothing that may have failed is called all good.
        """
        install = an_install()
        list_raw(install, a_raw_job(TotalFailures=failed, TotalProcessed=1))
        install.tick()
        (announcement,) = install.sns.sent
        assert announcement.message.kind is kind
        assert announcement.message.facts["counts"] == {"processed": 1} | ({} if told is None else {"failed": told})

    def test_what_only_its_message_tells_is_looked_at_when_that_is_made(self) -> None:
        """And what is wrong with it is logged then, once."""
        install = an_install()
        assert list_raw(install, a_raw_job(TotalPieces="ten", ApplicationId="an application")) == [
            "ApplicationId is no id",
            "TotalPieces is no number",
        ]
        install.tick()
        install.tick()
        assert [line for line in install.log.lines if line[0].startswith("flawed")] == [
            (
                "flawed job",
                {
                    "announcement": f"{PK} job-1#finished",
                    "flaws": ["ApplicationId is no id", "TotalPieces is no number"],
                },
            )
        ]


class TestIds:
    """What tells jobs apart."""

    def test_ids_are_taken_as_they_are(self) -> None:
        """With the signs that keys and message ids are made of, emoji, 256 bytes: each is a job of its own."""
        ids = [
            "a",
            "a#finished",
            "#ledger",
            "a|finished",
            "../a",
            'a"',
            "a b",
            "\U0001f680",
            "שלום",
            "x" * 256,
            "Ä",
            "ä",
        ]
        install = an_install()
        assert list_raw(install, *(a_raw_job(Id=job_id) for job_id in ids)) == []
        install.tick()
        install.tick()
        assert sorted(str(sent.message.facts["jobId"]) for sent in install.sns.sent) == sorted(ids)
        assert len({sent.message.id for sent in install.sns.sent}) == len(ids)

    @pytest.mark.parametrize("job_id", ["line\nbreak", "bell\x07", "lone \ud800", "mark \u200f", "x" * 300])
    def test_one_that_could_not_be_shown_costs_its_own_job_only(self, job_id: str) -> None:
        """It is told, at each tick; there is no way to name that job to anybody."""
        install = an_install()
        assert list_raw(install, a_raw_job(Id=job_id), a_raw_job(Id="fine")) == ["no usable Id"]
        install.tick()
        assert [sent.message.facts["jobId"] for sent in install.sns.sent] == ["fine"]

    def test_a_listing_full_of_flaws_makes_no_endless_log_line(self) -> None:
        """The most frequent are told."""
        install = an_install()
        install.lists(a_job(completed=install.clock.now))
        install.source.flaws = [*(f"unknown JobStatus '{number}'" for number in range(1_000)), "no usable Id"] * 2
        install.source.flaws += ["no usable Id"]
        install.tick()
        ((_, facts),) = [line for line in install.log.lines if line[0] == "flawed listing"]
        flaws = facts["flaws"]
        assert isinstance(flaws, dict)
        assert (len(flaws), flaws["no usable Id"]) == (20, 3)


class TestQuarantine:
    """What a channel refuses for ever."""

    @pytest.mark.parametrize("poisonous", [1, 2])
    def test_the_rest_goes_out_the_other_channel_has_it_and_the_table_keeps_it(self, poisonous: int) -> None:
        """After five refusals it is counted and given up, also where it isn't alone."""
        install = an_install()
        ids = [f"poison-{number}" for number in range(poisonous)]
        jobs = [a_job(job_id, completed=install.clock.now) for job_id in (*ids, "fine")]
        install.lists(*jobs)
        refuse = install.sns.publish

        def publish(address: str, announcements: Any) -> Any:
            refused = [one for one in announcements if "poison" in one.key.sk]
            install.sns.receipts = {one.message.id: Receipt.REFUSED for one in refused}
            return refuse(address, announcements)

        install.sns.publish = publish  # type: ignore[method-assign]
        reports = [install.tick() for _ in range(7)]
        assert [report.tally.quarantined for report in reports] == [0, 0, 0, 0, poisonous, 0, 0]
        assert [report.faults for report in reports] == [[]] * 7
        assert [sent.key.sk for sent in install.sns.sent] == ["fine#finished"]
        assert len(install.bus.sent) == poisonous + 1
        for job_id in ids:
            row = install.outbox.rows[Key(pk=PK, sk=f"{job_id}#finished")]
            assert (set(row.quarantined), set(row.delivered), row.due) == ({"sns"}, {"eventbridge"}, "")
            assert row.announcement is not None, "with its message, for whoever wants to send it again"
