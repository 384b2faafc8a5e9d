"""Stack and function never import each other, so what both must say alike is compared here."""

import importlib
import json
import sys
from datetime import timedelta
from pathlib import Path
from typing import Any

import boto3
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError

import import_watch.policy
from import_watch.adapters.bundled import FOLDER, BundledFiles
from import_watch.adapters.bus import EVENT_SOURCE
from import_watch.inputs import MAX_DIGEST_ABOVE, InvalidWatchError, parse_watch
from import_watch.jobs import JOB_KINDS
from import_watch.policy import DIGEST_ABOVE, Policy
from import_watch.settings import CLOCK_SKEW, Settings
from import_watch.sources import registry
from import_watch.tick import REACH
from import_watch.turns import PUNCTUALITY
from infra import watch as infra_watch
from infra.bundle import add_targets
from infra.context import InvalidContextError
from infra.models import CALLS
from infra.targets import Target
from tests.adapters.state_table import SCHEMA
from tests.contract.samples import messages
from tests.infra.conftest import read
from tests.infra.contexts import a_config, a_watch
from tests.infra.deployed import Deployed

TOPIC = "arn:aws:sns:us-east-1:123456789012:topic"


HANDLERS = ("poll", "worker")


def environment(deployed: Deployed, handler: str = "poll") -> dict[str, str]:
    """Give a function what the stack does, its topic's ARN resolved."""
    variables: dict[str, str] = deployed.function(handler)["Environment"]["Variables"]
    return {name: TOPIC if name.endswith("TOPIC_ARN") else value for name, value in variables.items()}


def test_the_functions_read_what_the_stack_sets(deployed: Deployed, deployed_wide: Deployed) -> None:
    """Every setting is there; and nothing is set that nobody reads."""
    read: set[str] = set()

    class Noting(dict[str, str]):
        def get(self, key: str, default: Any = None) -> Any:
            read.add(key)
            return super().get(key, default)

    given_to_them = [environment(deployed), *(environment(deployed_wide, handler) for handler in HANDLERS)]
    for one in given_to_them:
        Settings.from_environment(Noting(one))
    assert {name for one in given_to_them for name in one} - {"POWERTOOLS_LOG_LEVEL"} == read


def test_a_stack_that_does_not_fan_out_sets_as_much(deployed: Deployed, deployed_wide: Deployed) -> None:
    """But for the queue."""
    assert environment(deployed_wide).keys() - environment(deployed).keys() == {"CHUNKS_QUEUE_URL"}
    assert Settings.from_environment(environment(deployed)).chunks_queue_url is None


@pytest.mark.parametrize("handler", HANDLERS)
def test_a_claim_outlasts_the_function(deployed_wide: Deployed, handler: str) -> None:
    """By the clocks' difference: the promise of delivery depends on it."""
    timeout = deployed_wide.function(handler)["Timeout"]
    settings = Settings.from_environment(environment(deployed_wide, handler))
    assert settings.function_timeout.total_seconds() == timeout
    assert (settings.lease - CLOCK_SKEW).total_seconds() == timeout


@pytest.mark.parametrize("sources", [["pinpoint"], [*registry.MODULES]])
def test_handlers_are_where_the_stack_says_and_their_clients_are_bundled(
    deployed_wide: Deployed, monkeypatch: pytest.MonkeyPatch, sources: list[str]
) -> None:
    """No client without its service model, no model without a client; and none of a source that no watch names."""
    clients: list[str] = []
    make = boto3.Session.client

    def noting(session: boto3.Session, service: Any, **settings: Any) -> Any:
        clients.append(service)
        return make(session, service, **settings)

    monkeypatch.setattr(boto3.Session, "client", noting)
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")
    for handler in HANDLERS:
        module, _, name = deployed_wide.function(handler)["Handler"].rpartition(".")
        with monkeypatch.context() as cold:
            for key, value in (environment(deployed_wide, handler) | {"SOURCES": ",".join(sources)}).items():
                cold.setenv(key, value)
            cold.delitem(sys.modules, module, raising=False)
            assert callable(getattr(importlib.import_module(module), name))
        monkeypatch.delitem(sys.modules, module, raising=False)
    others = {each.service for each in registry.manifests() if each.name not in sources}
    assert set(clients) == CALLS.keys() - others


def test_the_function_is_told_of_the_sources_that_watches_name(deployed: Deployed, every_source: Path) -> None:
    """And of no others, in one order whatever the watches'."""
    assert Settings.from_environment(environment(deployed)).sources == ("pinpoint",)
    of_all = Settings.from_environment(environment(read(every_source)))
    assert of_all.sources == tuple(sorted(registry.MODULES))


def test_both_sides_mean_the_same_by_a_late_tick() -> None:
    """The stack counts with the turns that the function gives."""
    assert timedelta(minutes=infra_watch.PUNCTUALITY) == PUNCTUALITY


def test_both_sides_mean_the_same_by_much_at_once() -> None:
    """The stack leaves out what the function would assume."""
    assert infra_watch.DIGEST_ABOVE == DIGEST_ABOVE
    limits = [rule for rule in infra_watch.Watch.model_fields["digest_above"].metadata if hasattr(rule, "le")]
    assert [rule.le for rule in limits] == [MAX_DIGEST_ABOVE]


def test_both_sides_mean_the_same_by_a_tick_s_reach() -> None:
    """Whatever the function may hand over, the stack has a queue for."""
    assert infra_watch.REACH == REACH


def test_lists_of_targets_are_read_where_the_bundle_has_them(tmp_path: Path) -> None:
    """Beside the code, by the names that inputs have for them."""
    targets = [f"pinpoint:{number:064}/{number:064}" for number in range(2_000)]
    config = a_config(a_watch(targets=targets))
    add_targets(tmp_path, config.files)
    place = FOLDER.relative_to(Path(import_watch.policy.__file__).parents[1])
    event = json.loads(config.watches[0].schedule_input)
    assert [*map(str, parse_watch(event, BundledFiles(tmp_path / place).read).targets)] == targets


def test_the_table_has_the_keys_that_the_adapters_use(deployed: Deployed) -> None:
    """And the adapters are tested against the same."""
    table = deployed.one("AWS::DynamoDB::Table")
    assert {key: table[key] for key in SCHEMA} == SCHEMA


def test_events_come_from_where_rules_look(deployed: Deployed) -> None:
    """The rule that needs a named bus would match what the function sends there."""
    pattern = deployed.one("AWS::Events::Rule")["EventPattern"]
    assert pattern == {"source": [EVENT_SOURCE]}


def test_emails_are_filtered_by_an_attribute_that_messages_have(deployed: Deployed) -> None:
    """Whatever the message is about, it says which watch it is of."""
    subscriptions = [one for one in deployed.all("AWS::SNS::Subscription") if one["TopicArn"] == "<EmailTopic>"]
    filtered_by = {name for one in subscriptions for name in one["FilterPolicy"]}
    assert filtered_by == {"watch"}
    assert all(filtered_by <= message.attributes().keys() for message in messages())
    named = {name for one in subscriptions for name in one["FilterPolicy"]["watch"]}
    assert named <= {
        json.loads(one["Target"]["Input"])["watch"]["name"] for one in deployed.all("AWS::Scheduler::Schedule")
    }


def test_defaults_are_the_same_on_both_sides() -> None:
    """What the stack spells out is what the function would assume."""
    watch = a_config(a_watch()).watches[0]
    assert parse_watch(json.loads(watch.schedule_input)).policy == Policy()


def test_every_policy_that_the_stack_takes_the_function_reads() -> None:
    """With the kinds that exist, and no others."""
    kinds = TypeAdapter(infra_watch.Kind).json_schema()["enum"]
    assert set(kinds) == JOB_KINDS
    watch = a_config(
        a_watch(
            notify=kinds,
            overdueAfter="1 minute",
            announceFinishedWithin="2 days",
            announceNotOlderThan="30 days",
            includeFailures=True,
            eventBus=None,
            email=["team@example.com"],
            chat=True,
            digestAbove=7,
            every="5 minutes",
            idleEvery="2 hours",
        )
    ).watches[0]
    policy = parse_watch(json.loads(watch.schedule_input)).policy
    assert (policy.notify, policy.include_failures, policy.event_bus) == (JOB_KINDS, True, None)
    spans = (policy.overdue_after, policy.announce_finished_within, policy.announce_not_older_than)
    assert [span.total_seconds() for span in spans] == [60, 2 * 86400, 30 * 86400]
    assert (policy.email, policy.chat, policy.digest_above) == (True, True, 7)
    assert (policy.every, policy.idle_every) == (timedelta(minutes=5), timedelta(hours=2))


paths = st.text("aZ09_-/:*", max_size=6)
targets = st.one_of(
    st.builds("{}:{}".format, st.sampled_from([*registry.MODULES]), paths),
    *(st.from_regex(f"{one.name}:({one.path})", fullmatch=True) for one in registry.manifests()),
)


@given(st.one_of(st.text(max_size=30), targets))
@example("pinpoint:" + "a" * 64 + "/" + "b" * 64)
@example("pinpoint:" + "a" * 65)
@example("pinpoint:*")
@example("pinpoint:*/a")
@example("pinpoint:a\n")
@example("customer-profiles:a")
@example("customer-profiles:a\n")
@example("customer-profiles:*")
@example("customer-profiles:" + "a" * 65)
def test_both_sides_read_the_same_targets(text: str) -> None:
    """One grammar: that of the sources."""
    try:
        TypeAdapter(Target).validate_python(text)
    except ValidationError:
        with pytest.raises(ValueError, match="is no target"):
            registry.parse(text)
    else:
        assert str(registry.parse(text)) == text


few = st.sampled_from(
    ["pinpoint:*", "pinpoint:a", "pinpoint:a/a", "pinpoint:a/b", "pinpoint:b/a", "customer-profiles:a"]
)


@given(st.lists(few, min_size=1, max_size=4))
@example(["pinpoint:*", "customer-profiles:a"])
@example(["pinpoint:a", "customer-profiles:a"])
@example(["pinpoint:a/b", "pinpoint:a"])
def test_both_sides_refuse_a_job_twice(listed: list[str]) -> None:
    """By the same rules, of any sources together."""
    event = {"watch": {"name": "newsletter", "targets": listed}}
    try:
        a_config(a_watch(targets=listed))
    except InvalidContextError:
        with pytest.raises(InvalidWatchError, match="each job once"):
            parse_watch(event, parse=registry.parse)
    else:
        assert [*map(str, parse_watch(event, parse=registry.parse).targets)] == listed
