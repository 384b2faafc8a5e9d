"""`import-watch status`: how watches and their targets are."""

import json
import signal
import time
from typing import Any

import pytest

from import_watch.adapters.items import to_item
from import_watch.jobs import timestamp
from local.stand_in import ApiError, import_job
from tests.builders import DAY, HOUR, MINUTE, a_job
from tests.cli.conftest import Operated
from tests.cli.items import announced_item, ledger_item, pending, suppressed_item
from tests.cli.stories import dynamodb, now, put, watch
from tests.cli.untouched import table_of
from tests.e2e.stack import finished

pytestmark = pytest.mark.e2e

SEGMENT = "pinpoint:app/segment"
BROKEN = ApiError("InternalServerErrorException")


def test_what_waits_for_no_watch_s_target_is_told(operated: Operated) -> None:
    """Where the whole stack is looked at."""
    put(operated, announced_item("gone", SEGMENT, a_job(completed=now()), now() - HOUR, **pending(now())))
    until = now() + DAY
    kept = {"heldSince": timestamp(now()), **pending(until, released=True)}
    put(operated, announced_item("gone", SEGMENT, a_job("held", completed=now()), until, **kept))
    text, read = operated.command("status", "--no-jobs"), operated.command("status", "--no-jobs", "--output", "json")
    assert (text.returncode, read.returncode) == (1, 1)
    assert "1 announcement of targets that no watch has any more: pending for 1 hour at most." in text.stdout
    assert "1 announcement of targets that no watch has any more: held back by a mute until " in text.stdout
    elsewhere, _ = json.loads(read.stdout)["pendingElsewhere"]
    assert elsewhere["key"] == f"gone#{SEGMENT} job-1#finished"
    assert len(json.loads(read.stdout)["targets"]) == 37


def test_where_all_is_well_it_says_so(operated: Operated) -> None:
    """And changes nothing; in JSON there is everything."""
    operated.pinpoint.jobs.put(SEGMENT, finished("old"))
    operated.tick(watch(operated, "newsletter"))
    accepted: dict[str, Any] = {"deliveredAt": {"sns": timestamp(now() - HOUR)}}
    put(operated, announced_item("newsletter", SEGMENT, a_job("last", completed=now()), now() - 2 * HOUR, **accepted))
    running = import_job(SEGMENT, "new", "PROCESSING", created=now() - MINUTE)
    operated.pinpoint.jobs.put(SEGMENT, running)
    before, asked = table_of(operated), len(operated.pinpoint.calls)
    text, read = operated.command("status", "newsletter"), operated.command("status", SEGMENT, "--output", "json")
    assert (text.returncode, text.stderr, read.returncode, read.stderr) == (0, "", 0, "")
    assert "All is well: 1 watch, 1 target." in text.stdout
    (line,) = [line.split() for line in text.stdout.splitlines() if SEGMENT in line]
    assert line == ["newsletter", SEGMENT, "1", "well", "completed", "last", "1", "h", "ago"]
    assert table_of(operated) == before
    assert {call.operation for call in operated.pinpoint.calls[asked:]} == {"GetSegmentImportJobs"}
    answer = json.loads(read.stdout)
    assert (answer["stack"], answer["well"]) == ("test-status", True)
    (of_watch,), (of_target,) = answer["watches"], answer["targets"]
    assert (of_watch["lastTick"]["failed"], of_watch["lastTick"]["late"], of_watch["needs"]) == (False, False, [])
    assert [job["jobId"] for job in of_target["running"]] == ["new"]
    assert of_target["lastAnnounced"]["jobId"] == "last"


def test_what_needs_a_look_comes_first_and_is_the_exit_code(operated: Operated) -> None:
    """Whatever it is."""
    quarantined, waiting, failing, gone, overdue, held, well = (f"pinpoint:stories/{n:02}" for n in range(1, 8))
    for number in range(1, 31):
        operated.pinpoint.jobs.put(f"pinpoint:stories/{number:02}")
    operated.tick(watch(operated, "stories"))
    operated.pinpoint.jobs.remove(gone)
    operated.pinpoint.jobs.put(overdue, import_job(overdue, "hangs", "PROCESSING", created=now() - DAY))
    job, long_ago = a_job(completed=now()), now() - 10 * MINUTE
    mute = {"by": "alice", "reason": "a move", "since": timestamp(long_ago), "until": timestamp(now() + HOUR)}
    put(
        operated,
        announced_item("stories", quarantined, job, long_ago, quarantined={"sns"}, refusals={"sns": 5}),
        announced_item("stories", waiting, job, long_ago, **pending(now(), released=True)),
        ledger_item("stories", failing, now() - DAY, failingSince=timestamp(long_ago), failingReason="denied"),
        announced_item(
            "stories",
            held,
            job,
            now() + HOUR,
            muted={**mute, "hold": True},
            heldSince=timestamp(long_ago),
            **pending(now() + HOUR, released=True),
        ),
        {"pk": f"stories#{held}", "sk": "#mute", **mute, "hold": True},
        {"pk": "stories", "sk": "#mute", **mute, "hold": False, "until": timestamp(now() - MINUTE)},
        suppressed_item("stories", well, job, long_ago, "unwanted"),
    )
    text, read = operated.command("status", "stories"), operated.command("status", "stories", "--output", "json")
    assert (text.returncode, text.stderr, read.returncode, read.stderr) == (1, "", 1, "")
    lines = {part: line for line in text.stdout.splitlines() for part in line.split() if "stories/" in part}
    assert list(lines)[:5] == [quarantined, waiting, failing, gone, overdue]
    marked = [target for target, line in lines.items() if line.startswith("!")]
    assert marked == [quarantined, waiting, failing, gone, overdue]
    assert "1, for 10 min" in lines[waiting]
    assert "denied for 10 min; can be read now" in lines[failing]
    assert "gone now" in lines[gone]
    assert "1 held" in lines[held]
    assert "muted by alice until" in lines[held]
    _, advice = text.stdout.split("A look is needed: 0 of 1 watch, 5 of 30 targets.\n")
    assert [line.partition(": ")[2].split()[1] for line in advice.splitlines()] == [
        "redrive",
        "history",
        "doctor",
        "jobs",
    ]
    answer = json.loads(read.stdout)
    assert [one["needs"] for one in answer["targets"]][:6] == [
        ["quarantined"],
        ["pending_long"],
        ["failing"],
        ["unlisted"],
        ["overdue"],
        [],
    ]
    assert answer["targets"][4]["overdue"] == ["hangs"]
    assert "muted" not in answer["watches"][0]


def test_pinpoint_is_not_asked_where_that_is_not_wanted(operated: Operated) -> None:
    """Nor is the rest of the stack looked at where something is named."""
    run = operated.command("status", "customers", "--no-jobs", "--brief", "--output", "json")
    assert (run.returncode, run.stderr, operated.pinpoint.calls) == (1, "", [])
    answer = json.loads(run.stdout)
    assert [one["name"] for one in answer["watches"]] == ["customers"]
    assert [answer["targets"][0].keys() & {"running", "quarantined", "lastAnnounced"}] == [set()]
    assert answer["watches"][0]["needs"] == ["tick_late"]


def test_a_tick_that_failed_is_told(operated: Operated) -> None:
    """And a schedule that is off."""
    scheduler = operated.emulator.session.client("scheduler")
    operated.pinpoint.faults.add("pinpoint:crm", BROKEN, times=None)
    assert operated.invoke(watch(operated, "customers")).error
    name = next(one["Name"] for one in scheduler.list_schedules(MaxResults=100)["Schedules"] if mine(operated, one))
    was = scheduler.get_schedule(Name=name)
    kept: Any = {key: was[key] for key in ("Name", "ScheduleExpression", "Target", "FlexibleTimeWindow")}
    scheduler.update_schedule(**kept, State="DISABLED")
    run = operated.command("status", "customers")
    scheduler.update_schedule(**kept, State="ENABLED")
    assert run.returncode == 1
    (line,) = [line.rstrip() for line in run.stdout.splitlines() if line.startswith("!  customers  1 day")]
    assert line.endswith("ago, failed, its schedule is off")


def test_one_broken_item_keeps_no_command_from_the_others(operated: Operated) -> None:
    """Edited by hand, or truncated: it is told in one line, and what is around it, too."""
    target = "pinpoint:stories/08"
    good = announced_item(
        "stories", target, a_job("good", completed=now()), now(), **pending(now()), quarantined={"sns"}
    )
    key = {"pk": f"stories#{target}", "sk": "bad#finished"}
    bad = {**key, **pending(now()), "kind": "resurrected", "id": "x", "quarantined": {"sns"}}
    bad = {name: value for name, value in bad.items() if value is not None}
    no_date = {**good, "sk": "#target#target_unavailable#x", "kind": "target_unavailable", "recordedAt": "yesterday"}
    put(operated, good, bad, no_date, {"pk": f"stories#{target}", "sk": "#mute", "by": "alice"})
    runs = {
        arguments[0]: operated.command(*arguments)
        for arguments in (
            ("status", target, "--no-jobs"),
            ("history", target),
            ("explain", "good", "--target", target),
            ("explain", "bad", "--target", target),
            ("mutes",),
            ("unmute", target, "--yes"),
            ("redrive", "--announcements", "--no-tick", "--yes"),
        )
    }
    for item in (good, bad, no_date, {**key, "sk": "#mute"}):
        dynamodb(operated).delete_item(
            TableName=operated.outputs["StateTableName"], Key=to_item({"pk": key["pk"], "sk": item["sk"]})
        )
    assert {name: (run.returncode, "Traceback" in run.stderr) for name, run in runs.items()} == dict.fromkeys(
        runs, (1, False)
    ) | {"history": (0, False), "mutes": (0, False), "unmute": (0, False)}
    says = f"import-watch: the table's item stories#{target} bad#finished can't be read, and is left out: it lacks "
    assert [says in runs[name].stderr for name in ("status", "history", "redrive")] == [True] * 3
    assert "good#finished" in runs["redrive"].stdout
    assert "resurrected" not in runs["history"].stdout
    assert "good" in runs["history"].stdout
    assert f"stories#{target} #mute can't be read, and is left out: it lacks 'hold'" in runs["mutes"].stderr


@pytest.mark.parametrize("change", [{"firstSeenAt": "x"}, {"settledBefore": None}, {"failingSince": timestamp(now())}])
def test_an_edited_ledger_keeps_no_command_from_the_others(operated: Operated, change: dict[str, str | None]) -> None:
    """It is told in one line; a rehearsal tells that a tick would fail on it."""
    target = "pinpoint:stories/09"
    item = {name: value for name, value in (ledger_item("stories", target, now() - DAY) | change).items() if value}
    put(operated, item, announced_item("stories", target, a_job("j", completed=now()), now()))
    asked = [("status", target, "--no-jobs"), ("explain", "j", "--target", target), ("mutes",)]
    runs = [operated.command(*arguments) for arguments in [*asked, ("poll", target, "--dry-run")]]
    key = {"pk": item["pk"], "sk": item["sk"]}
    dynamodb(operated).delete_item(TableName=operated.outputs["StateTableName"], Key=to_item(key))
    assert "fail" in runs[3].stdout, runs[3].stdout
    says = f"import-watch: the table's item stories#{target} #ledger can't be read, and is left out: "
    assert [run.stderr.startswith(says) for run in runs[:3]] == [True] * 3
    assert [(run.returncode, run.stderr.count("\n")) for run in runs] == [(1, 1), (0, 1), (0, 1), (1, 0)], runs[3]


def test_ctrl_c_waits_for_no_list(operated: Operated) -> None:
    """However slow AWS is, and whatever other commands read lists by."""
    put(operated, ledger_item("newsletter", SEGMENT, now() - DAY))
    operated.pinpoint.guard = lambda _: time.sleep(6)
    for arguments in (("status",), ("explain", "nowhere")):
        asked = len(operated.pinpoint.calls)
        with operated.command.started(*arguments) as run:
            while len(operated.pinpoint.calls) == asked and run.poll() is None:
                time.sleep(0.05)
            run.send_signal(signal.SIGINT)
            _, errors = run.communicate(timeout=5)
        assert (run.returncode, errors) == (130, "import-watch: interrupted\n")


def test_what_is_no_watch_or_target_of_the_stack_is_a_mistake(operated: Operated) -> None:
    """That names those there are."""
    run = operated.command("status", "nobody")
    assert (run.returncode, run.stdout) == (2, "")
    assert "allowed: customers, mixed, newsletter, stories" in run.stderr


def mine(operated: Operated, schedule: Any) -> bool:
    return bool(schedule["Name"].startswith(operated.assembly.stack) and "customers" in schedule["Name"])
