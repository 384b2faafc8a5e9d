from aws_cdk import Duration
from aws_cdk import aws_kms as kms
from aws_cdk import aws_sqs as sqs
from constructs import Construct

from infra.acknowledged import FAILURE_QUEUE, Reasons, acknowledge


def failure_queue(
    scope: Construct, construct_id: str, *, key: kms.IKey, acknowledged: Reasons = FAILURE_QUEUE
) -> sqs.Queue:
    """Make a queue that keeps what failed for a person to look at, for as long as SQS can: 14 days."""
    queue = sqs.Queue(
        scope,
        construct_id,
        encryption_master_key=key,
        enforce_ssl=True,
        retention_period=Duration.days(14),
    )
    acknowledge(queue, acknowledged)
    return queue
