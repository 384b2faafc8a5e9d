"""What somebody at the command line does to the table while ticks are at it, and where such stories begin."""

from datetime import datetime, timedelta

from import_watch.jobs import timestamp
from import_watch.mutes import Mute
from tests.builders import NOW, PK, a_job
from tests.fakes import Install
from tests.faults.simulation.beginnings import an_install

TOUCHED = frozenset({"known", "record", "suppress", "leftovers", "claim", "settle"})
"""Effects of a tick before which it matters what somebody has just done."""
END = NOW + timedelta(seconds=90)
"""Of a mute: while the tick is under way that began first, if another comes as late as it may."""


def a_mute(*, hold: bool, until: datetime = END) -> Mute:
    """Build one."""
    return Mute(by="ann", reason="a migration", since=NOW, until=until, hold=hold)


def a_job_finishes_elsewhere() -> Install:
    """Begin with one job to be announced, on one channel."""
    install = an_install(event_bus=None)
    install.lists(a_job(completed=install.clock.now))
    return install


def it_is_muted(install: Install) -> None:
    """Mute the watch: what would be announced is dropped."""
    install.outbox.mutes["newsletter"] = a_mute(hold=False)


def held() -> Install:
    """Begin with one job to be announced, whose target is muted for a while, with hold."""
    install = a_job_finishes_elsewhere()
    install.outbox.mutes[PK] = a_mute(hold=True)
    return install


def it_is_let_go(install: Install) -> None:
    """Unmute the target, and let go of what was held, as far as it is there to be seen."""
    install.outbox.mutes.clear()
    for key, row in install.outbox.rows.items():
        if row.mute and row.due > timestamp(install.clock.now):
            install.outbox.release(key, timestamp(row.mute.until), install.clock.now)


def sent_already() -> Install:
    """Begin with one job that was announced a minute ago, and another that is to be."""
    install = a_job_finishes_elsewhere()
    install.tick()
    install.lists(a_job(completed=NOW + timedelta(minutes=1)), a_job("job-2", completed=install.clock.now))
    return install


def they_are_asked_for_again(install: Install) -> None:
    """Replay once whatever was sent by then; what is being sent, or about to be, is refused."""
    for key, row in install.outbox.rows.items():
        if row.announcement and not row.replays:
            install.outbox.replay(key, install.clock.now, list(row.announcement.destinations))
