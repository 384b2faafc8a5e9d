from aws_cdk import Duration, RemovalPolicy
from aws_cdk import aws_lambda_destinations as destinations
from aws_cdk import aws_logs as logs
from constructs import Construct

from infra.acknowledged import POLL, acknowledge
from infra.chunks import Chunks
from infra.functions import TickFunctions, allow
from infra.queues import failure_queue


class Poller(Construct):
    """The function that schedules invoke: it runs a tick, or hands targets over where they are too many for one."""

    def __init__(self, scope: Construct, construct_id: str, *, functions: TickFunctions, chunks: Chunks | None) -> None:
        super().__init__(scope, construct_id)
        key, state = functions.key, functions.state
        self.failed_ticks = failure_queue(self, "FailedTicks", key=key)
        self.log_group = logs.LogGroup(
            self,
            "Logs",
            encryption_key=key,
            retention=logs.RetentionDays.THREE_MONTHS,
            removal_policy=RemovalPolicy.DESTROY,
        )
        written_to = [self.failed_ticks.queue_arn, *([chunks.queue.queue_arn] if chunks else [])]
        self.function = functions.make(
            self,
            description="import-watch: lists the import jobs of a watch's targets and announces what changed",
            handler="import_watch.handlers.poll.handler",
            log_group=self.log_group,
            allowed=[
                allow([f"{state.table.table_arn}/index/{state.pending_index}"], "dynamodb:Query"),
                allow(written_to, "sqs:SendMessage"),  # SendMessageBatch needs no more
            ],
            environment={"CHUNKS_QUEUE_URL": chunks.queue.queue_url} if chunks else {},
            # A tick isn't work, the next tick is the retry: neither Lambda's two retries nor its queue of up to 6 h.
            retry_attempts=0,
            max_event_age=Duration.seconds(60),
            on_failure=destinations.SqsDestination(self.failed_ticks),
        )
        acknowledge(self.function, POLL)
