"""`import-watch mute`, `unmute` and `mutes`."""

import json
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from threading import Event
from typing import Any

import pytest

from import_watch.adapters.muted import write_mute
from import_watch.jobs import timestamp
from import_watch.mutes import Mute
from tests.builders import a_job
from tests.cli.acting import APPLICATION, SEGMENT, asked, empty_lists, item
from tests.cli.conftest import STORIES, Operated
from tests.cli.items import announced_item, pending
from tests.cli.stories import put
from tests.cli.untouched import table_of
from tests.e2e.stack import finished

pytestmark = pytest.mark.e2e

CALLER = "arn:aws:iam::000000000000:root"


def test_a_mute_says_what_it_does_does_it_and_is_listed(operated: Operated) -> None:
    """By whom, until when and why, of the watch as a whole or a target of it."""
    before = datetime.now(UTC)
    muted = operated.command("mute", "stories", "--for", "90 minutes", "--reason", " a  planned\nreload", "--yes")
    assert (muted.returncode, muted.stderr) == (0, "")
    written = item(operated, "stories", "#mute")
    assert written
    since, until = (datetime.fromisoformat(written[name]) for name in ("since", "until"))
    assert until - since == timedelta(minutes=90)
    assert before - timedelta(seconds=1) < since < datetime.now(UTC)
    assert (written["by"], written["reason"], written["hold"]) == (CALLER, "a planned reload", False)
    assert muted.stdout == (
        f"Messages of watch stories (30 targets) are held back until {until:%Y-%m-%d %H:%M:%S} UTC, "
        f"for 1 hour 30 minutes, by {CALLER}: a planned reload; they will not be sent.\n"
        "muted: watch stories (30 targets)\n"
    )
    one = operated.command("mute", STORIES[0], "--for", "2h", "--reason", "night", "--hold", "--yes")
    assert f"Messages of {STORIES[0]} in watch stories are held back" in one.stdout
    assert one.stdout.endswith(f"they will be sent then.\nmuted: {STORIES[0]} in watch stories\n")
    untouched = table_of(operated)
    listed = operated.command("mutes", "--output", "json")
    assert (listed.returncode, listed.stderr) == (0, "")
    whole, target = json.loads(listed.stdout)["mutes"]
    assert whole == {"watch": "stories"} | {name: written[name] for name in ("by", "reason", "since", "until", "hold")}
    assert (target["watch"], target["target"], target["hold"], target["held"]) == ("stories", STORIES[0], True, 0)
    text = operated.command("mutes").stdout.splitlines()
    assert text[0].split() == ["WATCH", "TARGET", "UNTIL", "HELD", "BY", "REASON"]
    assert text[1].startswith("stories  all ")
    assert " (in 1 h " in text[1]
    assert text[1].rstrip().endswith("a planned reload")
    assert table_of(operated) == untouched
    for what in ("stories", STORIES[0]):
        assert operated.command("unmute", what, "--yes").returncode == 0
    assert operated.command("mutes").stdout == "Nothing is muted.\n"


def test_a_mute_replaces_another_only_after_saying_so(operated: Operated) -> None:
    """The question names it, and what becomes of what it holds."""
    arguments = ("mute", SEGMENT, "--reason", "first", "--for", "1d", "--hold", "--watch", "newsletter", "--yes")
    assert operated.command(*arguments).returncode == 0
    first = item(operated, f"newsletter#{SEGMENT}", "#mute")
    assert first
    with asked(operated, "mute", SEGMENT, "--reason", "second", "--for", "1h") as terminal:
        terminal.until("Go on? [y/N]: ")
        question = terminal.shown
        assert f"This replaces the mute of {CALLER} until {first['until'][:10]}" in question
        assert ": first." in question
        assert "What that one holds is still sent at its end." in question
        terminal.type("n\n")
        assert terminal.ended() == 1
    assert item(operated, f"newsletter#{SEGMENT}", "#mute") == first
    with asked(operated, "mute", SEGMENT, "--reason", "second", "--for", "1h") as terminal:
        terminal.until("Go on? [y/N]: ")
        # Somebody else is quicker.
        put(operated, {**first, "by": "another", "since": timestamp(datetime.now(UTC))})
        terminal.type("y\n")
        assert terminal.ended() == 1
        assert "NOT muted, as somebody else changed its mute meanwhile" in terminal.shown
    assert operated.command(*arguments[:3], "third", *arguments[4:]).returncode == 0
    third = item(operated, f"newsletter#{SEGMENT}", "#mute")
    assert third
    assert third["reason"] == "third"
    elsewhere = operated.command("unmute", SEGMENT, "--watch", "customers", "--yes")
    assert (elsewhere.returncode, elsewhere.stderr) == (
        2,
        f"import-watch: --watch: 'customers' is not allowed with {SEGMENT}; allowed: newsletter\n",
    )
    assert operated.command("unmute", SEGMENT, "--watch", "newsletter", "--yes").returncode == 0
    assert item(operated, f"newsletter#{SEGMENT}", "#mute") is None


@pytest.mark.parametrize(
    ("arguments", "why"),
    [
        (("nope", "--for", "2h", "--reason", "x"), "'nope' is no watch of the stack"),
        (("pinpoint:nope", "--for", "2h", "--reason", "x"), "no watch of the stack test-mute polls pinpoint:nope"),
        (("pinpoint:", "--for", "2h", "--reason", "x"), "TARGET: 'pinpoint:' is no target; allowed: pinpoint:<"),
        (
            ("stories", "--for", "31d", "--reason", "x"),
            "--for: 31 days is not allowed; allowed: at most 30 days",
        ),
        (("stories", "--for", "soon", "--reason", "x"), "'--for': 'soon' is not allowed; allowed: 30m"),
        (("stories", "--for", "2h", "--reason", " "), "--reason: 0 characters; allowed: 1 to 256"),
        (("stories", "--for", "2h"), "Missing option '--reason'"),
        (("stories", "--reason", "x"), "Missing option '--for'"),
        (
            (SEGMENT, "--watch", "stories", "--for", "2h", "--reason", "x"),
            "--watch: 'stories' is not allowed with pinpoint:app/segment; allowed: newsletter",
        ),
        ((SEGMENT, "--watch", "nope", "--for", "2h", "--reason", "x"), "'nope' is no watch of the stack"),
        (("stories", "--for", "2h", "--reason", "x"), "nobody can be asked here; --yes skips the question"),
    ],
)
def test_a_mistake_is_one_line_and_mutes_nothing(operated: Operated, arguments: tuple[str, ...], why: str) -> None:
    """It names what is wrong, and what is allowed."""
    before = table_of(operated)
    run = operated.command("mute", *arguments)
    assert run.returncode == 2
    assert why in run.stderr
    assert run.stderr.count("\n") == 1
    assert table_of(operated) == before


def test_ctrl_c_at_the_question_leaves_all_as_it_was(operated: Operated) -> None:
    """With the code that shells have for it."""
    before = table_of(operated)
    with asked(operated, "mute", "customers", "--for", "2h", "--reason", "x") as terminal:
        terminal.until("Go on? [y/N]: ")
        assert terminal.interrupt() == 130
        assert terminal.shown.endswith("Go on? [y/N]: import-watch: interrupted\r\n")
    assert table_of(operated) == before


def test_what_is_not_muted_can_t_be_unmuted(operated: Operated) -> None:
    """One line says what is, if anything; a mute that is over is none."""
    run = operated.command("unmute", "stories", "--yes")
    assert (run.returncode, run.stdout) == (1, "")
    assert run.stderr == (
        "import-watch: nothing to unmute: watch stories (30 targets) is not muted; `import-watch mutes` lists what is\n"
    )
    now = datetime.now(UTC)
    over = Mute(by="x", reason="y", since=now - timedelta(hours=2), until=now - timedelta(hours=1), hold=False)
    put(operated, {"pk": "stories", "sk": "#mute", **write_mute(over)})
    assert operated.command("unmute", "stories", "--yes").returncode == 1
    assert operated.command("mutes").stdout == "Nothing is muted.\n"
    assert operated.command("mute", "stories", "--for", "1h", "--reason", "x", "--yes").returncode == 0
    part = operated.command("unmute", STORIES[0], "--yes")
    assert part.returncode == 1
    assert "is muted only with all of watch stories: unmute that" in part.stderr
    assert operated.command("unmute", "stories", "--yes").returncode == 0


def test_what_a_mute_holds_is_sent_once_when_it_is_ended(operated: Operated) -> None:
    """It says what will be sent, and `mutes` how much is held; ticks go on meanwhile."""
    empty_lists(operated)
    inbox, pk = operated.inbox("newsletter"), f"newsletter#{SEGMENT}"
    watch: dict[str, Any] = {"name": "newsletter", "targets": [SEGMENT]}
    operated.tick(watch)
    assert operated.command("mute", "newsletter", "--for", "2h", "--reason", "night", "--hold", "--yes").returncode == 0
    operated.pinpoint.jobs.put(SEGMENT, finished("held"), finished("too"))
    assert operated.tick(watch)["announced"] == 0
    assert operated.tick(watch)["announced"] == 0
    (mute,) = json.loads(operated.command("mutes", "--output", "json").stdout)["mutes"]
    assert mute["held"] == 2
    with asked(operated, "unmute", "newsletter") as terminal:
        terminal.until("Go on? [y/N]: ")
        question = terminal.shown
        assert "The mute of watch newsletter (1 target) until " in question
        assert f" by {CALLER} ends now. 2 messages held back: sent now." in question
        terminal.type("n\n")
        assert terminal.ended() == 1
    assert (item(operated, pk, "held#finished") or {})["pendingDue"] == mute["until"]
    run = operated.command("unmute", "newsletter", "--wait", "60", "--yes")
    assert (run.returncode, run.stderr) == (0, "")
    assert "unmuted; 2 messages released\n" in run.stdout
    assert f"{pk} held#finished: eventbridge: accepted at 20" in run.stdout
    operated.tick(watch)
    received = inbox.receive(at_least=2)
    assert sorted(each.message["jobId"] for each in received) == ["held", "too"]
    assert inbox.receive() == []


def test_what_a_mute_drops_stays_unsent(operated: Operated) -> None:
    """With who muted it and why; what comes after the mute is sent."""
    empty_lists(operated)
    inbox = operated.inbox("customers")
    customers: dict[str, Any] = {"name": "customers", "targets": [APPLICATION]}
    operated.tick(customers)
    assert operated.command("mute", APPLICATION, "--for", "2h", "--reason", "reload", "--yes").returncode == 0
    dropped = finished("dropped", target=APPLICATION)
    operated.pinpoint.jobs.put(APPLICATION, dropped)
    assert operated.tick(customers)["suppressed"] == 1
    run = operated.command("unmute", APPLICATION, "--no-tick", "--yes")
    assert (run.returncode, run.stderr) == (0, "")
    assert "What it held back is not sent." in run.stdout
    assert run.stdout.endswith("unmuted; 0 messages released\n")
    operated.pinpoint.jobs.put(APPLICATION, dropped, finished("after", target=APPLICATION))
    operated.tick(customers)
    assert [each.message["jobId"] for each in inbox.receive(at_least=1)] == ["after"]
    written = item(operated, f"customers#{APPLICATION}", "dropped#finished") or {}
    assert (written["suppressed"], written["muted"]["reason"], written["muted"]["by"]) == ("muted", "reload", CALLER)


def a_mute(by: str, hours: float, *, hold: bool = True) -> dict[str, Any]:
    now = datetime.now(UTC)
    return write_mute(Mute(by=by, reason="x", since=now, until=now + timedelta(hours=hours), hold=hold))


def hold(operated: Operated, pk: str, job_id: str, mute: dict[str, Any]) -> None:
    """Leave an announcement as a tick does that saw this mute."""
    (watch, target), until, now = pk.split("#"), datetime.fromisoformat(mute["until"]), datetime.now(UTC)
    of_mute = {"muted": mute, "heldSince": timestamp(now), "attempts": 0, **pending(until, "sns", released=True)}
    own = {"sns": operated.outputs["NotificationsTopicArn"]}
    job = a_job(job_id, completed=now)
    put(operated, announced_item(watch, target, job, until, destinations=own, **of_mute))


def test_each_mute_has_what_it_holds_and_frees_that_alone(operated: Operated) -> None:
    """What a replaced one holds is sent at its end, as was said, or by an unmute that says so."""
    first, second, whole, pk = a_mute("ann", 2), a_mute("bob", 3), a_mute("eve", 1), f"stories#{STORIES[1]}"
    put(operated, {"pk": pk, "sk": "#mute", **second}, {"pk": "stories", "sk": "#mute", **whole})
    for job_id, mute in (("first", first), ("second", second), ("whole", whole)):
        hold(operated, pk, job_id, mute)
    listed = json.loads(operated.command("mutes", "--output", "json").stdout)["mutes"]
    assert [(one["by"], one["held"]) for one in listed] == [("eve", 1), ("bob", 1)]

    def freed() -> list[str]:
        now = timestamp(datetime.now(UTC))
        names = ("first", "second", "whole")
        return [name for name in names if (item(operated, pk, f"{name}#finished") or {})["pendingDue"] <= now]

    run = operated.command("unmute", "stories", "--yes", "--no-tick")
    assert " 1 message held back: sent by the next tick. 1 message that earlier mutes hold: sent at their" in run.stdout
    assert (run.returncode, freed()) == (0, ["whole"])
    assert operated.command("unmute", STORIES[1], "--yes", "--no-tick").returncode == 0
    assert freed() == ["second", "whole"]
    run = operated.command("unmute", STORIES[1], "--yes", "--no-tick")
    assert f"{STORIES[1]} in watch stories is not muted. 1 message held back: sent by the next tick.\n" in run.stdout
    assert freed() == ["first", "second", "whole"]


def test_what_nobody_polls_any_more_can_be_unmuted(operated: Operated) -> None:
    """As a target that was taken out of `cdk.json`, or a whole watch."""
    target, mute, gone = "pinpoint:app/removed", a_mute("ann", 2), a_mute("bob", 2)
    put(operated, {"pk": f"stories#{target}", "sk": "#mute", **mute}, {"pk": "gone", "sk": "#mute", **gone})
    hold(operated, f"stories#{target}", "h", mute)
    hold(operated, f"gone#{target}", "h", gone)
    run = operated.command("unmute", target, "--watch", "stories", "--yes", "--no-tick")
    assert (run.returncode, run.stderr) == (0, "")
    assert run.stdout.endswith("1 message held back: sent by the next tick.\nunmuted; 1 message released\n")
    assert item(operated, f"stories#{target}", "#mute") is None
    run = operated.command("unmute", "gone", "--yes")
    assert run.stdout.startswith("The mute of watch gone (no longer in the stack) until ")
    assert (run.returncode, item(operated, "gone", "#mute")) == (0, None)
    assert "pendingDue" not in (item(operated, f"gone#{target}", "h#finished") or {})
    assert operated.command("unmute", "gone", "--yes").returncode == 2


def test_what_ticks_ignore_is_replaced_and_deleted_after_saying_so(operated: Operated) -> None:
    """As after an edit by hand: to the command line, too, it is no mute."""
    edited = {"pk": "stories", "sk": "#mute", "by": "me"}
    put(operated, edited)
    run = operated.command("mute", "stories", "--for", "1h", "--reason", "x", "--yes")
    assert run.returncode == 0
    assert "  This replaces what stands there and ticks ignore, as it is no mute: it lacks 'hold'.\n" in run.stdout
    put(operated, edited)
    run = operated.command("unmute", "stories", "--yes")
    assert (run.returncode, item(operated, "stories", "#mute")) == (0, None)
    assert "is not muted. What stands there and ticks ignore, as it is no mute, is deleted: it lacks 'h" in run.stdout


def test_a_mute_set_and_ended_while_ticks_run_loses_nothing(operated: Operated) -> None:
    """Each job is announced once, whatever a tick saw of the mute."""
    empty_lists(operated)
    inbox = operated.inbox("newsletter")
    watch: dict[str, Any] = {"name": "newsletter", "targets": [SEGMENT]}
    operated.tick(watch)
    jobs: list[Any] = []
    over = Event()

    def tick() -> None:
        while not over.is_set():
            jobs.append(finished(f"run-{len(jobs)}"))
            operated.pinpoint.jobs.put(SEGMENT, *jobs)
            operated.tick(watch)

    with ThreadPoolExecutor(1) as pool:
        ticking = pool.submit(tick)
        for _ in range(2):
            muted = operated.command("mute", "newsletter", "--for", "2h", "--reason", "x", "--hold", "--yes")
            unmuted = operated.command("unmute", "newsletter", "--yes")
            assert (muted.returncode, unmuted.returncode) == (0, 0), unmuted
        over.set()
        ticking.result()
    # One that a tick wrote down after the mute's end is released by another unmute.
    operated.command("unmute", "newsletter", "--yes")
    operated.tick(watch)
    received = inbox.receive(at_least=len(jobs))
    assert sorted(each.message["jobId"] for each in received) == sorted(job["Id"] for job in jobs)
