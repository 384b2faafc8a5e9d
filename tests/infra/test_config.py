import json
from typing import Any

import pytest

from import_watch.sources import registry
from infra.config import Config
from infra.context import KEY, InvalidContextError, read_config
from tests.infra.contexts import MISSING, a_config, a_context, a_watch, targets_of

WATCH_KEYS = (
    "name, every, targets, notify, overdueAfter, announceNotOlderThan, announceFinishedWithin, includeFailures, "
    "email, chat, digestAbove, eventBus, idleEvery"
)
WATCHES = f"one or more objects of {WATCH_KEYS}"
RATE = "a rate of 1-99999 minutes, hours or days, such as '1 minute' or '6 hours'"
TARGETS = f"one or more of {registry.grammar()}"
SLOWER = "a rate slower than 'every', such as '15 minutes', or null to poll all targets alike"
KINDS = "any of started, completed, completed_with_failures, failed, cancelled, overdue, each once"
DIGEST = "1-1000 announcements, or null for never"
EMAIL = "e-mail addresses, such as 'name@example.com'"
BUS = "an event bus by name, 1-256 letters, digits or '._/-', or null for none"
NAME = "1-32 of a-z, 0-9 and '-', each name once"


def the_mistake(context: dict[str, Any]) -> str:
    with pytest.raises(InvalidContextError) as caught:
        read_config(context)
    return str(caught.value)


@pytest.mark.parametrize(
    ("changes", "key", "value", "allowed"),
    [
        ({"every": "1 fortnight"}, "every", "'1 fortnight'", RATE),
        ({"every": "0 minutes"}, "every", "'0 minutes'", RATE),
        ({"every": "rate(1 minute)"}, "every", "'rate(1 minute)'", RATE),
        ({"every": 1}, "every", "1", RATE),
        ({"idleEvery": "often"}, "idleEvery", "'often'", SLOWER),
        (
            {"every": "60 minutes", "idleEvery": "1 hour"},
            "idleEvery",
            "'1 hour'",
            "slower than every, which is '60 minutes', or null",
        ),
        (
            {"idleEvery": "4 days"},
            "idleEvery",
            "'4 days'",
            "at most half of announceNotOlderThan, which is '7 days', or null",
        ),
        ({"name": "Newsletter"}, "name", "'Newsletter'", NAME),
        ({"name": "n" * 33}, "name", f"'{'n' * 33}'", NAME),
        ({"name": ""}, "name", "''", NAME),
        ({"name": "newsletter\n"}, "name", r"'newsletter\n'", NAME),
        ({"targets": []}, "targets", "[]", TARGETS),
        ({"targets": "pinpoint:app"}, "targets", "'pinpoint:app'", TARGETS),
        ({"targets": ["pinpoint:app", "app/segment"]}, "targets[1]", "'app/segment'", TARGETS),
        ({"targets": ["pinpoint:app/"]}, "targets[0]", "'pinpoint:app/'", TARGETS),
        ({"targets": ["pinpoint:*/segment"]}, "targets[0]", "'pinpoint:*/segment'", TARGETS),
        ({"targets": ["pinpoint:app*"]}, "targets[0]", "'pinpoint:app*'", TARGETS),
        ({"targets": [7]}, "targets[0]", "7", TARGETS),
        ({"targets": ["customer-profiles:"]}, "targets[0]", "'customer-profiles:'", TARGETS),
        ({"targets": ["customer-profiles:*"]}, "targets[0]", "'customer-profiles:*'", TARGETS),
        ({"targets": ["customer-profiles:a/b"]}, "targets[0]", "'customer-profiles:a/b'", TARGETS),
        ({"targets": ["customer-profiles:a b"]}, "targets[0]", "'customer-profiles:a b'", TARGETS),
        ({"targets": [f"customer-profiles:{'d' * 65}"]}, "targets[0]", f"'customer-profiles:{'d' * 65}'", TARGETS),
        ({"targets": ["customer-profiles:a\n"]}, "targets[0]", r"'customer-profiles:a\n'", TARGETS),
        ({"targets": ["ses:lists"]}, "targets[0]", "'ses:lists'", TARGETS),
        ({"targets": ["ses:*"]}, "targets[0]", "'ses:*'", TARGETS),
        ({"targets": ["cognito:pool"]}, "targets[0]", "'cognito:pool'", TARGETS),
        ({"targets": [f"cognito:eu_{'p' * 53}"]}, "targets[0]", f"'cognito:eu_{'p' * 53}'", TARGETS),
        ({"targets": ["mailmanager:a_b"]}, "targets[0]", "'mailmanager:a_b'", TARGETS),
        ({"targets": ["profiles:a"]}, "targets[0]", "'profiles:a'", TARGETS),
        (
            {"targets": ["customer-profiles:a", "pinpoint:a", "customer-profiles:a"]},
            "targets[2]",
            "'customer-profiles:a'",
            "each target once",
        ),
        ({"targets": ["pinpoint:*", "pinpoint:*"]}, "targets[1]", "'pinpoint:*'", "each target once"),
        (
            {"targets": ["pinpoint:*", "pinpoint:a/b"]},
            "targets[1]",
            "'pinpoint:a/b'",
            "each job once: pinpoint:* lists the jobs of pinpoint:a/b, too",
        ),
        ({"targets": ["pinpoint:a/b", "pinpoint:a/b"]}, "targets[1]", "'pinpoint:a/b'", "each target once"),
        (
            {"targets": ["pinpoint:a/b", "pinpoint:a"]},
            "targets[0]",
            "'pinpoint:a/b'",
            "each job once: pinpoint:a lists the jobs of pinpoint:a/b, too",
        ),
        ({"notify": ["target_unavailable"]}, "notify[0]", "'target_unavailable'", KINDS),
        ({"notify": ["failed", "failed"]}, "notify[1]", "'failed'", "each kind once"),
        ({"overdueAfter": "6h"}, "overdueAfter", "'6h'", "1-99999 minutes, hours or days, such as '6 hours'"),
        ({"overdueAfter": "0 hours"}, "overdueAfter", "'0 hours'", "1-99999 minutes, hours or days, such as '6 hours'"),
        ({"announceNotOlderThan": 7}, "announceNotOlderThan", "7", "1-99999 minutes, hours or days, such as '7 days'"),
        (
            {"announceFinishedWithin": "-1 days"},
            "announceFinishedWithin",
            "'-1 days'",
            "minutes, hours or days, such as '2 days', or '0 hours' for none",
        ),
        (
            {"announceFinishedWithin": "169 hours"},
            "announceFinishedWithin",
            "'169 hours'",
            "at most announceNotOlderThan, which is '7 days'",
        ),
        ({"includeFailures": "true"}, "includeFailures", "'true'", "true or false"),
        ({"includeFailures": 1}, "includeFailures", "1", "true or false"),
        ({"email": ["nobody"]}, "email[0]", "'nobody'", EMAIL),
        ({"email": ["a@example.com, b@example.com"]}, "email[0]", "'a@example.com, b@example.com'", EMAIL),
        ({"email": "a@example.com"}, "email", "'a@example.com'", EMAIL),
        ({"email": ["${AWS::Region}@example.com"]}, "email[0]", "'${AWS::Region}@example.com'", EMAIL),
        ({"email": [".a..b@example.com"]}, "email[0]", "'.a..b@example.com'", EMAIL),
        ({"email": ["a\u0000b@example.com"]}, "email[0]", r"'a\x00b@example.com'", EMAIL),
        ({"chat": "yes"}, "chat", "'yes'", "true or false"),
        ({"digestAbove": 0}, "digestAbove", "0", DIGEST),
        ({"digestAbove": 1001}, "digestAbove", "1001", DIGEST),
        ({"digestAbove": "never"}, "digestAbove", "'never'", DIGEST),
        ({"eventBus": "my bus"}, "eventBus", "'my bus'", BUS),
        ({"eventBus": ""}, "eventBus", "''", BUS),
        ({"evry": "1 minute", "every": MISSING}, "evry", "'1 minute'", f"only the keys {WATCH_KEYS}"),
    ],
)
def test_a_mistake_in_a_watch(changes: dict[str, object], key: str, value: str, allowed: str) -> None:
    """A mistake in a watch becomes one line: where it is, what stands there and what is allowed."""
    mistake = the_mistake(a_context(a_watch(name="first"), a_watch(**changes)))
    assert mistake == f"import-watch.watches[1].{key}: {value} is not allowed; allowed: {allowed}"


@pytest.mark.parametrize(
    ("settings", "key", "value", "allowed"),
    [
        (
            [],
            "",
            "[]",
            "an object of watches, operationsEmail, pageSize, maxPages, threads, requestsPerSecond, logLevel",
        ),
        ({"watches": []}, ".watches", "[]", WATCHES),
        ({"watches": ["newsletter"]}, ".watches[0]", "'newsletter'", WATCHES),
        ({"watches": [a_watch(), a_watch()]}, ".watches[1].name", "'newsletter'", "each name once"),
        (
            {"watches": [a_watch()], "pages": 3},
            ".pages",
            "3",
            "only the keys watches, operationsEmail, pageSize, maxPages, threads, requestsPerSecond, logLevel",
        ),
        ({"watches": [a_watch()], "operationsEmail": ["nobody"]}, ".operationsEmail[0]", "'nobody'", EMAIL),
        ({"watches": [a_watch()], "pageSize": 1001}, ".pageSize", "1001", "1-1000 jobs"),
        ({"watches": [a_watch()], "pageSize": "100"}, ".pageSize", "'100'", "1-1000 jobs"),
        ({"watches": [a_watch()], "maxPages": 0}, ".maxPages", "0", "1-10000 pages"),
        ({"watches": [a_watch()], "threads": True}, ".threads", "True", "1-64 threads"),
        ({"watches": [a_watch()], "requestsPerSecond": 301}, ".requestsPerSecond", "301", "1-300 requests"),
        ({"watches": [a_watch()], "logLevel": "debug"}, ".logLevel", "'debug'", "DEBUG, INFO, WARNING or ERROR"),
        (
            {"watches": [a_watch(name=f"w{n}", eventBus=f"{n:0256}") for n in range(119)]},
            ".watches",
            "'120 resources, as wide as they get'",
            "as many event buses as one IAM role's policies can name",
        ),
    ],
)
def test_a_mistake_in_the_settings(settings: object, key: str, value: str, allowed: str) -> None:
    """So does a mistake in what all watches share."""
    assert the_mistake({KEY: settings}) == f"import-watch{key}: {value} is not allowed; allowed: {allowed}"


@pytest.mark.parametrize(
    ("context", "mistake"),
    [
        ({}, f"import-watch.watches is missing; allowed: {WATCHES}"),
        (a_context(a_watch(every=MISSING)), f"import-watch.watches[0].every is missing; allowed: {RATE}"),
        (a_context(a_watch(targets=MISSING)), f"import-watch.watches[0].targets is missing; allowed: {TARGETS}"),
    ],
)
def test_what_is_missing(context: dict[str, Any], mistake: str) -> None:
    """What is required and isn't there is named by its key."""
    assert the_mistake(context) == mistake


@pytest.mark.parametrize(
    ("watches", "amount"),
    [
        (
            [a_watch(name=f"w{n}", email=["team@example.com"]) for n in range(151)],
            "'151 watches that name one email address' is not allowed; allowed: 150",
        ),
        (
            [a_watch(email=[f"somebody-{n}@example.com" for n in range(201)])],
            "'201 email addresses' is not allowed; allowed: 200",
        ),
        (
            [a_watch(name=f"w{n}") for n in range(220)],
            "'441 resources for watches, emails and event buses' is not allowed; allowed: 440",
        ),
        (
            [a_watch(name=f"w{n}", targets=[f"pinpoint:app/{s:064}" for s in range(2500)]) for n in range(5)],
            "bytes of watches' is not allowed; allowed: 900000",
        ),
    ],
    ids=["watches an address", "addresses", "resources", "bytes"],
)
def test_more_than_one_stack_can_hold(watches: list[object], amount: str) -> None:
    """AWS's quotas are told before anything is deployed."""
    mistake = the_mistake(a_context(*watches))
    assert mistake.startswith(f"{KEY}.watches: ")
    assert amount in mistake
    assert mistake.endswith("; split them between stacks")


def test_a_strange_key_is_shown_on_one_line() -> None:
    """Escaped, and cut like a strange value."""
    assert the_mistake(a_context(**{"new\nline\x1b": 1})).startswith(rf"{KEY}.new\nline\x1b: 1 is not allowed; ")
    assert len(the_mistake(a_context(**{"k" * 100_000: 1}))) < 500


def test_a_long_value_is_cut() -> None:
    """A mistake stays one readable line, however long the value is."""
    mistake = the_mistake(a_context(a_watch(name="n" * 10_000)))
    assert len(mistake) < 300
    assert "\n" not in mistake


def test_defaults() -> None:
    """All but name, rate and targets may be left out."""
    config = a_config()
    assert config == Config.model_validate_json(
        json.dumps(
            {
                "watches": [
                    a_watch(
                        notify=["completed", "completed_with_failures", "failed", "cancelled", "overdue"],
                        overdueAfter="6 hours",
                        announceFinishedWithin="0 hours",
                        announceNotOlderThan="7 days",
                        includeFailures=False,
                        email=[],
                        chat=False,
                        digestAbove=20,
                        eventBus="default",
                    )
                ],
                "operationsEmail": [],
                "pageSize": 100,
                "maxPages": 1000,
                "threads": 16,
                "requestsPerSecond": 200,
                "logLevel": "INFO",
            }
        )
    )


def test_schedule_input() -> None:
    """The schedule's input is the watch with its policy in full, and nothing that only the stack needs."""
    [watch] = a_config(a_watch(email=["a@example.com"], overdueAfter="90 minutes")).watches
    assert json.loads(watch.schedule_input) == {
        "watch": {
            "name": "newsletter",
            "targets": ["pinpoint:app/segment"],
            "policy": {
                "notify": ["completed", "completed_with_failures", "failed", "cancelled", "overdue"],
                "overdueAfter": "90 minutes",
                "announceFinishedWithin": "0 hours",
                "announceNotOlderThan": "7 days",
                "includeFailures": False,
                "eventBus": "default",
                "email": True,
            },
        }
    }
    assert " " not in watch.schedule_input.replace("90 minutes", "").replace("0 hours", "").replace("7 days", "")


@pytest.mark.parametrize(("count", "in_a_file"), [(1_857, False), (1_858, True), (10_000, True)])
def test_targets_that_a_schedule_can_t_carry_stand_in_a_file(count: int, *, in_a_file: bool) -> None:
    """Named in the input in their place, and in the function's bundle under that name."""
    targets = [f"pinpoint:{index:064}/{index:064}" for index in range(count)]
    config = a_config(a_watch(every="5 minutes", targets=targets), a_watch(name="small"))
    watch = config.watches[0]
    assert len(watch.schedule_input) <= 256 * 1024
    handed_over = json.loads(watch.schedule_input)["watch"]
    if in_a_file:
        assert (handed_over["targetsFile"], "targets" in handed_over) == ("newsletter.json", False)
        assert {name: json.loads(text) for name, text in config.files.items()} == {"newsletter.json": targets}
    else:
        assert (handed_over["targets"], "targetsFile" in handed_over, config.files) == (targets, False, {})


LARGE = [f"pinpoint:app/{index}" for index in range(12_000)]


def test_what_can_t_be_polled_in_time_is_refused() -> None:
    """A request for each target of large watches, added up: their chunks would wait for ever longer."""
    mistake = the_mistake(a_context(a_watch(targets=LARGE), a_watch(name="more", targets=LARGE[:1_001])))
    assert mistake == (
        "import-watch.watches: '217 requests a second for watches of more than 1000 targets' is not allowed; "
        "allowed: 200, which is requestsPerSecond; raise it, or poll them less often"
    )


@pytest.mark.parametrize(
    ("changes", "settings"),
    [
        ({}, {}),
        ({"targets": [*LARGE, "pinpoint:more"], "every": "2 minutes"}, {}),
        ({"targets": [*LARGE, "pinpoint:more"], "idleEvery": "15 minutes"}, {}),
        ({"targets": [*LARGE, "pinpoint:more"]}, {"requestsPerSecond": 201}),
    ],
    ids=["just so", "less often", "less often where idle", "a higher rate"],
)
def test_what_can_be_is_not(changes: dict[str, object], settings: dict[str, object]) -> None:
    """As often as idle targets are polled, where that is less often: more may be needed, but need not."""
    assert a_config(a_watch(**{"targets": LARGE, **changes}), a_watch(name="small"), **settings).fans_out


@pytest.mark.parametrize(("count", "fans_out"), [(1_000, False), (1_001, True)])
def test_a_stack_fans_out_where_any_watch_is_beyond_a_tick_s_reach(count: int, *, fans_out: bool) -> None:
    """By its size alone: there is no setting for it."""
    targets = [f"pinpoint:app/{index}" for index in range(count)]
    assert a_config(a_watch(name="small"), a_watch(targets=targets)).fans_out is fans_out


def test_a_whole_account_may_come_to_be_beyond_it() -> None:
    """Nobody knows how many applications there will be."""
    assert a_config(a_watch(targets=["pinpoint:*"])).fans_out


def test_no_event_bus() -> None:
    """`null` is no event bus, for the function and for its permissions."""
    config = a_config(a_watch(eventBus=None))
    assert json.loads(config.watches[0].schedule_input)["watch"]["policy"]["eventBus"] is None
    assert config.event_buses == set()


@pytest.mark.parametrize(
    ("every", "expression"),
    [
        ("1 minute", "rate(1 minute)"),
        ("1 minutes", "rate(1 minute)"),
        ("5 minutes", "rate(5 minutes)"),
        ("5 minute", "rate(5 minutes)"),
        ("1 hour", "rate(1 hour)"),
        ("36 hours", "rate(36 hours)"),
        ("1 day", "rate(1 day)"),
    ],
)
def test_schedule_expression(every: str, expression: str) -> None:
    """A rate is spelled as Scheduler wants it, whichever number the user's noun has."""
    assert a_config(a_watch(every=every)).watches[0].schedule_expression == expression


def test_a_watch_of_several_sources() -> None:
    """All that an account has of one beside lists of others; the function is told which there are, in order."""
    targets = ["pinpoint:*", *(target for name in [*registry.MODULES][1:] for target in targets_of(name))]
    config = a_config(a_watch(targets=targets))
    assert json.loads(config.watches[0].schedule_input)["watch"]["targets"] == targets
    assert config.sources == sorted(registry.MODULES)
    assert config.fans_out


def test_a_target_in_several_watches() -> None:
    """A target may be in several watches, an application in one and its segment in another."""
    config = a_config(a_watch(name="one"), a_watch(name="two"), a_watch(name="all", targets=["pinpoint:app"]))
    assert config.targets == {"pinpoint:app/segment", "pinpoint:app"}
