"""Whole ticks over a source: each job is announced once, and a quiet tick costs listings and nothing else."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import pytest

from import_watch.jobs import Kind, Outcome, Trouble
from import_watch.listing import Source
from import_watch.poll import Poll
from local.stand_in import ApiError, Page, StandIn
from tests.builders import HOUR, MINUTE, a_watch
from tests.fakes import Install
from tests.sources.connected import connected
from tests.sources.rules import Rules


@dataclass
class Watching(Install):
    """All that a tick works with, in memory but for its sources."""

    sources: Mapping[str, Source] | None = None

    def poll(self) -> Poll:
        poll = super().poll()
        return replace(poll, sources=self.sources or poll.sources)

    def told(self, by: str = "jobId") -> Counter[str]:
        """Count what was sent, by job, or target, and kind; the channels agree."""
        sent = [
            Counter(f"{one.message.facts.get(by, one.message.facts['target'])} {one.message.kind}" for one in sent)
            for sent in (self.sns.sent, self.bus.sent)
        ]
        assert sent[0] == sent[1]
        return sent[0]


class RulesOfTicks(Rules):
    """Ticks."""

    def watching(self, services: StandIn, **policy: Any) -> Watching:
        """Begin to watch a list, in which one job has finished and another one runs, with a first tick."""
        self.put(services, self.job(0), self.running(1))
        install = Watching(
            a_watch(self.kit.target, **policy), sources=connected(services.url, self.kit.source, page_size=2)
        )
        install.clock.now += MINUTE
        assert install.tick().failing == {}
        return install

    def job(self, number: int, outcome: Outcome = Outcome.COMPLETED, **facts: Any) -> dict[str, Any]:
        build = self.kit.finishing(outcome)
        assert build
        return build(number, **facts)

    def running(self, number: int) -> dict[str, Any]:
        return self.kit.job_running(number)

    def calls(self, services: StandIn, install: Watching) -> tuple[Counter[str], Counter[str]]:
        """Run a tick; the operations that it called on, and for which jobs."""
        before = len(services.calls)
        install.tick()
        calls = services.calls[before:]
        return Counter(call.operation for call in calls), Counter(call.job for call in calls if call.job)

    def test_first_sight_is_silent_and_asks_for_no_job(self, services: StandIn) -> None:
        """What finished before is recorded as it was listed."""
        install = self.watching(services)
        assert install.told() == {}
        assert [call.job for call in services.calls if call.job] == []
        assert {row.suppressed for row in install.outbox.rows.values()} == {"first_sight"}

    def test_a_quiet_tick_lists_and_writes_nothing(self, services: StandIn) -> None:
        """Whatever has finished, and was announced, with failures or without: as many requests as there are pages."""
        install = self.watching(services)
        self.put(services, self.job(2), self.job(3, Outcome.COMPLETED_WITH_FAILURES), self.job(4, Outcome.FAILED))
        install.tick()
        writes = install.writes
        for _ in range(3):
            assert self.calls(services, install) == ({self.kit.asking.operation: 3}, {})
        assert install.writes == writes

    def test_each_job_that_finishes_is_announced_once_and_asked_for_once(self, services: StandIn) -> None:
        """With what its list alone doesn't tell; others aren't asked for."""
        install = self.watching(services)
        outcomes = [outcome for outcome in Outcome if self.kit.finishing(outcome)]
        self.put(services, *(self.job(number, outcome) for number, outcome in enumerate(outcomes, start=1)))
        _, asked = self.calls(services, install)
        wanted = {self.kit.id(number): outcome for number, outcome in enumerate(outcomes, start=1)}
        assert asked == Counter(wanted.keys() if self.kit.details else ())
        for _ in range(2):
            assert not self.calls(services, install)[1]
        assert install.told() == Counter(f"{job} {outcome}" for job, outcome in wanted.items())
        (warning,) = [one.message.facts for one in install.sns.sent if one.message.kind is Kind.COMPLETED_WITH_FAILURES]
        assert {"processed": 40, "failed": 12}.items() <= dict(warning["counts"]).items()  # type: ignore[arg-type]

    def test_a_job_that_can_t_be_asked_for_waits_and_the_others_do_not(self, services: StandIn) -> None:
        """It is announced once, when it can be asked for; meanwhile its target counts as failing."""
        if (operation := self.kit.details) is None:
            pytest.skip("its list tells all")
        install = self.watching(services)
        self.put(services, self.job(2), self.job(3), self.job(4))
        denied = next(code for code, trouble in self.kit.errors.items() if trouble is Trouble.DENIED)
        services.faults.add(str(self.kit.target), ApiError(denied), operation=operation, job=self.kit.id(3), times=2)
        target = self.kit.target
        assert install.tick().failing == {target: Trouble.DENIED}
        others = Counter([f"{self.kit.id(2)} completed", f"{self.kit.id(4)} completed"])
        assert install.told() == others
        assert install.tick().failing == {target: Trouble.DENIED}
        assert install.told() == others + Counter([f"{target} target_unavailable"])
        for _ in range(3):
            assert install.tick().failing == {}
        late = Counter([f"{self.kit.id(3)} completed", f"{target} target_unavailable", f"{target} target_recovered"])
        assert install.told() == others + late

    def test_a_job_that_is_gone_by_then_is_announced_by_what_its_list_told(self, services: StandIn) -> None:
        """It did finish."""
        if (operation := self.kit.details) is None:
            pytest.skip("its list tells all")
        install = self.watching(services)
        self.put(services, self.job(2, Outcome.COMPLETED))
        gone = next(code for code, trouble in self.kit.errors.items() if trouble is Trouble.GONE)
        services.faults.add(str(self.kit.target), ApiError(gone), operation=operation)
        for _ in range(3):
            assert install.tick().failing == {}
        assert install.told() == {f"{self.kit.id(2)} completed": 1}

    @pytest.mark.parametrize("trouble", [Trouble.DENIED, Trouble.GONE])
    def test_a_list_that_is_denied_or_gone_is_told_once_with_the_reason(
        self, services: StandIn, trouble: Trouble
    ) -> None:
        """On the second tick in a row; and once that it is back, with what finished meanwhile."""
        install = self.watching(services)
        code = next(code for code, meant in self.kit.errors.items() if meant is trouble)
        services.faults.add(str(self.kit.target), ApiError(code), times=None)
        for told in (0, 1, 1, 1):
            assert install.tick().failing == {self.kit.target: trouble}
            assert len(install.sns.sent) == told
        facts = install.sns.sent[0].message.facts
        assert (facts["kind"], facts["reason"]) == ("target_unavailable", trouble)
        assert facts.get("notice", "") == self.kit.manifest.notice
        services.faults.clear(str(self.kit.target))
        self.put(services, self.job(2))
        for _ in range(2):
            assert install.tick().failing == {}
        target = self.kit.target
        words = [f"{target} target_unavailable", f"{target} target_recovered", f"{self.kit.id(2)} completed"]
        assert install.told() == Counter(words)

    def test_half_a_listing_decides_nothing(self, services: StandIn) -> None:
        """Though what finished be on its first page; nor is anything of it known to the next tick."""
        install = self.watching(services)
        pk = install.watch.pk(self.kit.target)
        seen = install.ledgers.rows[pk].digest
        services.jobs.script(str(self.kit.target), [Page([self.job(2)], "a"), Page([self.job(3)], "a")])
        assert install.tick().failing == {self.kit.target: Trouble.ENDLESS}
        assert (install.told(), install.ledgers.rows[pk].digest) == ({}, seen)
        services.jobs.script(str(self.kit.target), [Page([self.job(2)], "a"), Page([self.job(3)])])
        assert install.tick().failing == {}
        assert install.told() == Counter(f"{self.kit.id(number)} completed" for number in (2, 3))

    def test_a_job_that_does_not_end_is_overdue_once(self, services: StandIn) -> None:
        """By when it was created: also one of a status never heard of, or that nobody starts."""
        words = [*sorted(self.kit.running), "UNHEARD_OF"]
        install = self.watching(services)
        install.clock.now += 7 * HOUR
        created = install.clock.now - 7 * HOUR
        self.put(services, *(self.kit.job(number, word, created=created) for number, word in enumerate(words, start=1)))
        _, asked = self.calls(services, install)
        install.tick()
        assert install.told() == Counter(f"{self.kit.id(number)} overdue" for number in range(1, len(words) + 1))
        assert not asked
        waiting = {one.message.facts["jobId"] for one in install.sns.sent if "neverStarted" in one.message.facts}
        assert waiting == {self.kit.id(words.index(word) + 1) for word in self.kit.unstarted}
