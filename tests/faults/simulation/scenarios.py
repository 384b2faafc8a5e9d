"""Where stories begin, what may happen beside the ticks, and which jobs must have been announced in the end."""

from datetime import timedelta
from hashlib import sha256

from import_watch.announcements import Receipt
from import_watch.jobs import JOB_KINDS, Counts, Kind, Outcome, Trouble
from tests.builders import HOUR, MINUTE, NOW, TARGET, a_job, a_watch
from tests.fakes import Install
from tests.faults.simulation.beginnings import an_install
from tests.faults.simulation.operators import (
    TOUCHED,
    a_job_finishes_elsewhere,
    held,
    it_is_let_go,
    it_is_muted,
    sent_already,
    they_are_asked_for_again,
)
from tests.faults.simulation.partial import PARTIAL
from tests.faults.simulation.people import (
    all_is_accepted,
    people_are_told,
    people_were_not_told,
    people_were_told,
    some_are_refused,
)
from tests.faults.simulation.scenario import Scenario
from tests.faults.simulation.worlds import Silence


def a_job_finishes() -> Install:
    """Begin with one job to be announced, on both channels."""
    install = an_install()
    install.lists(a_job(completed=install.clock.now))
    return install


def leftovers() -> Install:
    """Begin with two jobs pending and due, one of them on one channel only."""
    install = an_install()
    jobs = [a_job(name, completed=install.clock.now) for name in ("job-1", "job-2")]
    install.sns.receipts["*"] = Receipt.FAILED
    install.lists(*jobs[:1])
    install.tick(timedelta(0))
    install.bus.receipts["*"] = Receipt.FAILED
    install.lists(*jobs)
    install.tick(timedelta(0))
    install.sns.receipts.clear()
    install.bus.receipts.clear()
    return install


HISTORY = a_job("history", completed=NOW - timedelta(minutes=30))


def first_sight() -> Install:
    """Begin with a target never seen, whose second page holds a job that finished before."""
    install = Install(a_watch(), log=Silence())
    install.source.lists[TARGET] = [[a_job(outcome=None)], [HISTORY]]
    return install


def the_job_finishes(install: Install) -> None:
    """Finish the running one, after first sight, however late and by whichever clock that comes."""
    install.source.lists[TARGET] = [[a_job(completed=NOW + HOUR)], [HISTORY]]


def a_target_fails() -> Install:
    """Begin with a target that was denied a minute ago, and is."""
    install = an_install()
    install.source.lists[TARGET] = Trouble.DENIED
    install.tick()
    return install


def it_is_back(install: Install) -> None:
    """Let the target be listed again."""
    install.lists()


def it_fails_again(install: Install) -> None:
    """Let it be denied once more."""
    install.source.lists[TARGET] = Trouble.DENIED


def one_is_refused() -> Install:
    """Begin with two jobs in one batch, one of which SNS refuses for its content."""
    install = an_install()
    jobs = [a_job(name, completed=install.clock.now) for name in ("fine", "poison")]
    install.sns.receipts[sha256(b"pinpoint|app|poison|finished").hexdigest()] = Receipt.REFUSED
    install.lists(*jobs)
    return install


def it_is_accepted(install: Install) -> None:
    """Let SNS take what it refused before."""
    install.sns.receipts.clear()


def counters_come_late() -> Install:
    """Find that what was suppressed as completed had failures, which somebody wants to know."""
    install = an_install(notify=JOB_KINDS - {Kind.COMPLETED})
    finished = install.clock.now
    install.lists(a_job(completed=finished))
    install.tick()
    install.lists(a_job(outcome=Outcome.COMPLETED_WITH_FAILURES, completed=finished, counts=Counts(failed=3)))
    return install


def finished_without_counters() -> Install:
    """Begin with a job that nobody wants to hear of, as long as its counters are missing."""
    install = an_install(notify=JOB_KINDS - {Kind.COMPLETED})
    install.lists(a_job(completed=install.clock.now))
    return install


def the_counters_come(install: Install) -> None:
    """Let them show that rows failed."""
    finished = NOW + MINUTE
    install.lists(a_job(outcome=Outcome.COMPLETED_WITH_FAILURES, completed=finished, counts=Counts(failed=3)))


ONE = {"job-1": Kind.COMPLETED}
TWO = ONE | {"job-2": Kind.COMPLETED}
WITH_FAILURES = {"job-1": Kind.COMPLETED_WITH_FAILURES}
SCENARIOS = {
    "a job finishes": Scenario(begin=a_job_finishes, finished=ONE),
    "people are told": Scenario(begin=people_are_told, finished=TWO),
    "people were not told": Scenario(begin=people_were_not_told, finished=ONE),
    "people are refused": Scenario(begin=some_are_refused, finished=TWO, happens=(all_is_accepted,)),
    "people are told again": Scenario(
        begin=people_were_told, finished=TWO, happens=(they_are_asked_for_again,), matters_to=TOUCHED
    ),
    "leftovers": Scenario(begin=leftovers, finished=TWO),
    "first sight": Scenario(begin=first_sight, finished=ONE, happens=(the_job_finishes,)),
    "a target fails": Scenario(begin=a_target_fails),
    "a target comes back": Scenario(begin=a_target_fails, happens=(it_is_back,)),
    "a target comes and goes": Scenario(begin=a_target_fails, happens=(it_is_back, it_fails_again)),
    "one is refused": Scenario(
        begin=one_is_refused,
        finished=dict.fromkeys(("fine", "poison"), Kind.COMPLETED),
        happens=(it_is_accepted,),
    ),
    "counters come late": Scenario(begin=counters_come_late, finished=WITH_FAILURES),
    "counters come meanwhile": Scenario(
        begin=finished_without_counters, finished=WITH_FAILURES, happens=(the_counters_come,)
    ),
    "a watch is muted": Scenario(
        begin=a_job_finishes_elsewhere, finished=ONE, happens=(it_is_muted,), matters_to=frozenset({"known"})
    ),
    "a failure is muted": Scenario(begin=a_target_fails, happens=(it_is_muted,), matters_to=frozenset({"known"})),
    "a mute holds": Scenario(begin=held, finished=ONE, happens=(it_is_let_go,), matters_to=TOUCHED),
    "sent again": Scenario(begin=sent_already, finished=TWO, happens=(they_are_asked_for_again,), matters_to=TOUCHED),
    **PARTIAL,
}
