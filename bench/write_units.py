"""What it costs to write an announcement: the sample in `events/`, sent on both channels."""

import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, Final

import boto3

from bench.apart import apart
from bench.figures import Figure, at_most
from bench.function import cold_started
from bench.quiet_tick import URL
from bench.stage import Stage
from bench.units import Write, metered
from import_watch.adapters.items import LEDGER
from infra.bundle import REPOSITORY
from local.stand_in import StandIn
from local.stand_in.pinpoint import api_date

SAMPLES: Final = REPOSITORY / "events"
MOST: Final = 5  # write request units


def figures(stage: Stage) -> Iterable[Figure]:
    """Count the units of what the table stores, by DynamoDB's rules for sizes."""
    writes = apart(announced, stage.environment())
    yield Figure(
        what="write units of the sample announcement, both channels, index included, ledger apart",
        value=sum(write.units for write in writes if write.sk != LEDGER),
        bar=at_most(MOST),
    )


def announced(environment: Mapping[str, str]) -> Sequence[Write]:
    """Announce it as of now; the writes that took."""
    message = json.loads((SAMPLES / "message-completed-with-failures.json").read_text("utf-8"))
    target, finished = message["target"], datetime.now(UTC)
    dates = {"CreationDate": api_date(finished - timedelta(seconds=12)), "CompletionDate": api_date(finished)}
    with StandIn() as pinpoint, cold_started({**environment, URL: pinpoint.url}) as function:
        pinpoint.jobs.put(target)
        function.tick([target])
        pinpoint.jobs.put(target, _listed(message["jobId"]) | dates)
        with metered(function.module.wiring.clients.dynamodb, boto3.Session().client("dynamodb")) as writes:
            if function.tick([target])["announced"] != 1:
                raise RuntimeError("not announced")
        return writes


def _listed(job_id: str) -> dict[str, Any]:
    page = json.loads((SAMPLES / "import-jobs-page.json").read_text("utf-8"))
    (job,) = (job for job in page["Item"] if job["Id"] == job_id)
    return dict(job)
