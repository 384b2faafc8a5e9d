"""A job is read as its API means it, and as far as it can be."""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, timedelta
from typing import Any

import pytest

from import_watch.jobs import Counts, ImportJob, Outcome
from import_watch.listing import Page, Source
from local.stand_in import StandIn
from tests.builders import HOUR, MINUTE, NOW
from tests.sources.connected import altered
from tests.sources.rules import Rules, flaws

ODD_DATES: dict[str, object] = {
    "a word": "soon",
    "no date of a calendar": "2026-13-45T00:00:00Z",
    "beyond any": 10**30,
    "structured": {"a": 1},
}
ODD_IDS: dict[str, object] = {
    "none": None,
    "empty": "",
    "a number": 5,
    "structured": {"a": 1},
    "too long": "x" * 257,
    "of two lines": "a\nb",
    "a signed URL": "https://example.com/?X-Amz-Signature=0123",
}
ODD_STATUSES: dict[str, object] = {
    "never heard of": "UNHEARD_OF",
    "none": None,
    "empty": "",
    "a number": 5,
    "structured": {"a": 1},
    "a list": ["COMPLETED"],
}


class RulesOfJobs(Rules):
    """Statuses, counters, times and what is malformed."""

    def test_the_manifest_says_what_each_status_means(self, services: StandIn) -> None:
        """Running ones have no outcome; nobody else gives a word a meaning of its own."""
        manifest = self.kit.manifest
        assert (manifest.running, dict(manifest.finished)) == (self.kit.running, dict(self.kit.finished))
        words = [*sorted(self.kit.running), *self.kit.finished]
        self.put(services, *(self.kit.job(number, word) for number, word in enumerate(words)))
        source = self.source(services)
        assert flaws(self.pages(source)) == []
        told = {job.details().status: job.outcome for job in self.whole(source)}
        assert told == {**dict.fromkeys(self.kit.running), **self.kit.finished}

    def test_every_status_of_botocore_s_model_is_known(self) -> None:
        """Another version of it may bring more: then somebody has to say what they mean."""
        shape: Any = self.kit.item.members[self.kit.status]
        assert {*shape.enum} <= self.kit.running | self.kit.finished.keys()

    def test_a_completed_job_with_failed_records_says_so(self, services: StandIn) -> None:
        """Though its status be the same; that no record failed, or none is told of, is no failure."""
        self.put(
            services, self.kit.job(1, counts=(40, 12)), self.kit.job(2, counts=(40, 0)), self.kit.job(3, counts=None)
        )
        jobs = {job.id: job for job in self.whole(self.source(services))}
        outcomes = [jobs[self.kit.id(number)].outcome for number in (1, 2, 3)]
        assert outcomes == [Outcome.COMPLETED_WITH_FAILURES, Outcome.COMPLETED, Outcome.COMPLETED]
        counts = [jobs[self.kit.id(number)].details().counts for number in (1, 2, 3)]
        assert [(one.processed, one.failed) for one in counts] == [(40, 12), (40, 0), (None, None)]

    def test_failed_records_do_not_make_a_failure_of_what_failed_or_was_cancelled_or_runs(
        self, services: StandIn
    ) -> None:
        """A status that says more stands."""
        words = [word for word, outcome in self.kit.finished.items() if outcome is not Outcome.COMPLETED]
        words += sorted(self.kit.running)
        self.put(services, *(self.kit.job(number, word, counts=(40, 12)) for number, word in enumerate(words)))
        told = {job.details().status: job.outcome for job in self.whole(self.source(services))}
        assert told == {word: self.kit.finished.get(word) for word in words}

    def test_a_finished_job_s_rest_is_asked_for_only_where_its_list_does_not_tell_all(self, services: StandIn) -> None:
        """That is what partial means; a job asked for is partial no more, and keeps its id."""
        self.put(services, self.kit.job(1), self.kit.job_running(2))
        source = self.source(services)
        partial = {job.id: job.partial for job in self.listed(source)}
        assert partial == {self.kit.id(1): self.kit.details is not None, self.kit.id(2): False}
        asked = len(services.calls)
        whole = {job.id: job.partial for job in self.whole(source)}
        assert whole == dict.fromkeys(partial, False)
        details = [(call.operation, call.job) for call in services.calls[asked + 1 :]]
        assert details == ([(self.kit.details, self.kit.id(1))] if self.kit.details else [])

    def test_times_are_in_utc(self, services: StandIn) -> None:
        """To the millisecond."""
        created, completed = NOW - HOUR + timedelta(milliseconds=5), NOW + timedelta(milliseconds=708)
        self.put(services, self.kit.job(1, created=created, completed=completed))
        (job,) = self.whole(self.source(services))
        assert (job.created_at, job.completed_at) == (created, completed)
        assert job.created_at.tzinfo is UTC is job.completed_at.tzinfo  # type: ignore[union-attr] # dated

    def test_a_job_may_have_no_dates(self, services: StandIn) -> None:
        """Nearly every member is optional, whatever is promised."""
        self.put(services, self.kit.job(1, completed=None), self.kit.job_running(2))
        with self.editing(services, lambda job: without(job, self.kit.created, self.kit.completed)) as source:
            assert {(job.created_at, job.completed_at) for job in self.whole(source)} == {(None, None)}
            assert flaws(self.pages(source)) == []

    def test_an_end_before_the_beginning_is_none(self, services: StandIn) -> None:
        """Taken at its word, it could make history of a job that has only just finished."""
        self.put(services, self.kit.job(1, created=NOW, completed=NOW - MINUTE))
        (job,) = self.whole(self.source(services))
        assert (job.created_at, job.completed_at, job.outcome) == (NOW, None, Outcome.COMPLETED)

    @pytest.mark.parametrize("what", ODD_DATES)
    def test_a_date_that_is_none_is_told_and_spoils_no_page(self, services: StandIn, what: str) -> None:
        """The job is there without it."""
        for name in (self.kit.created, self.kit.completed):
            if name not in self.kit.item.members:
                continue
            job = self.odd(services, {name: ODD_DATES[what]})
            assert job is not None
            assert (job.created_at if name == self.kit.created else job.completed_at) is None

    @pytest.mark.parametrize("what", ODD_IDS)
    def test_a_job_without_an_id_is_told_and_spoils_no_page(self, services: StandIn, what: str) -> None:
        """Under another id it would be another job."""
        assert self.odd(services, {self.kit.asking.id: ODD_IDS[what]}) is None

    @pytest.mark.parametrize("what", ODD_STATUSES)
    def test_a_status_never_heard_of_is_told_and_is_one_of_a_job_that_runs(self, services: StandIn, what: str) -> None:
        """Overdue will catch it, if it means anything else."""
        job = self.odd(services, {self.kit.status: ODD_STATUSES[what]})
        assert job is not None
        assert (job.outcome, job.partial) == (None, False)

    def test_what_is_no_job_is_told_and_spoils_no_page(self, services: StandIn) -> None:
        """A null among jobs."""
        self.put(services, *(self.kit.job(number) for number in (1, 2, 3)))
        with self.editing(services, lambda job: None if job[self.kit.asking.id] == self.kit.id(2) else job) as source:
            pages = self.pages(source)
        self.assert_spoilt_no_other(pages)

    @pytest.mark.parametrize("value", ["many", -3, 1.5, None, True], ids=str)
    def test_a_counter_that_is_no_number_spoils_no_page(self, services: StandIn, value: object) -> None:
        """Nor does a null, or less than nothing; the job has finished all the same."""
        self.put(services, *(self.kit.job(number, counts=(40, 0)) for number in (1, 2, 3)))
        counters = {*self.kit.counted(40, 0)}

        def change(member: Any) -> Any:
            return {name: change(each) for name, each in member.items()} if isinstance(member, dict) else value

        def edit(job: dict[str, Any]) -> dict[str, Any]:
            return {name: change(member) if name in counters else member for name, member in job.items()}

        with self.editing(services, edit) as source:
            for job in self.whole(source):
                assert job.outcome in {Outcome.COMPLETED, Outcome.COMPLETED_WITH_FAILURES}
                assert isinstance(job.details().counts, Counts)
                json.dumps(job.details().as_listed, allow_nan=False)

    def test_a_job_s_own_name_and_the_reason_of_its_status_are_read(self, services: StandIn) -> None:
        """Where its API has such."""
        told = self.kit.told(name="spring-campaign", why=self.kit.why)
        word = self.kit.word(Outcome.FAILED) or min(self.kit.finished)
        self.put(services, self.kit.job(1, word, **told))
        (job,) = self.whole(self.source(services))
        details = job.details()
        assert details.name == ("spring-campaign" if self.kit.name else None)
        assert details.status_reason == (self.kit.why if self.kit.reason else None)

    def test_only_a_job_that_waits_for_somebody_was_never_started(self, services: StandIn) -> None:
        """By its status."""
        words = [*sorted(self.kit.running), *self.kit.finished]
        self.put(services, *(self.kit.job(number, word) for number, word in enumerate(words)))
        jobs = [job.details() for job in self.whole(self.source(services))]
        assert {details.status for details in jobs if details.never_started} == self.kit.unstarted

    def odd(self, services: StandIn, members: dict[str, object]) -> ImportJob | None:
        """List three jobs, the second of which has these members; that one as it was read, the others as ever."""
        self.put(services, *(self.kit.job(number) for number in (1, 2, 3)))
        with self.editing(
            services, lambda job: {**job, **members} if job[self.kit.asking.id] == self.kit.id(2) else job
        ) as source:
            return self.assert_spoilt_no_other(self.pages(source))

    def assert_spoilt_no_other(self, pages: list[Page]) -> ImportJob | None:
        jobs = {job.id: job for page in pages for job in page.jobs}
        odd = jobs.pop(self.kit.id(2), None)
        assert {job.id: job.outcome for job in jobs.values()} == dict.fromkeys(
            (self.kit.id(1), self.kit.id(3)), Outcome.COMPLETED
        )
        assert len(flaws(pages)) == 1
        assert "\n" not in flaws(pages)[0]
        return odd

    @contextmanager
    def editing(self, services: StandIn, edit: Callable[[dict[str, Any]], object]) -> Iterator[Source]:
        """Make the source where each job is told otherwise, in a list and by itself."""
        items = self.kit.asking.items

        def alter(told: dict[str, Any]) -> object:
            return {**told, items: [edit(job) for job in told[items]]} if items in told else edit(told)

        with altered(services.url, alter) as there:
            yield self.source(there)


def without(job: dict[str, Any], *names: str) -> dict[str, Any]:
    """Leave members out."""
    return {name: value for name, value in job.items() if name not in names}
