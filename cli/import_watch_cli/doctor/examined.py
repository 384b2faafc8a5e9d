"""The deployment that is looked at, and what several checks need of it, asked for once."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import TYPE_CHECKING

from botocore.exceptions import ClientError

from import_watch.jobs import Target
from import_watch.policy import Watch
from import_watch_cli.speech.errors import RefusedError
from import_watch_cli.stack.deployment import THREADS, Deployment
from import_watch_cli.stack.scheduled import Scheduled
from import_watch_cli.stack.threads import Threads

if TYPE_CHECKING:
    from mypy_boto3_lambda.type_defs import FunctionConfigurationResponseTypeDef


@dataclass(frozen=True, kw_only=True)
class Examined:
    """A deployment, at a moment. What AWS refuses passes through, to become a finding of the check that asked."""

    deployment: Deployment
    now: datetime

    @property
    def functions(self) -> Sequence[str]:
        """Name the functions: the one that schedules invoke, and that of workers, where there are any."""
        return [self.deployment.function, *self.deployment.parts("AWS::Lambda::Function", "Workers")]

    @cached_property
    def poller(self) -> "FunctionConfigurationResponseTypeDef":
        """How the function that schedules invoke is configured."""
        return self.configured(self.deployment.function)

    @cached_property
    def workers(self) -> "FunctionConfigurationResponseTypeDef | None":
        """How the function is configured that polls what is handed over, if there is one."""
        return self.configured(self.functions[-1]) if self.functions[1:] else None

    def configured(self, function: str) -> "FunctionConfigurationResponseTypeDef":
        """Tell how a function is configured."""
        return self.deployment.connection.client("lambda").get_function_configuration(FunctionName=function)

    @property
    def settings(self) -> Mapping[str, str]:
        """What the stack tells the function."""
        return self.poller.get("Environment", {}).get("Variables", {})

    @cached_property
    def schedules(self) -> Mapping[str, Scheduled | str]:
        """Every schedule by its name: the watch that it runs, or why it runs none."""
        names = self.deployment.schedules
        with Threads(THREADS) as pool:
            return dict(zip(names, pool.map(self._schedule, names), strict=True))

    def _schedule(self, name: str) -> Scheduled | str:
        try:
            return self.deployment.schedule(name)
        except RefusedError as error:
            return str(error)
        except ClientError as error:
            if error.response["Error"]["Code"] != "ResourceNotFoundException":
                raise
            return f"the schedule {name!r} is gone"

    @property
    def scheduled(self) -> Sequence[Scheduled]:
        """Every watch that a schedule runs."""
        found = (one for one in self.schedules.values() if not isinstance(one, str))
        return sorted(found, key=lambda one: one.watch.name)

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
        return self.deployment.arn(service, resource)
