"""`import-watch test`: whether what a watch announces would arrive."""

from datetime import UTC, datetime

import click

from import_watch_cli.acting.ticking import send, wait_option
from import_watch_cli.speech.answers import confirm, examples, say, yes_option
from import_watch_cli.speech.errors import EndError, Exit
from import_watch_cli.speech.pages import Command
from import_watch_cli.stack.deployment import Deployment
from import_watch_cli.stack.options import operating


@click.command(
    cls=Command,
    epilog=examples(
        ("Before the first import, and after each change of the stack", "import-watch test newsletter"),
        ("In a pipeline, behind a deployment", "import-watch test newsletter --yes --wait 60"),
    ),
)
@click.argument("watch")
@wait_option
@yes_option
@operating
def command(deployment: Deployment, *, watch: str, wait: int, yes: bool) -> Exit:
    """Send a test message of a WATCH to all that it announces to, end to end.

    It goes the way of every announcement: through the table, the deployed function and each channel. Its kind is
    `test`, and it has "test": true in body and attributes, so that a consumer can tell. What sends it is a tick of the
    watch, which also announces what is new.

    Each channel tells whether it accepted the message, and when. Whether it then arrives is up to subscriptions and
    rules: look for its id there; `doctor` looks at the subscriptions. Exit code 1 where a channel didn't accept it.
    """
    from import_watch_cli.acting.trial import trial  # noqa: PLC0415
    from import_watch_cli.table.amending import Amendments  # noqa: PLC0415 - takes longer than all else that `--help` needs
    from import_watch_cli.table.state import State  # noqa: PLC0415

    scheduled = deployment.named(watch)
    announcement = trial(deployment, scheduled, datetime.now(UTC))
    addresses = "\n".join(f"  {channel}: {address}" for channel, address in announcement.destinations.items())
    confirm(
        f"Sends a message marked as a test of watch {watch} to its subscribers, by a tick of it:\n{addresses}", yes=yes
    )
    if not Amendments.of(deployment).post(announcement, datetime.now(UTC)):
        raise EndError("the test could not be written, as there is one of the same key", Exit.FINDING)
    say(f"id: {announcement.message.id}")
    key = (announcement.key.pk, announcement.key.sk)
    sent = send(deployment, State.of(deployment), [key], [scheduled], wait)
    return Exit.FINE if sent.told({key: announcement.pending}) else Exit.FINDING
