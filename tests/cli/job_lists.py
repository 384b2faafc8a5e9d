"""Lists of import jobs for the command line to show."""

from collections.abc import Iterator
from typing import Any

from local.stand_in import ImportJob, import_job
from tests.builders import HOUR, MINUTE, NOW

TARGET = "pinpoint:app/seg"
OF_SEGMENT = ("--application-id", "app", "--segment-id", "seg")
WIDE = "Kunden \N{LATIN SMALL LETTER U WITH DIAERESIS}ber 漢字 😀"


def shapes() -> list[ImportJob]:
    """Give jobs of every shape that Pinpoint has shown: members missing, lists, failed rows, wide characters."""
    whole: dict[str, Any] = {"TotalPieces": 10, "CompletedPieces": 10, "FailedPieces": 0, "TotalProcessed": 5000}
    bare: dict[str, Any] = {
        "Id": "bare",
        "JobStatus": "CREATED",
        "Type": "IMPORT",
        "CreationDate": "",
        "ApplicationId": "",
    }
    return [
        import_job(TARGET, "whole", "COMPLETED", created=NOW - HOUR, completed=NOW, TotalFailures=0, **whole),
        import_job(TARGET, "rows", "COMPLETED", created=NOW, completed=NOW, TotalFailures=2, Failures=["a", "b"]),
        import_job(TARGET, "none", "FAILED", created=NOW - HOUR, completed=NOW, Failures=[], FailedPieces=3),
        import_job(TARGET, "wide", "PROCESSING", created=NOW, Definition={"SegmentName": WIDE}),
        import_job(TARGET, "far", "CANCELLED", created=NOW, Definition={"S3Url": f"s3://bucket/{'far/' * 30}"}),
        {**bare, "Definition": {"Format": "JSON", "RoleArn": "", "S3Url": ""}},
    ]


def many(number: int) -> Iterator[ImportJob]:
    """Make so many jobs."""
    for one in range(number):
        created = NOW - one * MINUTE
        yield import_job(TARGET, f"job-{one:05}", "COMPLETED", created=created, completed=created + MINUTE)
