"""Serves a made-up segment, for playing with the real `aws` command line."""

import sys
import threading
from datetime import UTC, datetime, timedelta
from pathlib import Path

from local.stand_in.pinpoint import import_job
from local.stand_in.server import StandIn

TARGET = "pinpoint:example-app/example-segment"


def main() -> None:
    """Serve until Ctrl-C."""
    with StandIn() as pinpoint:
        _fill(pinpoint, datetime.now(UTC))
        aws = Path(sys.executable).with_name("aws")
        print(  # noqa: T201
            "Serving a segment with five import jobs; Ctrl-C stops. Try in another terminal:\n\n"
            f"AWS_ACCESS_KEY_ID=any AWS_SECRET_ACCESS_KEY=any {aws if aws.exists() else 'aws'}"
            " pinpoint get-segment-import-jobs"
            f" --endpoint-url {pinpoint.url} --region us-east-1"
            " --application-id example-app --segment-id example-segment --page-size 2\n",
            flush=True,
        )
        try:
            threading.Event().wait()
        except KeyboardInterrupt:
            return


def _fill(pinpoint: StandIn, now: datetime) -> None:
    day = timedelta(days=1)
    for age, failed in enumerate([0, 12, 0], start=2):
        started = now - age * day
        job = import_job(
            TARGET,
            f"job-{age}",
            "COMPLETED",
            created=started,
            completed=started + timedelta(seconds=12),
            TotalPieces=10,
            CompletedPieces=10,
            FailedPieces=0,
            TotalProcessed=5000,
            TotalFailures=failed,
        )
        pinpoint.jobs.put(TARGET, job)
    failed_job = import_job(TARGET, "job-1", "FAILED", created=now - day, completed=now - day, FailedPieces=1)
    pinpoint.jobs.put(TARGET, failed_job, import_job(TARGET, "job-0", "PROCESSING", created=now))


if __name__ == "__main__":
    main()
