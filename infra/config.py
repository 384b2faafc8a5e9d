"""What the user asks of the stack. Knows nothing of CDK, so that a mistake shows at once, before CDK's slow start."""

import json
from collections import Counter
from math import ceil
from typing import Final, Literal, Self

from pydantic import Field, model_validator

from infra.mistakes import NotAllowedError, repeated
from infra.permissions import PolicyTooLargeError, policies
from infra.targets import source
from infra.watch import EMAILS, REACH, Email, Model, Watch

MAX_WATCHES: Final = 900_000  # bytes of all watches, of a template's million (CloudFormation quotas)
BYTES_A_WATCH: Final = 2_000  # bytes of its schedule and its alarm, less the input, which is escaped once more
MAX_RESOURCES: Final = 440  # what watches, addresses and buses come to, of a template's 500 (CloudFormation quotas)
RESOURCES_A_WATCH: Final = 2  # the same two
MAX_FILTER_VALUES: Final = 150  # values in a subscription's filter policy (SNS quotas)
MAX_ADDRESSES: Final = 200  # filter policies a topic (SNS quotas)


class Config(Model):
    """The watches, and what all of them share."""

    watches: tuple[Watch, ...] = Field(min_length=1, description=f"one or more objects of {', '.join(Watch.allowed())}")
    operations_email: tuple[Email, ...] = Field(default=(), description=EMAILS)
    page_size: int = Field(default=100, ge=1, le=1000, description="1-1000 jobs")
    max_pages: int = Field(default=1000, ge=1, le=10_000, description="1-10000 pages")
    threads: int = Field(default=16, ge=1, le=64, description="1-64 threads")
    # Of all sources together. By default two thirds of what Amazon Pinpoint allows an account and Region (its quotas),
    # as others ask it, too.
    requests_per_second: int = Field(default=200, ge=1, le=300, description="1-300 requests")
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = Field(
        default="INFO", description="DEBUG, INFO, WARNING or ERROR"
    )

    @property
    def targets(self) -> set[str]:
        """Every target, whichever watches name it."""
        return {target for watch in self.watches for target in watch.targets}

    @property
    def sources(self) -> list[str]:
        """Every source that any watch's targets are of."""
        return sorted(set(map(source, self.targets)))

    @property
    def event_buses(self) -> set[str]:
        """Every event bus that any watch sends to."""
        return {watch.event_bus for watch in self.watches if watch.event_bus is not None}

    @property
    def fans_out(self) -> bool:
        """Whether any watch needs more than one tick's reach."""
        return any(watch.fans_out for watch in self.watches)

    @property
    def files(self) -> dict[str, str]:
        """What the watches' inputs leave to files of the function's bundle, by name."""
        return {name: text for watch in self.watches for name, text in watch.files.items()}

    @model_validator(mode="after")
    def _is_deployable(self) -> Self:
        for index, name in repeated([watch.name for watch in self.watches]):
            raise NotAllowedError(name, "each name once", "watches", index, "name")
        self._fits_one_stack()
        if (needed := ceil(sum(watch.requests_a_second for watch in self.watches))) > self.requests_per_second:
            given = f"{needed} requests a second for watches of more than {REACH} targets"
            allowed = f"{self.requests_per_second}, which is requestsPerSecond; raise it, or poll them less often"
            raise NotAllowedError(given, allowed, "watches")
        try:
            policies(self.targets, self.event_buses)
        except PolicyTooLargeError as error:
            allowed = "as many event buses as one IAM role's policies can name"
            raise NotAllowedError(str(error), allowed, "watches") from None
        return self

    def _fits_one_stack(self) -> None:
        watched_by = Counter(address for watch in self.watches for address in set(watch.email))
        size = sum(BYTES_A_WATCH + len(json.dumps(watch.schedule_input)) for watch in self.watches)
        addresses, buses = len(watched_by) + len(self.operations_email), len(self.event_buses)
        resources = RESOURCES_A_WATCH * len(self.watches) + addresses + buses
        amounts = (
            (size, MAX_WATCHES, "bytes of watches"),
            (resources, MAX_RESOURCES, "resources for watches, emails and event buses"),
            (len(watched_by), MAX_ADDRESSES, "email addresses"),
            (max(watched_by.values(), default=0), MAX_FILTER_VALUES, "watches that name one email address"),
        )
        for amount, most, what in amounts:
            if amount > most:
                raise NotAllowedError(f"{amount} {what}", f"{most}; split them between stacks", "watches")
