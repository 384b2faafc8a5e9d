"""What operates a watch does so whatever it watches: here upload jobs of a domain, beside a Pinpoint application."""

import json
from datetime import timedelta
from typing import Any

import pytest

from local.stand_in import ApiError, StandIn, upload_job
from tests.builders import DAY, HOUR, MINUTE
from tests.cli.conftest import MIXED, Operated
from tests.cli.items import ledger_item
from tests.cli.stories import item, now, put, watch
from tests.cli.untouched import table_of
from tests.e2e.stack import finished

pytestmark = pytest.mark.e2e

DOMAIN, APPLICATION = "customer-profiles:shop", "pinpoint:shop"
PARTLY, UNSTARTED, BETTER = "a" * 32, "b" * 32, "c" * 32
DENIED = ApiError("AccessDeniedException", "no")


def uploaded(job_id: str, failed: int, ago: timedelta = MINUTE) -> dict[str, Any]:
    """Build a job that ended so long ago, as its list shows it well; how many records failed, only itself tells."""
    summary = {"UpdatedRecords": 3, "CreatedRecords": 2, "FailedRecords": failed}
    ended = now() - ago
    return upload_job(
        DOMAIN, job_id, "SUCCEEDED", created=ended - HOUR, completed=ended, ResultsSummary=summary, DisplayName="May"
    )


@pytest.fixture
def services(operated: Operated) -> StandIn:
    """Give the services where the watch has looked at its lists, which were empty."""
    for target in MIXED:
        operated.pinpoint.jobs.put(target)
    operated.tick(watch(operated, "mixed"))
    return operated.pinpoint


def answered(operated: Operated, *arguments: str, code: int = 0) -> Any:
    run = operated.command(*arguments, "--output", "json")
    assert (run.returncode, run.stderr) == (code, "")
    return json.loads(run.stdout)


def test_a_job_is_explained_rehearsed_announced_and_replayed(operated: Operated, services: StandIn) -> None:
    """As what it tells by itself has it: that some of its records failed. Only ticks change anything."""
    services.jobs.put(DOMAIN, uploaded(PARTLY, failed=1))
    services.jobs.put(APPLICATION, finished("other"))
    before = table_of(operated)
    (will,) = answered(operated, "explain", PARTLY)["answers"]
    assert will["code"] == "undecided"
    assert "finished as completed_with_failures" in will["sentence"]
    assert will["sentence"].endswith("The next tick will announce it.")
    (rehearsal,) = answered(operated, "poll", DOMAIN, "--dry-run")
    (change,) = rehearsal["changes"]
    assert (change["do"], change["kind"], change["jobId"]) == ("announce", "completed_with_failures", PARTLY)
    assert table_of(operated) == before

    assert operated.tick(watch(operated, "mixed"))["announced"] == 2
    services.jobs.change(DOMAIN, PARTLY, ResultsSummary={"FailedRecords": 0})
    (told,) = answered(operated, "explain", PARTLY)["answers"]
    assert (told["code"], told["facts"]["job"]["kind"], told["facts"]["job"]["counts"]["failed"]) == (
        *("delivered", "completed_with_failures"),
        1,
    )
    (recorded,) = answered(operated, "history", DOMAIN)["history"]
    assert (recorded["jobId"], recorded["kind"]) == (PARTLY, "completed_with_failures")
    assert PARTLY in operated.command("replay", DOMAIN, "--since", "1h", "--yes").stdout
    assert operated.command("mute", DOMAIN, "--for", "1h", "--reason", "a move", "--yes").returncode == 0
    assert item(operated, f"mixed#{DOMAIN}", "#mute")["reason"] == "a move"
    assert operated.command("unmute", DOMAIN, "--yes").returncode == 0


def test_a_job_that_was_never_started_is_overdue(operated: Operated, services: StandIn) -> None:
    """And so its target needs a look; what is explained says why."""
    services.jobs.put(DOMAIN, upload_job(DOMAIN, UNSTARTED, "CREATED", created=now() - DAY))
    operated.tick(watch(operated, "mixed"))
    standing = answered(operated, "status", "mixed", code=1)
    (domain,) = (one for one in standing["targets"] if one["target"] == DOMAIN)
    assert (domain["needs"], domain["overdue"]) == (["overdue"], [UNSTARTED])
    assert [(job["status"], job["neverStarted"]) for job in domain["running"]] == [("CREATED", True)]
    (why,) = answered(operated, "explain", UNSTARTED)["answers"]
    assert (why["code"], why["facts"]["job"]["jobName"]) == ("overdue", "Upload to shop")
    assert " ago, and was never started. " in why["sentence"]
    assert "That it was overdue was seen at" in why["sentence"]


def test_a_job_whose_rest_is_denied_waits(operated: Operated, services: StandIn) -> None:
    """Nobody can tell yet what it is announced as."""
    put(operated, ledger_item("mixed", DOMAIN, now() - DAY))
    services.jobs.put(DOMAIN, uploaded(BETTER, failed=0))
    services.faults.add(DOMAIN, DENIED, operation="GetUploadJob", times=None)
    (why,) = answered(operated, "explain", BETTER, "--target", DOMAIN)["answers"]
    assert "waits with it: what the list doesn't tell of it can't be read now (denied: " in why["sentence"]
    (rehearsal,) = answered(operated, "poll", DOMAIN, "--dry-run", code=1)
    assert rehearsal["changes"] == []
