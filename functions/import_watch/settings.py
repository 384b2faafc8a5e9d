"""What the stack tells the function, read once at cold start."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Self

from import_watch.policy import Policy
from import_watch.sources.registry import MODULES

CLOCK_SKEW = timedelta(seconds=60)
"""How far two functions' clocks may differ: a claim outlasts the longest tick by this."""


class InvalidSettingError(ValueError):
    """The environment is unusable; the text names the variable, its value and what is allowed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """The function's environment."""

    table: str
    topic_arn: str
    function_timeout: timedelta
    page_size: int
    max_pages: int
    threads: int
    requests_per_second: int
    sources: tuple[str, ...] = ()
    """Those that the stack's watches name."""
    email_topic_arn: str | None = None
    """Where people are told by email; None where no watch has addresses."""
    chat_topic_arn: str | None = None
    """Where people are told in a chat channel; None where no watch asks for it."""
    chunks_queue_url: str | None = None
    """Where targets beyond a tick's reach are handed over; None where all watches are within it."""
    poll_function: str | None = None
    """Under whose name a worker's metrics go; None where it is the function's own."""

    @classmethod
    def from_environment(cls, environment: Mapping[str, str]) -> Self:
        """Read it; InvalidSettingError where something is missing or makes no sense."""
        if not (table := environment.get("STATE_TABLE", "")):
            raise InvalidSettingError("STATE_TABLE: '' is not allowed; allowed: the name of a DynamoDB table")
        return cls(
            table=table,
            topic_arn=_topic(environment, "TOPIC_ARN"),
            email_topic_arn=_topic(environment, "EMAIL_TOPIC_ARN") if "EMAIL_TOPIC_ARN" in environment else None,
            chat_topic_arn=_topic(environment, "CHAT_TOPIC_ARN") if "CHAT_TOPIC_ARN" in environment else None,
            function_timeout=timedelta(seconds=_number(environment, "FUNCTION_TIMEOUT_SECONDS")),
            page_size=_number(environment, "PAGE_SIZE"),
            max_pages=_number(environment, "MAX_PAGES"),
            threads=_number(environment, "THREADS"),
            requests_per_second=_number(environment, "REQUESTS_PER_SECOND"),
            sources=_sources(environment, "SOURCES"),
            chunks_queue_url=environment.get("CHUNKS_QUEUE_URL"),
            poll_function=environment.get("POLL_FUNCTION"),
        )

    def people(self, policy: Policy) -> dict[str, str]:
        """Give the topics by which people are told of what a watch with this policy announces, by channel."""
        topics = {"email": policy.email and self.email_topic_arn, "chat": policy.chat and self.chat_topic_arn}
        return {channel: arn for channel, arn in topics.items() if arn}

    @property
    def lease(self) -> timedelta:
        """How long a claim holds."""
        return self.function_timeout + CLOCK_SKEW

    def arn_prefix(self, service: str) -> str:
        """Give a service's ARNs' beginning, in the topic's partition, Region and account."""
        _, partition, _, region, account, _ = self.topic_arn.split(":")
        return f"arn:{partition}:{service}:{region}:{account}"


def _topic(environment: Mapping[str, str], name: str) -> str:
    arn = environment.get(name, "")
    if arn.count(":") != "arn:partition:sns:region:account:name".count(":"):
        raise InvalidSettingError(f"{name}: {arn!r} is not allowed; allowed: the ARN of an SNS topic")
    return arn


def _sources(environment: Mapping[str, str], name: str) -> tuple[str, ...]:
    text = environment.get(name, "")
    sources = tuple(filter(None, text.split(",")))
    if not MODULES.keys() >= set(sources):
        raise InvalidSettingError(f"{name}: {text!r} is not allowed; allowed: any of {','.join(MODULES)}")
    return sources


def _number(environment: Mapping[str, str], name: str) -> int:
    text = environment.get(name, "")
    if not text.isdecimal() or int(text) == 0:
        raise InvalidSettingError(f"{name}: {text!r} is not allowed; allowed: a whole number from 1")
    return int(text)
