"""Where stories begin in which a list tells less than there is to know: what it shows as completed may have failed."""

from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial
from typing import Final

from import_watch.jobs import JOB_KINDS, Counts, ImportJob, Kind, Outcome, Trouble
from tests.builders import HOUR, MINUTE, NOW, TARGET, a_job, a_watch
from tests.fakes import Install
from tests.faults.simulation.beginnings import an_install
from tests.faults.simulation.scenario import Scenario
from tests.faults.simulation.worlds import Silence

WHOLE: Final = frozenset({"whole"})
"""The effect that sees what becomes of details."""
BEFORE: Final = replace(a_job("history", completed=NOW - timedelta(minutes=30)), partial=True)


def half_failed(name: str = "job-1", completed: datetime | None = None) -> ImportJob:
    """Build what a job turns out to be that is listed as completed."""
    return a_job(name, Outcome.COMPLETED_WITH_FAILURES, completed=completed, counts=Counts(failed=3))


def as_listed(name: str, completed: datetime) -> ImportJob:
    """Build what its list shows of a job that has finished, however well."""
    return replace(a_job(name, completed=completed), partial=True)


def a_list_tells_less() -> Install:
    """Begin with one job to be announced, on both channels."""
    return _listing(an_install(), "job-1")


def some_details_are_denied() -> Install:
    """Begin with two jobs to be announced, of which one's details are denied."""
    install = _listing(an_install(event_bus=None), "job-1", "job-2")
    install.source.wholes[TARGET, "job-1"] = Trouble.DENIED
    return install


def only_details_are_denied(*jobs: str) -> Install:
    """Begin with a target known to be unavailable, of which now no more is denied than the first job's details."""
    install = an_install(event_bus=None)
    install.source.lists[TARGET] = Trouble.DENIED
    for _ in range(2):
        install.tick()
    _listing(install, *jobs)
    install.source.wholes[TARGET, "job-1"] = Trouble.DENIED
    return install


def they_are_granted(install: Install) -> None:
    """Let the details be had."""
    install.source.wholes[TARGET, "job-1"] = half_failed(completed=NOW + MINUTE)


def failures_are_not_wanted() -> Install:
    """Begin with two jobs, of which one turns out to be what nobody wants to hear of, though as listed it isn't."""
    install = an_install(notify=JOB_KINDS - {Kind.COMPLETED_WITH_FAILURES}, event_bus=None)
    return _listing(install, "job-1", "job-2")


def a_failure_is_gone() -> Install:
    """Go on from there: no details are to be had any more, and another job finishes."""
    install = failures_are_not_wanted()
    install.tick()
    del install.source.wholes[TARGET, "job-1"]
    install.lists(*(as_listed(name, NOW + MINUTE) for name in ("job-1", "job-2", "job-3")))
    return install


def first_sight_of_less() -> Install:
    """Begin with a target never seen: a job runs, and another finished before, of which nobody need know more."""
    install = Install(a_watch(), log=Silence())
    install.source.lists[TARGET] = [[a_job(outcome=None)], [BEFORE]]
    install.source.wholes[TARGET, "history"] = Trouble.DENIED
    return install


def it_finishes_without_a_date(install: Install) -> None:
    """Finish the running one after first sight; when, only the list tells."""
    install.source.lists[TARGET] = [[as_listed("job-1", NOW + HOUR)], [BEFORE]]
    install.source.wholes[TARGET, "job-1"] = half_failed()


def _listing(install: Install, *names: str) -> Install:
    """List jobs that have finished just now, the first of which had failures; of the others the list tells all."""
    finished = install.clock.now
    install.lists(*(as_listed(name, finished) for name in names))
    install.source.wholes |= {(TARGET, name): a_job(name, completed=finished) for name in names[1:]}
    install.source.wholes[TARGET, names[0]] = half_failed(names[0], finished)
    return install


WITH_FAILURES = {"job-1": Kind.COMPLETED_WITH_FAILURES}
OTHER = {"job-2": Kind.COMPLETED}
OTHERS = OTHER | {"job-3": Kind.COMPLETED}
BOTH = WITH_FAILURES | OTHER
PARTIAL = {
    "a list tells less": Scenario(begin=a_list_tells_less, finished=WITH_FAILURES),
    "details come later": Scenario(
        begin=some_details_are_denied, finished=BOTH, happens=(they_are_granted,), matters_to=WHOLE
    ),
    "a target comes back in part": Scenario(begin=partial(only_details_are_denied, "job-1", "job-2"), finished=OTHER),
    "a target comes back in two steps": Scenario(
        begin=partial(only_details_are_denied, "job-1"),
        finished=WITH_FAILURES,
        happens=(they_are_granted,),
        matters_to=WHOLE,
    ),
    "details show what nobody wants": Scenario(begin=failures_are_not_wanted, finished=OTHER),
    "details that nobody wanted are gone": Scenario(begin=a_failure_is_gone, finished=OTHERS),
    "first sight of less": Scenario(
        begin=first_sight_of_less, finished=WITH_FAILURES, happens=(it_finishes_without_a_date,)
    ),
}
