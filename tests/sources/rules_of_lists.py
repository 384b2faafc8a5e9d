"""A list is read to its end, or not at all."""

import random
from typing import Any

import pytest

from import_watch.jobs import Trouble
from import_watch.live import Live
from import_watch.sources import registry
from local.stand_in import Page, StandIn
from tests.builders import DAY, EVER, HOUR, NOW, a_watch
from tests.sources.rules import Rules


class RulesOfLists(Rules):
    """Pages, tokens, repeats and history."""

    def jobs(self, count: int) -> list[dict[str, Any]]:
        return [self.kit.job(number) for number in range(count)]

    @pytest.mark.parametrize("page_size", [7, 60, 61, 100_000])
    def test_all_pages_are_read_whatever_their_size(self, services: StandIn, page_size: int) -> None:
        """Each job once, in no more requests than it takes; a page is never asked to be larger than it may be."""
        self.put(services, *self.jobs(121))
        found = self.listed(self.source(services, page_size=page_size))
        asking = self.kit.asking
        size = min(page_size, asking.largest)
        assert [job.id for job in found] == [self.kit.id(number) for number in range(121)]
        assert len(services.calls) == -(-121 // size)
        assert {call.parameters[asking.size] for call in services.calls} == {asking.size_type(size)}
        assert {(call.operation, call.target) for call in services.calls} == {(asking.operation, str(self.kit.target))}

    def test_each_kind_of_list_is_asked_for_as_the_manifest_says(self, services: StandIn) -> None:
        """The stand-in knows by the parameters which list is meant."""
        for number, target in enumerate(self.kit.targets):
            services.jobs.put(target, self.kit.job(number, target=target))
        for target in self.kit.targets:
            asking = self.kit.manifest.asking(parsed := registry.parse(target))
            before = len(services.calls)
            assert self.listed(self.source(services), parsed)
            (call,) = services.calls[before:]
            assert (call.operation, call.target) == (asking.operation, target)
            assert asking.parameters.items() <= call.parameters.items()

    def test_a_list_without_jobs_has_none(self, services: StandIn) -> None:
        """That is an answer, and no failure."""
        self.put(services)
        assert self.listed(self.source(services)) == []

    def test_an_empty_page_with_a_token_is_followed(self, services: StandIn) -> None:
        """It isn't the end; jobs come after it."""
        one, two, three = self.jobs(3)
        services.jobs.script(str(self.kit.target), [Page([one], "a"), Page([], "b"), Page([two, three])])
        pages = self.pages(self.source(services))
        assert [len(page.jobs) for page in pages] == [1, 0, 2]
        assert [page.more for page in pages] == [True, True, False]

    @pytest.mark.parametrize("tokens", [["a", "a"], ["a", "b", "a"], ["a", "b", "b"]], ids="".join)
    def test_a_token_that_comes_again_is_endless(self, services: StandIn, tokens: list[str]) -> None:
        """A loop that only follows tokens would never end."""
        pages = [Page([job], token) for job, token in zip(self.jobs(len(tokens)), tokens, strict=True)]
        services.jobs.script(str(self.kit.target), pages)
        assert self.failing(self.source(services)).trouble is Trouble.ENDLESS
        assert len(services.calls) == len(tokens)

    def test_more_pages_than_allowed_are_endless(self, services: StandIn) -> None:
        """The limit is a setting."""
        self.put(services, *self.jobs(5))
        assert len(self.listed(self.source(services, page_size=1, max_pages=5))) == 5
        assert self.failing(self.source(services, page_size=1, max_pages=4)).trouble is Trouble.ENDLESS

    def test_order_repeats_and_paging_do_not_matter(self, services: StandIn) -> None:
        """The same jobs are found, and the same is known of the list: a second look at it is needed by no tick."""
        jobs = [*self.jobs(30), *(self.kit.job_running(number) for number in range(30, 40))]
        self.put(services, *jobs)
        first = self.live(services)
        entries = jobs + jobs[::3]
        for seed in range(3):
            random.Random(seed).shuffle(entries)  # noqa: S311 # no secret
            cuts = [entries[at : at + 8 + seed] for at in range(0, len(entries), 8 + seed)]
            tokens = [*(f"t{number}" for number in range(1, len(cuts))), None]
            pages = [Page(cut, token) for cut, token in zip(cuts, tokens, strict=True)]
            services.jobs.script(str(self.kit.target), pages)
            again = self.live(services)
            assert [due.key for due in again.due(self.policy, NOW)] == [due.key for due in first.due(self.policy, NOW)]
            assert self.digest(again) == self.digest(first)

    def test_what_is_news_is_known_by_its_digest(self, services: StandIn) -> None:
        """A job that comes, or ends; one that a list tells twice counts as further on, in whatever order."""
        self.put(services, self.kit.job(1))
        digests = {self.digest(self.live(services))}
        self.put(services, self.kit.job_running(2))
        digests.add(self.digest(self.live(services)))
        for pages in ([self.kit.job_running(2), self.kit.job(2)], [self.kit.job(2), self.kit.job_running(2)]):
            services.jobs.script(str(self.kit.target), [Page([self.kit.job(1), *pages])])
            digests.add(self.digest(self.live(services)))
        assert len(digests) == 3

    policy = a_watch(overdue_after=DAY).policy

    def live(self, services: StandIn) -> Live:
        live = Live(EVER)
        for page in self.pages(self.source(services)):
            live.add(page.jobs)
        return live

    def digest(self, live: Live) -> str:
        return live.digest(self.policy, NOW + HOUR * 23, EVER, idle=live.idle)

    def test_history_is_counted_and_not_kept(self, services: StandIn) -> None:
        """What finished up to a moment; what runs never is, however old, nor what finished nobody knows when."""
        created = NOW - 90 * DAY
        old = self.kit.job(1, created=created, completed=NOW - 89 * DAY)
        self.put(services, old, self.kit.job(2), self.kit.job_running(3, created=created))
        (page,) = self.pages(self.source(services), before=NOW - HOUR)
        assert page.listed == 3
        kept = (2, 3) if self.kit.dated else (1, 2, 3)
        assert [job.id for job in page.jobs] == [self.kit.id(number) for number in kept]

    def test_what_finished_at_the_very_moment_is_history(self, services: StandIn) -> None:
        """To the millisecond."""
        self.put(services, self.kit.job(1))
        (page,) = self.pages(self.source(services), before=NOW)
        assert (page.listed, len(page.jobs)) == (1, 0 if self.kit.dated else 1)
