"""Findings of the rule packs that stay, each with the reason why; any other fails the synthesis (`infra/review.py`)."""

from collections.abc import Container, Iterable, Mapping
from typing import Final

from aws_cdk import Acknowledgment, Validations
from constructs import Construct

from import_watch.sources.manifest import Permission
from infra.permissions import NO_RESOURCES

Reasons = Mapping[str, str]
"""Why, by the rule's id."""

DEAD_LETTER_QUEUE: Final = {
    "Serverless::Serverless-SQSRedrivePolicy": (
        "It is itself where failures end up, for a person to look at: nothing in the stack receives from it, so "
        "nothing can fail to."
    )
}
# The same, where the pack doesn't see whose dead-letter queue it is.
FAILURE_QUEUE: Final = dict.fromkeys(
    ("AwsSolutions::AwsSolutions-SQS3", *DEAD_LETTER_QUEUE), *DEAD_LETTER_QUEUE.values()
)
_FUNCTION: Final = {
    **dict.fromkeys(
        ("AwsSolutions::AwsSolutions-L1", "Serverless::Serverless-LambdaLatestVersion"),
        "Lambda supports Python 3.13, which bundle, bytecode and tests are made for; a newer one follows with them.",
    ),
    "NIST.800.53.R5::NIST.800.53.R5-LambdaConcurrency": (
        "A new account has too little concurrency to reserve any, and that would be no lock: ticks may overlap, which "
        "conditional writes make harmless."
    ),
    "NIST.800.53.R5::NIST.800.53.R5-LambdaInsideVPC": (
        "It calls public AWS endpoints only, by TLS and with IAM, and listens to none. A VPC would add a NAT gateway "
        "or an endpoint for each, and no barrier."
    ),
    "Serverless::Serverless-LambdaTracing": (
        "A trace of each tick would say what its log line and metrics do, and take a permission that X-Ray can't limit "
        "to any resource."
    ),
}
_DEAD_LETTERS: Final = ("Serverless::Serverless-LambdaDLQ", "NIST.800.53.R5::NIST.800.53.R5-LambdaDLQ")
POLL: Final = _FUNCTION | dict.fromkeys(
    _DEAD_LETTERS,
    "An on-failure destination takes a dead-letter queue's place: it keeps the same event, and the error with it.",
)
WORKER: Final = _FUNCTION | dict.fromkeys(
    _DEAD_LETTERS,
    "Only its queue invokes it, and waits for the answer: what fails goes back there, and to that queue's own "
    "dead-letter queue in the end.",
)
CHUNKS: Final = {
    "Serverless::Serverless-LambdaEventSourceMappingDestination": (
        "An SQS queue's mapping takes no destination: what fails goes to the queue's own dead-letter queue."
    ),
}
RULE_WITHOUT_TARGETS: Final = {
    "Serverless::Serverless-EventBusDLQ": "It is disabled and has no targets that an event could fail to reach.",
}
STATE_TABLE: Final = {
    "NIST.800.53.R5::NIST.800.53.R5-DynamoDBInBackupPlan": (
        "It can be restored to any second of the last 35 days; a backup plan beside that is the account's to make."
    ),
}


_IAM5: Final = "AwsSolutions::AwsSolutions-IAM5[Resource::{}]"


def wide(permissions: Iterable[Permission], needed: Container[Permission]) -> Reasons:
    """Tell which of these name more than one list, and why: `needed` as such, or for want of room."""
    unlimited = "AWS knows no resources for this action: it can be allowed for all or for none."
    named = (
        "What a watch names has no narrower name beforehand: the whole account, so that lists that are made later are "
        "polled, too; or the jobs of a list, by ids that only the list tells."
    )
    too_many = "The watches name more of these than a role's policies have room for."
    arn = "arn:<AWS::Partition>:{one.service}:<AWS::Region>:<AWS::AccountId>:{one.resource}"
    reasons: dict[str, str] = {}
    for one in permissions:
        if one.resource == NO_RESOURCES:
            reasons[_IAM5.format(NO_RESOURCES)] = unlimited
        elif one.resource.endswith("/*"):
            reasons[_IAM5.format(arn.format(one=one))] = named if one in needed else too_many
    return reasons


def acknowledge(construct: Construct, reasons: Reasons) -> None:
    """Let these findings stay on this construct."""
    acknowledgments = [Acknowledgment(id=rule, reason=reason) for rule, reason in reasons.items()]
    Validations.of(construct).acknowledge(*acknowledgments)
