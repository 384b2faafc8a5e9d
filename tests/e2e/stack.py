"""The stack as the end-to-end tests deploy it."""

import json
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any

from local.assembly import Assembly
from local.deployment import deploy
from local.emulator import Emulator
from local.inbox import Inbox, subscribe_inbox
from local.invocation import Invocation, invoke
from local.stand_in import import_job

SEGMENT, OTHER, APPLICATION = "pinpoint:app/segment", "pinpoint:app/other", "pinpoint:crm"
WATCHES = [
    {"name": "newsletter", "every": "1 day", "targets": [SEGMENT, OTHER], "email": ["team@example.com"], "chat": True},
    {"name": "customers", "every": "1 day", "targets": [APPLICATION]},
]


@dataclass(frozen=True)
class Stack:
    """The deployed stack."""

    emulator: Emulator
    assembly: Assembly
    outputs: dict[str, str]

    @property
    def role(self) -> str:
        """The function's role, by name."""
        function = self.emulator.session.client("lambda").get_function_configuration(
            FunctionName=self.outputs["PollFunctionName"]
        )
        return function["Role"].rpartition("/")[2]

    def tick(self, watch: dict[str, Any]) -> Any:
        """Invoke the function with a watch; its result."""
        invocation = self.invoke(watch)
        assert invocation.error is None, invocation.error
        return invocation.payload

    def invoke(self, watch: dict[str, Any]) -> Invocation:
        return invoke(self.emulator, self.outputs["PollFunctionName"], json.dumps({"watch": watch}))

    def inbox(self, watch: str) -> Inbox:
        return subscribe_inbox(self.emulator, self.outputs["NotificationsTopicArn"], filter_policy={"watch": [watch]})


def deployed_apart(emulator: Emulator, assembly: Assembly, name: str) -> Stack:
    """Deploy it once more, where what is left pending can't be another test's leftover."""
    return Stack(emulator, assembly, deploy(emulator, replace(assembly, stack=name)))


def finished(job_id: str, status: str = "COMPLETED", target: str = SEGMENT, **facts: Any) -> dict[str, Any]:
    now = datetime.now(UTC)
    return import_job(target, job_id, status, created=now - timedelta(minutes=5), completed=now, **facts)


def close_topic(stack: Stack) -> Callable[[], object]:
    """Forbid the function to publish, until what is returned is called."""
    iam = stack.emulator.session.client("iam")
    deny = {"Effect": "Deny", "Action": ["sns:Publish", "sns:PublishBatch"], "Resource": "*"}
    document = json.dumps({"Version": "2012-10-17", "Statement": [deny]})
    iam.put_role_policy(RoleName=stack.role, PolicyName="closed", PolicyDocument=document)
    return lambda: iam.delete_role_policy(RoleName=stack.role, PolicyName="closed")
