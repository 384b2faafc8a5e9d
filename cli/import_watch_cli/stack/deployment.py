"""A deployed import-watch, found by its stack's outputs: where its parts are, and which watches it runs."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING, Final, Self

from import_watch.jobs import Target
from import_watch.listing import Source
from import_watch.policy import Watch
from import_watch.sources.made import Sources
from import_watch_cli.speech.errors import RefusedError, UsageMistakeError
from import_watch_cli.stack.bundle import Bundle
from import_watch_cli.stack.connection import Connection
from import_watch_cli.stack.scheduled import Scheduled, read_scheduled
from import_watch_cli.stack.threads import Threads

if TYPE_CHECKING:
    from import_watch.sources.manifest import Manifest

OUTPUTS: Final = ("StateTableName", "PollFunctionName", "NotificationsTopicArn")
"""What no command does without."""
THREADS: Final = 8  # requests at once, where many are to be made


@dataclass(frozen=True, kw_only=True)
class Deployment:
    """A stack's outputs and resources. RefusedError where AWS doesn't show what should be there."""

    connection: Connection
    stack: str
    outputs: Mapping[str, str]
    status: str
    """CloudFormation's own word for how the stack is."""

    @classmethod
    def found(cls, connection: Connection, stack: str) -> Self:
        """Find it; RefusedError where there is no such stack, or it is none of ours."""
        from botocore.exceptions import ClientError  # noqa: PLC0415 - takes longer than all else that `--help` needs

        try:
            (described,) = connection.client("cloudformation").describe_stacks(StackName=stack)["Stacks"]
        except ClientError as error:
            if "does not exist" not in str(error):
                raise
            raise RefusedError(f"there is no stack {stack!r} here; name it by --stack, and its Region") from None
        outputs = {output["OutputKey"]: output["OutputValue"] for output in described.get("Outputs", [])}
        if missing := [name for name in OUTPUTS if name not in outputs]:
            raise RefusedError(f"the stack {stack!r} is not import-watch: it has no outputs {', '.join(missing)}")
        return cls(connection=connection, stack=stack, outputs=outputs, status=described["StackStatus"])

    @property
    def table(self) -> str:
        """The state table's name."""
        return self.outputs["StateTableName"]

    @property
    def function(self) -> str:
        """The poll function's name."""
        return self.outputs["PollFunctionName"]

    @property
    def topic_arn(self) -> str:
        """The notifications topic."""
        return self.outputs["NotificationsTopicArn"]

    def arn(self, service: str, resource: str) -> str:
        """Name a resource in the stack's own partition, Region and account."""
        _, partition, _, region, account, _ = self.topic_arn.split(":")
        return f"arn:{partition}:{service}:{region}:{account}:{resource}"

    def addresses(self, watch: Watch) -> dict[str, str]:
        """Give where a watch announces to, by channel; RefusedError where the stack has no topic for its people."""
        policy, own = watch.policy, {"sns": self.topic_arn}
        if policy.event_bus:
            own["eventbridge"] = policy.event_bus
        for channel, wanted, output in (
            ("email", policy.email, "EmailTopicArn"),
            ("chat", policy.chat, "ChatTopicArn"),
        ):
            if wanted and output not in self.outputs:
                raise RefusedError(
                    f"the stack {self.stack!r} has no output {output}, which {watch.name} sends {channel} to"
                )
            if wanted:
                own[channel] = self.outputs[output]
        return own

    @cached_property
    def resources(self) -> Sequence[tuple[str, str, str]]:
        """Every resource of the stack: its type, its logical and its physical id."""
        pages = self.connection.client("cloudformation").get_paginator("list_stack_resources")
        return [
            (one["ResourceType"], one["LogicalResourceId"], one.get("PhysicalResourceId", ""))
            for page in pages.paginate(StackName=self.stack)
            for one in page["StackResourceSummaries"]
        ]

    def parts(self, kind: str, beginning: str = "") -> list[str]:
        """Give the physical ids of a type's resources whose logical id begins so."""
        return [name for type_, logical, name in self.resources if type_ == kind and logical.startswith(beginning)]

    @property
    def log_group(self) -> str:
        """The function's log; RefusedError where the stack has none."""
        for name in self.parts("AWS::Logs::LogGroup", "Poller"):
            return name
        raise RefusedError(f"the stack {self.stack} has no log of its function")

    def sources(self, *, page_size: int, max_pages: int) -> Sources:
        """Give sources as the function has them, with the caller's credentials."""

        def make(manifest: "Manifest") -> Source:
            # What decodes a source's answers is no other client's, so each has a session of its own.
            connection = replace(self.connection, parsers=manifest.parsers())
            return manifest.source(
                client=connection.of_jobs(manifest.service),
                arn_prefix=self.arn(manifest.arn_service, "").removesuffix(":"),
                page_size=page_size,
                max_pages=max_pages,
            )

        return Sources(make)

    @cached_property
    def scheduled(self) -> Sequence[Scheduled]:
        """Every watch that the stack runs, by name."""
        with Threads(THREADS) as pool:
            return sorted(pool.map(self.schedule, self.schedules), key=lambda one: one.watch.name)

    @property
    def schedules(self) -> list[str]:
        """Name every schedule."""
        return [name.rpartition("|")[2] for name in self.parts("AWS::Scheduler::Schedule")]

    def schedule(self, name: str) -> Scheduled:
        """Read a schedule by its name; RefusedError where it holds no watch."""
        schedule = self.connection.client("scheduler").get_schedule(Name=name)
        return read_scheduled(schedule, self._bundle.targets)

    @cached_property
    def _bundle(self) -> Bundle:
        return Bundle(connection=self.connection, function=self.function)

    def named(self, name: str) -> Scheduled:
        """Give the watch of that name; UsageMistakeError names those there are."""
        for one in self.scheduled:
            if one.watch.name == name:
                return one
        known = ", ".join(one.watch.name for one in self.scheduled) or "none"
        raise UsageMistakeError(f"{name!r} is no watch of the stack {self.stack}; allowed: {known}")

    def watching(self, target: Target) -> list[Scheduled]:
        """Give the watches that poll a target, be it as one of all applications."""
        return [one for one in self.scheduled if any(_covers(theirs, target) for theirs in one.watch.targets)]


def _covers(theirs: Target, target: Target) -> bool:
    of_account = theirs.is_account and theirs.source == target.source
    return theirs == target or (of_account and target.segment_id is None)
