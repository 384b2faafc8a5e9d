"""The deployment that is looked at, and what several checks need of it, asked for once."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import TYPE_CHECKING

from import_watch.jobs import Target
from import_watch.policy import Watch
from import_watch_cli.deployment import Deployment, Scheduled

if TYPE_CHECKING:
    from mypy_boto3_lambda.type_defs import FunctionConfigurationResponseTypeDef


@dataclass(frozen=True, kw_only=True)
class Examined:
    """A deployment, at a moment. What AWS refuses passes through, to become a finding of the check that asked."""

    deployment: Deployment
    now: datetime

    def functions(self) -> Sequence[str]:
        """Name the functions: the one that is invoked by schedules, and that of workers, where there are any."""
        return self.deployment.parts("AWS::Lambda::Function", "Poller") + self.workers

    @property
    def workers(self) -> list[str]:
        """Name the function that polls what is handed over, if there is one."""
        return self.deployment.parts("AWS::Lambda::Function", "Workers")

    @cached_property
    def poller(self) -> "FunctionConfigurationResponseTypeDef":
        """How the function that schedules invoke is configured."""
        return self.configured(self.deployment.function)

    def configured(self, function: str) -> "FunctionConfigurationResponseTypeDef":
        """Tell how a function is configured."""
        return self.deployment.connection.client("lambda").get_function_configuration(FunctionName=function)

    @property
    def settings(self) -> Mapping[str, str]:
        """What the stack tells the function."""
        return self.poller.get("Environment", {}).get("Variables", {})

    @property
    def scheduled(self) -> Sequence[Scheduled]:
        """Every watch, as its schedule runs it."""
        return self.deployment.scheduled

    @property
    def watches(self) -> Sequence[Watch]:
        """Every watch."""
        return [one.watch for one in self.scheduled]

    @property
    def targets(self) -> Sequence[Target]:
        """Every target that any watch polls, once."""
        return sorted({target for watch in self.watches for target in watch.targets}, key=str)

    def arn(self, service: str, resource: str) -> str:
        """Name a resource in the stack's own partition, Region and account."""
        _, partition, _, region, account, _ = self.deployment.topic_arn.split(":")
        return f"arn:{partition}:{service}:{region}:{account}:{resource}"
