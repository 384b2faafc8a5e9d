"""The schedule's input: what a watch may say, and what is said of what it may not."""

from datetime import timedelta
from typing import Any

import pytest

from import_watch.jobs import JOB_KINDS, Kind, Target
from import_watch.policy import InvalidWatchError, Policy, parse_watch

TARGETS = ["pinpoint:app/seg", "pinpoint:other"]


def an_event(**facts: Any) -> dict[str, Any]:
    return {"watch": {"name": "newsletter", "targets": TARGETS, **facts}}


def test_a_watch_needs_a_name_and_targets_only() -> None:
    """The rest has defaults, so that a person can invoke it by hand."""
    watch = parse_watch(an_event())
    assert watch.name == "newsletter"
    assert watch.targets == (Target("pinpoint", "app", "seg"), Target("pinpoint", "other"))
    assert watch.policy == Policy()
    assert watch.policy.notify == JOB_KINDS - {Kind.STARTED}


def test_a_policy_is_read_whole() -> None:
    """Every key has its effect."""
    policy = {
        "notify": ["failed", "started"],
        "overdueAfter": "90 minutes",
        "announceFinishedWithin": "1 hour",
        "announceNotOlderThan": "2 days",
        "includeFailures": True,
        "eventBus": None,
        "idleEvery": "15 minutes",
        "every": "1 minute",
    }
    assert parse_watch(an_event(policy=policy)).policy == Policy(
        notify=frozenset({Kind.FAILED, Kind.STARTED}),
        overdue_after=timedelta(minutes=90),
        announce_finished_within=timedelta(hours=1),
        announce_not_older_than=timedelta(days=2),
        include_failures=True,
        event_bus=None,
        idle_every=timedelta(minutes=15),
        every=timedelta(minutes=1),
    )


@pytest.mark.parametrize(
    ("event", "key", "value"),
    [
        ([], "input", "[]"),
        ({}, "watch", "None"),
        ({"watch": {}, "more": 1}, "input.more", "1"),
        (an_event(every="1 minute"), "watch.every", "1 minute"),
        (an_event(name="News Letter"), "watch.name", "News Letter"),
        (an_event(name=7), "watch.name", "7"),
        (an_event(targets=[]), "watch.targets", "[]"),
        (an_event(targets="pinpoint:app"), "watch.targets", "pinpoint:app"),
        (an_event(targets=["pinpoint:app/seg/more"]), "watch.targets", "pinpoint:app/seg/more"),
        (an_event(targets=["sqs:app"]), "watch.targets", "sqs:app"),
        (an_event(targets=[5]), "watch.targets", "5"),
        (an_event(targets=["pinpoint:a/b", "pinpoint:a/b"]), "watch.targets", "pinpoint:a/b"),
        (an_event(targets=["pinpoint:a/b", "pinpoint:a"]), "watch.targets", "pinpoint:a"),
        (an_event(targets=["pinpoint:a", "pinpoint:a/b"]), "watch.targets", "pinpoint:a/b"),
        (an_event(targets=["pinpoint:" + "a" * 65]), "watch.targets", "a" * 65),
        (an_event(policy=[]), "watch.policy", "[]"),
        (an_event(policy={"notify": ["target_unavailable"]}), "watch.policy.notify", "target_unavailable"),
        (an_event(policy={"notify": [[]]}), "watch.policy.notify", "[[]]"),
        (an_event(policy={"notify": "failed"}), "watch.policy.notify", "failed"),
        (an_event(policy={"overdueAfter": "soon"}), "watch.policy.overdueAfter", "soon"),
        (an_event(policy={"overdueAfter": 6}), "watch.policy.overdueAfter", "6"),
        (an_event(policy={"includeFailures": "yes"}), "watch.policy.includeFailures", "yes"),
        (an_event(policy={"eventBus": ""}), "watch.policy.eventBus", "''"),
        (an_event(policy={"eventBus": "my bus"}), "watch.policy.eventBus", "my bus"),
        (an_event(policy={"eventBuss": "x"}), "watch.policy.eventBuss", "x"),
        (an_event(policy={"idleEvery": "1 hour"}), "watch.policy.idleEvery", "1 hour"),
        (an_event(policy={"idleEvery": "1 hour", "every": "1 hour"}), "watch.policy.idleEvery", "1 hour"),
        (an_event(policy={"idleEvery": "1 hour", "every": "0 hours"}), "watch.policy.idleEvery", "1 hour"),
        (an_event(policy={"idleEvery": "seldom", "every": "1 hour"}), "watch.policy.idleEvery", "seldom"),
    ],
)
def test_bad_input_gets_one_clear_error(event: object, key: str, value: str) -> None:
    """It names the key, the value and what is allowed."""
    with pytest.raises(InvalidWatchError) as error:
        parse_watch(event)
    assert str(error.value).startswith(f"{key}: ")
    assert value in str(error.value)
    assert "allowed: " in str(error.value)


def test_three_thousand_targets_are_read() -> None:
    """What fits into a schedule's input."""
    targets = [f"pinpoint:app-{n % 100}/seg-{n}" for n in range(3000)]
    assert list(map(str, parse_watch(an_event(targets=targets)).targets)) == targets
