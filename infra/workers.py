from typing import Final, Self

from aws_cdk import aws_lambda as lambda_
from constructs import Construct

from infra.acknowledged import CHUNKS, WORKER, acknowledge
from infra.chunks import Chunks
from infra.functions import TickFunctions, allow
from infra.permissions import LISTING_LISTS
from infra.poller import Poller

# Workers, at most: the least that Lambda takes (its developer guide: maximum concurrency). They share what may
# be asked in a second, so that more of them would be no quicker, but each be paid for while it waits for its turn.
AT_ONCE: Final = 2


class Workers(Construct):
    """The function that polls what a tick handed over, a chunk at a time."""

    def __init__(
        self, scope: Construct, construct_id: str, *, functions: TickFunctions, poller: Poller, chunks: Chunks
    ) -> None:
        super().__init__(scope, construct_id)
        self.chunks = chunks
        queue_arn = chunks.queue.queue_arn
        self.function = functions.make(
            self,
            description="import-watch: polls targets that a tick has handed over",
            handler="import_watch.handlers.worker.handler",
            # One log for all ticks, whoever runs them.
            log_group=poller.log_group,
            # What Lambda itself takes messages with, in the function's name.
            allowed=[allow([queue_arn], "sqs:DeleteMessage", "sqs:GetQueueAttributes", "sqs:ReceiveMessage")],
            environment={
                "POLL_FUNCTION": poller.function.function_name,
                "REQUESTS_PER_SECOND": str(max(1, functions.config.requests_per_second // AT_ONCE)),
            },
            never=LISTING_LISTS,  # what an account has is known before it is handed over
        )
        acknowledge(self.function, WORKER)
        mapping = lambda_.EventSourceMapping(
            self,
            "Chunks",
            target=self.function,
            event_source_arn=queue_arn,
            batch_size=1,  # an invocation has time for one
            max_concurrency=AT_ONCE,
            report_batch_item_failures=True,
        )
        acknowledge(mapping, CHUNKS)

    @classmethod
    def where_needed(
        cls, scope: Construct, construct_id: str, *, functions: TickFunctions, poller: Poller, chunks: Chunks | None
    ) -> Self | None:
        """Make it, if there is anything to be handed over."""
        return cls(scope, construct_id, functions=functions, poller=poller, chunks=chunks) if chunks else None
