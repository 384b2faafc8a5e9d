from typing import Final, Self

from aws_cdk import Duration
from aws_cdk import aws_kms as kms
from aws_cdk import aws_sqs as sqs
from constructs import Construct

from infra.acknowledged import DEAD_LETTER_QUEUE
from infra.config import Config
from infra.functions import TIMEOUT
from infra.queues import failure_queue

# Six times the function's time, so that none comes again while it may still be polled (Lambda developer guide: SQS).
VISIBILITY: Final = Duration.seconds(6 * int(TIMEOUT.to_seconds()))
RECEIVES: Final = 3
"""How often a chunk is tried."""
RETENTION: Final = Duration.minutes(30)
"""Longer than all its tries; what is older is of no use, as a later tick has the same targets."""


class Chunks(Construct):
    """The queue on which chunks of a large watch wait for workers, and the one of those that fail time and again."""

    def __init__(self, scope: Construct, construct_id: str, *, key: kms.IKey) -> None:
        super().__init__(scope, construct_id)
        self.failed = failure_queue(self, "Failed", key=key, acknowledged=DEAD_LETTER_QUEUE)
        self.queue = sqs.Queue(
            self,
            "Queue",
            encryption_master_key=key,
            enforce_ssl=True,
            visibility_timeout=VISIBILITY,
            retention_period=RETENTION,
            dead_letter_queue=sqs.DeadLetterQueue(max_receive_count=RECEIVES, queue=self.failed),
        )

    @classmethod
    def where_needed(cls, scope: Construct, construct_id: str, *, config: Config, key: kms.IKey) -> Self | None:
        """Make it, unless every watch is within a tick's reach."""
        return cls(scope, construct_id, key=key) if config.fans_out else None
