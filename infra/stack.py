from aws_cdk import CfnOutput, Stack
from aws_cdk import aws_lambda as lambda_
from constructs import Construct

from infra.alarms import Alarms
from infra.chunks import Chunks
from infra.config import Config
from infra.dashboard import Dashboard
from infra.encryption import Encryption
from infra.functions import TickFunctions
from infra.notifications import Notifications
from infra.operations import Operations
from infra.people import Chat, Email
from infra.poller import Poller
from infra.schedules import Schedules
from infra.state_table import StateTable
from infra.workers import Workers


class ImportWatchStack(Stack):
    """Schedules hand watches to a function, which compares job lists with the table and announces what changed."""

    def __init__(self, scope: Construct, construct_id: str, *, config: Config, code: lambda_.Code) -> None:
        super().__init__(
            scope,
            construct_id,
            description="import-watch: announces import jobs that finish, fail or hang",
            analytics_reporting=False,
        )
        key = Encryption(self, "Encryption").key
        state = StateTable(self, "State")
        notifications = Notifications(self, "Notifications", config=config, key=key)
        # A missing bus fails the deployment before there is a table, which would be retained.
        state.node.add_dependency(*notifications.need_their_bus)
        email = Email.where_needed(self, "Email", config=config, key=key, undelivered=notifications.undelivered)
        chat = Chat.where_needed(self, "Chat", config=config, key=key)
        functions = TickFunctions(
            config=config, code=code, key=key, state=state, notifications=notifications, email=email, chat=chat
        )
        chunks = Chunks.where_needed(self, "Chunks", config=config, key=key)
        poller = Poller(self, "Poller", functions=functions, chunks=chunks)
        workers = Workers.where_needed(self, "Workers", functions=functions, poller=poller, chunks=chunks)
        schedules = Schedules(self, "Schedules", watches=config.watches, function=poller.function, key=key)
        operations = Operations(self, "Operations", key=key, emails=config.operations_email)
        alarms = Alarms(
            self,
            "Alarms",
            watches=config.watches,
            poller=poller,
            workers=workers,
            schedules=schedules,
            notifications=notifications,
            operations=operations,
        )
        Dashboard(self, "Dashboard", poller=poller, alarms=alarms)

        CfnOutput(self, "NotificationsTopicArn", value=notifications.topic.topic_arn)
        CfnOutput(self, "StateTableName", value=state.table.table_name)
        CfnOutput(self, "PollFunctionName", value=poller.function.function_name)
        CfnOutput(self, "FailedTicksQueueUrl", value=poller.failed_ticks.queue_url)
        CfnOutput(self, "OperationsTopicArn", value=operations.topic.topic_arn)
