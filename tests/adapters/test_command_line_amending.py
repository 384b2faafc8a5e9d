"""What the command line writes into the state table: each only where all is as it was seen."""

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from import_watch.adapters.items import from_item, to_item
from import_watch.adapters.muted import write_mute
from import_watch.adapters.outbox import TableOutbox
from import_watch.announcements import Claim
from import_watch.jobs import timestamp
from import_watch.mutes import Mute
from import_watch_cli.table.amending import Amendments
from import_watch_cli.table.records import Record
from import_watch_cli.table.state import State
from tests.builders import HOUR, NOW, a_job
from tests.cli.items import announced_item, pending

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

PK = "newsletter#pinpoint:app/seg"
MUTE = Mute(by="arn:me", reason="a reload", since=NOW, until=NOW + HOUR, hold=True)
LATER = NOW + 2 * HOUR
CLAIM = Claim(token="next", made=LATER, until=LATER + HOUR)  # noqa: S106 - of a tick
SNS = frozenset({"sns"})


@pytest.fixture
def state(dynamodb: "DynamoDBClient", table: str) -> State:
    return State(client=dynamodb, table=table)


@pytest.fixture
def amendments(dynamodb: "DynamoDBClient", table: str) -> Amendments:
    return Amendments(client=dynamodb, table=table)


def put(state: State, **attributes: Any) -> Record:
    """Write an announcement that was sent, but for these attributes, and read it back."""
    item = announced_item("newsletter", "pinpoint:app/seg", a_job(completed=NOW), NOW, **attributes)
    state.client.put_item(TableName=state.table, Item=to_item(item))
    return read(state)


def read(state: State) -> Record:
    (record,) = state.of_job([PK], "job-1")
    return record


def item_of(state: State) -> dict[str, Any]:
    reply = state.client.get_item(TableName=state.table, Key=to_item({"pk": PK, "sk": "job-1#finished"}))
    return dict(from_item(reply["Item"]))


class TestMute:
    def test_it_stands_where_none_did(self, state: State, amendments: Amendments) -> None:
        """And tells so again where the reply was lost."""
        assert amendments.mute(PK, MUTE, instead_of=None)
        assert amendments.mute(PK, MUTE, instead_of=None)
        assert state.mutes([PK, "newsletter"]) == {PK: MUTE}

    def test_it_replaces_only_the_one_that_was_seen(self, state: State, amendments: Amendments) -> None:
        """Of two who saw the same one, the first has it."""
        amendments.mute(PK, MUTE, instead_of=None)
        first, second = replace(MUTE, by="first"), replace(MUTE, by="second")
        assert not amendments.mute(PK, first, instead_of=None)
        assert amendments.mute(PK, first, instead_of=MUTE)
        assert not amendments.mute(PK, second, instead_of=MUTE)
        assert state.mutes([PK]) == {PK: first}

    def test_only_the_one_that_was_seen_ends(self, state: State, amendments: Amendments) -> None:
        """One that is gone has ended."""
        amendments.mute(PK, MUTE, instead_of=None)
        assert not amendments.unmute(PK, replace(MUTE, by="another"))
        assert state.mutes([PK]) == {PK: MUTE}
        assert amendments.unmute(PK, MUTE)
        assert amendments.unmute(PK, MUTE)
        assert state.mutes([PK]) == {}

    @pytest.mark.parametrize(
        "left", [{}, {"by": "me"}, {**write_mute(MUTE), "hold": "yes"}, {**write_mute(MUTE), "since": "soon", "by": {}}]
    )
    def test_what_ticks_ignore_is_none(self, state: State, amendments: Amendments, left: dict[str, Any]) -> None:
        """As after an edit by hand: it is replaced, and deleted, as long as it is none."""
        edited = to_item({"pk": PK, "sk": "#mute", **left})
        state.client.put_item(TableName=state.table, Item=edited)
        assert not amendments.unmute(PK, MUTE)
        assert amendments.mute(PK, MUTE, instead_of=None)
        assert state.mutes([PK]) == {PK: MUTE}
        assert not amendments.unmute(PK, None)
        state.client.put_item(TableName=state.table, Item=edited)
        assert amendments.unmute(PK, None)
        assert "Item" not in state.client.get_item(TableName=state.table, Key=to_item({"pk": PK, "sk": "#mute"}))

    def test_one_that_ticks_heed_though_it_is_odd_ends_like_any_other(
        self, state: State, amendments: Amendments
    ) -> None:
        """As one by a number."""
        odd = {"pk": PK, "sk": "#mute", **write_mute(MUTE), "by": 5}
        state.client.put_item(TableName=state.table, Item=to_item(odd))
        assert amendments.unmute(PK, state.mutes([PK])[PK])
        assert state.mutes([PK]) == {}


class TestRelease:
    def test_what_is_held_becomes_due_now(self, state: State, amendments: Amendments) -> None:
        """Its age counts from now; a second release changes nothing."""
        held = put(state, heldSince=timestamp(NOW), **pending(LATER, released=True))
        now = NOW + HOUR
        assert amendments.release(held, now)
        record = read(state)
        assert (record.due, record.recorded_at, record.seen_at, record.released) == (now, now, NOW, True)
        assert amendments.release(held, now)
        assert not amendments.release(held, now + HOUR)
        assert read(state) == record
        assert [one.due for one in state.waiting()] == [now]

    def test_what_a_tick_has_taken_meanwhile_is_left_to_it(self, state: State, amendments: Amendments) -> None:
        """It is being sent."""
        held = put(state, heldSince=timestamp(NOW), **pending(NOW + HOUR, released=True))
        taken = put(state, **{**pending(LATER), "released": timestamp(NOW + HOUR)})
        assert not amendments.release(held, NOW)
        assert read(state) == taken


class TestReplay:
    def test_it_is_due_at_once_on_these_channels_and_marked(self, state: State, amendments: Amendments) -> None:
        """With who asked for it and when; nobody has a claim to it any more."""
        record = put(state, quarantined={"sns"}, refusals={"sns": 5})
        assert amendments.replay(record, {"sns"}, "arn:me", LATER)
        after = read(state)
        assert (after.due, after.released, after.pending, after.replay) == (LATER, True, SNS, SNS)
        assert (after.replayed_by, after.replayed_at, after.replays) == ("arn:me", LATER, 1)
        assert after.quarantined == frozenset()
        assert (after.recorded_at, after.delivered) == (record.recorded_at, record.delivered)
        assert "claim" not in item_of(state)
        assert [(one.sk, one.due) for one in state.waiting()] == [("job-1#finished", LATER)]

    def test_of_two_at_once_one_does_it(self, state: State, amendments: Amendments) -> None:
        """However quickly it was sent in between."""
        record = put(state)
        assert amendments.replay(record, {"sns"}, "arn:first", LATER)
        assert amendments.replay(record, {"sns"}, "arn:first", LATER)  # its own, the reply of which was lost
        another = Amendments(client=state.client, table=state.table)
        assert not another.replay(record, {"sns"}, "arn:first", LATER)  # the same user's, at the same moment
        sent = put(state, replays=1, replayed={"by": "arn:first", "at": timestamp(LATER)})
        assert not amendments.replay(record, {"sns"}, "arn:second", LATER)
        assert read(state) == sent
        assert amendments.replay(sent, {"sns"}, "arn:second", LATER)
        assert read(state).replays == 2

    @pytest.mark.parametrize("attributes", [pending(LATER), pending(LATER, "sns", released=True), {"packed": None}])
    def test_what_is_pending_or_has_no_message_stays(
        self, state: State, amendments: Amendments, attributes: dict[str, Any]
    ) -> None:
        """Be it that a tick is sending it."""
        record = put(state, **attributes)
        assert not amendments.replay(record, {"sns"}, "arn:me", LATER)
        assert read(state) == record


class TestRedrive:
    def test_it_is_due_at_once_as_if_never_refused(self, state: State, amendments: Amendments) -> None:
        """On the channels that had refused it, without a mark."""
        record = put(state, quarantined={"sns"}, refusals={"sns": 5})
        assert amendments.redrive(record, LATER)
        after = read(state)
        assert (after.due, after.released, after.pending, after.replay) == (LATER, True, SNS, frozenset())
        assert (after.quarantined, after.refusals) == (frozenset(), {})
        assert amendments.redrive(record, LATER)
        assert not amendments.redrive(record, LATER + timedelta(seconds=1))

    def test_its_age_counts_from_then(self, state: State, amendments: Amendments) -> None:
        """To the function as to people, however long ago it was recorded."""
        assert amendments.redrive(put(state, quarantined={"sns"}), LATER)
        outbox = TableOutbox(client=state.client, table=state.table)
        (leftover,) = outbox.leftovers(LATER)
        announcement = outbox.claim(leftover, CLAIM)
        assert announcement
        assert (announcement.asked_at, read(state).waiting_since) == (LATER, LATER)

    def test_what_changed_meanwhile_stays(self, state: State, amendments: Amendments) -> None:
        """As when another channel's turn is not over."""
        seen = put(state, quarantined={"sns"})
        now = put(state, quarantined={"sns", "eventbridge"})
        assert not amendments.redrive(seen, LATER)
        assert read(state) == now
        waiting = put(state, quarantined={"sns"}, **pending(LATER, "eventbridge"))
        assert not amendments.redrive(waiting, LATER)
        assert read(state) == waiting
