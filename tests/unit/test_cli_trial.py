"""What a test announcement is, and where it goes."""

from datetime import timedelta
from typing import Any

import pytest

from import_watch_cli.acting.trial import trial
from import_watch_cli.speech.errors import RefusedError
from import_watch_cli.stack.connection import Connection
from import_watch_cli.stack.deployment import Deployment
from import_watch_cli.stack.scheduled import Scheduled
from tests.builders import NOW, TOPIC, a_watch

EMAIL, CHAT = f"{TOPIC}-email", f"{TOPIC}-chat"
OUTPUTS = {"NotificationsTopicArn": TOPIC, "EmailTopicArn": EMAIL, "ChatTopicArn": CHAT}
DEPLOYMENT = Deployment(connection=Connection(), stack="ImportWatch", outputs=OUTPUTS, status="CREATE_COMPLETE")


def scheduled(**policy: Any) -> Scheduled:
    return Scheduled(
        watch=a_watch(**policy), schedule="ImportWatch-x", every=timedelta(minutes=1), enabled=True, input=""
    )


@pytest.mark.parametrize(
    ("policy", "addresses"),
    [
        ({}, {"sns": TOPIC, "eventbridge": "default"}),
        ({"event_bus": None}, {"sns": TOPIC}),
        ({"event_bus": "ours", "email": True}, {"sns": TOPIC, "eventbridge": "ours", "email": EMAIL}),
        ({"chat": True}, {"sns": TOPIC, "eventbridge": "default", "chat": CHAT}),
    ],
)
def test_it_goes_wherever_the_watch_announces_to(policy: dict[str, Any], addresses: dict[str, str]) -> None:
    """And nowhere else."""
    assert DEPLOYMENT.addresses(scheduled(**policy).watch) == addresses
    assert trial(DEPLOYMENT, scheduled(**policy), NOW).pending == addresses.keys()


def test_it_stands_beside_what_is_announced_and_is_about_the_schedule() -> None:
    """No two are the same."""
    one, other = (trial(DEPLOYMENT, scheduled(), NOW) for _ in range(2))
    assert one.key.pk == "newsletter#test"
    assert one.key.sk.endswith("#test")
    assert (one.key.sk, one.message.id) != (other.key.sk, other.message.id)
    assert one.resource == "arn:aws:scheduler:us-east-1:123456789012:schedule/default/ImportWatch-x"
    assert (one.message.facts["test"], one.message.facts["watch"]) == (True, "newsletter")
    assert one.message.facts["target"] == str(scheduled().watch.targets[0])


def test_a_watch_that_tells_people_needs_their_topic() -> None:
    """Of a stack that was deployed before there was one, that is said."""
    old = Deployment(connection=Connection(), stack="ImportWatch", outputs={"NotificationsTopicArn": TOPIC}, status="")
    with pytest.raises(RefusedError, match="has no output EmailTopicArn, which newsletter sends email to"):
        trial(old, scheduled(email=True), NOW)
