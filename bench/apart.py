"""A process of its own for what is measured: nothing that was loaded or left lying about before weighs on it."""

import os
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from contextlib import redirect_stdout
from functools import partial
from multiprocessing import get_context
from pathlib import Path
from typing import ParamSpec, TypeVar

P = ParamSpec("P")
R = TypeVar("R")


def apart(call: Callable[P, R], *args: P.args, **kwargs: P.kwargs) -> R:
    """Call it in a fresh process, and give what it gives; its log lines are written, but nowhere."""
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as processes:
        return processes.submit(_quietly, partial(call, *args, **kwargs)).result()


def _quietly(call: Callable[[], R]) -> R:
    with Path(os.devnull).open("w") as nowhere, redirect_stdout(nowhere):
        return call()
