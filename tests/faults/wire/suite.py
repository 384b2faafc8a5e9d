"""Faults over real HTTP: the function as deployed, an emulator and a stand-in, and a proxy that makes trouble."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from itertools import chain, islice
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from local.emulator import Emulator, running_emulator
from local.inbox import catch_events, subscribe_inbox
from local.stand_in import StandIn
from tests.faults.findings import Findings, Wanted
from tests.faults.wire.chapters import ALL_AT_ONCE
from tests.faults.wire.proxy import Proxy
from tests.faults.wire.services import EVENTBRIDGE, SNS, Call
from tests.faults.wire.stage import Lane, running_lanes
from tests.faults.wire.stories import BUSIEST, CHAPTERS, at_once, beyond_the_lease, overlaps, publishes, single_faults
from tests.faults.wire.story import Performance, Story, play

LANES: Final = 12  # more than cores: most of a slow story is waiting for time-outs
ROUNDS: Final = 10
EVERY: Final = tuple(chain.from_iterable(CHAPTERS.values()))

Say = Callable[[str], None]


def run(say: Say) -> Findings:
    """Play every story. What breaks the promise is found, and so is a judge that can't see a broken one."""
    findings, by_source = Findings(), {source: Findings() for source in CHAPTERS}
    with _running() as (emulator, lanes):
        requests = rehearsed(lanes, findings)
        say(f"{len(requests)} chapters of {sum(map(len, requests.values()))} requests")
        parts = {f"single faults, {each.name}": single_faults(each, requests[each.name]) for each in EVERY}
        parts |= {f"overlaps, {each.name}": overlaps(each, requests[each.name]) for each in BUSIEST}
        parts["ticks at once"] = at_once(ALL_AT_ONCE, ROUNDS)
        performances = play(lanes, chain.from_iterable(parts.values()))  # no lane waits for a part's slowest stories
        for part, stories in parts.items():
            found = summed(islice(performances, len(stories)))
            say(f"{part}: {_told(found)}")
            findings.add(found)
            by_source[stories[0].chapter.source].add(found)
        for source, found in by_source.items():
            say(f"{source}: {_told(found)}")
        calls = requests[ALL_AT_ONCE.name]
        findings.add(outlived(lanes, beyond_the_lease(ALL_AT_ONCE, calls), say))
        findings.add(received(emulator, lanes, publishes(ALL_AT_ONCE, calls), say))
    return findings


def _told(found: Findings) -> str:
    return f"{found.points} points, {found.faults} faults, {found.deliveries} deliveries"


def rehearsed(lanes: Sequence[Lane], findings: Findings) -> Mapping[str, Sequence[Call]]:
    """Play each chapter without trouble; give the requests of its tick."""
    performances = list(play(lanes, [Story(chapter=chapter) for chapter in EVERY]))
    findings.add(summed(performances))
    return {performance.story.chapter.name: performance.first.calls for performance, _ in performances}


def played(lanes: Sequence[Lane], stories: Iterable[Story]) -> Findings:
    """Play stories; give what was found in all of them."""
    return summed(play(lanes, stories))


def summed(performances: Iterable[tuple[Performance, Findings]]) -> Findings:
    """Add up what was found."""
    findings = Findings()
    for _, found in performances:
        findings.add(found)
    return findings


def outlived(lanes: Sequence[Lane], stories: Iterable[Story], say: Say) -> Findings:
    """Play stories in which a lease is outlived. There, a double is what must be seen, and is no fault."""
    findings = played(lanes, stories)
    say(f"leases outlived: {findings.points} points, {len(findings.doubles)} doubles seen")
    if not findings.doubles:
        findings.losses.append("ticks outlived their leases, and nobody saw a double: the suite is blind")
    findings.doubles.clear()
    return findings


def received(emulator: Emulator, lanes: Sequence[Lane], stories: Iterable[Story], say: Say) -> Findings:
    """Play stories before real subscribers, who must get exactly what the proxy saw accepted."""
    bus, topics = catch_events(emulator), [subscribe_inbox(emulator, lane.topic) for lane in lanes]
    findings, accepted = Findings(), Counter[Wanted]()
    for performance, found in play(lanes, stories):
        findings.add(found)
        accepted += performance.accepted
    got = Counter((event.message["id"], EVENTBRIDGE) for event in bus.receive())
    got += Counter((mail.message["id"], SNS) for topic in topics for mail in topic.receive())
    say(f"subscribers got {got.total()} messages, {accepted.total()} were accepted")
    if got != accepted:
        findings.losses.append("subscribers did not get what was accepted")
    return findings


@contextmanager
def _running() -> Iterator[tuple[Emulator, Sequence[Lane]]]:
    with (
        TemporaryDirectory(prefix="import-watch-", ignore_cleanup_errors=True) as scratch,
        StandIn() as stand_in,
        running_emulator(services_url=stand_in.url) as emulator,
        Proxy(emulator.url, stand_in.url) as proxy,
        running_lanes(emulator, stand_in, proxy, Path(scratch), LANES) as lanes,
    ):
        yield emulator, lanes
