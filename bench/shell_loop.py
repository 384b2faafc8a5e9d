"""The same listings by the AWS command line in a shell loop, which is what one would write without this project."""

import os
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path
from statistics import median
from typing import Final

from bench.apart import apart
from bench.figures import Figure, Spread, at_least
from bench.function import segments
from bench.latency import APPLICATION, SHARE, ticks
from bench.rounds import wall
from bench.stage import Stage
from local.emulator import REGION

SCRIPT: Final = Path(__file__).with_suffix(".sh")
TARGETS: Final = 32
JOBS: Final = TARGETS * 5 * 100
TICKS: Final = 5  # half of them before the loop, half after
TIMES: Final = 30


def figures(stage: Stage) -> Iterable[Figure]:
    """Time the whole loop, once, as it takes a minute and a half; and ticks before and after it."""
    environment = stage.environment(THREADS="8", REQUESTS_PER_SECOND=SHARE)
    ours = apart(ticks, environment, TARGETS, TICKS)
    whole = wall(lambda: _whole(stage.pages.url))
    ours += apart(ticks, environment, TARGETS, TICKS)
    yield Figure(
        what=f"tick over {TARGETS} targets x 5 pages of 100 jobs, 50 ms a page, 8 threads: how many times faster than "
        "`aws pinpoint get-segment-import-jobs` in a shell loop, which ran once",
        value=Spread.of([whole / median(ours)]),
        bar=at_least(TIMES),
    )


def loop(url: str, application: str, targets: int) -> list[str]:
    """Run the loop to its end; a line of each job that it saw."""
    names = [name.partition("/")[2] for name in segments(application, targets)]
    shown = subprocess.run(  # noqa: S603 - our own script
        ["/bin/sh", SCRIPT, application, *names],
        env={
            "PATH": f"{Path(sys.executable).parent}:{os.defpath}",
            "AWS_ENDPOINT_URL_PINPOINT": url,
            "AWS_DEFAULT_REGION": REGION,
            "AWS_ACCESS_KEY_ID": "test",
            "AWS_SECRET_ACCESS_KEY": "test",
            "AWS_CONFIG_FILE": os.devnull,
            "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
        },
        capture_output=True,
        text=True,
        check=True,
    )
    return shown.stdout.splitlines()


def _whole(url: str) -> None:
    if (jobs := len(loop(url, APPLICATION, TARGETS))) != JOBS:
        raise RuntimeError(f"the loop saw {jobs} jobs of {JOBS}")
