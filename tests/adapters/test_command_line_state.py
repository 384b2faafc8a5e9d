"""The command line's reading of the state table."""

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import pytest

from import_watch.adapters.items import to_item
from import_watch.adapters.muted import write_mute
from import_watch.adapters.outbox import TableOutbox
from import_watch.jobs import timestamp
from import_watch_cli.status.reading import read_recorded
from import_watch_cli.table.quarantine import quarantined
from import_watch_cli.table.state import State, Waiting
from import_watch_cli.table.waiting import waiting, waiting_long
from tests.builders import DAY, HOUR, MINUTE, NOW, a_job
from tests.cli.items import announced_item, ledger_item, pending, suppressed_item

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

WATCH, TARGET, OTHER = "newsletter", "pinpoint:app/seg", "pinpoint:app/other"
PK, OTHER_PK = f"{WATCH}#{TARGET}", f"{WATCH}#{OTHER}"


@pytest.fixture
def state(dynamodb: "DynamoDBClient", table: str) -> State:
    return State(client=dynamodb, table=table)


@contextmanager
def requests(state: State) -> Iterator[Counter[str]]:
    """Count what is asked of the table meanwhile."""
    asked = Counter[str]()

    def note(model: Any, **_: object) -> None:
        asked[model.name] += 1

    state.client.meta.events.register("before-call.dynamodb", note)
    try:
        yield asked
    finally:
        state.client.meta.events.unregister("before-call.dynamodb", note)


def put(state: State, *items: dict[str, Any]) -> None:
    for item in items:
        state.client.put_item(TableName=state.table, Item=to_item(item))


def test_a_partition_s_announcements_are_read_among_all_it_holds(state: State) -> None:
    """Those of the target alone if so asked; with their messages or without."""
    job = announced_item(WATCH, TARGET, a_job(completed=NOW), NOW)
    outage = {**suppressed_item(WATCH, TARGET, a_job(), NOW, "recovered"), "sk": "#target#target_unavailable#x"}
    put(state, job, outage, ledger_item(WATCH, TARGET, NOW), {"pk": PK, "sk": "#mute"})
    assert [record.sk for record in state.of_target(PK)] == [outage["sk"], job["sk"]]
    assert [record.sk for record in state.of_target(PK, beginning="#target#")] == [outage["sk"]]
    assert state.of_target(PK)[1].facts["jobId"] == "job-1"
    assert state.of_target(PK, messages=False)[1].facts == {}
    assert {pk: len(records) for pk, records in state.of_targets([PK, OTHER_PK]).items()} == {PK: 2, OTHER_PK: 0}


def test_a_partition_of_many_pages_is_read_to_its_end(state: State) -> None:
    """Each of a megabyte."""
    large: dict[str, Any] = {"packed": None, "settledAt": None, "filler": "x" * 300_000}
    put(state, *(announced_item(WATCH, TARGET, a_job(f"job-{n}", completed=NOW), NOW, **large) for n in range(5)))
    assert len(state.of_target(PK)) == 5


def test_a_job_s_announcements_are_found_among_many_targets(state: State) -> None:
    """By keys, more than one request takes."""
    put(
        state,
        announced_item(WATCH, TARGET, a_job(outcome=None), NOW),
        announced_item(WATCH, TARGET, a_job(completed=NOW), NOW),
        announced_item(WATCH, TARGET, a_job("job-2", completed=NOW), NOW),
    )
    pks = [f"{WATCH}#pinpoint:app/{number}" for number in range(100)]
    found = state.of_job([*pks, PK], "job-1")
    assert sorted(record.sk for record in found) == ["job-1#finished", "job-1#overdue"]
    assert {record.facts["jobId"] for record in found} == {"job-1"}


def test_ledgers_and_mutes_are_read_by_partition(state: State) -> None:
    """Those that there are."""
    mute = {"by": "alice", "reason": "", "since": timestamp(NOW), "until": timestamp(NOW + HOUR), "hold": False}
    put(state, ledger_item(WATCH, TARGET, NOW), {"pk": WATCH, "sk": "#mute", **mute})
    assert {pk: ledger.first_seen_at for pk, ledger in state.ledgers([PK, OTHER_PK]).items()} == {PK: NOW}
    assert {pk: write_mute(found) for pk, found in state.mutes([WATCH, PK]).items()} == {WATCH: mute}


@pytest.mark.parametrize("hold", [{}, {"hold": "yes"}, {"hold": None}])
def test_what_is_no_mute_to_ticks_is_none_to_the_command_line(state: State, hold: dict[str, Any]) -> None:
    """As after an edit by hand: it mutes nothing."""
    mute = {"by": "alice", "reason": "", "since": timestamp(NOW), "until": timestamp(NOW + HOUR)}
    put(state, {"pk": WATCH, "sk": "#mute", **mute, **hold})
    assert TableOutbox(client=state.client, table=state.table).known(PK, ["a"]).mutes == []
    assert state.mutes([WATCH]) == {}


def test_what_waits_anywhere_is_read_from_the_index(state: State) -> None:
    """Whichever watch recorded it."""
    put(
        state,
        announced_item("gone", TARGET, a_job(completed=NOW), NOW, **pending(NOW + HOUR)),
        announced_item(WATCH, TARGET, a_job("job-2", completed=NOW), NOW),
    )
    due = NOW + HOUR
    assert state.waiting() == [Waiting(pk=f"gone#{TARGET}", sk="job-1#finished", recorded_at=NOW, due=due)]


BROKEN: list[tuple[dict[str, Any], str]] = [
    ({"recordedAt": None}, "it lacks 'recordedAt'"),
    ({"kind": None}, "it lacks 'kind'"),
    ({"kind": 7}, "TypeError(\"Decimal('7') is no text\")"),
    ({"recordedAt": "yesterday"}, "ValueError("),
    ({"packed": b"none"}, "error("),
    ({"muted": {"by": "alice"}}, "it lacks 'hold'"),
]


@pytest.mark.parametrize(("broken", "flaw"), BROKEN)
def test_what_can_t_be_read_is_told_once_and_hides_no_other(
    state: State, capsys: pytest.CaptureFixture[str], broken: dict[str, Any], flaw: str
) -> None:
    """As after an edit by hand, be it pending or quarantined."""
    waits = {**pending(NOW + HOUR), "quarantined": {"sns"}}
    whole = announced_item(WATCH, TARGET, a_job("bad", completed=NOW), NOW, **waits) | broken
    bad = {name: value for name, value in whole.items() if value is not None}
    good = announced_item(WATCH, TARGET, a_job("good", completed=NOW), NOW, **waits)
    put(state, bad, good)
    for read in (
        state.of_target(PK),
        state.records([(PK, bad["sk"]), (PK, good["sk"])]),
        waiting(state, lambda _: True),
        waiting_long(state, NOW + HOUR),
        quarantined(state),
    ):
        assert [record.sk for record in read if record.sk != bad["sk"]] == [good["sk"]]
    (told,) = state.unread.items()
    assert told[0] == f"{PK} {bad['sk']}"
    assert told[1].startswith(flaw)
    assert capsys.readouterr().err.count("\n") == 1


def test_a_kind_that_only_a_later_version_knows_is_read(state: State) -> None:
    """As any other."""
    put(state, {**announced_item(WATCH, TARGET, a_job(completed=NOW), NOW), "kind": "resurrected"})
    (record,) = state.of_target(PK)
    assert (record.kind, state.unread) == ("resurrected", {})


def test_what_is_due_at_no_moment_is_pending(state: State) -> None:
    """The index has it as text."""
    put(state, announced_item(WATCH, TARGET, a_job(completed=NOW), NOW, **{**pending(NOW), "pendingDue": "soon"}))
    assert [(one.due, one.recorded_at) for one in state.waiting()] == [(None, NOW)]


def test_what_was_asked_for_again_just_now_has_not_waited_long(state: State) -> None:
    """However long ago it was recorded."""
    asked: dict[str, Any] = {"replayed": {"by": "alice", "at": timestamp(NOW)}, "replay": {"sns"}}
    week_ago = NOW - 7 * DAY
    for number, given in enumerate(({}, asked, {"redrivenAt": timestamp(NOW)})):
        job = a_job(f"job-{number}", completed=week_ago)
        put(state, announced_item(WATCH, TARGET, job, week_ago, **pending(NOW, released=True), **given))
    assert [record.job_id for record in waiting_long(state, NOW + MINUTE)] == ["job-0"]
    assert {record.job_id for record in waiting_long(state, NOW + HOUR)} == {"job-0", "job-1", "job-2"}


def test_a_brief_look_reads_what_is_pending_however_long_the_history(state: State) -> None:
    """Each target that has any announcement costs the long one a query."""
    pks = [f"{WATCH}#pinpoint:app/{number}" for number in range(20)]
    old, waits = a_job("old", completed=NOW), a_job("waits", completed=NOW)
    put(state, *(announced_item(WATCH, pk.partition("#")[2], old, NOW) for pk in pks))
    put(state, announced_item(WATCH, "pinpoint:app/7", waits, NOW, **pending(NOW)))
    put(state, announced_item("gone", TARGET, waits, NOW, **pending(NOW)))
    with requests(state) as asked:
        long, others = read_recorded(state, pks, everywhere=True, brief=False)
    assert (asked, sum(map(len, long.values()))) == ({"Query": 20 + 1, "BatchGetItem": 1}, 21)
    for everywhere, elsewhere in ((True, [f"gone#{TARGET}"]), (False, [])):
        with requests(state) as asked:
            brief, others = read_recorded(state, pks, everywhere=everywhere, brief=True)
        assert asked == {"Query": 1, "BatchGetItem": 1}
        assert [record.job_id for record in brief[pks[7]]] == ["waits"]
        assert [record.pk for record in others] == elsewhere


def test_a_thousand_targets_take_few_requests(state: State) -> None:
    """A hundred keys each, or one a partition; the whole table is never gone through."""
    with requests(state) as asked:
        pks = [f"{WATCH}#pinpoint:app/{number}" for number in range(1000)]
        for read in (
            lambda: state.ledgers(pks),
            lambda: state.mutes([WATCH, *pks[1:]]),
            lambda: state.of_job(pks, "job-1"),
            lambda: state.of_targets(pks[:10]),
            state.waiting,
        ):
            read()
    assert asked == {"BatchGetItem": 10 + 10 + 30, "Query": 10 + 1}
