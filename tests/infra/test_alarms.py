import json
from pathlib import Path
from typing import Any

import pytest
from aws_cdk.aws_cloudwatch import TreatMissingData
from hypothesis import given
from hypothesis import strategies as st

from infra.alarms import DAY, patience, silence
from infra.dashboard import MAX_ALARMS
from tests.infra.conftest import deploy
from tests.infra.contexts import a_config, a_watch
from tests.infra.deployed import Deployed

FUNCTION, OWN = {"FunctionName": "<PollerFunction>"}, {"function": "<PollerFunction>"}
STATE_STAYS = {"EvaluationPeriods": 1, "Period": 300, "TreatMissingData": "ignore"}
ABOVE = {"ComparisonOperator": "GreaterThanThreshold", "Threshold": 0, **STATE_STAYS}


def alarms(deployed: Deployed) -> dict[str, dict[str, Any]]:
    """Give the alarms by their names, less the stack's."""
    return {one["AlarmName"].removeprefix("<AWS::StackName>-"): one for one in deployed.all("AWS::CloudWatch::Alarm")}


def looked_at(alarm: dict[str, Any]) -> tuple[str, str, str, dict[str, str]]:
    dimensions = {one["Name"]: one["Value"] for one in alarm["Dimensions"]}
    return alarm["Namespace"], alarm["MetricName"], alarm["Statistic"], dimensions


def visible_in(queue: str) -> tuple[str, str, str, dict[str, str]]:
    return "AWS/SQS", "ApproximateNumberOfMessagesVisible", "Maximum", {"QueueName": f"<{queue}.QueueName>"}


@pytest.mark.parametrize(("every", "seconds"), [("1 minute", 300), ("9 minutes", 540), ("1 day", 1500)])
def test_chunks_may_wait_until_the_next_tick(every: str, seconds: int) -> None:
    """But for five minutes at least, and for less than they are kept; what isn't handed over is not looked at."""
    watches = a_config(a_watch(name="small", every="12 minutes"), a_watch(targets=["pinpoint:*"], every=every)).watches
    assert patience(watches) == seconds


def test_what_calls_for_a_person(deployed: Deployed) -> None:
    """One alarm a reason; what is counted of the whole stack once, silence for each watch."""
    assert {name: looked_at(alarm) for name, alarm in alarms(deployed).items()} == {
        "FailedTicks": ("AWS/Lambda", "Errors", "Sum", FUNCTION),
        "ThrottledFunction": ("AWS/Lambda", "Throttles", "Sum", FUNCTION),
        "FailedTicksQueue": visible_in("PollerFailedTicks"),
        "UndeliveredTicksQueue": visible_in("SchedulesUndelivered"),
        "UndeliveredMessagesQueue": visible_in("NotificationsUndelivered"),
        "UndeliveredAlarmsQueue": visible_in("OperationsUndelivered"),
        "OldestPending": ("ImportWatch", "OldestPending", "Maximum", OWN),
        "Quarantined": ("ImportWatch", "Quarantined", "Maximum", OWN),
        "UnavailableTargets": ("ImportWatch", "UnavailableTargets", "Maximum", OWN),
        "ThrottledTargets": ("ImportWatch", "Throttled", "Maximum", OWN),
        "Silent-newsletter": ("ImportWatch", "Heartbeat", "Maximum", {**OWN, "watch": "newsletter"}),
        "Silent-customers": ("ImportWatch", "Heartbeat", "Maximum", {**OWN, "watch": "customers"}),
    }


def test_every_queue_of_failures_is_watched(deployed: Deployed) -> None:
    """None fills up unseen."""
    watched = {one["Dimensions"][0]["Value"] for one in alarms(deployed).values() if one["Namespace"] == "AWS/SQS"}
    assert len(watched) == len(deployed.all("AWS::SQS::Queue"))


def test_alarms_say_when_they_begin_and_when_they_are_over(deployed: Deployed) -> None:
    """To those on duty."""
    for alarm in alarms(deployed).values():
        assert alarm["AlarmActions"] == alarm["OKActions"] == ["<OperationsTopic>"]


def test_the_rule_is_more_than_none(deployed: Deployed) -> None:
    """And nothing measured changes nothing; only for pending, it is more than five minutes."""
    rules = {name: alarm for name, alarm in alarms(deployed).items() if not name.startswith("Silent-")}
    assert {name for name, alarm in rules.items() if alarm.items() >= ABOVE.items()} == rules.keys() - {"OldestPending"}
    assert rules["OldestPending"].items() >= {**ABOVE, "Threshold": 5 * 60}.items()


@pytest.mark.parametrize(("name", "period"), [("Silent-newsletter", 60), ("Silent-customers", 300)])
def test_a_watch_is_silent_after_three_of_its_periods(deployed: Deployed, name: str, period: int) -> None:
    """Without a successful tick, or without any."""
    silent = {"ComparisonOperator": "LessThanThreshold", "Threshold": 1, "EvaluationPeriods": 3, "Period": period}
    assert alarms(deployed)[name].items() >= {**silent, "TreatMissingData": "breaching"}.items()


@pytest.mark.parametrize(
    ("minutes", "period", "periods"),
    [
        (1, 1, 3),
        (59, 59, 3),
        (12 * 60, 12 * 60, 3),
        (DAY, DAY, 3),
        (DAY + 1, DAY, 4),
        (2 * DAY, DAY, 6),
        (3 * DAY, DAY, 7),
        (6 * DAY, DAY, 7),
    ],
)
def test_slow_watches_are_silent_after_at_most_a_week(minutes: int, period: int, periods: int) -> None:
    """Which is as far as CloudWatch looks back, in periods of at most a day."""
    assert silence(minutes) == (period, periods, TreatMissingData.BREACHING)


@pytest.mark.parametrize("minutes", [6 * DAY + 1, 7 * DAY, 99_999 * DAY])
def test_slower_ones_only_when_a_tick_says_so(minutes: int) -> None:
    """A week without a tick is nothing unusual for them."""
    assert silence(minutes) == (DAY, 1, TreatMissingData.IGNORE)


@given(st.integers(1, 99_999 * DAY))
def test_no_rate_asks_for_more_than_cloudwatch_can(minutes: int) -> None:
    """PutMetricAlarm: seven days in all, one where a period is shorter than an hour."""
    period, periods, missing = silence(minutes)
    assert period <= DAY
    assert period * periods <= (DAY if period < 60 else 7 * DAY)
    assert missing is TreatMissingData.IGNORE or period * periods > minutes, "a healthy watch has ticked within that"


def test_the_dashboard_shows_all_of_it(deployed: Deployed) -> None:
    """Alarms, ticks, pages, announcements by kind, pending, failing targets, duration; this stack's function only."""
    states, *widgets = widgets_of(deployed)
    assert len(states["properties"]["alarms"]) == len(alarms(deployed))
    graphs = {one["properties"]["title"]: one["properties"] for one in widgets if one["type"] == "metric"}
    assert {title: graph["metrics"][0][0]["expression"] for title, graph in graphs.items()} == {
        "Successful ticks": search("Heartbeat", "Sum"),
        "Pages": search("Pages", "Sum"),
        "Oldest pending, in seconds": search("OldestPending", "Maximum"),
        "Failing targets": search("FailingTargets", "Maximum"),
        "Tick, in ms": search("TickDuration", "Maximum"),
    }
    (log,) = (one["properties"] for one in widgets if one["type"] == "log")
    assert log["query"].splitlines() == [
        "SOURCE '<PollerLogs>' | filter message = \"announced\"",
        "| stats count(*) as announcements by kind",
        "| sort announcements desc",
    ]


def search(metric: str, statistic: str) -> str:
    return f'SEARCH(\'Namespace="ImportWatch" MetricName="{metric}" function="<PollerFunction>"\', \'{statistic}\')'


def widgets_of(deployed: Deployed) -> list[dict[str, Any]]:
    widgets: list[dict[str, Any]] = json.loads(deployed.one("AWS::CloudWatch::Dashboard")["DashboardBody"])["widgets"]
    return widgets


def test_any_number_of_alarms_has_its_widgets(tmp_path: Path) -> None:
    """As many as a widget holds, in each."""
    (code := tmp_path / "code").mkdir()
    many = deploy(a_config(*(a_watch(name=f"w{number}") for number in range(MAX_ALARMS))), code)
    states = [len(one["properties"]["alarms"]) for one in widgets_of(many) if one["type"] == "alarm"]
    assert states == [MAX_ALARMS, 10]
