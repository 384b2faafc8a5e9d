"""A made-up list of each service, for playing with the real `aws` command line, and what to type there."""

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from typing import Final

from local.stand_in.api import ImportJob
from local.stand_in.cognito import user_import_job
from local.stand_in.customer_profiles import upload_job
from local.stand_in.job_lists import JobLists
from local.stand_in.mailmanager import address_list_import_job
from local.stand_in.pinpoint import import_job
from local.stand_in.ses import email_import_job

COMMANDS: Final[Mapping[str, str]] = {
    "pinpoint:example-app/example-segment": "pinpoint get-segment-import-jobs --application-id example-app"
    " --segment-id example-segment --page-size 2",
    "customer-profiles:example-domain": "customer-profiles list-upload-jobs --domain-name example-domain",
    "ses:suppression-list": "sesv2 list-import-jobs --import-destination-type SUPPRESSION_LIST",
    "cognito:us-east-1_Example": "cognito-idp list-user-import-jobs --user-pool-id us-east-1_Example --max-results 60",
    "mailmanager:example-list": "mailmanager list-address-list-import-jobs --address-list-id example-list",
}
"""By target."""
TOOK: Final = timedelta(seconds=12)


def fill(jobs: JobLists, now: datetime) -> None:
    """Put the jobs: one that is done and one that runs in each list, and more in Pinpoint's, which has pages."""
    for target, job in _examples(now):
        jobs.put(target, job)


def _examples(now: datetime) -> Iterator[tuple[str, ImportJob]]:
    created, done = now - timedelta(days=1), now - timedelta(days=1) + TOOK
    pinpoint, profiles, ses, cognito, mail_manager = COMMANDS
    for age, failed in enumerate([0, 12, 0], start=2):
        start = now - timedelta(days=age)
        job = import_job(pinpoint, f"job-{age}", "COMPLETED", created=start, completed=start + TOOK)
        yield pinpoint, {**job, "TotalProcessed": 5000, "TotalFailures": failed}
    yield pinpoint, import_job(pinpoint, "job-1", "FAILED", created=created, completed=done, FailedPieces=1)
    yield pinpoint, import_job(pinpoint, "job-0", "PROCESSING", created=now)
    counts = {"UpdatedRecords": 4000, "CreatedRecords": 988, "FailedRecords": 12}
    partly = upload_job(profiles, f"{1:032x}", "PARTIALLY_SUCCEEDED", created=created, completed=done)
    yield profiles, {**partly, "ResultsSummary": counts}
    yield profiles, upload_job(profiles, f"{2:032x}", "CREATED", created=now)
    yield ses, email_import_job(ses, "job-1", "COMPLETED", created=created, completed=done, FailedRecordsCount=12)
    yield ses, email_import_job(ses, "job-0", "PROCESSING", created=now)
    yield cognito, user_import_job(cognito, "import-1", "Succeeded", created=created, completed=done, FailedUsers=12)
    yield cognito, user_import_job(cognito, "import-0", "InProgress", created=now)
    yield mail_manager, address_list_import_job(mail_manager, "job-1", "FAILED", created=created, completed=done)
    yield mail_manager, address_list_import_job(mail_manager, "job-0", "PROCESSING", created=now)
