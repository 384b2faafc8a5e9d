"""The stack with workers as deployed on the emulator: its ticks, its queue of chunks, its workers' processes."""

import os
import signal
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final, Self

from local.assembly import Assembly
from local.deployment import deploy
from local.emulator import Emulator
from local.invocation import invoke

PATIENCE: Final = 120.0  # seconds for a tick's chunks to be polled


@dataclass(frozen=True, slots=True)
class Run:
    """The stack as deployed."""

    emulator: Emulator
    assembly: Assembly
    outputs: Mapping[str, str]

    @classmethod
    def deployed(cls, emulator: Emulator, assembly: Assembly) -> Self:
        """Deploy it, apart from others."""
        assembly = replace(assembly, stack="FanOut")
        return cls(emulator, assembly, deploy(emulator, assembly))

    def tick(self) -> int:
        """Invoke the function with what its schedule hands it; how many targets it handed over."""
        schedule_input = self.assembly.schedule_inputs["many"]
        came = invoke(self.emulator, self.outputs["PollFunctionName"], schedule_input)
        if came.error is not None:
            raise RuntimeError(f"the tick failed: {came.error}\n{came.log}")
        targets: int = came.payload["targets"]
        return targets

    def await_workers(self) -> None:
        """Wait until no chunk is left on the queue, or in a worker's hands."""
        deadline = time.monotonic() + PATIENCE
        while self._messages("Queue"):
            if time.monotonic() > deadline:
                raise TimeoutError(f"{self._messages('Queue')} chunks are left after {PATIENCE:.0f} s")
            time.sleep(0.1)

    def shorten_visibility(self, seconds: int) -> None:
        """Let a chunk come again soon."""
        sqs = self.emulator.session.client("sqs")
        sqs.set_queue_attributes(QueueUrl=self._url("Queue"), Attributes={"VisibilityTimeout": str(seconds)})

    def send(self, *bodies: str) -> None:
        """Send messages to the queue of chunks, past the function."""
        sqs = self.emulator.session.client("sqs")
        for body in bodies:
            sqs.send_message(QueueUrl=self._url("Queue"), MessageBody=body)

    def given_up(self) -> int:
        """Count the chunks that failed for good."""
        return self._messages("Failed")

    def kill_a_worker(self) -> int:
        """End one of the worker's processes at once; which one."""
        worker = self._resource("AWS::Lambda::Function", "Workers")
        pid = next(_processes(f"AWS_LAMBDA_FUNCTION_NAME={worker}\0"))
        os.kill(pid, signal.SIGKILL)
        return pid

    def _messages(self, queue: str) -> int:
        answer = self.emulator.session.client("sqs").get_queue_attributes(
            QueueUrl=self._url(queue),
            AttributeNames=["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"],
        )
        return sum(map(int, answer["Attributes"].values()))

    def _url(self, queue: str) -> str:
        return self._resource("AWS::SQS::Queue", f"Chunks{queue}")

    def _resource(self, of_type: str, named: str) -> str:
        cloudformation = self.emulator.session.client("cloudformation")
        resources = cloudformation.describe_stack_resources(StackName=self.assembly.stack)["StackResources"]
        [found] = [
            one["PhysicalResourceId"]
            for one in resources
            if one["ResourceType"] == of_type and one["LogicalResourceId"].startswith(named)
        ]
        return found


def _processes(variable: str) -> Iterator[int]:
    """Find processes, in Linux's way, by what stands in their environment."""
    for process in Path("/proc").glob("[0-9]*"):
        try:
            environment = (process / "environ").read_text(errors="replace")
        except OSError:  # it ended meanwhile, or is not ours
            continue
        if variable in environment:
            yield int(process.name)
