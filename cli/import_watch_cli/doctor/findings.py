"""What a check says: that all is well, what is not and what to do, or that it could not look."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum


class Verdict(StrEnum):
    """How it is."""

    FINDING = "finding"
    NOT_CHECKED = "not_checked"
    OK = "ok"


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """One thing that a check says."""

    verdict: Verdict
    says: str
    do: str = ""
    """What to do about it."""

    @property
    def is_finding(self) -> bool:
        """Whether something is wrong."""
        return self.verdict is Verdict.FINDING


def fine(says: str) -> Found:
    """Say what is as it should be."""
    return Found(verdict=Verdict.OK, says=says)


def finding(says: str, do: str) -> Found:
    """Say what is not, and what to do."""
    return Found(verdict=Verdict.FINDING, says=says, do=do)


def not_checked(says: str) -> Found:
    """Say what nobody knows, and why."""
    return Found(verdict=Verdict.NOT_CHECKED, says=says)


def unless_found(found: Iterable[Found], all_well: str) -> list[Found]:
    """Give what was found, or that all is well where nothing was."""
    return list(found) or [fine(all_well)]
