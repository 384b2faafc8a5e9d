"""What the function may do: asked of IAM, which knows neither organizations nor keys."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

from botocore.exceptions import ClientError

from import_watch.adapters.items import PENDING_INDEX
from import_watch.jobs import Target
from import_watch.sources import registry
from import_watch_cli.doctor.configuration import TOPICS
from import_watch_cli.doctor.examined import Examined
from import_watch_cli.doctor.findings import Found, finding, not_checked, unless_found
from import_watch_cli.speech.words import counted
from import_watch_cli.stack.threads import Threads

if TYPE_CHECKING:
    from mypy_boto3_iam import IAMClient

THREADS: Final = 4  # questions to IAM at once, which is easily throttled
MOST: Final = 50  # targets that IAM is asked about, one request each
DENIED: Final = ("AccessDenied", "UnauthorizedOperation", "AuthorizationError", "Forbidden")


def is_denied(error: ClientError) -> bool:
    """Tell whether an error says that the caller may not."""
    return error.response["Error"]["Code"].startswith(DENIED)


def said(error: ClientError) -> str:
    """Give what a service says of a refusal, which names action, caller and resource."""
    return error.response["Error"].get("Message") or str(error)


def function_may(examined: Examined) -> list[Found]:
    """Ask IAM whether the functions' roles allow what ticks do for the watches."""
    client, needs = examined.deployment.connection.client("iam"), _needs(examined)
    asked = [("the function", examined.poller["Role"], *need) for need in [*needs, *_of_poller(examined)]]
    if examined.workers:
        asked += [("the workers' function", examined.workers["Role"], *need) for need in needs]
    with Threads(THREADS) as pool:
        try:
            denied = [one for part in pool.map(lambda one: _denied(client, *one), asked) for one in part]
        except ClientError as error:
            return [not_checked(f"what the function may do: {said(error)}")]
    beyond = len(examined.targets) - MOST
    skipped = [not_checked(f"whether {beyond:,} targets beyond the first {MOST} may be listed")] if beyond > 0 else []
    return [*unless_found(denied, f"what {counted(len(examined.watches), 'watch')} need is allowed"), *skipped]


def _denied(client: "IAMClient", who: str, role: str, resource: str, actions: Sequence[str]) -> list[Found]:
    asked = client.simulate_principal_policy(PolicySourceArn=role, ActionNames=actions, ResourceArns=[resource])
    return [
        finding(
            f"{who} may not {one['EvalActionName']} on {resource}: {one['EvalDecision']}",
            "make deploy gives its role what the watches need; else look for a policy or boundary that denies it",
        )
        for one in asked["EvaluationResults"]
        if one["EvalDecision"] != "allowed"
    ]


def _needs(examined: Examined) -> list[tuple[str, list[str]]]:
    """List resources, and what every tick does with each."""
    deployment, table = examined.deployment, _table(examined)
    buses = sorted({bus for watch in examined.watches if (bus := watch.policy.event_bus)})
    return [
        (table, ["dynamodb:BatchGetItem", "dynamodb:PutItem", "dynamodb:UpdateItem"]),
        *((deployment.outputs[topic], ["sns:Publish"]) for topic in TOPICS if topic in deployment.outputs),
        *((examined.arn("events", f"event-bus/{bus}"), ["events:PutEvents"]) for bus in buses),
        *(
            (examined.arn("kms", f"key/{key}"), ["kms:Decrypt", "kms:GenerateDataKey"])
            for key in deployment.parts("AWS::KMS::Key")
        ),
        *_listing(examined, examined.targets[:MOST]),
    ]


def _of_poller(examined: Examined) -> list[tuple[str, list[str]]]:
    """List what no worker does: send what is left, and list applications."""
    accounts = [target for target in examined.targets if target.is_account]
    lists = _listing(examined, accounts, of_poller=True)
    return [(f"{_table(examined)}/index/{PENDING_INDEX}", ["dynamodb:Query"]), *lists]


def _table(examined: Examined) -> str:
    return examined.arn("dynamodb", f"table/{examined.deployment.table}")


def _listing(examined: Examined, targets: Sequence[Target], *, of_poller: bool = False) -> list[tuple[str, list[str]]]:
    """List what it takes to read targets, or, of the poller alone, to list what a whole account has."""
    actions: dict[str, list[str]] = {}
    for target in targets:
        manifest = registry.manifest(target.source)
        for need in manifest.permissions(target):
            if (need.action in manifest.listing_lists) is of_poller:
                resource = need.resource if need.resource == "*" else examined.arn(need.service, need.resource)
                actions.setdefault(resource, []).append(need.action)
    return [(resource, sorted(set(needed))) for resource, needed in actions.items()]
