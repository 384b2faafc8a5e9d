"""The schedule's input: what a watch may say, and what is said of what it may not."""

import json
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from import_watch.inputs import InvalidWatchError, parse_watch, write_watch
from import_watch.jobs import JOB_KINDS, Kind, Target
from import_watch.policy import Policy, Watch
from import_watch.sources import registry
from tests.builders import DAY, HOUR, MINUTE, a_watch

TARGETS = ["pinpoint:app/seg", "pinpoint:other"]
UNITS = ("minutes", "hours", "days")


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
        "email": True,
        "chat": True,
        "digestAbove": None,
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
        email=True,
        chat=True,
        digest_above=None,
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
        (an_event(targets=["pinpoint:*/seg"]), "watch.targets", "pinpoint:*/seg"),
        (an_event(targets=["pinpoint:*", "pinpoint:*"]), "watch.targets", "pinpoint:*"),
        (an_event(targets=["pinpoint:*", "pinpoint:app"]), "watch.targets", "pinpoint:app"),
        (an_event(targets=["pinpoint:app/seg", "pinpoint:*"]), "watch.targets", "pinpoint:app/seg"),
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
        (an_event(policy={"idleEvery": "4 days", "every": "1 hour"}), "watch.policy.idleEvery", "4 days"),
    ],
)
def test_bad_input_gets_one_clear_error(event: object, key: str, value: str) -> None:
    """It names the key, the value and what is allowed."""
    with pytest.raises(InvalidWatchError) as error:
        parse_watch(event, parse=registry.parse)
    assert str(error.value).startswith(f"{key}: ")
    assert value in str(error.value)
    assert "allowed: " in str(error.value)


def test_a_whole_account_is_a_target() -> None:
    """The only one of its source in a watch; those of others may stand beside it."""
    (target,) = parse_watch(an_event(targets=["pinpoint:*"])).targets
    assert (target.is_account, str(target)) == (True, "pinpoint:*")
    assert not Target("pinpoint", "app").is_account
    mixed = ["pinpoint:*", "customer-profiles:shop"]
    assert [*map(str, parse_watch(an_event(targets=mixed), parse=registry.parse).targets)] == mixed


@pytest.mark.parametrize("text", ["", "pinpoint", "pinpoint:", "Pinpoint:app", "a:b/c/d", "a:*/b", "a:b c"])
def test_what_is_no_target_of_any_source_is_refused(text: str) -> None:
    """Whatever sources there are."""
    with pytest.raises(ValueError, match="is no target; allowed: "):
        Target.parse(text)


def test_three_thousand_targets_are_read() -> None:
    """What fits into a schedule's input."""
    targets = [f"pinpoint:app-{n % 100}/seg-{n}" for n in range(3000)]
    assert list(map(str, parse_watch(an_event(targets=targets)).targets)) == targets


ids = st.text("aZ09_-", min_size=1, max_size=4)
rates: st.SearchStrategy[dict[str, timedelta]] = st.one_of(
    st.just({}),
    st.integers(1, 59).map(lambda n: {"every": n * MINUTE, "idle_every": n * HOUR, "announce_not_older_than": 5 * DAY}),
)
durations = st.builds(lambda count, unit: timedelta(**{unit: count}), st.integers(0, 99_999), st.sampled_from(UNITS))
watches = st.builds(
    Watch,
    name=st.text("az09-", min_size=1, max_size=32),
    targets=st.lists(st.builds(Target, st.just("pinpoint"), ids, ids), min_size=1, max_size=5, unique=True).map(tuple),
    policy=st.builds(
        lambda rates, older, **facts: Policy(**{"announce_not_older_than": older, **rates}, **facts),
        rates,
        durations,
        notify=st.frozensets(st.sampled_from(sorted(JOB_KINDS))),
        overdue_after=durations,
        announce_finished_within=durations,
        include_failures=st.booleans(),
        event_bus=st.one_of(st.none(), st.text("aZ09._/-", min_size=1)),
    ),
)


@given(watches)
def test_what_is_written_of_a_watch_is_read_as_the_same(watch: Watch) -> None:
    """Also by way of JSON."""
    assert parse_watch(json.loads(json.dumps(write_watch(watch)))) == watch


def test_of_a_policy_only_what_differs_is_written() -> None:
    """So a chunk is little more than its targets."""
    assert write_watch(a_watch(overdue_after=timedelta(minutes=90))) == {
        "watch": {"name": "newsletter", "targets": ["pinpoint:app/seg"], "policy": {"overdueAfter": "90 minutes"}}
    }


def a_file(name: str) -> object:
    return {"newsletter.json": TARGETS, "empty.json": []}[name]


def by_file(name: object, **facts: Any) -> dict[str, Any]:
    return {"watch": {"name": "newsletter", "targetsFile": name, **facts}}


def test_targets_may_stand_in_a_file() -> None:
    """As a list like the input's own."""
    assert parse_watch(by_file("newsletter.json"), a_file) == parse_watch(an_event())


@pytest.mark.parametrize(
    ("event", "key"),
    [
        (by_file("other.json"), "watch.targetsFile"),
        (by_file("../newsletter.json"), "watch.targetsFile"),
        (by_file("/etc/passwd"), "watch.targetsFile"),
        (by_file(["newsletter.json"]), "watch.targetsFile"),
        (by_file("newsletter.json", targets=TARGETS), "watch.targetsFile"),
        (by_file("empty.json"), "watch.targets"),
    ],
)
def test_a_file_that_is_none_gets_one_clear_error(event: object, key: str) -> None:
    """Nothing but a plain name is even looked for; there are either targets or a file; and it is read like targets."""
    with pytest.raises(InvalidWatchError, match=f"^{key}: .* is not allowed; allowed: "):
        parse_watch(event, a_file)


def test_without_files_none_is_found() -> None:
    """As in a worker, whose targets come with the message."""
    with pytest.raises(InvalidWatchError, match=r"'newsletter\.json' is not allowed"):
        parse_watch(by_file("newsletter.json"))
