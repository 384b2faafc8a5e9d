"""`events/` is public API: every sample is what the code really gives, and every schema says what is true of it."""

import copy
import json
from typing import Any

import botocore.session
import pytest
from botocore.validate import ParamValidator
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator, ValidationError

from import_watch import chats
from import_watch.adapters.people import notification
from import_watch.inputs import InvalidWatchError, parse_watch
from import_watch.jobs import JOB_KINDS, Counts, Kind, Milestone, Outcome, Target, Trouble
from import_watch.live import Due
from import_watch.messages import Message, job_message, target_message, trial_message
from import_watch.sources import registry
from tests.builders import NOW, TARGET, a_job, a_watch
from tests.contract.samples import EVENTS, load, notes, of_uploads, samples, text
from tests.infra.contexts import targets_of

SCHEMAS = sorted(path.name for path in EVENTS.glob("*.schema.json"))
MESSAGES = sorted(path.name for path in EVENTS.glob("message-*.json"))


def validator(name: str) -> Draft202012Validator:
    return Draft202012Validator(load(name), format_checker=Draft202012Validator.FORMAT_CHECKER)


@pytest.mark.parametrize("name", SCHEMAS)
def test_a_schema_is_one(name: str) -> None:
    """By its own meta-schema, 2020-12."""
    Draft202012Validator.check_schema(load(name))
    assert load(name)["$schema"] == "https://json-schema.org/draft/2020-12/schema"


@pytest.mark.parametrize("name", sorted(samples()))
def test_a_sample_is_what_the_code_gives(name: str) -> None:
    """Run `make samples` after an intended change."""
    assert (EVENTS / name).read_text("utf-8") == text(samples()[name])


def test_there_is_a_sample_of_every_kind() -> None:
    """And none besides."""
    assert {load(name)["kind"] for name in MESSAGES} == set(Kind)
    assert len(MESSAGES) == len(Kind)


@pytest.mark.parametrize("name", [*MESSAGES, *of_uploads()])
def test_a_message_keeps_to_its_schema(name: str) -> None:
    """Whatever its kind."""
    validator("message.schema.json").validate(load(name))


@pytest.mark.parametrize(
    ("name", "change"),
    [
        ("message-completed.json", {"kind": "done"}),
        ("message-completed.json", {"kind": "target_recovered"}),
        ("message-completed.json", {"reason": "gone"}),
        ("message-completed.json", {"id": "short"}),
        ("message-completed.json", {"completedAt": "2026-05-24"}),
        ("message-completed.json", {"counts": {}}),
        ("message-completed.json", {"jobId": None}),
        ("message-completed.json", {"version": "2"}),
        ("message-target-unavailable.json", {"reason": "tired"}),
        ("message-target-unavailable.json", {"jobId": "job"}),
        ("message-target-unavailable.json", {"kind": "failed"}),
        ("message-completed.json", {"jobName": ""}),
        ("message-completed.json", {"statusReason": 7}),
        ("message-completed.json", {"neverStarted": True}),
        ("message-overdue.json", {"neverStarted": False}),
        ("message-completed.json", {"notice": "It is over."}),
        ("message-target-recovered.json", {"notice": "It is over."}),
        ("message-target-unavailable.json", {"jobName": "spring"}),
        ("message-target-unavailable.json", {"statusReason": "INTERNAL_FAILURE"}),
        ("message-test.json", {"jobName": "spring"}),
        ("message-test.json", {"notice": "It is over."}),
        ("message-completed.json", {"source": "sqs"}),
        ("message-completed.json", {"source": "customer-profiles"}),
        ("message-completed.json", {"source": "customer-profiles", "target": "customer-profiles:crm"}),
        ("message-completed.json", {"target": "pinpoint:*"}),
        ("message-target-unavailable.json", {"target": "pinpoint:*"}),
        ("message-completed.json", {"replay": False}),
        ("message-completed.json", {"test": True}),
        ("message-target-unavailable.json", {"test": True}),
        ("message-test.json", {"test": False}),
        ("message-test.json", {"kind": "completed"}),
        ("message-test.json", {"target": None}),
        ("message-test.json", {"applicationId": "app"}),
        ("message-test.json", {"jobId": "job"}),
    ],
)
def test_the_schema_refuses_what_is_no_message(name: str, change: dict[str, Any]) -> None:
    """A schema that accepts everything says nothing."""
    with pytest.raises(ValidationError):
        validator("message.schema.json").validate({**load(name), **change})


@pytest.mark.parametrize("name", MESSAGES)
@pytest.mark.parametrize("fact", ["version", "id", "kind", "watch", "source", "target", "observedAt"])
def test_every_message_has_what_consumers_rely_on(name: str, fact: str) -> None:
    """Whatever it is about: none of these may ever become optional."""
    without = {key: value for key, value in load(name).items() if key != fact}
    with pytest.raises(ValidationError, match=f"{fact!r} is a required property"):
        validator("message.schema.json").validate(without)


@pytest.mark.parametrize("name", sorted(notes()))
def test_a_chat_note_keeps_to_its_reader_s_schema(name: str) -> None:
    """Which is another's, and drops what doesn't."""
    validator("chat.schema.json").validate(load(name))


@pytest.mark.parametrize(
    "change",
    [{"version": "1"}, {"source": "import-watch"}, {"content": {"title": "no description"}}, {"facts": {}}],
)
def test_the_chat_s_schema_refuses_what_is_no_note(change: dict[str, Any]) -> None:
    """A schema that accepts everything says nothing."""
    with pytest.raises(ValidationError):
        validator("chat.schema.json").validate({**load("chat-digest.json"), **change})


texts = st.one_of(st.none(), st.text(max_size=2000))
moments = st.one_of(st.none(), st.datetimes(timezones=st.just(NOW.tzinfo)))
counters = st.one_of(st.none(), st.integers())


@pytest.mark.parametrize("text", [text for source in registry.MODULES for text in targets_of(source)])
def test_a_message_of_any_source_keeps_to_the_schema(text: str) -> None:
    """About a job, with all that it may tell, about the target itself, and a test."""
    target = registry.parse(text)
    job = a_job(
        outcome=None, target=target, name="spring", status_reason="VALIDATION_FAILURE", never_started=True, as_listed={}
    )
    due, watch = Due(job=job, milestone=Milestone.OVERDUE, kind=Kind.OVERDUE), a_watch(target)
    unavailable, recovered = (
        target_message(
            kind,
            watch=watch,
            target=target,
            reason=Trouble.GONE,
            notice=notice,
            failing_since=NOW,
            observed_at=NOW,
        )
        for kind, notice in ((Kind.TARGET_UNAVAILABLE, "It is over."), (Kind.TARGET_RECOVERED, ""))
    )
    about_a_job = [] if target.is_account else [job_message(due, watch=watch, target=target, observed_at=NOW)]
    for message in (*about_a_job, unavailable, recovered, trial_message(watch, "nonce", observed_at=NOW)):
        validator("message.schema.json").validate(json.loads(message.json()))
    for message in about_a_job:
        assert message.facts.items() >= {
            ("jobName", "spring"),
            ("statusReason", "VALIDATION_FAILURE"),
            ("neverStarted", True),
        }
    assert unavailable.facts["notice"] == "It is over."


@given(data=st.data(), kind=st.sampled_from(sorted(JOB_KINDS)), include_failures=st.booleans())
def test_any_job_s_message_keeps_to_the_schema(data: st.DataObject, kind: Kind, *, include_failures: bool) -> None:
    """Whatever is absent, long, negative or odd; and it survives the way to the subscriber."""
    job = a_job(
        outcome=Outcome.COMPLETED,
        created=data.draw(moments),
        completed=data.draw(moments),
        segment_id=data.draw(st.sampled_from([None, "seg"])),
        segment_name=data.draw(texts),
        name=data.draw(texts),
        status=data.draw(st.text(max_size=20)),
        status_reason=data.draw(texts),
        never_started=data.draw(st.booleans()),
        failures=tuple(data.draw(st.lists(st.text(max_size=400), max_size=15))),
        counts=Counts(processed=data.draw(counters), failed=data.draw(counters), total_pieces=data.draw(counters)),
    )
    due = Due(job=job, milestone=Milestone.FINISHED, kind=kind)
    watch = a_watch(include_failures=include_failures)
    message = job_message(due, watch=watch, target=TARGET, observed_at=NOW)
    validator("message.schema.json").validate(json.loads(message.json()))
    assert Message(json.loads(message.json())).json() == message.json()
    validator("chat.schema.json").validate(notification(chats.chat(message, "arn:segment")))
    assert ("failures" in message.facts) == (include_failures and bool(job.details().failures))


@pytest.mark.parametrize("name", MESSAGES)
def test_what_is_sent_again_keeps_to_the_schema(name: str) -> None:
    """It says so, and is the same but for that; so do its attributes."""
    message = Message(load(name))
    again = message.again()
    validator("message.schema.json").validate(json.loads(again.json()))
    assert again.facts == {**message.facts, "replay": True}
    assert again.attributes() == {**message.attributes(), "replay": "true"}


@pytest.mark.parametrize("name", [name for name in MESSAGES if name != "message-test.json"])
def test_only_a_test_is_about_no_job_list(name: str) -> None:
    """Any other names it."""
    facts = load(name)
    del facts["target"]
    with pytest.raises(ValidationError):
        validator("message.schema.json").validate(facts)


def test_a_test_says_so_to_filters_too() -> None:
    """By an attribute of its own, and its kind."""
    attributes = Message(load("message-test.json")).attributes()
    assert (attributes["test"], attributes["kind"], attributes["severity"]) == ("true", "test", "info")


@pytest.mark.parametrize("name", ["message-completed.json", "message-target-unavailable.json"])
def test_only_an_account_s_message_is_about_no_application(name: str) -> None:
    """Any other names it, whatever else is absent."""
    facts = load(name)
    del facts["applicationId"]
    with pytest.raises(ValidationError):
        validator("message.schema.json").validate(facts)


def test_an_account_s_message_keeps_to_the_schema() -> None:
    """It names no application, and no segment."""
    account = Target.parse("pinpoint:*")
    for kind in (Kind.TARGET_UNAVAILABLE, Kind.TARGET_RECOVERED):
        message = target_message(
            kind, watch=a_watch(account), target=account, reason=Trouble.DENIED, failing_since=NOW, observed_at=NOW
        )
        validator("message.schema.json").validate(message.facts)
        assert message.facts.keys() & {"applicationId", "segmentId"} == set()


def test_the_page_is_what_pinpoint_s_model_promises() -> None:
    """By botocore's model, and by the schema."""
    page = load("import-jobs-page.json")
    validator("import-jobs-page.schema.json").validate(page)
    model = botocore.session.get_session().get_service_model("pinpoint")
    for operation in ("GetSegmentImportJobs", "GetImportJobs"):
        shape = model.operation_model(operation).output_shape
        assert shape is not None
        assert not ParamValidator().validate({"ImportJobsResponse": page}, shape).has_errors()


@pytest.mark.parametrize("change", [{"Item": None}, {"Item": [{"JobStatus": "FAILED"}]}, {"NextToken": 5}])
def test_the_page_s_schema_refuses_what_is_none(change: dict[str, Any]) -> None:
    """A schema that accepts everything says nothing."""
    with pytest.raises(ValidationError):
        validator("import-jobs-page.schema.json").validate({**load("import-jobs-page.json"), **change})


def test_the_input_keeps_to_its_schema_and_the_function_takes_it() -> None:
    """With its policy, and without."""
    whole = load("schedule-input.json")
    bare = copy.deepcopy(whole)
    del bare["watch"]["policy"]
    account = {"watch": {"name": "all", "targets": ["pinpoint:*", "customer-profiles:crm"]}}
    for event in (whole, bare, account):
        validator("schedule-input.schema.json").validate(event)
    assert parse_watch(bare, parse=registry.parse) == parse_watch(whole)
    assert [target.is_account for target in parse_watch(account, parse=registry.parse).targets] == [True, False]


@pytest.mark.parametrize("text", [text for source in registry.MODULES for text in targets_of(source)])
def test_the_input_s_schema_takes_any_source_s_target_beside_another_s(text: str) -> None:
    """One that it knows nothing of."""
    beside = next(other for name in registry.MODULES for other in targets_of(name, 2) if not text.startswith(name))
    event = {"watch": {"name": "newsletter", "targets": [text, beside]}}
    validator("schedule-input.schema.json").validate(event)
    assert [*map(str, parse_watch(event, parse=registry.parse).targets)] == [text, beside]


@given(st.one_of(*(st.from_regex(f"{one.name}:({one.path})", fullmatch=True) for one in registry.manifests())))
def test_the_schemas_patterns_are_the_sources(text: str) -> None:
    """What a source takes, they take."""
    target = registry.parse(text)
    validator("schedule-input.schema.json").validate({"watch": {"name": "newsletter", "targets": [text]}})
    message = trial_message(a_watch(target), "nonce", observed_at=NOW)
    validator("message.schema.json").validate(message.facts)


def test_an_input_may_name_a_file_of_targets_instead() -> None:
    """A plain name; what is in the file is what the input would say."""
    event = load("schedule-input.json")
    targets = event["watch"].pop("targets")
    event["watch"]["targetsFile"] = "newsletter.json"
    validator("schedule-input.schema.json").validate(event)
    assert parse_watch(event, lambda _: targets) == parse_watch(load("schedule-input.json"))
    for value in ("../newsletter.json", "newsletter", 1):
        event["watch"]["targetsFile"] = value
        with pytest.raises(ValidationError):
            validator("schedule-input.schema.json").validate(event)
        with pytest.raises(InvalidWatchError):
            parse_watch(event, lambda _: targets)


@pytest.mark.parametrize(
    ("place", "value"),
    [
        (("watch", "name"), "News Letter"),
        (("watch", "targets"), []),
        (("watch", "targets"), ["sqs:queue"]),
        (("watch", "targetsFile"), "newsletter.json"),
        (("watch", "targets"), ["pinpoint:*", "pinpoint:app"]),
        (("watch", "targets"), ["pinpoint:*/segment"]),
        (("watch", "targets"), ["customer-profiles:crm", "pinpoint:app", "pinpoint:*"]),
        (("watch", "targets"), ["customer-profiles:*"]),
        (("watch", "targets"), ["customer-profiles:crm/segment"]),
        (("watch", "targets"), ["customer-profiles:crm", "customer-profiles:crm"]),
        (("watch", "policy", "notify"), ["target_recovered"]),
        (("watch", "policy", "overdueAfter"), "soon"),
        (("watch", "policy", "includeFailures"), "no"),
        (("watch", "policy", "eventBus"), ""),
        (("watch", "policy", "eventBus"), "my bus"),
        (("watch", "policy", "eventBus"), "b" * 257),
        (("watch", "policy", "colour"), "red"),
        (("watch", "policy", "email"), "team@example.com"),
        (("watch", "policy", "chat"), 1),
        (("watch", "policy", "digestAbove"), 0),
        (("watch", "policy", "digestAbove"), 1001),
        (("watch", "policy", "digestAbove"), "20"),
        (("watch", "policy", "digestAbove"), True),
        (("watch", "policy", "idleEvery"), "15 minutes"),
        (("watch", "policy", "every"), 1),
        (("watch", "every"), "1 minute"),
    ],
)
def test_schema_and_function_refuse_the_same_inputs(place: tuple[str, ...], value: object) -> None:
    """What one calls wrong, the other does."""
    event = load("schedule-input.json")
    *parents, last = place
    inner = event
    for parent in parents:
        inner = inner[parent]
    inner[last] = value
    with pytest.raises(ValidationError):
        validator("schedule-input.schema.json").validate(event)
    with pytest.raises(InvalidWatchError):
        parse_watch(event, parse=registry.parse)
