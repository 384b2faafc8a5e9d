"""Who watches the play: a terminal, or whoever reads the lines."""

from typing import Protocol

from local.demo.verdict import Arrival
from local.invocation import Invocation


class Audience(Protocol):
    """Who is told what happens, as it happens."""

    def setting_up(self, step: str) -> None:
        """Begin to set something up, which takes a while."""

    def opens(self) -> None:
        """Begin: the stack is deployed, and its schedule counts from now."""

    def scene(self, title: str) -> None:
        """Go on to the next part of the story."""

    def shows(self, target: str, job: str, status: str) -> None:
        """See what is listed of a job, or of the target where there is no job."""

    def ticked(self, run: Invocation) -> None:
        """See what an invocation with the schedule's input came to."""

    def fired(self, after: float) -> None:
        """See that the schedule fired, so many seconds after the deployment."""

    def landed(self, arrival: Arrival) -> None:
        """See a message arrive."""
