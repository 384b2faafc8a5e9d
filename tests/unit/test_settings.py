"""The function's environment: a bad one fails at cold start, in one clear line."""

from datetime import timedelta

import pytest

from import_watch.policy import Policy
from import_watch.settings import InvalidSettingError, Settings
from tests.builders import CHATS, EMAILS

WHOLE = {
    "STATE_TABLE": "table",
    "TOPIC_ARN": "arn:aws-cn:sns:cn-north-1:123456789012:topic",
    "FUNCTION_TIMEOUT_SECONDS": "50",
    "PAGE_SIZE": "100",
    "MAX_PAGES": "1000",
    "THREADS": "16",
    "REQUESTS_PER_SECOND": "200",
}


def test_the_environment_is_read_whole() -> None:
    """A claim outlasts the function by the clocks' difference."""
    settings = Settings.from_environment(WHOLE)
    assert settings.lease == timedelta(seconds=110)
    assert settings.arn_prefix("mobiletargeting") == "arn:aws-cn:mobiletargeting:cn-north-1:123456789012"
    assert (settings.table, settings.page_size, settings.max_pages, settings.threads) == ("table", 100, 1000, 16)
    assert settings.requests_per_second == 200


@pytest.mark.parametrize("name", sorted(WHOLE))
@pytest.mark.parametrize("value", [None, ""])
def test_what_is_missing_is_named(name: str, value: str | None) -> None:
    """With what is allowed."""
    environment = {**WHOLE, name: value}
    with pytest.raises(InvalidSettingError, match=f"^{name}: '' is not allowed; allowed: "):
        Settings.from_environment({key: text for key, text in environment.items() if text is not None})


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("THREADS", "0"),
        ("PAGE_SIZE", "-1"),
        ("TOPIC_ARN", "topic"),
        ("CHAT_TOPIC_ARN", ""),
        ("SOURCES", "ses, cognito"),
    ],
)
def test_what_makes_no_sense_is_named(name: str, value: str) -> None:
    """With its value."""
    with pytest.raises(InvalidSettingError, match=f"^{name}: '{value}' is not allowed; allowed: "):
        Settings.from_environment({**WHOLE, name: value})


def test_only_what_fans_out_has_a_queue() -> None:
    """And only a worker measures under another function's name."""
    alone = Settings.from_environment(WHOLE)
    assert (alone.chunks_queue_url, alone.poll_function) == (None, None)
    fanned_out = Settings.from_environment({**WHOLE, "CHUNKS_QUEUE_URL": "https://queue", "POLL_FUNCTION": "poll"})
    assert (fanned_out.chunks_queue_url, fanned_out.poll_function) == ("https://queue", "poll")


def test_people_are_told_where_their_watch_asks_and_the_stack_has_a_topic() -> None:
    """Where it has none, nobody can have subscribed."""
    bare = Settings.from_environment(WHOLE)
    topics = {"EMAIL_TOPIC_ARN": EMAILS, "CHAT_TOPIC_ARN": CHATS}
    whole = Settings.from_environment({**WHOLE, **topics})
    asks = Policy(email=True, chat=True)
    assert bare.people(asks) == whole.people(Policy()) == {}
    assert whole.people(asks) == {"email": EMAILS, "chat": CHATS}
    assert whole.people(Policy(chat=True)) == {"chat": CHATS}
