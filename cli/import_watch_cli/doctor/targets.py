"""Whether the job lists answer, and the ticks come."""

from collections.abc import Iterator
from datetime import datetime
from typing import Final

from import_watch.jobs import Target, Trouble
from import_watch.listing import ListingFailedError
from import_watch.phrases import span
from import_watch.sources.made import Sources
from import_watch_cli.doctor.examined import Examined
from import_watch_cli.doctor.findings import Found, finding, fine, not_checked, unless_found
from import_watch_cli.speech.words import ago, when
from import_watch_cli.stack.scheduled import Scheduled
from import_watch_cli.stack.threads import Threads
from import_watch_cli.stack.ticks import Heard, hear

THREADS: Final = 8  # lists asked for at once
MOST: Final = 500  # lists asked for: a request each
DO: Final = {
    Trouble.DENIED: "allow your own credentials to list it; what the function may is checked apart",
    Trouble.GONE: "take it out of cdk.json if it was deleted; else look at Region and account",
    Trouble.ENDLESS: "see the service's health; import-watch status tells how the function fares",
    Trouble.THROTTLED: "lower requestsPerSecond, or poll less often",
    Trouble.BROKEN: "see the service's health, and try again",
}


def targets(examined: Examined) -> list[Found]:
    """Ask each job list for a page, with the caller's own credentials."""
    sources = examined.deployment.sources(page_size=1, max_pages=2)
    every = examined.targets
    asked = every[:MOST]
    with Threads(THREADS) as pool:
        found = [one for one in pool.map(lambda target: _answer(sources, target, examined), asked) if one]
    answering = [fine(f"{len(asked) - len(found)} of {len(every)} targets answer")] if len(found) < len(asked) else []
    beyond = [not_checked(f"{len(every) - MOST:,} targets beyond the first {MOST}")] if len(every) > MOST else []
    return [*found, *beyond, *answering]


def _answer(sources: Sources, target: Target, examined: Examined) -> Found | None:
    try:
        source = sources[target.source]
        pages = source.applications() if target.is_account else source.pages(target, examined.now)
        next(iter(pages))
    except ListingFailedError as failure:
        return finding(f"{target} is {failure.trouble}: {failure.detail}", DO[failure.trouble])
    return None


def ticks(examined: Examined) -> list[Found]:
    """Look whether each watch's last tick came in time, and did not fail."""
    heard = hear(examined.deployment, examined.scheduled, examined.now)
    running = [one for one in examined.scheduled if one.enabled]
    found = [each for one in running for each in _ticked(one, heard[one.watch.name], examined.now)]
    return unless_found(found, f"the last ticks of {len(running)} watches came in time, and none failed")


def _ticked(scheduled: Scheduled, heard: Heard, now: datetime) -> Iterator[Found]:
    name, last = scheduled.watch.name, heard.last
    if heard.refused:
        yield not_checked(f"the last tick of {name}: {heard.refused}")
    elif last is None:
        says = f"{name} had no tick since {when(heard.since)}, at a rate of {span(scheduled.every)}"
        yield finding(says, "if it wasn't deployed just now: docs/operations.md, Silent")
    elif heard.is_late(scheduled.every, now):
        says = f"{name} had its last tick {ago(last.at, now)}, at a rate of {span(scheduled.every)}"
        yield finding(says, "docs/operations.md, Silent")
    if last and last.failed:
        yield finding(
            f"the last tick of {name}, {ago(last.at, now)}, failed", "import-watch tail --no-follow --since 1h"
        )
