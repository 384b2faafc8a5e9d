"""What the function's role may do, grant by grant, to be taken away and given back on the emulator."""

import json
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from import_watch.sources import registry
from import_watch.sources.manifest import Permission
from local.concessions import emulator_copy
from local.emulator import ACCOUNT, REGION
from local.stand_in import Call, Guard
from tests.e2e.stack import Stack
from tests.infra.deployed import Deployed, statements


@dataclass(frozen=True, order=True)
class Grant:
    """One action on one resource, as the template names it."""

    action: str
    resource: str


@dataclass(frozen=True)
class Role:
    """The function's role; with each of its grants, the resource's ARN as deployed."""

    iam: Any  # whose types are not installed
    name: str
    grants: Mapping[Grant, str]

    def __post_init__(self) -> None:
        self._hold(self.grants)

    @contextmanager
    def without(self, grant: Grant) -> Iterator[None]:
        """Take one grant away for as long as the block lasts."""
        self._hold(self.grants.keys() - {grant})
        try:
            yield
        finally:
            self._hold(self.grants)

    def _hold(self, grants: Iterable[Grant]) -> None:
        each = [{"Effect": "Allow", "Action": one.action, "Resource": self.grants[one]} for one in sorted(grants)]
        document = json.dumps({"Version": "2012-10-17", "Statement": each})
        self.iam.put_role_policy(RoleName=self.name, PolicyName="grants", PolicyDocument=document)


def guard_by(stack: Stack) -> Guard:
    """Have the stand-in, which knows no IAM, ask the emulator what the function's role may do."""
    iam: Any = stack.emulator.session.client("iam")
    arn = iam.get_role(RoleName=stack.role)["Role"]["Arn"]

    def forbids(call: Call) -> str | None:
        for permission in _asked(call):
            resource = arn_of(permission, partition="aws", region=REGION, account=ACCOUNT)
            asked = {"PolicySourceArn": arn, "ActionNames": [permission.action], "ResourceArns": [resource]}
            (result,) = iam.simulate_principal_policy(**asked)["EvaluationResults"]
            if result["EvalDecision"] != "allowed":
                return f"User: {arn} is not authorized to perform: {permission.action} on resource: {resource}"
        return None

    return forbids


def arn_of(permission: Permission, *, partition: str, region: str, account: str) -> str:
    """Write what an action is on; all there is where IAM can't limit it."""
    resource = permission.resource
    return resource if resource == "*" else f"arn:{partition}:{permission.service}:{region}:{account}:{resource}"


def _asked(call: Call) -> list[Permission]:
    """Tell what a call is asked of IAM for. Where AWS has two names for it, both must be allowed."""
    target = registry.parse(call.target)
    manifest = registry.manifest(target.source)
    action = f"{manifest.arn_service}:{call.operation}"
    return [permission for permission in manifest.permissions(target) if permission.action == action]


def role_of(stack: Stack) -> Role:
    """Read the function's role as deployed, and put its grants where they can be taken away one by one."""
    iam: Any = stack.emulator.session.client("iam")
    template = Deployed(emulator_copy(stack.assembly.template))
    (named,) = template.policies_of(template.function("poll"))
    (attached,) = iam.list_attached_role_policies(RoleName=stack.role)["AttachedPolicies"]
    version = iam.get_policy(PolicyArn=attached["PolicyArn"])["Policy"]["DefaultVersionId"]
    deployed = iam.get_policy_version(PolicyArn=attached["PolicyArn"], VersionId=version)["PolicyVersion"]["Document"]
    iam.detach_role_policy(RoleName=stack.role, PolicyArn=attached["PolicyArn"])
    grants = zip(_pairs(named), _pairs(deployed), strict=True)
    return Role(iam, stack.role, {Grant(*pair): arn for pair, (_, arn) in grants})


def _pairs(document: Mapping[str, Any]) -> list[tuple[str, str]]:
    return [
        (action, resource)
        for actions, resources in statements(document)
        for action in actions
        for resource in resources
    ]
