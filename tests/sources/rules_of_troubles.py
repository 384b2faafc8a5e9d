"""A list that can't be read to its end says why, and shows nothing."""

import json
from typing import TYPE_CHECKING

import pytest

from import_watch.handlers.clients import ATTEMPTS
from import_watch.jobs import Trouble
from local.stand_in import ApiError, HangUp, StandIn, Truncated
from tests.builders import EVER
from tests.sources.connected import altered, answering
from tests.sources.rules import Rules, failure_of

if TYPE_CHECKING:
    from collections.abc import Callable

STATUSES = {
    300: Trouble.BROKEN,
    400: Trouble.BROKEN,
    401: Trouble.DENIED,
    403: Trouble.DENIED,
    404: Trouble.GONE,
    410: Trouble.GONE,
    429: Trouble.THROTTLED,
    500: Trouble.BROKEN,
    503: Trouble.BROKEN,
}
SECRETS = ("jane@example.com", "5ec4e7")


class RulesOfTroubles(Rules):
    """Errors, and answers that are none."""

    def test_each_error_is_told_apart_also_on_a_later_page(self, services: StandIn) -> None:
        """What was read before decides nothing, as no listing is complete that raises."""
        self.put(services, *(self.kit.job(number) for number in range(3)))
        assert set(self.kit.errors.values()) == set(Trouble) - {Trouble.ENDLESS}
        for code, trouble in self.kit.errors.items():
            for page in (1, 2):
                pages = self.source(services, page_size=2).pages(self.kit.target, EVER)
                if page == 2:
                    next(pages)
                services.faults.add(str(self.kit.target), ApiError(code, f"not {page} of it"))
                failure = failure_of(list, pages)
                assert failure.trouble is trouble, code
                assert code in failure.detail
                assert f"not {page} of it" in failure.detail

    def test_a_throttled_request_is_tried_again(self, services: StandIn) -> None:
        """As the handler's clients do; by whatever code a service says so."""
        self.put(services, self.kit.job(1))
        for code, trouble in self.kit.errors.items():
            if trouble is Trouble.THROTTLED:
                services.faults.add(str(self.kit.target), ApiError(code))
                assert len(self.listed(self.source(services, attempts=ATTEMPTS))) == 1

    @pytest.mark.parametrize("fault", [HangUp(), Truncated()], ids=["hung up", "truncated"])
    def test_half_an_answer_is_a_broken_list(self, services: StandIn, fault: HangUp | Truncated) -> None:
        """On the first page, too."""
        self.put(services, *(self.kit.job(number) for number in range(3)))
        services.faults.add(str(self.kit.target), fault)
        assert self.failing(self.source(services)).trouble is Trouble.BROKEN

    def test_a_list_that_is_not_there_is_gone(self, services: StandIn) -> None:
        """As far as its service knows such lists at all: some are always there."""
        if self.listless(services):
            pytest.skip("the service has no list that could be gone")
        assert self.failing(self.source(services)).trouble is Trouble.GONE

    def listless(self, services: StandIn) -> bool:
        try:
            services.jobs.page(str(self.kit.target), size=1, token=None)
        except LookupError:
            return False
        return True

    @pytest.mark.parametrize(("status", "trouble"), STATUSES.items())
    def test_a_status_says_what_no_error_does(self, status: int, trouble: Trouble) -> None:
        """A service that has ended need not answer in its own words."""
        with answering(b"<html>Sorry</html>", status) as there:
            assert self.failing(self.source(there)).trouble is trouble

    @pytest.mark.parametrize("shape", ["null", "[]", "5", '"text"', "items: 5", "items: text", "a job: text"])
    def test_an_answer_of_another_shape_is_a_broken_list(self, shape: str) -> None:
        """Not a defect of ours, and no empty list."""
        bodies = {"items: 5": 5, "items: text": "text", "a job: text": ["text"]}
        body = json.dumps({self.kit.asking.items: bodies[shape]}) if shape in bodies else shape
        with answering(body.encode()) as there:
            assert self.failing(self.source(there)).trouble is Trouble.BROKEN

    @pytest.mark.parametrize(
        "rest", [b'"\xff"}]}', b'"cut', b'"\x01"}]}', b"0}, 5]}"], ids=["no UTF-8", "cut", "control", "no job"]
    )
    @pytest.mark.parametrize("status", [200, 500])
    def test_nothing_of_a_body_is_told(self, rest: bytes, status: int) -> None:
        """Customers' data would be in the log by it."""
        items, number = self.kit.asking.items, self.kit.asking.id
        begun = json.dumps({items: [{number: "a", "Failures": list(SECRETS)}]}).encode().removesuffix(b"}]}")
        with answering(begun + b', "X": ' + rest, status) as there:
            failure = self.failing(self.source(there))
        assert failure.trouble is Trouble.BROKEN
        assert not [secret for secret in SECRETS if secret in failure.detail]

    @pytest.mark.parametrize("token", [5, {"a": 1}, True], ids=str)
    def test_a_token_that_is_no_text_is_broken(self, services: StandIn, token: object) -> None:
        """It could not be asked with."""
        self.put(services, self.kit.job(1))
        with altered(services.url, lambda page: {**page, self.kit.asking.token: token}) as there:
            assert self.failing(self.source(there)).trouble is Trouble.BROKEN

    def test_a_detail_that_fails_says_which_job_and_why(self, services: StandIn) -> None:
        """Nothing is known of that job until it can be asked for; of one that is gone, what its list told."""
        if (operation := self.kit.details) is None:
            pytest.skip("its list tells all")
        self.put(services, self.kit.job(1))
        source = self.source(services)
        (job,) = self.listed(source)
        for code, trouble in self.kit.errors.items():
            services.faults.add(str(self.kit.target), ApiError(code), operation=operation)
            if trouble is Trouble.GONE:
                assert source.whole(self.kit.target, job) is job
                continue
            failure = failure_of(source.whole, self.kit.target, job)
            assert (failure.trouble, job.id in failure.detail) == (trouble, True), code

    def test_a_detail_that_makes_no_sense_is_broken(self, services: StandIn) -> None:
        """Another job's, one that runs, half of one, or none: what it finished with is not known."""
        if (operation := self.kit.details) is None:
            pytest.skip("its list tells all")
        self.put(services, self.kit.job(1))
        (job,) = self.listed(self.source(services))
        asked = self.kit.asking.id
        senseless: list[Callable[[dict[str, object]], object]] = [
            lambda told: {**told, asked: self.kit.id(2)},
            lambda told: {**told, self.kit.status: min(self.kit.running)},
            lambda told: {**told, self.kit.status: "UNHEARD_OF"},
            lambda told: {name: value for name, value in told.items() if name != self.kit.status},
            lambda _: {},
            lambda _: [],
            lambda _: None,
        ]
        for alter in senseless:
            with altered(services.url, alter) as there:
                failure = failure_of(self.source(there).whole, self.kit.target, job)
            assert failure.trouble is Trouble.BROKEN
        for fault in (HangUp(), Truncated()):
            services.faults.add(str(self.kit.target), fault, operation=operation)
            failure = failure_of(self.source(services).whole, self.kit.target, job)
            assert failure.trouble is Trouble.BROKEN
