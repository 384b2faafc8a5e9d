"""What a part of the fault suite tried, and what came of it."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

Wanted = tuple[str, str]
"""A message's id, and the channel that must get it."""


@dataclass(slots=True, kw_only=True)
class Findings:
    """Counts over many stories, each of which was judged by itself."""

    points: int = 0
    """Stories played to their end, each with its own place or order of trouble."""
    faults: int = 0
    """Crashes, refusals, time-outs, lost and garbled replies."""
    deliveries: int = 0
    losses: list[str] = field(default_factory=list)
    """What was wanted and never accepted by its channel, or was still pending when it should have gone out."""
    doubles: list[str] = field(default_factory=list)
    """What was accepted more often than 1 + the story's faults, or was not wanted at all."""

    def judge(
        self,
        story: object,
        *,
        faults: int,
        wanted: Collection[Wanted],
        delivered: Mapping[Wanted, int],
        pending: Collection[str] = (),
        allowed: int | None = None,
    ) -> None:
        """Count a story in, held to the bound: 1 <= deliveries <= 1 + faults for all that is wanted, 0 for the rest.

        Where it is known how many of the faults allow for a double, only those do.
        """
        self.points += 1
        self.faults += faults
        self.deliveries += sum(delivered.values())
        self.losses += [f"{story}: {one} was never delivered" for one in wanted if not delivered.get(one)]
        self.losses += [f"{story}: {key} is still pending" for key in pending]
        for one, times in delivered.items():
            most = 1 + (faults if allowed is None else allowed) if one in wanted else 0
            if times > most:
                self.doubles.append(f"{story}: {one} was delivered {times} times, at most {most} allowed")

    def add(self, other: "Findings") -> None:
        """Count another part in."""
        self.points += other.points
        self.faults += other.faults
        self.deliveries += other.deliveries
        self.losses += other.losses
        self.doubles += other.doubles

    @property
    def clean(self) -> bool:
        """Whether the bound held in every story, of which there was at least one with deliveries."""
        return self.deliveries > 0 and not (self.losses or self.doubles)
