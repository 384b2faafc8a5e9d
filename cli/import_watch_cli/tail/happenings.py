"""What the function's log tells of announcements and of what goes wrong: each line as a value, and in words."""

import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final, Self

from import_watch.jobs import Milestone, timestamp

TOLD: Final = ("announced", "suppressed", "held")
"""Lines that are no warning, and are shown all the same."""
ATTENTION: Final = ("WARNING", "ERROR", "CRITICAL")
PATTERN: Final = "{{ {} }}".format(
    " || ".join(
        [f'($.message = "{event}")' for event in TOLD] + [f'($.level = "{level}")' for level in ATTENTION],
    )
)
"""Picks these lines where they are kept (CloudWatch Logs user guide: filter pattern syntax for JSON)."""
_OWN: Final = (
    "level",
    "location",
    "message",
    "timestamp",
    "service",
    "cold_start",
    "watch",
    "announcement",
    "stack_trace",
)
"""Members of a line that are the log's own affair, or are told by other names."""
_NAMES: Final = {"message_id": "id", "exception_name": "error"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Happening:
    """One line of the log that a person may want to see."""

    at: datetime
    watch: str
    """The announcement's, where there is one: a tick sends what another watch's left, too."""
    event: str
    """What happened, in the log's words."""
    target: str | None = None
    about: str | None = None
    """A job's id and milestone, or what became of the target, as the table has it."""
    facts: Mapping[str, Any]
    """What else the line says."""

    @classmethod
    def read(cls, line: str, logged_at: datetime) -> Self | None:
        """Read a line of the log; None where it is none of these."""
        try:
            said = json.loads(line)
        except ValueError:
            return None  # Lambda's own, such as START
        if not isinstance(said, dict) or not (said.get("message") in TOLD or said.get("level") in ATTENTION):
            return None
        partition, _, about = str(said.get("announcement", "")).partition(" ")
        watch, _, target = partition.partition("#")
        return cls(
            at=_moment(said.get("timestamp"), logged_at),
            watch=watch or str(said.get("watch", "")),
            event=str(said["message"]),
            target=target if ":" in target else said.get("target"),  # a test's partition names none
            about=about or None,
            facts={
                _NAMES.get(name, str(name)): value
                for name, value in said.items()
                if name not in _OWN and name != "target" and not name.startswith("function_") and value is not None
            },
        )

    def is_of(self, watches: Collection[str]) -> bool:
        """Tell whether it is about one of these watches; with none named, it is."""
        return not watches or self.watch in watches

    def as_json(self) -> dict[str, Any]:
        """Give it with the message's own names."""
        given = {
            "at": timestamp(self.at),
            "watch": self.watch,
            "event": self.event,
            "target": self.target,
            "jobId": self._job,
            "announcement": self.about,
        }
        return {name: value for name, value in given.items() if value} | dict(self.facts)

    def in_words(self) -> str:
        """Say it in a line: when, whose, what, of which job or target, and where to."""
        facts = dict(self.facts)
        kind, channels, _ = (facts.pop(name, "") for name in ("kind", "channels", "id"))
        why = facts.pop("reason", facts.pop("trouble", ""))
        what = kind if self.event == "announced" else f"{kind or self._milestone} {self.event}"
        about = " ".join(filter(None, (self.target, self._job)))
        until = f"until {facts.pop('until')}" if "until" in facts else ""
        detail = str(facts.pop("detail", ""))
        others = [f"{name} {_spoken(value)}" for name, value in facts.items() if name != "exception"]
        rest = "; ".join(filter(None, (detail, until, *others)))
        when = f"{self.at.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"
        parts = (when, self.watch, f"{what}: {why}" if why else what, about, _where(channels or {}), rest)
        return "  ".join(" ".join(part.split()) for part in parts if part)

    @property
    def _job(self) -> str | None:
        job, _, milestone = (self.about or "").rpartition("#")
        return job if milestone in set(Milestone) else None

    @property
    def _milestone(self) -> str:
        if self.about is None:
            return ""
        own = self.about.removeprefix("#target#")
        return own.partition("#")[0] if own != self.about else own.rpartition("#")[2]


def _where(channels: Mapping[str, str]) -> str:
    if all(receipt == "delivered" for receipt in channels.values()):
        return ", ".join(sorted(channels))
    return ", ".join(f"{name} {receipt}" for name, receipt in sorted(channels.items()))


def _spoken(value: object) -> str:
    return value if isinstance(value, str) else json.dumps(value)


def _moment(text: object, logged_at: datetime) -> datetime:
    """Read when the function wrote the line, as its logger spells it; else take when it was logged."""
    try:
        return datetime.strptime(str(text), "%Y-%m-%d %H:%M:%S,%f%z")
    except ValueError:
        return logged_at
