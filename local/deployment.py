"""Deploys an assembly into the emulator, the way `cdk deploy` does it into an account."""

import json
import time
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError

from local.assembly import Assembly
from local.concessions import emulator_copy
from local.emulator import ACCOUNT, REGION, Emulator

if TYPE_CHECKING:
    from mypy_boto3_cloudformation import CloudFormationClient
    from mypy_boto3_cloudformation.type_defs import StackTypeDef

BOOTSTRAP_VERSION = "/cdk-bootstrap/hnb659fds/version"
LARGEST_BODY = 51_200  # bytes; a larger template goes by way of S3 (CloudFormation quotas)
DEPLOYS_WITHIN = 120.0  # seconds


class DeploymentError(RuntimeError):
    """The stack did not come up, and why."""


def deploy(emulator: Emulator, assembly: Assembly) -> dict[str, str]:
    """Create the stack, or update it when it is there; gives its outputs."""
    _upload(emulator, assembly)
    emulator.session.client("ssm").put_parameter(Name=BOOTSTRAP_VERSION, Value="30", Type="String", Overwrite=True)
    cloudformation = emulator.session.client("cloudformation")
    request: Any = {
        "StackName": assembly.stack,
        "Capabilities": ["CAPABILITY_NAMED_IAM"],
        **_template(emulator, assembly),
    }
    if assembly.stack in {each["StackName"] for each in cloudformation.describe_stacks()["Stacks"]}:
        try:
            cloudformation.update_stack(**request)
        except ClientError as error:
            if "No updates are to be performed" not in str(error):
                raise
    else:
        cloudformation.create_stack(**request)
    stack = _settled(cloudformation, assembly.stack)
    if stack["StackStatus"] not in {"CREATE_COMPLETE", "UPDATE_COMPLETE"}:
        raise DeploymentError(f"{stack['StackStatus']}\n{_reasons(cloudformation, assembly.stack)}")
    return {output["OutputKey"]: output["OutputValue"] for output in stack.get("Outputs", [])}


def _upload(emulator: Emulator, assembly: Assembly) -> None:
    s3 = emulator.session.client("s3")
    for bucket in {asset.bucket for asset in assembly.assets}:
        s3.create_bucket(Bucket=_resolved(bucket))
    for asset in assembly.assets:
        s3.put_object(Bucket=_resolved(asset.bucket), Key=asset.key, Body=asset.read())


def _resolved(name: str) -> str:
    return name.replace("${AWS::AccountId}", ACCOUNT).replace("${AWS::Region}", REGION)


def _template(emulator: Emulator, assembly: Assembly) -> dict[str, str]:
    body = json.dumps(emulator_copy(assembly.template), separators=(",", ":"))
    if len(body.encode()) <= LARGEST_BODY:
        return {"TemplateBody": body}
    s3, bucket, key = emulator.session.client("s3"), "templates", f"{assembly.stack}.json"
    s3.create_bucket(Bucket=bucket)
    s3.put_object(Bucket=bucket, Key=key, Body=body.encode())
    return {"TemplateURL": f"{emulator.url}/{bucket}/{key}"}


def _settled(cloudformation: "CloudFormationClient", name: str) -> "StackTypeDef":
    deadline = time.monotonic() + DEPLOYS_WITHIN
    while time.monotonic() < deadline:
        (stack,) = cloudformation.describe_stacks(StackName=name)["Stacks"]
        if not stack["StackStatus"].endswith("_IN_PROGRESS"):
            return stack
        time.sleep(0.1)
    raise DeploymentError(f"{name} is still on its way after {DEPLOYS_WITHIN:.0f} seconds")


def _reasons(cloudformation: "CloudFormationClient", name: str) -> str:
    events = cloudformation.describe_stack_events(StackName=name)["StackEvents"]
    return "\n".join(
        f"{event['LogicalResourceId']}: {event.get('ResourceStatusReason', 'no reason given')}"
        for event in reversed(events)
        if event["ResourceStatus"].endswith("_FAILED")
    )
