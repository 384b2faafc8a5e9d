from collections.abc import Iterable, Iterator, Sequence
from math import ceil
from typing import Final

from aws_cdk import Aws, Duration
from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_cloudwatch_actions as actions
from aws_cdk import aws_sqs as sqs
from constructs import Construct

from infra.notifications import Notifications
from infra.operations import Operations
from infra.poller import Poller
from infra.schedules import Schedules
from infra.watch import Watch
from infra.workers import Workers

NAMESPACE: Final = "ImportWatch"
DAY: Final = 24 * 60  # minutes; the longest period of a metric (CloudWatch user guide: metrics concepts)
LOOKS_BACK: Final = 7  # days an alarm's periods may come to (PutMetricAlarm API reference)
# A claim of a leftover lasts 110 s, so ticks a minute apart don't each find the oldest; one within five minutes does.
PERIOD: Final = Duration.minutes(5)
LONGEST_WAIT: Final = 5 * 60  # seconds an announcement may be pending
MINUTES_TO_WAIT: Final = (5, 25)  # for chunks of targets: at least, and at most, as none is kept for much longer


class Alarms(Construct):
    """What calls for a person. Each alarm has a line in docs/operations.md, by its name behind the stack's."""

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        watches: Sequence[Watch],
        poller: Poller,
        workers: Workers | None,
        schedules: Schedules,
        notifications: Notifications,
        operations: Operations,
    ) -> None:
        super().__init__(scope, construct_id)
        self._action = actions.SnsAction(operations.topic)
        self._function = poller.function
        self.all = [
            self._above("FailedTicks", "Ticks failed", self._function.metric_errors(period=PERIOD)),
            self._above("ThrottledFunction", "Lambda refused ticks", self._function.metric_throttles(period=PERIOD)),
            self._kept("FailedTicksQueue", "Events of failed ticks are kept", poller.failed_ticks),
            self._kept("UndeliveredTicksQueue", "Ticks never reached the function", schedules.undelivered),
            self._kept("UndeliveredMessagesQueue", "A subscriber did not take messages", notifications.undelivered),
            self._kept("UndeliveredAlarmsQueue", "An operator's address did not take alarms", operations.undelivered),
            self._above("OldestPending", "An announcement waits", self._own("OldestPending"), threshold=LONGEST_WAIT),
            self._above("Quarantined", "A channel refuses an announcement for good", self._own("Quarantined")),
            self._above("UnavailableTargets", "Targets can't be listed", self._own("UnavailableTargets")),
            self._above("ThrottledTargets", "A source throttles the listing of targets", self._own("Throttled")),
            *(self._of(workers, patience(watches)) if workers else ()),
            *(self._silent(watch) for watch in watches),
        ]

    def _of(self, workers: Workers, longest: int) -> Iterator[cloudwatch.Alarm]:
        oldest = workers.chunks.queue.metric_approximate_age_of_oldest_message(period=PERIOD)
        yield self._above("FailedChunks", "Workers failed", workers.function.metric_errors(period=PERIOD))
        yield self._kept("FailedChunksQueue", "Chunks that failed time and again are kept", workers.chunks.failed)
        yield self._above("OldestChunk", "Targets wait for a worker", oldest, threshold=longest)

    def _own(self, name: str, **dimensions: str) -> cloudwatch.Metric:
        return cloudwatch.Metric(
            namespace=NAMESPACE,
            metric_name=name,
            dimensions_map={"function": self._function.function_name, **dimensions},
            statistic=cloudwatch.Stats.MAXIMUM,
            period=PERIOD,
        )

    def _kept(self, name: str, means: str, queue: sqs.IQueue) -> cloudwatch.Alarm:
        return self._above(name, means, queue.metric_approximate_number_of_messages_visible(period=PERIOD))

    def _above(self, name: str, means: str, metric: cloudwatch.IMetric, threshold: int = 0) -> cloudwatch.Alarm:
        alarm = cloudwatch.Alarm(
            self,
            name,
            alarm_name=_named(name),
            alarm_description=_described(means, name),
            metric=metric,
            evaluation_periods=1,
            threshold=threshold,
            comparison_operator=cloudwatch.ComparisonOperator.GREATER_THAN_THRESHOLD,
            # Between slow ticks, or once SQS takes a queue for inactive, nothing is known anew: the state stays.
            treat_missing_data=cloudwatch.TreatMissingData.IGNORE,
        )
        return self._told(alarm)

    def _silent(self, watch: Watch) -> cloudwatch.Alarm:
        period, periods, missing = silence(watch.minutes)
        alarm = cloudwatch.Alarm(
            self,
            f"Silent-{watch.name}",
            alarm_name=_named(f"Silent-{watch.name}"),
            alarm_description=_described(f"{watch.name} had no successful tick", "Silent"),
            metric=self._own("Heartbeat", watch=watch.name).with_(period=Duration.minutes(period)),
            evaluation_periods=periods,
            threshold=1,
            comparison_operator=cloudwatch.ComparisonOperator.LESS_THAN_THRESHOLD,
            treat_missing_data=missing,
        )
        return self._told(alarm)

    def _told(self, alarm: cloudwatch.Alarm) -> cloudwatch.Alarm:
        alarm.add_alarm_action(self._action)
        alarm.add_ok_action(self._action)
        return alarm


def patience(watches: Iterable[Watch]) -> int:
    """Say how many seconds a chunk of targets may wait: till the next tick of the slowest watch, within bounds."""
    slowest = max((watch.minutes for watch in watches if watch.fans_out), default=0)
    return min(max(MINUTES_TO_WAIT[0], slowest), MINUTES_TO_WAIT[1]) * 60


def silence(minutes: int) -> tuple[int, int, cloudwatch.TreatMissingData]:
    """Say how long a watch with that rate may be silent: minutes a period, periods, and what no data means.

    Three periods of its rate, where CloudWatch can tell; at slower rates seven days; and at such a rate that seven days
    may well pass without a tick, only a tick that says so itself has failed.
    """
    if minutes > (LOOKS_BACK - 1) * DAY:
        return DAY, 1, cloudwatch.TreatMissingData.IGNORE
    period = min(minutes, DAY)
    return period, min(ceil(3 * minutes / period), LOOKS_BACK), cloudwatch.TreatMissingData.BREACHING


def _named(name: str) -> str:
    # As people read it in their mail: CloudFormation would put an id behind it.
    return f"{Aws.STACK_NAME}-{name}"


def _described(means: str, line: str) -> str:
    return f"{means}. What to do: docs/operations.md, {line}"
