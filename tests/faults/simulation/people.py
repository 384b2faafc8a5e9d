"""Where stories begin in which people are told by email, more than one announcement in one message."""

from datetime import timedelta
from hashlib import sha256

from import_watch.announcements import Receipt
from tests.builders import MINUTE, NOW, a_job
from tests.fakes import Install
from tests.faults.simulation.beginnings import an_install


def people_are_told() -> Install:
    """Begin with two jobs to be announced, of which people are told in one message, by email."""
    install = an_install(email=True, event_bus=None, digest_above=1)
    install.lists(*(a_job(name, completed=install.clock.now) for name in ("job-1", "job-2")))
    return install


def people_were_not_told() -> Install:
    """Begin with a job that machines know of and people don't, as it could not be sent to them."""
    install = an_install(email=True, event_bus=None)
    install.email.receipts["*"] = Receipt.FAILED
    install.lists(a_job(completed=install.clock.now))
    install.tick(timedelta(0))
    install.email.receipts.clear()
    return install


def people_were_told() -> Install:
    """Begin with a job that machines and people were told of a minute ago, and another that they are to be."""
    install = an_install(email=True, event_bus=None, digest_above=1)
    install.lists(a_job(completed=install.clock.now))
    install.tick()
    install.lists(a_job(completed=NOW + MINUTE), a_job("job-2", completed=install.clock.now))
    return install


def some_are_refused() -> Install:
    """Begin with two jobs: people are refused the one and machines the other, for their content."""
    install = people_are_told()
    install.email.receipts[_id("job-1")] = Receipt.REFUSED
    install.sns.receipts[_id("job-2")] = Receipt.REFUSED
    return install


def all_is_accepted(install: Install) -> None:
    """Let machines' topic and people's take what they refused before."""
    install.sns.receipts.clear()
    install.email.receipts.clear()


def _id(job: str) -> str:
    return sha256(f"pinpoint|app|{job}|finished".encode()).hexdigest()
