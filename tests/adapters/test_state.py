"""The table's contract, kept by the real one over HTTP and by the one in memory that other tests use."""

import json
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, ClassVar

import pytest
from botocore.exceptions import ClientError

from import_watch.adapters.items import from_item, to_item
from import_watch.adapters.ledgers import TableLedgers
from import_watch.adapters.outbox import TableOutbox
from import_watch.adapters.packed import inflated, pack
from import_watch.announce import Outbox
from import_watch.announcements import Announcement, Claim, Key, Known, Leftover, Settlement, Suppressed
from import_watch.changes import Reason, Recorded
from import_watch.jobs import Kind, Trouble, timestamp
from import_watch.ledger import Ledger
from import_watch.messages import Message
from import_watch.mutes import Mute
from import_watch.poll import Ledgers
from import_watch_cli.table import state as command_line
from import_watch_cli.table.amending import Amendments
from import_watch_cli.table.records import Record
from tests.builders import DAY, HOUR, MINUTE, NOW, PK, TOPIC
from tests.fakes import MemoryLedgers, MemoryOutbox

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

LEASE = timedelta(seconds=110)
BOTH = frozenset({"sns", "eventbridge"})
FRESH = Ledger(first_seen_at=NOW, settled_before=NOW - HOUR)


@dataclass(frozen=True)
class State:
    ledgers: Ledgers
    outbox: Outbox


@pytest.fixture(params=["memory", "dynamodb"])
def state(request: pytest.FixtureRequest) -> State:
    if request.param == "memory":
        return State(MemoryLedgers(), MemoryOutbox())
    facts = {"client": request.getfixturevalue("dynamodb"), "table": request.getfixturevalue("table")}
    return State(TableLedgers(**facts), TableOutbox(**facts))


def a_claim(token: str = "mine") -> Claim:  # noqa: S107 # no password
    return Claim(token=token, made=NOW, until=NOW + LEASE)


def an_announcement(sk: str = "job-1#finished", kind: Kind = Kind.COMPLETED) -> Announcement:
    return Announcement(
        key=Key(pk=PK, sk=sk),
        message=Message({"id": "1" * 64, "kind": kind.value, "watch": "newsletter"}),
        resource="arn:resource",
        destinations={"sns": TOPIC, "eventbridge": "default"},
        pending=BOTH,
    )


def a_settlement(**facts: Any) -> Settlement:
    none: frozenset[str] = frozenset()
    return replace(Settlement(delivered=none, pending=none, quarantined=none, refusals={}, retry=False), **facts)


def a_mute(**facts: Any) -> Mute:
    return Mute(**{"by": "ann", "reason": "a migration", "since": NOW, "until": NOW + HOUR, "hold": True, **facts})


class TestOutbox:
    """Announcements."""

    def test_of_any_number_of_ticks_one_records(self, state: State) -> None:
        """And it is told so again when it asks again, its reply lost."""
        assert state.outbox.record(an_announcement(), a_claim("mine"), None)
        assert not state.outbox.record(an_announcement(), a_claim("another's"), None)
        assert state.outbox.record(an_announcement(), a_claim("mine"), None)

    @pytest.mark.parametrize("settled", [False, True])
    @pytest.mark.parametrize("made", [NOW, NOW + LEASE])
    def test_what_was_taken_over_is_not_what_was_recorded(self, state: State, made: datetime, *, settled: bool) -> None:
        """A tick that sent another's as a leftover must not take it for its own recording, and send it again."""
        state.outbox.record(an_announcement(), a_claim("first"), None)
        (leftover,) = state.outbox.leftovers(NOW + LEASE)
        next_tick = Claim(token="next", made=made, until=made + LEASE)  # noqa: S106 # no password
        assert state.outbox.claim(leftover, next_tick)
        if settled:
            state.outbox.settle(an_announcement().key, "next", a_settlement(delivered=BOTH), NOW)
        assert not state.outbox.record(an_announcement(), next_tick, None)

    def test_what_is_recorded_can_be_read(self, state: State) -> None:
        """By target and sort key, with the reason it isn't sent."""
        state.outbox.record(an_announcement("a#finished"), a_claim(), None)
        state.outbox.suppress(
            Suppressed(key=Key(pk=PK, sk="b#finished"), id="2" * 64, kind=Kind.FAILED, reason=Reason.LATE), NOW
        )
        assert state.outbox.known(PK, ["a#finished", "b#finished", "c#finished"]).recorded == {
            "a#finished": Recorded(kind=Kind.COMPLETED, suppressed=None),
            "b#finished": Recorded(kind=Kind.FAILED, suppressed=Reason.LATE),
        }
        assert state.outbox.known("other", ["a#finished"]).recorded == {}
        assert state.outbox.known(PK, []) == Known(recorded={})

    def test_any_number_is_read(self, state: State) -> None:
        """More than one request takes."""
        sks = [f"job-{number:03}#finished" for number in range(230)]
        for sk in sks[::2]:
            state.outbox.record(an_announcement(sk), a_claim(), None)
        assert sorted(state.outbox.known(PK, sks).recorded) == sks[::2]

    def test_a_suppressed_one_is_created_once(self, state: State) -> None:
        """It never takes the place of another."""
        suppressed = Suppressed(key=Key(pk=PK, sk="a"), id="2" * 64, kind=Kind.FAILED, reason=Reason.UNWANTED)
        assert state.outbox.suppress(suppressed, NOW)
        assert not state.outbox.suppress(suppressed, NOW)

    def test_only_what_was_unwanted_as_that_kind_is_replaced(self, state: State) -> None:
        """And only if it is asked for."""
        key = Key(pk=PK, sk="a")
        state.outbox.suppress(Suppressed(key=key, id="2" * 64, kind=Kind.COMPLETED, reason=Reason.UNWANTED), NOW)
        turned = an_announcement("a", Kind.COMPLETED_WITH_FAILURES)
        assert not state.outbox.record(turned, a_claim(), None)
        assert not state.outbox.record(turned, a_claim(), Kind.CANCELLED)
        assert state.outbox.record(turned, a_claim(), Kind.COMPLETED)
        assert state.outbox.known(PK, ["a"]).recorded["a"] == Recorded(
            kind=Kind.COMPLETED_WITH_FAILURES, suppressed=None
        )
        assert [leftover.key for leftover in state.outbox.leftovers(NOW + LEASE)] == [key]

    def test_what_was_late_is_never_replaced(self, state: State) -> None:
        """Nor what belongs to first sight."""
        state.outbox.suppress(
            Suppressed(key=Key(pk=PK, sk="a"), id="2" * 64, kind=Kind.COMPLETED, reason=Reason.LATE), NOW
        )
        assert not state.outbox.record(an_announcement("a"), a_claim(), Kind.COMPLETED)

    def test_leftovers_are_what_is_due_longest_due_first(self, state: State) -> None:
        """With the moment of their record, which no claim moves; a claim keeps others off until it lapses."""
        for sk, moment in (("second", NOW), ("first", NOW - MINUTE), ("third", NOW + HOUR)):
            claim = Claim(token="any", made=moment, until=moment + LEASE)  # noqa: S106 # no password
            state.outbox.record(an_announcement(sk), claim, None)
        assert list(state.outbox.leftovers(NOW)) == []
        found = list(state.outbox.leftovers(NOW + LEASE))
        assert [(leftover.key.sk, leftover.due, leftover.recorded_at) for leftover in found] == [
            ("first", timestamp(NOW - MINUTE + LEASE), NOW - MINUTE),
            ("second", timestamp(NOW + LEASE), NOW),
        ]

    def test_a_leftover_is_claimed_once_and_comes_with_all_it_takes_to_send_it(self, state: State) -> None:
        """Message, destinations, what is still pending."""
        state.outbox.record(an_announcement(), a_claim(), None)
        state.outbox.settle(
            an_announcement().key,
            "mine",
            a_settlement(
                delivered=frozenset({"sns"}), pending=frozenset({"eventbridge"}), refusals={"sns": 2}, retry=True
            ),
            NOW,
        )
        (leftover,) = state.outbox.leftovers(NOW)
        later = Claim(token="another's", made=NOW, until=NOW + LEASE)  # noqa: S106 # no password
        claimed = state.outbox.claim(leftover, later)
        assert claimed == replace(an_announcement(), pending=frozenset({"eventbridge"}), refusals={"sns": 2})
        assert state.outbox.claim(leftover, a_claim("third")) is None
        assert state.outbox.claim(leftover, later) == claimed  # the reply was lost, and the client asked again

    def test_what_a_mute_holds_is_a_leftover_from_its_end_on(self, state: State) -> None:
        """Whoever recorded it, and is told so again when it asks again, its reply lost."""
        held, end = replace(an_announcement(), mute=a_mute()), a_mute().until
        assert [state.outbox.record(held, a_claim(token), None) for token in ("mine", "mine", "other")] == [
            True,
            True,
            False,
        ]
        assert list(state.outbox.leftovers(end - MINUTE)) == []
        assert list(state.outbox.leftovers(end)) == [Leftover(key=held.key, due=timestamp(end), recorded_at=end)]
        assert state.outbox.known(PK, [held.key.sk]).recorded[held.key.sk].suppressed is None
        (leftover,) = state.outbox.leftovers(end)
        later = Claim(token="mine", made=end, until=end + LEASE)  # noqa: S106 # no password
        assert state.outbox.claim(leftover, later) == an_announcement()
        assert not state.outbox.record(held, later, None)

    def test_what_is_muted_takes_the_place_of_what_was_unwanted_as_that_kind(self, state: State) -> None:
        """And of nothing else, and nothing takes its own."""
        unwanted = Suppressed(key=Key(pk=PK, sk="a"), id="2" * 64, kind=Kind.COMPLETED, reason=Reason.UNWANTED)
        muted = replace(unwanted, kind=Kind.FAILED, reason=Reason.MUTED, mute=a_mute())
        assert state.outbox.suppress(unwanted, NOW)
        assert not state.outbox.suppress(muted, NOW)
        assert state.outbox.suppress(replace(muted, instead_of=Kind.COMPLETED), NOW)
        assert not state.outbox.record(an_announcement("a"), a_claim(), Kind.FAILED)
        assert state.outbox.known(PK, ["a"]).recorded["a"] == Recorded(kind=Kind.FAILED, suppressed=Reason.MUTED)

    def test_what_is_delivered_is_no_leftover(self, state: State) -> None:
        """It stays as a record."""
        state.outbox.record(an_announcement(), a_claim(), None)
        assert state.outbox.settle(an_announcement().key, "mine", a_settlement(delivered=BOTH), NOW)
        assert list(state.outbox.leftovers(NOW + DAY)) == []
        assert state.outbox.known(PK, ["job-1#finished"]).recorded != {}

    def test_what_failed_on_every_channel_is_the_next_tick_s_at_once(self, state: State) -> None:
        """Its claim is given up."""
        state.outbox.record(an_announcement(), a_claim(), None)
        assert state.outbox.settle(an_announcement().key, "mine", a_settlement(pending=BOTH, retry=True), NOW)
        (leftover,) = state.outbox.leftovers(NOW)
        assert state.outbox.claim(leftover, a_claim("next")) == an_announcement()

    def test_what_is_quarantined_is_no_leftover(self, state: State) -> None:
        """It waits for somebody to look at it."""
        state.outbox.record(an_announcement(), a_claim(), None)
        state.outbox.settle(
            an_announcement().key, "mine", a_settlement(quarantined=BOTH, refusals={"sns": 5, "eventbridge": 5}), NOW
        )
        assert list(state.outbox.leftovers(NOW + DAY)) == []

    def test_a_lost_reply_leaves_the_claim(self, state: State) -> None:
        """One channel is done; the other waits the lease out."""
        state.outbox.record(an_announcement(), a_claim(), None)
        done = a_settlement(delivered=frozenset({"sns"}), pending=frozenset({"eventbridge"}))
        state.outbox.settle(an_announcement().key, "mine", done, NOW)
        assert list(state.outbox.leftovers(NOW + LEASE / 2)) == []
        (leftover,) = state.outbox.leftovers(NOW + LEASE)
        claimed = state.outbox.claim(leftover, a_claim())
        assert claimed is not None
        assert claimed.pending == {"eventbridge"}

    def test_only_the_claim_s_holder_settles(self, state: State) -> None:
        """A tick that outlived its lease changes nothing."""
        state.outbox.record(an_announcement(), a_claim(), None)
        (leftover,) = state.outbox.leftovers(NOW + LEASE)
        state.outbox.claim(leftover, Claim(token="next", made=NOW + LEASE, until=NOW + 2 * LEASE))  # noqa: S106 # no password
        assert not state.outbox.settle(an_announcement().key, "mine", a_settlement(delivered=BOTH), NOW)
        assert state.outbox.settle(an_announcement().key, "next", a_settlement(delivered=BOTH), NOW)


class TestLedgers:
    """Targets' ledgers."""

    def test_a_ledger_is_begun_once(self, state: State) -> None:
        """Who comes second goes on with what stands."""
        assert state.ledgers.read([PK]) == {}
        assert state.ledgers.begin(PK, FRESH) == FRESH
        assert state.ledgers.begin(PK, replace(FRESH, first_seen_at=NOW + DAY)) == FRESH
        assert state.ledgers.read([PK, "other"]) == {PK: FRESH}

    def test_a_listing_is_written_down(self, state: State) -> None:
        """From then on the target is sighted; history never moves back."""
        state.ledgers.begin(PK, FRESH)
        state.ledgers.settle(PK, "digest", NOW, instead_of=None, idle=False)
        settled = replace(FRESH, digest="digest", settled_before=NOW, sighted=True)
        assert state.ledgers.read([PK]) == {PK: settled}
        state.ledgers.settle(PK, "older", NOW - MINUTE, instead_of=None, idle=True)
        assert state.ledgers.read([PK]) == {PK: settled}

    def test_that_nothing_runs_is_noted_with_the_listing(self, state: State) -> None:
        """And taken back with the next one."""
        state.ledgers.begin(PK, FRESH)
        for seen, idle in ((None, True), ("digest", False), ("digest", True)):
            state.ledgers.settle(PK, "digest", NOW, instead_of=seen, idle=idle)
            assert state.ledgers.read([PK])[PK].idle is idle

    def test_one_tick_decides_at_first_sight(self, state: State) -> None:
        """Until its claim lapses, which asking again doesn't put off; and none once the target is sighted."""
        state.ledgers.begin(PK, FRESH)
        assert state.ledgers.claim_first_sight(PK, a_claim("mine"))
        again = Claim(token="mine", made=NOW + MINUTE, until=NOW + MINUTE + LEASE)  # noqa: S106 # no password
        assert state.ledgers.claim_first_sight(PK, again)
        assert not state.ledgers.claim_first_sight(PK, a_claim("another's"))
        late = Claim(token="late", made=NOW + MINUTE / 2 + LEASE, until=NOW + DAY)  # noqa: S106 # no password
        assert state.ledgers.claim_first_sight(PK, late)
        state.ledgers.settle(PK, "digest", NOW, instead_of=None, idle=False)
        assert not state.ledgers.claim_first_sight(PK, late)

    def test_a_failure_is_noted_with_its_beginning(self, state: State) -> None:
        """The reason may change, the beginning doesn't."""
        state.ledgers.begin(PK, FRESH)
        state.ledgers.failing(PK, Trouble.DENIED, NOW)
        state.ledgers.failing(PK, Trouble.GONE, NOW + MINUTE)
        failing = replace(FRESH, failing_since=NOW, failing_reason=Trouble.GONE)
        assert state.ledgers.read([PK]) == {PK: failing}
        state.ledgers.unavailable(PK, NOW + MINUTE)
        assert state.ledgers.read([PK]) == {PK: failing}
        state.ledgers.unavailable(PK, NOW)
        assert state.ledgers.read([PK]) == {PK: replace(failing, unavailable_recorded=True)}
        state.ledgers.recovering(PK, NOW + MINUTE)
        assert not state.ledgers.read([PK])[PK].recovering
        state.ledgers.recovering(PK, NOW)
        assert state.ledgers.read([PK]) == {PK: replace(failing, unavailable_recorded=True, recovering=True)}
        state.ledgers.recovered(PK, NOW + MINUTE)
        assert state.ledgers.read([PK])[PK].failing_since == NOW
        state.ledgers.recovered(PK, NOW)
        assert state.ledgers.read([PK]) == {PK: FRESH}

    def test_applications_come_and_go_whoever_else_notes_others(self, state: State) -> None:
        """Each change is of those it names only; made once more, it changes nothing."""
        assert state.ledgers.begin(PK, FRESH).applications == frozenset()
        for applications in ({"a", "b"}, {"b", "c"}, {"b", "c"}):
            state.ledgers.came(PK, applications)
        assert state.ledgers.read([PK])[PK].applications == {"a", "b", "c"}
        for applications in ({"b"}, {"b"}, {"never"}):
            state.ledgers.went(PK, applications)
        assert state.ledgers.read([PK])[PK] == replace(FRESH, applications=frozenset({"a", "c"}))
        state.ledgers.went(PK, {"a", "c"})
        assert state.ledgers.read([PK])[PK] == FRESH

    def test_any_number_is_read(self, state: State) -> None:
        """More than one request takes."""
        pks = [f"{PK}-{number}" for number in range(130)]
        for pk in pks:
            state.ledgers.begin(pk, FRESH)
        assert sorted(state.ledgers.read(pks)) == sorted(pks)


Act = Callable[[State], object]


@pytest.mark.parametrize(
    "act",
    [
        lambda state: state.outbox.record(an_announcement(), a_claim(), None),
        lambda state: next(iter(state.outbox.leftovers(NOW))),
        lambda state: state.outbox.claim(
            Leftover(key=Key(pk=PK, sk="a"), due=timestamp(NOW), recorded_at=NOW), a_claim()
        ),
        lambda state: state.outbox.settle(an_announcement().key, "mine", a_settlement(delivered=BOTH), NOW),
        lambda state: state.outbox.known(PK, ["a"]),
        lambda state: state.ledgers.begin(PK, FRESH),
    ],
)
def test_a_table_that_is_down_is_no_answer(dynamodb: "DynamoDBClient", act: Act) -> None:
    """Its errors pass through: no caller may take them for 'not there' or 'another's'."""
    missing: dict[str, Any] = {"client": dynamodb, "table": "missing"}
    with pytest.raises(ClientError, match="ResourceNotFoundException"):
        act(State(TableLedgers(**missing), TableOutbox(**missing)))


def test_an_item_tells_its_whole_story(dynamodb: "DynamoDBClient", table: str) -> None:
    """What an operator reads: what was announced of what, when, where it arrived, and where it was given up."""
    outbox = TableOutbox(client=dynamodb, table=table)

    def item() -> dict[str, Any]:
        key = {"pk": {"S": PK}, "sk": {"S": "job-1#finished"}}
        return dict(from_item(dynamodb.get_item(TableName=table, Key=key)["Item"]))

    outbox.record(an_announcement(), a_claim(), None)
    packed = item()["packed"]
    assert json.loads(inflated(packed.value)) == {
        "message": {"id": "", "kind": "", "watch": "newsletter"},
        "resource": "arn:resource",
        "destinations": {"sns": TOPIC, "eventbridge": "default"},
    }
    recorded = {
        "pk": PK,
        "sk": "job-1#finished",
        "id": "1" * 64,
        "kind": "completed",
        "packed": packed,
        "claim": "mine",
        "attempts": 1,
        "deliveredAt": {},
        "recordedAt": timestamp(NOW),
    }
    pending = {"pending": BOTH, "pendingShard": "pending", "pendingDue": timestamp(NOW + LEASE)}
    assert item() == recorded | pending
    halfway = a_settlement(
        delivered=frozenset({"sns"}), pending=frozenset({"eventbridge"}), refusals={"eventbridge": 4}
    )
    outbox.settle(an_announcement().key, "mine", halfway, NOW + MINUTE)
    then = timestamp(NOW + MINUTE)
    settled = {"deliveredAt": {"sns": then}, "refusals": {"eventbridge": 4}, "settledAt": then}
    assert item() == recorded | pending | settled | {"pending": {"eventbridge"}}
    given_up = a_settlement(quarantined=frozenset({"eventbridge"}), refusals={"eventbridge": 5})
    outbox.settle(an_announcement().key, "mine", given_up, NOW + MINUTE)
    assert item() == recorded | settled | {"quarantined": {"eventbridge"}, "refusals": {"eventbridge": 5}}


def test_an_item_tells_what_held_it_back(dynamodb: "DynamoDBClient", table: str) -> None:
    """By whom, why, since when and until when; and when it would have been announced."""
    outbox = TableOutbox(client=dynamodb, table=table)
    told = {"by": "ann", "reason": "a migration", "since": timestamp(NOW), "until": timestamp(NOW + HOUR)}

    def item(sk: str) -> dict[str, Any]:
        return dict(from_item(dynamodb.get_item(TableName=table, Key={"pk": {"S": PK}, "sk": {"S": sk}})["Item"]))

    dropped = Suppressed(
        key=Key(pk=PK, sk="a"), id="2" * 64, kind=Kind.FAILED, reason=Reason.MUTED, mute=a_mute(hold=False)
    )
    outbox.suppress(dropped, NOW)
    facts = {"pk": PK, "sk": "a", "id": "2" * 64, "kind": "failed", "suppressed": "muted"}
    assert item("a") == {**facts, "recordedAt": timestamp(NOW), "muted": {**told, "hold": False}}
    outbox.record(replace(an_announcement("b"), mute=a_mute()), a_claim(), None)
    end = dict.fromkeys(("recordedAt", "pendingDue", "released"), timestamp(NOW + HOUR))
    held = {**end, "heldSince": timestamp(NOW), "muted": {**told, "hold": True}, "attempts": 0, "claim": "mine"}
    assert {**item("b"), **held} == item("b")


def test_what_is_sent_again_is_marked_until_its_channel_has_it(dynamodb: "DynamoDBClient", table: str) -> None:
    """By the channel, with the moment at which somebody asked for it; and once it is done, nothing says so any more."""
    outbox, table_state = TableOutbox(client=dynamodb, table=table), command_line.State(client=dynamodb, table=table)
    announcement = an_announcement()
    key, asked = announcement.key, NOW + DAY
    outbox.record(announcement, a_claim(), None)
    assert outbox.settle(key, "mine", a_settlement(delivered=BOTH), NOW)
    (record,) = table_state.records([(key.pk, key.sk)])
    assert Amendments(client=dynamodb, table=table).replay(record, BOTH, "ann", asked)
    assert not outbox.settle(key, "mine", a_settlement(delivered=BOTH), NOW)

    def taken_over(token: str) -> Announcement | None:
        (leftover,) = outbox.leftovers(asked)
        assert leftover == Leftover(key=key, due=timestamp(asked), recorded_at=NOW)
        return outbox.claim(leftover, Claim(token=token, made=asked, until=asked + LEASE))

    assert taken_over("next") == replace(announcement, replay=BOTH, asked_at=asked)
    bus = frozenset({"eventbridge"})
    halfway = a_settlement(delivered=frozenset({"sns"}), pending=bus, retry=True)
    assert outbox.settle(key, "next", halfway, asked)
    assert taken_over("last") == replace(announcement, pending=bus, replay=bus, asked_at=asked)
    assert outbox.settle(key, "last", a_settlement(delivered=bus), asked)
    (record,) = table_state.records([(key.pk, key.sk)])
    assert (record.replay, record.replays, record.lapsed) == (frozenset(), 1, 0)
    assert record.delivered == dict.fromkeys(BOTH, asked)


class TestMutes:
    """As the command line writes them, and as somebody may."""

    MUTE: ClassVar = {"by": "ann", "reason": "", "since": timestamp(NOW), "until": timestamp(NOW + HOUR), "hold": True}

    def known(self, dynamodb: "DynamoDBClient", table: str, *mutes: dict[str, Any]) -> Known:
        for mute in mutes:
            dynamodb.put_item(TableName=table, Item=to_item({"sk": "#mute", **mute}))
        return TableOutbox(client=dynamodb, table=table).known(PK, ["a"])

    def test_those_of_the_watch_and_of_the_target_are_read(self, dynamodb: "DynamoDBClient", table: str) -> None:
        """And nobody else's."""
        whole, own = {**self.MUTE, "pk": "newsletter"}, {**self.MUTE, "pk": PK, "hold": False}
        known = self.known(dynamodb, table, whole, own, {**self.MUTE, "pk": "other"}, {**self.MUTE, "pk": f"{PK}2"})
        assert sorted(known.mutes, key=str) == sorted([a_mute(reason=""), a_mute(reason="", hold=False)], key=str)
        assert (known.recorded, known.flaws) == ({}, [])

    @pytest.mark.parametrize("pk", ["newsletter", PK])
    def test_what_the_command_line_writes_is_what_the_function_reads(
        self, dynamodb: "DynamoDBClient", table: str, pk: str
    ) -> None:
        """To the millisecond."""
        facts: dict[str, Any] = {"by": "ann", "reason": "a migration", "since": NOW, "until": NOW + HOUR, "hold": False}
        Amendments(client=dynamodb, table=table).mute(pk, Mute(**facts), instead_of=None)
        assert self.known(dynamodb, table) == Known(recorded={}, mutes=[Mute(**facts)], flaws=[])

    @pytest.mark.parametrize(
        "edited", [{"until": "tomorrow"}, {"until": 5}, {"hold": "yes"}, {"since": None}, {"by": {}, "hold": None}]
    )
    def test_what_is_none_is_told_and_hides_no_other(
        self, dynamodb: "DynamoDBClient", table: str, edited: dict[str, Any]
    ) -> None:
        """One edited by hand."""
        known = self.known(dynamodb, table, {**self.MUTE, "pk": "newsletter", **edited}, {**self.MUTE, "pk": PK})
        assert known.mutes == [a_mute(reason="")]
        (flaw,) = known.flaws
        assert flaw.startswith("newsletter: ")

    def test_one_that_lacks_something_is_none(self, dynamodb: "DynamoDBClient", table: str) -> None:
        """It can't tell whom to ask, or when it ends."""
        known = self.known(dynamodb, table, {"pk": PK, "until": timestamp(NOW)})
        assert (known.mutes, len(known.flaws)) == ([], 1)


def test_an_item_tells_how_often_it_was_tried_and_how_often_nobody_knows_what_came_of_it(
    dynamodb: "DynamoDBClient", table: str
) -> None:
    """What is known to have failed is no such time; nor is one whose reply to the claim alone was lost."""
    outbox = TableOutbox(client=dynamodb, table=table)
    outbox.record(an_announcement(), a_claim("dies"), None)

    def take_over(token: str, moment: datetime) -> None:
        (leftover,) = outbox.leftovers(moment)
        claim = Claim(token=token, made=moment, until=moment + LEASE)
        claimed = outbox.claim(leftover, claim)
        assert claimed
        assert outbox.claim(leftover, claim) == claimed

    def counted() -> tuple[int, int]:
        key = {"pk": {"S": PK}, "sk": {"S": "job-1#finished"}}
        item = from_item(dynamodb.get_item(TableName=table, Key=key)["Item"])
        return int(item["attempts"]), int(item.get("lapsed", 0))

    assert counted() == (1, 0)
    take_over("dies, too", NOW + LEASE)
    assert counted() == (2, 1)
    take_over("fails", NOW + 2 * LEASE)
    assert counted() == (3, 2)
    failed = a_settlement(pending=BOTH, retry=True)
    assert outbox.settle(an_announcement().key, "fails", failed, NOW + 2 * LEASE)
    take_over("succeeds", NOW + 2 * LEASE)
    assert counted() == (4, 2)


def test_what_an_earlier_version_left_half_delivered_is_settled(dynamodb: "DynamoDBClient", table: str) -> None:
    """It named in a set `delivered` which channels had it, and that stays as it was."""
    outbox, table_state = TableOutbox(client=dynamodb, table=table), command_line.State(client=dynamodb, table=table)
    announcement, bus = an_announcement(), frozenset({"eventbridge"})
    key = {"pk": PK, "sk": announcement.key.sk}
    left = {"id": "1" * 64, "kind": "completed", "packed": pack(announcement), "pending": {*bus}, "delivered": {"sns"}}
    due = {"claim": "died", "pendingShard": "pending", "pendingDue": timestamp(NOW), "recordedAt": timestamp(NOW)}
    dynamodb.put_item(TableName=table, Item=to_item({**key, **left, **due, "settledAt": timestamp(NOW)}))

    def record() -> Record:
        (record,) = table_state.records([(PK, announcement.key.sk)])
        return record

    assert (record().delivered, record().pending) == ({}, bus)
    (leftover,) = outbox.leftovers(NOW)
    assert outbox.claim(leftover, a_claim()) == replace(announcement, pending=bus)
    assert outbox.settle(announcement.key, "mine", a_settlement(delivered=bus), NOW + MINUTE)
    assert list(outbox.leftovers(NOW + DAY)) == []
    assert (record().delivered, record().pending) == ({"eventbridge": NOW + MINUTE}, frozenset())
    item = from_item(dynamodb.get_item(TableName=table, Key=to_item(key))["Item"])
    assert item["delivered"] == {"sns"}


def test_a_ledger_keeps_nothing_that_is_over(dynamodb: "DynamoDBClient", table: str) -> None:
    """Neither a sighting's claim nor a failure's traces."""
    ledgers = TableLedgers(client=dynamodb, table=table)
    ledgers.begin(PK, FRESH)
    ledgers.claim_first_sight(PK, a_claim())
    ledgers.failing(PK, Trouble.GONE, NOW)
    ledgers.unavailable(PK, NOW)
    ledgers.recovering(PK, NOW)
    ledgers.recovered(PK, NOW)
    ledgers.settle(PK, "digest", NOW, instead_of=None, idle=False)
    key = {"pk": {"S": PK}, "sk": {"S": "#ledger"}}
    item = from_item(dynamodb.get_item(TableName=table, Key=key)["Item"])
    assert item.keys() == {"pk", "sk", "firstSeenAt", "settledBefore", "digest", "sighted"}


def test_words_of_a_later_version_are_read(dynamodb: "DynamoDBClient", table: str) -> None:
    """One that was rolled back: its announcements stand as they are, and its troubles are troubles."""
    announcement = {"pk": PK, "sk": "a", "kind": "paused", "suppressed": "asleep"}
    since = timestamp(NOW)
    ledger = {"firstSeenAt": since, "settledBefore": since, "failingSince": since, "failingReason": "asleep"}
    for item in (announcement, {"pk": PK, "sk": "#ledger", **ledger}):
        dynamodb.put_item(TableName=table, Item=to_item(item))
    outbox, ledgers = TableOutbox(client=dynamodb, table=table), TableLedgers(client=dynamodb, table=table)
    assert outbox.known(PK, ["a"]).recorded == {"a": Recorded(kind="paused", suppressed="asleep")}
    assert not outbox.record(an_announcement("a"), a_claim(), None)
    assert ledgers.read([PK])[PK].failing_reason is Trouble.BROKEN
