"""What is said when the story is over: what was sent, what was not and why, what it cost, and what to do next."""

import json
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from rich.console import Console
from rich.table import Table
from rich.text import Text

from local.demo.play import Play
from local.demo.typed import Typed
from local.demo.verdict import CHANNELS, Arrival, News, times

FEW = 5  # jobs that are named one by one
REASONS = {
    "running": "is still running",
    "history": "finished long before the first tick: not even recorded",
    "first_sight": "finished in the hour before it: recorded as suppressed",
}
NEXT = """
What next?
  {begin}; `make bootstrap` once, then `make deploy`.
  `.venv/bin/import-watch` then tells of your own jobs what it told here: docs/cli.md.
  `make test` runs all the tests."""


def unsent(
    listed: Mapping[str, bool], items: Sequence[Mapping[str, Any]], id_of: Callable[[str], str]
) -> dict[str, list[str]]:
    """Sort the jobs that nothing was sent about by the reason that the table gives, or has for not knowing them.

    They are given by name, and whether they have finished.
    """
    suppressed = {_job(item): item["suppressed"] for item in items if "suppressed" in item}
    sent = {_job(item) for item in items if "suppressed" not in item}
    found: dict[str, list[str]] = defaultdict(list)
    for job, finished in listed.items():
        if id_of(job) not in sent:
            found[suppressed.get(id_of(job), "history" if finished else "running")].append(job)
    return dict(found)


def conclude(
    console: Console,
    play: Play,
    *,
    silent: Mapping[str, Sequence[str]],
    answers: Sequence[Typed],
    differences: Sequence[str],
) -> None:
    """Tell it all, the verdict last."""
    story = play.stage.story
    console.print()
    if play.arrivals:
        console.print(*_sample(play.arrivals, story.service), sep="\n", end="\n\n")
    console.print(_sent(story.expected, play.arrivals), "")
    console.print(_silent(silent), "")
    console.print(f"A quiet tick, as counted: {play.quiet_tick}.")
    if play.fired_after is not None:
        console.print(f"The schedule fired by itself {play.fired_after:.0f} s after the deployment.")
    for answer in answers:
        console.print("", Text(f"$ {answer.line}", "bold"), sep="\n")
        console.out(answer.output.rstrip("\n"), highlight=False)
    console.print()
    if differences:
        console.print("", "Not as promised:", *(f"  {line}" for line in differences), sep="\n", style="bold red")
        return
    console.print(
        f"All {len(story.expected)} announcements arrived once on {', once on '.join(CHANNELS)}; nothing else did.",
        style="bold green",
    )
    console.print(NEXT.format(begin=story.next))


def _sample(arrivals: Sequence[Arrival], service: str) -> list[str]:
    shown = max(arrivals, key=lambda arrival: arrival.news.kind == "completed_with_failures").message
    facts = ",\n".join(f" {json.dumps(name)}: {json.dumps(value)}" for name, value in shown.items() if name != "job")
    return [f"One of the messages, less the job as {service} has it:", f"{{{facts[1:]}}}"]


def _sent(expected: Sequence[News], arrivals: Sequence[Arrival]) -> Table:
    table = _table("Sent", "", *CHANNELS)
    for news in dict.fromkeys([*expected, *(arrival.news for arrival in arrivals)]):
        counts = (times(news, channel, arrivals) for channel in CHANNELS)
        table.add_row(news.kind, news.subject, *("once" if count == 1 else f"{count} times" for count in counts))
    return table


def _silent(silent: Mapping[str, Sequence[str]]) -> Table:
    table = _table("Not sent", "because it")
    for reason, jobs in silent.items():
        named = ", ".join(jobs) if len(jobs) <= FEW else f"{len(jobs)} jobs"
        table.add_row(named, REASONS.get(reason, reason))
    return table


def _table(*columns: str) -> Table:
    table = Table(box=None, padding=(0, 2, 0, 0), header_style="bold")
    for name in columns:
        table.add_column(name)
    return table


def _job(item: Mapping[str, Any]) -> str:
    return str(item["sk"]).rpartition("#")[0]
