"""A watch as the user writes it, and as its schedule hands it to the function."""

import json
from collections.abc import Mapping
from typing import Annotated, Final, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationInfo, field_validator
from pydantic.alias_generators import to_camel

from infra.mistakes import NotAllowedError, repeated
from infra.targets import ALLOWED, Target, each_job_once, is_account

MAX_INPUT: Final = 256 * 1024  # bytes a schedule hands to its target (EventBridge Scheduler quotas)
REACH: Final = 1_000  # targets that a tick polls by itself, as the function has it

Name = Annotated[str, StringConstraints(pattern="^[a-z0-9-]{1,32}$")]
PUNCTUALITY: Final = 2  # minutes that a tick may be late, as the function has it
DIGEST_ABOVE: Final = 20  # announcements at once that people are told of each by itself, as the function has it
Kind = Literal["started", "completed", "completed_with_failures", "failed", "cancelled", "overdue"]
Span = Annotated[str, StringConstraints(pattern="^[1-9][0-9]{0,4} (minute|hour|day)s?$")]
SpanOrNone = Annotated[str, StringConstraints(pattern="^[0-9]{1,5} (minute|hour|day)s?$")]
_ATOM: Final = r"[A-Za-z0-9!#%&'*+/=?^_`|~-]+"  # a $ or a brace would be read as a CDK token
Email = Annotated[
    str, StringConstraints(pattern=rf"^{_ATOM}(\.{_ATOM})*@([A-Za-z0-9-]+\.)+[A-Za-z]{{2,}}$", max_length=254)
]
EMAILS: Final = "e-mail addresses, such as 'name@example.com'"
EventBus = Annotated[str, StringConstraints(pattern="^[A-Za-z0-9._/-]{1,256}$")]


class Model(BaseModel):
    """Refuses what it doesn't know. A field's description says what is allowed, for the error that names it."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True, alias_generator=to_camel)

    @classmethod
    def allowed(cls) -> dict[str, str]:
        """Tell of each key that a user may write what it allows."""
        return {to_camel(name): field.description or "" for name, field in cls.model_fields.items()}


class Watch(Model):
    """A name, a schedule, a list of targets and a policy: the unit a user configures."""

    name: Name = Field(description="1-32 of a-z, 0-9 and '-', each name once")
    every: Span = Field(description="a rate of 1-99999 minutes, hours or days, such as '1 minute' or '6 hours'")
    targets: tuple[Target, ...] = Field(min_length=1, description=ALLOWED)
    notify: tuple[Kind, ...] = Field(
        default=("completed", "completed_with_failures", "failed", "cancelled", "overdue"),
        description="any of started, completed, completed_with_failures, failed, cancelled, overdue, each once",
    )
    overdue_after: Span = Field(default="6 hours", description="1-99999 minutes, hours or days, such as '6 hours'")
    announce_not_older_than: Span = Field(
        default="7 days", description="1-99999 minutes, hours or days, such as '7 days'"
    )
    # Stands behind announceNotOlderThan because its validator looks at that.
    announce_finished_within: SpanOrNone = Field(
        default="0 hours", description="minutes, hours or days, such as '2 days', or '0 hours' for none"
    )
    include_failures: bool = Field(default=False, description="true or false")
    email: tuple[Email, ...] = Field(default=(), description=EMAILS)
    chat: bool = Field(default=False, description="true or false")
    digest_above: int | None = Field(
        default=DIGEST_ABOVE, ge=1, le=1000, description="1-1000 announcements, or null for never"
    )
    event_bus: EventBus | None = Field(
        default="default", description="an event bus by name, 1-256 letters, digits or '._/-', or null for none"
    )
    idle_every: Span | None = Field(
        default=None, description="a rate slower than 'every', such as '15 minutes', or null to poll all targets alike"
    )

    @field_validator("idle_every")
    @classmethod
    def _slower_than_every(cls, span: str | None, info: ValidationInfo) -> str | None:
        every = info.data.get("every")
        if span and every and _minutes(span) <= _minutes(every):
            raise NotAllowedError(span, f"slower than every, which is {every!r}, or null")
        longest = info.data.get("announce_not_older_than")
        if span and longest and 2 * _minutes(span) > _minutes(longest):
            raise NotAllowedError(span, f"at most half of announceNotOlderThan, which is {longest!r}, or null")
        return span

    @field_validator("targets")
    @classmethod
    def _each_job_once(cls, targets: tuple[str, ...]) -> tuple[str, ...]:
        return each_job_once(targets)

    @field_validator("notify")
    @classmethod
    def _each_kind_once(cls, notify: tuple[Kind, ...]) -> tuple[Kind, ...]:
        for index, kind in repeated(notify):
            raise NotAllowedError(kind, "each kind once", index)
        return notify

    @field_validator("announce_finished_within")
    @classmethod
    def _not_older_than_announced(cls, span: str, info: ValidationInfo) -> str:
        longest = info.data.get("announce_not_older_than", span)
        if _minutes(span) > _minutes(longest):
            raise NotAllowedError(span, f"at most announceNotOlderThan, which is {longest!r}")
        return span

    @property
    def minutes(self) -> int:
        """`every` as a number."""
        return _minutes(self.every)

    @property
    def schedule_expression(self) -> str:
        """`every` as EventBridge Scheduler spells it, where one minute is singular and five are not."""
        count, unit = self.every.rstrip("s").split()
        return f"rate({count} {unit})" if count == "1" else f"rate({count} {unit}s)"

    @property
    def fans_out(self) -> bool:
        """Whether its targets are more than one tick polls, or may come to be."""
        return len(self.targets) > REACH or any(map(is_account, self.targets))

    @property
    def requests_a_second(self) -> float:
        """What workers ask of its sources for it, at the least: a request for each target, as often as it is polled."""
        if not self.fans_out:
            return 0.0
        every, period = _minutes(self.every), _minutes(self.idle_every or self.every)
        return len(self.targets) * min(1.0, (every + PUNCTUALITY) / period) / (60 * every)

    @property
    def schedule_input(self) -> str:
        """What the schedule hands to the function: the watch, its policy in full; a file's name for many targets."""
        whole = self._input({"targets": self.targets})
        return whole if len(whole) <= MAX_INPUT else self._input({"targetsFile": self._targets_file})

    @property
    def files(self) -> dict[str, str]:
        """What the function's bundle must hold for this input: a list of targets by its file's name, or nothing."""
        named = "targetsFile" in json.loads(self.schedule_input)["watch"]
        return {self._targets_file: json.dumps(self.targets)} if named else {}

    @property
    def _targets_file(self) -> str:
        return f"{self.name}.json"

    def _input(self, listed: Mapping[str, object]) -> str:
        policy = {
            "notify": self.notify,
            "overdueAfter": self.overdue_after,
            "announceFinishedWithin": self.announce_finished_within,
            "announceNotOlderThan": self.announce_not_older_than,
            "includeFailures": self.include_failures,
            "eventBus": self.event_bus,
            **({"email": True} if self.email else {}),
            **({"chat": True} if self.chat else {}),
            **({"digestAbove": self.digest_above} if self.digest_above != DIGEST_ABOVE else {}),
            # Only who polls idle targets less often need know how often a tick comes.
            **({"idleEvery": self.idle_every, "every": self.every} if self.idle_every else {}),
        }
        watch = {"name": self.name, **listed, "policy": policy}
        return json.dumps({"watch": watch}, separators=(",", ":"))


def _minutes(span: str) -> int:
    count, unit = span.rstrip("s").split()
    return int(count) * {"minute": 1, "hour": 60, "day": 1440}[unit]
