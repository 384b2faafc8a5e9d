"""What is told of a job keeps to the messages' schema, and lets nothing confidential out."""

import hashlib
import json
import re
from dataclasses import replace
from typing import Any

import pytest

from import_watch import emails
from import_watch.jobs import ImportJob, Kind, Milestone, Outcome, timestamp
from import_watch.live import Due
from import_watch.messages import MAX_JSON, Message, job_message
from local.stand_in import StandIn
from tests.builders import HOUR, NOW, Known, a_watch
from tests.contract.test_events import validator
from tests.sources.rules import Rules

CONFIDENTIAL = re.compile(r"X-Amz-|Signature=|arn:aws:(iam|sts)|example-external-id|jane@example\.com", re.IGNORECASE)


class RulesOfMessages(Rules):
    """Messages of each kind."""

    def message(self, job: ImportJob, milestone: Milestone = Milestone.FINISHED, **policy: Any) -> Message:
        kinds = {Milestone.STARTED: Kind.STARTED, Milestone.OVERDUE: Kind.OVERDUE}
        kind = kinds.get(milestone) or Kind(str(job.outcome))
        due = Due(job=job, milestone=milestone, kind=kind)
        watch = a_watch(self.kit.target, **policy)
        return job_message(due, watch=watch, target=self.kit.target, observed_at=NOW)

    @pytest.mark.parametrize("outcome", list(Outcome))
    def test_a_finished_job_s_message(self, services: StandIn, outcome: Outcome) -> None:
        """It tells what is known, and its id is the same whichever watch found the job."""
        build = self.kit.finishing(outcome)
        if build is None:
            pytest.skip("no job of this source ends so")
        self.put(services, build(1, **self.kit.told(name="spring-campaign")))
        (job,) = self.whole(self.source(services))
        facts = self.checked(self.message(job))
        target = self.kit.target
        spelt = f"{target.source}|{target.application_id}|{self.kit.id(1)}|finished"
        assert facts["id"] == hashlib.sha256(spelt.encode()).hexdigest()
        assert facts["kind"] == outcome
        assert facts["counts"].items() >= {"processed": 40, "failed": 12 if named_failures(outcome) else 0}.items()
        assert (facts["createdAt"], facts["completedAt"]) == (timestamp(NOW - HOUR), timestamp(NOW))
        assert facts["applicationId"] == target.application_id
        assert facts.get("segmentId") == target.segment_id
        assert facts.get("jobName") == ("spring-campaign" if self.kit.name else None)
        assert "neverStarted" not in facts

    def test_the_reason_of_a_status_is_told(self, services: StandIn) -> None:
        """Where there is one: in the message, and to people."""
        if not self.kit.reason:
            pytest.skip("its API gives none")
        self.put(services, self.kit.job(1, self.kit.word(Outcome.FAILED), **self.kit.told(why=self.kit.why)))
        (job,) = self.whole(self.source(services))
        message = self.message(job)
        assert self.checked(message)["statusReason"] == self.kit.why
        assert self.kit.why in self.mail(message)

    def test_a_running_job_s_messages(self, services: StandIn) -> None:
        """That it started, and that it is overdue; or that it was never started, where it waits for somebody to."""
        self.put(services, *(self.kit.job(number, word) for number, word in enumerate(sorted(self.kit.running))))
        for job in self.listed(self.source(services)):
            started, overdue = (self.message(job, each) for each in (Milestone.STARTED, Milestone.OVERDUE))
            assert self.checked(started)["kind"] == "started"
            facts, waits = self.checked(overdue), job.details().status in self.kit.unstarted
            assert (facts["kind"], facts.get("neverStarted", False)) == ("overdue", waits)
            assert ("was never started" in self.mail(overdue)) is waits

    def test_a_job_as_large_as_they_come_fits(self, services: StandIn) -> None:
        """Its description is left out where it would be too large for a channel."""
        self.put(services, self.kit.job(1))
        (job,) = self.whole(self.source(services))
        read = job.details()
        job.unread = Known(replace(read, as_listed={**read.as_listed, self.kit.asking.id: "x" * MAX_JSON}))
        assert "job" not in self.checked(self.message(job))

    def checked(self, message: Message) -> dict[str, Any]:
        """Hold a message to its schema and its limits; what it tells."""
        written = message.json()
        facts: dict[str, Any] = json.loads(written)
        validator("message.schema.json").validate(facts)
        assert facts == message.facts
        assert len(written.encode()) <= MAX_JSON
        assert (facts["source"], facts["target"]) == (self.kit.source, str(self.kit.target))
        for told in (written, self.mail(message)):
            assert not CONFIDENTIAL.search(told)
        assert not self.kit.private & set(names(facts))
        return facts

    def mail(self, message: Message) -> str:
        """Give all that people get of it by email."""
        return " ".join(f"{emails.subject(message)} {emails.text(message)}".split())


def named_failures(outcome: Outcome) -> bool:
    return outcome is Outcome.COMPLETED_WITH_FAILURES


def names(value: object) -> list[str]:
    """Give every member's name, however deep."""
    if isinstance(value, dict):
        return [*value, *(name for each in value.values() for name in names(each))]
    return [name for each in value for name in names(each)] if isinstance(value, list) else []
