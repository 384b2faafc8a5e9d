"""The play as plain lines, one for each thing that happens: for pipes, logs and simple terminals."""

import time
from typing import TextIO

from local.demo.verdict import Arrival
from local.invocation import Invocation


class Lines:
    """An audience that writes down what it sees."""

    def __init__(self, output: TextIO, source: str) -> None:
        self._output = output
        self._source = source
        self._began = time.monotonic()

    def setting_up(self, step: str) -> None:
        """Begin to set something up, which takes a while."""
        self._write("set-up", step)

    def opens(self) -> None:
        """Begin: the stack is deployed, and its schedule counts from now."""
        self._write("set-up", "Done; the schedule will fire by itself in 60 to 70 s")

    def scene(self, title: str) -> None:
        """Go on to the next part of the story."""
        self._write("scene", title)

    def shows(self, target: str, job: str, status: str) -> None:
        """See what is listed of a job, or of the target where there is no job."""
        self._write(self._source, " ".join(filter(None, (target.rpartition("/")[2], job, status))))

    def ticked(self, run: Invocation) -> None:
        """See what an invocation with the schedule's input came to."""
        self._write("tick", told(run))

    def fired(self, after: float) -> None:
        """See that the schedule fired, so many seconds after the deployment."""
        self._write("schedule", f"fired by itself, {after:.0f} s after the deployment")

    def landed(self, arrival: Arrival) -> None:
        """See a message arrive."""
        self._write(arrival.channel, str(arrival.news))

    def _write(self, who: str, what: str) -> None:
        print(f"{time.monotonic() - self._began:6.1f} s  {who:<11}  {what}", file=self._output, flush=True)


def told(run: Invocation) -> str:
    """Say in a line what a tick came to."""
    if run.error:
        return f"failed: {run.error}"
    said = run.payload
    suppressed = f", {said['suppressed']} suppressed" if said["suppressed"] else ""
    failing = "".join(f", {target.rpartition('/')[2]} failing" for target in said["failing"])
    return f"{said['jobs']} jobs, {said['pages']} pages, {said['announced']} announced{suppressed}{failing}"
