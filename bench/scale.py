"""The tables of docs/scale.md, as the model has them. `make samples` writes them anew."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Final

from bench.model import (
    Load,
    dollars,
    function_seconds,
    least_every,
    most_segments,
    read_units,
    requests,
    seconds,
)

PAGE: Final = Path(__file__).parent.parent / "docs" / "scale.md"
SIZES: Final = (10, 1_000, 10_000, 100_000)  # segments
UPLOADS: Final = 250  # of a domain, each once a week, as a segment's
TABLE: Final = re.compile(r"(<!-- (\w+) -->\n)(?:\|.*\n)*(<!-- end -->)")


def loads() -> Iterator[tuple[str, Load]]:
    """Give every size, as segments and as applications, at the least `every` that it fits."""
    for by_application in (False, True):
        for segments in SIZES:
            load = least_every(Load(segments=segments, by_application=by_application))
            kind = "application" if by_application else "segment"
            yield f"{segments:,} as {load.targets:,} {kind} target{'s'[: load.targets > 1]}", load


def tables() -> Mapping[str, str]:
    """Give every table by the name it has in the page."""
    return {"tick": _tick(), "month": _month(), "instead": _instead(), "domains": _domains(), "minutes": _minutes()}


def written(page: str) -> str:
    """Put the tables in their places."""
    made = tables()
    return TABLE.sub(lambda found: f"{found[1]}{made[found[2]]}{found[3]}", page)


def _tick() -> str:
    columns = ("listings", "BatchGetItem", "Query", "SendMessageBatch")
    rows = []
    for name, load in loads():
        asked = requests(load)
        times = [f"{_short(seconds(load))} s", f"{_short(function_seconds(load))} s", f"{load.every} min"]
        rows.append([name, *(f"{asked[column]:,}" for column in columns), f"{read_units(load):,.1f}", *times])
    return _table(["segments", *columns, "read units", "all polled in", "functions run", "least `every`"], rows)


def _month() -> str:
    rows = []
    for name, load in loads():
        costs = dollars(load)
        rows.append([name, f"{load.every} min", *map(_dollars, costs.values()), _dollars(sum(costs.values()))])
    return _table(["segments", "`every`", *dollars(Load(segments=1, by_application=False)), "in all"], rows)


def _instead() -> str:
    base = least_every(Load(segments=10_000, by_application=False))
    ways = {
        "as above": base,
        "`every` 15 minutes": replace(base, every=15),
        "`idleEvery` 15 minutes, no job running": replace(base, idle_every=15),
        "as ten application targets": replace(base, by_application=True, every=1),
        "as ten application targets, `idleEvery` 15 minutes, no job running": replace(
            base, by_application=True, every=1, idle_every=15
        ),
    }
    rows = [
        [name, f"{load.listings / load.every * 60:,.0f}", f"{load.every} min", _dollars(sum(dollars(load).values()))]
        for name, load in ways.items()
    ]
    return _table(["10,000 segments", "listings an hour", "`every`", "in all"], rows)


def _domains() -> str:
    rows = []
    for domains in (1, 10, 100):
        whole = Load(segments=UPLOADS * domains, by_application=True, segments_an_application=UPLOADS, details=True)
        load = least_every(whole)
        costs = dollars(load)
        jobs = load.segments * load.jobs
        asked = [f"{load.listings:,}", f"{_short(seconds(load))} s", f"{jobs:,}"]
        rows.append([f"{domains:,}", *asked, _dollars(costs["Lambda"]), _dollars(sum(costs.values()))])
    columns = ("listings a tick", "all polled in", "`GetUploadJob` a month", "Lambda", "in all")
    return _table(["domains", *columns], rows)


def _minutes() -> str:
    rows = [[f"{every} min", f"{most_segments(every):,}"] for every in (1, 2, 5, 15, 30)]
    return _table(["`every`", "segment targets at most"], rows)


def _table(head: Iterable[str], rows: Iterable[Iterable[str]]) -> str:
    head = [*head]
    lines = [head, ["---"] * len(head), *rows]
    return "".join(f"| {' | '.join(line)} |\n" for line in lines)


def _short(value: float) -> str:
    return f"{value:.1f}" if value < 100 else f"{value:,.0f}"  # noqa: PLR2004 - three figures tell enough


def _dollars(value: float) -> str:
    return f"${value:,.2f}"


if __name__ == "__main__":
    PAGE.write_text(written(PAGE.read_text("utf-8")), "utf-8")
