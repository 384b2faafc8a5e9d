from typing import Final

from aws_cdk import Duration
from aws_cdk import aws_cloudwatch as cloudwatch
from constructs import Construct

from infra.alarms import NAMESPACE, Alarms
from infra.poller import Poller

HALF: Final = 12  # of a dashboard's width
MAX_ALARMS: Final = 100  # an alarm widget (CloudWatch user guide: dashboard body structure)
# Counted from the log, as a metric for each kind and watch would cost. The kinds of what was announced, most first.
BY_KIND: Final = (
    'filter message = "announced"',
    "stats count(*) as announcements by kind",
    "sort announcements desc",
)


class Dashboard(Construct):
    """How the watches fare, at a glance. It finds them by itself, so it grows with their number only by alarms."""

    def __init__(self, scope: Construct, construct_id: str, *, poller: Poller, alarms: Alarms) -> None:
        super().__init__(scope, construct_id)
        self._function = poller.function.function_name
        by_kind = cloudwatch.LogQueryWidget(
            title="Announcements by kind",
            log_group_names=[poller.log_group.log_group_name],
            query_lines=[*BY_KIND],
            view=cloudwatch.LogQueryVisualizationType.BAR,
            width=HALF,
        )
        states = [
            cloudwatch.AlarmStatusWidget(title="Alarms", alarms=alarms.all[first : first + MAX_ALARMS], width=2 * HALF)
            for first in range(0, len(alarms.all), MAX_ALARMS)
        ]
        cloudwatch.Dashboard(
            self,
            "Dashboard",
            default_interval=Duration.days(1),
            widgets=[
                [*states],
                [self._graph("Successful ticks", "Heartbeat", "Sum"), self._graph("Pages", "Pages", "Sum")],
                [by_kind, self._graph("Oldest pending, in seconds", "OldestPending")],
                [self._graph("Failing targets", "FailingTargets"), self._graph("Tick, in ms", "TickDuration")],
            ],
        )

    def _graph(self, title: str, metric: str, statistic: str = "Maximum") -> cloudwatch.GraphWidget:
        # In this namespace, by whatever watches there are, or of the whole stack.
        found = f'Namespace="{NAMESPACE}" MetricName="{metric}" function="{self._function}"'
        search = cloudwatch.SearchExpression(expression=f"SEARCH('{found}', '{statistic}')", label="")
        return cloudwatch.GraphWidget(title=title, left=[search], width=HALF)
